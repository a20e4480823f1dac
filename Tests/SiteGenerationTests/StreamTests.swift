import ParticipationKit
import Synchronization
import Testing

@testable import SiteGeneration

/// Feeds and tables for machines, byte for byte: readers outside depend on them.
@Suite struct StreamTests {
  private let facts = CommuneFacts(
    name: "Vaubrisey & Cie", inseeCode: "55999", population: 752, department: "55", languages: ["fr", "en"],
    address: "https://v.example/", isDemonstration: false)

  private func entry(
    _ key: String, _ title: String, point: GeoPoint? = nil, fields: [(name: String, value: JSONValue)] = []
  ) -> StreamEntry {
    StreamEntry(
      subject: Subject("incidents", "report", key), page: SitePath("incidents/\(key).html", fragment: "top"),
      title: title, summary: "Ligne 1\nLigne \"2\"", published: Timestamp(seconds: 1_767_225_600),
      updated: Timestamp(seconds: 1_767_312_000), point: point, fields: fields)
  }

  private func text(_ format: Stream.Format, _ entries: [StreamEntry]) -> String {
    let stream = Stream("all", format, titles: ["fr": "Signalements <tous>"], dependsOn: []) { _ in [] }
    let writer = StreamWriter(facts: facts, locale: "fr")
    var known = FeedMemory()
    let bytes = try? writer.bytes(PublishedSite.ModuleStream(module: "incidents", stream: stream), &known) { body in
      for entry in entries { try body(entry) }
    }
    return String(decoding: bytes ?? [], as: UTF8.self)
  }

  @Test func anAtomFeedHasPermanentIdsAndAbsoluteLinks() {
    let expected = """
      <?xml version="1.0" encoding="UTF-8"?>
      <feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr">
      <id>tag:55999.parvis.invalid,2026:stream/incidents/all</id>
      <title>Signalements &lt;tous&gt; – Vaubrisey &amp; Cie</title>
      <updated>2026-01-02T00:00:00Z</updated>
      <link rel="self" type="application/atom+xml" href="https://v.example/incidents/all.atom"/>
      <link rel="alternate" type="text/html" href="https://v.example/index.html"/>
      <author><name>Vaubrisey &amp; Cie</name>
      </author>
      <entry>
      <id>tag:55999.parvis.invalid,2026:incidents/report/a%20b</id>
      <title>Trou &lt;profond&gt;</title>
      <published>2026-01-01T00:00:00Z</published>
      <updated>2026-01-02T00:00:00Z</updated>
      <link rel="alternate" type="text/html" href="https://v.example/incidents/a b.html#top"/>
      <summary>Ligne 1
      Ligne &quot;2&quot;</summary>
      </entry>
      </feed>

      """
    #expect(text(.atom, [entry("a b", "Trou <profond>")]) == expected)
  }

  @Test func aCalendarHasAnEventForWhatTakesPlaceInUTCFoldedAndEscaped() {
    let when = Occurrence(
      starts: Timestamp(seconds: 1_767_358_800), ends: Timestamp(seconds: 1_767_366_000), place: "Salle, 2; Halle",
      isCancelled: true)
    let expected = [
      "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Parvis//Parvis//FR", "METHOD:PUBLISH",
      "X-WR-CALNAME:Signalements <tous> – Vaubrisey & Cie", "BEGIN:VEVENT",
      "UID:tag:55999.parvis.invalid,2026:incidents/report/7", "DTSTAMP:20260102T000000Z",
      "LAST-MODIFIED:20260102T000000Z", "DTSTART:20260102T130000Z", "DTEND:20260102T150000Z", #"SUMMARY:a\\b"#,
      #"DESCRIPTION:Ligne 1\nLigne "2""#, #"LOCATION:Salle\, 2\; Halle"#,
      "URL:https://v.example/incidents/7.html#top", "STATUS:CANCELLED", "END:VEVENT", "END:VCALENDAR", "",
    ]
    let given = text(.calendar, [entry("6", "ohne"), entry("7", #"a\b"#).taking(when)])
    #expect(given == expected.joined(separator: "\r\n"), "an entry that takes no place is left out")
  }

  @Test func noLineOfACalendarHasMoreThan75BytesNorHalfAScalar() {
    let when = Occurrence(starts: Timestamp(seconds: 0), ends: Timestamp(seconds: -5))
    let title = String(repeating: "é", count: 200)
    let given = text(.calendar, [entry("1", title).taking(when)])
    #expect(given.utf8.split(separator: 0x0A).allSatisfy { $0.count <= 76 })
    #expect(given.replacing("\r\n ", with: "").contains("SUMMARY:\(title)\r\n"))
    #expect(given.contains("DTEND:19700101T000000Z"), "an end before the beginning is the beginning")
  }

  @Test func aFeedGivesAtMostFiftyEntriesAndIsValidWhenEmpty() {
    let many = (0..<80).map { entry("\($0)", "t") }
    #expect(text(.atom, many).split(separator: "<entry>").count == 51)
    #expect(text(.atom, []).contains("<updated>1970-01-01T00:00:00Z</updated>"))
  }

  @Test func textThatXMLForbidsIsLeftOut() {
    let out = text(.atom, [entry("1", "a\u{0}b\u{8}c\u{FFFE}d\u{FFFF}e")])
    #expect(out.contains("<title>abcde</title>"))
  }

  @Test func geoJSONPutsLongitudeFirstAndLeavesOutWhatHasNoPlace() {
    let point = GeoPoint(latitude: 48.771234567891, longitude: -0.00000012)
    let out = text(.geoJSON, [entry("1", "a", point: point, fields: [("state", "open")]), entry("2", "b")])
    #expect(out.contains("\"coordinates\":[-0.0000001,48.7712346]"))
    #expect(out.contains("\"state\":\"open\""))
    #expect(!out.contains("report/2"))
    #expect(out.hasPrefix("{\"type\":\"FeatureCollection\",\"features\":[\n{\"type\":\"Feature\",\"id\":"))
  }

  @Test(arguments: [(0.0, "0"), (5.0, "5"), (-5.25, "-5.25"), (48.0000001, "48.0000001"), (180.0, "180"), (0.1, "0.1")])
  func degreesHaveAtMostSevenDecimals(_ value: Double, _ expected: String) {
    var out: [UInt8] = []
    GeoJSONWriter.degrees(value, to: &out)
    #expect(String(decoding: out, as: UTF8.self) == expected)
  }

  @Test func csvIsQuotedAndSafeInSpreadsheets() {
    let point = GeoPoint(latitude: 48.5, longitude: 5)
    let out = text(.csv, [entry("1", "=SUM(A1)", point: point, fields: [("n", -3), ("note", "@x")])])
    let expected =
      "id,url,title,summary,published,updated,latitude,longitude,n,note\r\n"
      + "incidents/report/1,https://v.example/incidents/1.html#top,\"'=SUM(A1)\",\"Ligne 1\nLigne \"\"2\"\"\","
      + "2026-01-01T00:00:00Z,2026-01-02T00:00:00Z,48.5,5,-3,\"'@x\"\r\n"
    #expect(out == expected)
  }

  @Test func csvKeepsWhatOnlyLaterEntriesHave() {
    let out = text(
      .csv,
      [
        entry("1", "a", fields: [("n", 1)]), entry("2", "b", fields: [("n", 2), ("note", "late")]),
        entry("3", "c", fields: [("other", 3)]), entry("4", "d"),
      ])
    let rows = out.split(separator: "2026-01-02T00:00:00Z,,")
    #expect(rows[0].contains("latitude,longitude,n,note,other\r\n"))
    #expect(rows.dropFirst().map { $0.prefix { $0 != "\r\n" } } == [",1,,", ",2,late,", ",,,3", ",,,"])
  }

  @Test(arguments: ["+1", "-1", "=1", "@1", "\t1", "\r1"])
  func aTextThatLooksLikeAFormulaGetsAnApostrophe(_ text: String) {
    var out: [UInt8] = []
    CSVWriter.cell(.string(text), to: &out)
    #expect(String(decoding: out, as: UTF8.self) == "\"'\(text)\"")
  }

  @Test func ndjsonHasOneObjectALine() throws {
    let out = text(.ndjson, [entry("1", "a\nb"), entry("2", "c")])
    let lines = out.utf8.split(separator: 0x0A)
    #expect(lines.count == 2)
    #expect(try JSONValue.parse(Array(lines[0]))["title"]?.asString == "a\nb")
  }

  @Test func theCommuneFeedTakesTheNewestOfAll() throws {
    let old = StreamEntry(
      subject: Subject("b", "x", "1"), page: "b/1.html", title: "vieux", summary: "",
      published: Timestamp(seconds: 1), updated: Timestamp(seconds: 1))
    let feed = CommuneFeed(facts: facts, words: try SiteWords.load())
    var known = FeedMemory()
    let bytes = feed.bytes([old, entry("9", "neuf"), entry("9", "double")], &known)
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.split(separator: "<entry>").count == 3)
    let parts = text.split(separator: "<entry>")
    #expect(parts[1].contains("neuf") || parts[1].contains("double"))
    #expect(parts[2].contains("vieux"))
  }

  @Test func anEntryThatSaysSomethingElseIsWrittenAnewInAFeed() throws {
    let feed = CommuneFeed(facts: facts, words: try SiteWords.load())
    var known = FeedMemory()
    let composed = entry("9", "\u{E9}t\u{E9}")
    let first = feed.bytes([entry("8", "bis"), composed], &known)
    #expect(feed.bytes([entry("8", "bis"), composed], &known) == first, "what is known is written as it was")
    // Equal for Swift, and other bytes.
    for changed in [entry("9", "e\u{301}te\u{301}"), entry("9", "hiver")] {
      var fresh = FeedMemory()
      let expected = feed.bytes([entry("8", "bis"), changed], &fresh)
      #expect(expected != first)
      #expect(feed.bytes([entry("8", "bis"), changed], &known) == expected)
    }
  }

  @Test func theFeedOfTheCommuneAsksAgainOnlyForFeedsThatChanged() throws {
    let told = Mutex((title: "Avant", times: 0))
    let subject = Subject("toy", "calm", "1")
    let calm = Stream("calm", .atom, titles: ["fr": "Calme"], dependsOn: [subject]) { _ in
      told.withLock { told in
        told.times += 1
        return [
          StreamEntry(
            subject: subject, page: "index.html", title: told.title, summary: "", published: Timestamp(seconds: 1),
            updated: Timestamp(seconds: 1))
        ]
      }
    }
    let commune = try ToyCommune()
    let publisher = try commune.publisher(moreStreams: [calm])
    try commune.create(1...3)
    _ = try publisher.publishPending(now: commune.now)
    // The first build makes a new folder, of which nothing is kept; the next act asks once more.
    try commune.rename(1, "Un titre")
    _ = try publisher.publishPending(now: commune.now)
    let before = told.withLock(\.times)
    try commune.rename(2, "Un autre titre")
    _ = try publisher.publishPending(now: commune.now)
    #expect(told.withLock(\.times) == before)
    #expect(commune.page("feed.atom").contains("Un autre titre"))
    #expect(commune.page("feed.atom").contains("<title>Avant</title>"))

    told.withLock { $0.title = "Après" }
    try commune.act([subject]) { _ in }
    _ = try publisher.publishPending(now: commune.now)
    #expect(told.withLock(\.times) == before + 1)
    #expect(commune.page("feed.atom").contains("<title>Après</title>"))
    #expect(!commune.page("feed.atom").contains("<title>Avant</title>"))
  }

  @Test func theSitemapIsSharded() {
    let sitemap = Sitemap(address: "https://v.example/", languages: ["fr", "en"])
    let entries = [Sitemap.Entry(number: 0, path: "a/x", updated: Timestamp(seconds: 1_767_225_600))]
    let shard = String(decoding: sitemap.shard(entries), as: UTF8.self)
    #expect(shard.contains("<loc>https://v.example/a/x.html</loc><lastmod>2026-01-01T00:00:00Z</lastmod>"))
    #expect(shard.contains("<loc>https://v.example/en/a/x.html</loc>"))
    #expect(String(decoding: sitemap.index([0, 3]), as: UTF8.self).contains("https://v.example/sitemap-3.xml"))
  }

  @Test func securityTextEndsItsLinesAsTheStandardWants() {
    let text = SecurityText(contacts: ["mailto:a@v.example"], expires: Timestamp(seconds: 1_790_000_000))
    let lines = String(decoding: text.bytes(address: "https://v.example/"), as: UTF8.self)
    #expect(
      lines == "Contact: mailto:a@v.example\r\nExpires: 2026-09-21T14:13:20Z\r\nPreferred-Languages: fr, en\r\n"
        + "Canonical: https://v.example/.well-known/security.txt\r\n")
  }
}
