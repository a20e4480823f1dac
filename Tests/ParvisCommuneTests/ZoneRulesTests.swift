import ParticipationKit
import Testing

@testable import ParvisCommune

@Suite("Time zones")
struct ZoneRulesTests {
  /// Instants in seconds since 1970 with the offset that Python's `zoneinfo` gives (tzdata of Debian 12): long ago, at
  /// each change of 2026 and 2060 to the second, and beyond the tables of the files, where only their rule counts.
  struct Zone: Sendable, CustomTestStringConvertible {
    let name: String
    let offsets: [(instant: Int64, seconds: Int)]
    var testDescription: String { name }

    init(_ name: String, _ offsets: [(Int64, Int)]) {
      self.name = name
      self.offsets = offsets.map { (instant: $0.0, seconds: $0.1) }
    }
  }

  static let zones = [
    Zone(
      "Europe/Paris",
      [
        (-2000000000, 561), (0, 3600), (196819199, 3600), (196819200, 7200), (212540399, 7200), (212540400, 3600),
        (1230768000, 3600), (1774745999, 3600), (1774746000, 7200), (1792889999, 7200), (1792890000, 3600),
        (1795262400, 3600), (2145916799, 3600), (2147483648, 3600), (2841393600, 3600), (2847661199, 3600),
        (2847661200, 7200), (2857118400, 7200), (2866409999, 7200), (2866410000, 3600), (2871763199, 3600),
      ]),
    Zone(
      "Indian/Reunion",
      [
        (-2000000000, 13312), (0, 14400), (1230768000, 14400), (1795262400, 14400), (2145916799, 14400),
        (2147483648, 14400), (2841393600, 14400), (2857118400, 14400), (2871763199, 14400),
      ]),
    Zone(
      "America/Guadeloupe",
      [
        (-2000000000, -14768), (0, -14400), (1230768000, -14400), (1795262400, -14400), (2145916799, -14400),
        (2147483648, -14400), (2841393600, -14400), (2857118400, -14400), (2871763199, -14400),
      ]),
    Zone(
      "Pacific/Noumea",
      [
        (-2000000000, 39948), (0, 39600), (1230768000, 39600), (1795262400, 39600), (2145916799, 39600),
        (2147483648, 39600), (2841393600, 39600), (2857118400, 39600), (2871763199, 39600),
      ]),
    Zone(
      "America/Miquelon",
      [
        (-2000000000, -13480), (0, -14400), (1230768000, -10800), (1772945999, -10800), (1772946000, -7200),
        (1793505599, -7200), (1793505600, -10800), (1795262400, -10800), (2145916799, -10800),
        (2147483648, -10800), (2841393600, -10800), (2846465999, -10800), (2846466000, -7200), (2857118400, -7200),
        (2867025599, -7200), (2867025600, -10800), (2871763199, -10800),
      ]),
    Zone(
      "Europe/Dublin",
      [
        (-2000000000, -1521), (0, 3600), (1230768000, 0), (1774745999, 0), (1774746000, 3600), (1792889999, 3600),
        (1792890000, 0), (1795262400, 0), (2145916799, 0), (2147483648, 0), (2841393600, 0), (2847661199, 0),
        (2847661200, 3600), (2857118400, 3600), (2866409999, 3600), (2866410000, 0), (2871763199, 0),
      ]),
    Zone(
      "Australia/Lord_Howe",
      [
        (-2000000000, 36000), (0, 36000), (1230768000, 39600), (1775314799, 39600), (1775314800, 37800),
        (1791041399, 37800), (1791041400, 39600), (1795262400, 39600), (2145916799, 39600), (2147483648, 39600),
        (2841393600, 39600), (2848229999, 39600), (2848230000, 37800), (2857118400, 37800), (2863956599, 37800),
        (2863956600, 39600), (2871763199, 39600),
      ]),
  ]

  @Test("offsets are those of the zone, also on the days of change and far ahead", arguments: zones)
  func offsets(zone: Zone) throws {
    let rules = try #require(ZoneRules.load(zone.name))
    for (instant, seconds) in zone.offsets {
      #expect(rules.offsetSeconds(at: Timestamp(seconds: instant)) == seconds, "\(zone.name) at \(instant)")
    }
  }

  @Test(
    "what is no zone is refused, and no other file is read",
    arguments: [
      "", "/etc/passwd", "../../../etc/passwd", "Europe", "Europe/Atlantis", "Europe/Paris\u{0}", "zone.tab",
      "Europe/Paris\u{301}", "tzdata.zi", "/usr/share/zoneinfo/Europe/Paris",
    ])
  func unknown(name: String) { #expect(ZoneRules.load(name) == nil) }

  @Test("a zone without change and one without rule are read")
  func plain() throws {
    #expect(try #require(ZoneRules.load("UTC")).offsetSeconds(at: Timestamp(seconds: 4_000_000_000)) == 0)
    #expect(try #require(ZoneRules.load("Etc/GMT+5")).offsetSeconds(at: Timestamp(seconds: 0)) == -18_000)
  }
}
