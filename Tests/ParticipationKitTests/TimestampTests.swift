import ParticipationKit
import Testing

@Suite("Instants (RFC 3339): a deadline means the same moment to every program")
struct TimestampTests {
  @Test(
    "the examples of the standard and their like are read",
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("1985-04-12T23:20:50.52Z", 482_196_050_520),
      ("1996-12-19T16:39:57-08:00", 851_042_397_000), ("1937-01-01T12:00:27.87+00:20", -1_041_337_172_130),
      ("2026-03-12T20:00:00+01:00", 1_773_342_000_000), ("2026-03-12t19:00:00z", 1_773_342_000_000),
      ("1969-12-31T23:59:59.999Z", -1), ("2000-02-29T00:00:00-00:00", 951_782_400_000),
      ("2026-01-01T00:00:00.1234567Z", 1_767_225_600_123), ("0000-01-01T00:00:00Z", -62_167_219_200_000),
      ("9999-12-31T23:59:59Z", 253_402_300_799_000),
    ] as [(String, Int64)])
  func reads(_ text: String, _ milliseconds: Int64) {
    #expect(Timestamp(rfc3339: text)?.milliseconds == milliseconds)
  }

  @Test(
    "anything else is no instant",
    arguments: [
      "", "2026-03-12", "2026-03-12T20:00Z", "2026-03-12T20:00:00", "2026-03-12 20:00:00Z", "2026-02-29T00:00:00Z",
      "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-04-31T00:00:00Z", "2026-03-12T24:00:00Z",
      "2026-03-12T20:60:00Z", "2026-03-12T20:00:00.Z", "2026-03-12T20:00:00.1", "2026-03-12T20:00:00+1:00",
      "2026-03-12T20:00:00+0100", "2026-03-12T20:00:00+24:00", "2026-03-12T20:00:00+01:60", "2026-03-12T20:00:00ZZ",
      "2026-03-12T20:00:00Z ", " 2026-03-12T20:00:00Z", "+2026-03-12T20:00:00Z", "2026-03-1\u{0662}T20:00:00Z",
      "20260312T200000Z", "2026-3-12T20:00:00Z", "2026-03-12T20:00:00*01:00", "2026/03/12T20:00:00Z",
    ])
  func refuses(_ text: String) {
    #expect(Timestamp(rfc3339: text) == nil)
  }

  @Test("instants are written in UTC with whole seconds, rounded down before 1970 too")
  func writes() {
    #expect(Timestamp(milliseconds: 1_773_342_000_999).rfc3339 == "2026-03-12T19:00:00Z")
    #expect(Timestamp(milliseconds: -1).rfc3339 == "1969-12-31T23:59:59Z")
    #expect(Timestamp(milliseconds: -1).seconds == -1)
    #expect(Timestamp(seconds: 5).description == "1970-01-01T00:00:05Z")
  }

  @Test("instants add and compare")
  func arithmetic() {
    let start = Timestamp(milliseconds: 1_500)
    #expect(start.adding(seconds: -2).milliseconds == -500)
    #expect(start < start.adding(seconds: 1))
  }
}

@Suite("Civil time: the clock on the town hall, through both nights on which it is changed")
struct CivilTimeTests {
  /// Central European time in 2026: summer from 29 March 01:00 UTC to 25 October 01:00 UTC.
  private let paris = TimeZoneRules(identifier: "Europe/Paris") { instant in
    (1_774_746_000..<1_792_890_000).contains(instant.seconds) ? 7200 : 3600
  }

  private func instant(_ text: String) throws -> String {
    paris.instant(try #require(CivilDateTime(text))).rfc3339
  }

  @Test("ordinary times go there and back")
  func ordinary() throws {
    #expect(try instant("2026-03-12T20:00") == "2026-03-12T19:00:00Z")
    #expect(try instant("2026-07-14T00:00") == "2026-07-13T22:00:00Z")
    for hour in 0..<8760 {
      let moment = Timestamp(seconds: 1_767_225_600 + Int64(hour) * 3600)
      let civil = paris.civil(moment)
      let isRepeatedHour = civil.date.description == "2026-10-25" && civil.hour == 2
      if !isRepeatedHour { #expect(paris.instant(civil) == moment) }
    }
  }

  @Test("a time in the hour that does not exist moves forward")
  func gap() throws {
    #expect(try instant("2026-03-29T01:59") == "2026-03-29T00:59:00Z")
    #expect(try instant("2026-03-29T02:30") == "2026-03-29T01:30:00Z")
    #expect(try instant("2026-03-29T03:00") == "2026-03-29T01:00:00Z")
  }

  @Test("of the hour that exists twice, the first is taken")
  func overlap() throws {
    #expect(try instant("2026-10-25T01:59") == "2026-10-24T23:59:00Z")
    #expect(try instant("2026-10-25T02:30") == "2026-10-25T00:30:00Z")
    #expect(try instant("2026-10-25T03:00") == "2026-10-25T02:00:00Z")
  }

  @Test("the same holds west of Greenwich and south of the equator")
  func elsewhere() throws {
    let west = TimeZoneRules(identifier: "America/New_York") { $0.seconds < 1_772_953_200 ? -18_000 : -14_400 }
    let missing = try #require(CivilDateTime("2026-03-08T02:30"))
    #expect(west.instant(missing).rfc3339 == "2026-03-08T07:30:00Z")
    let south = TimeZoneRules(identifier: "Pacific/Noumea") { _ in 39_600 }
    let noon = try #require(CivilDateTime("2026-01-01T12:00"))
    #expect(south.instant(noon).rfc3339 == "2026-01-01T01:00:00Z")
    #expect(TimeZoneRules.utc.instant(noon).rfc3339 == "2026-01-01T12:00:00Z")
  }

  @Test("civil times are read with and without seconds, and refused when they do not exist")
  func civilTimes() {
    #expect(CivilDateTime("2026-03-12T20:05")?.description == "2026-03-12T20:05:00")
    #expect(CivilDateTime("2026-03-12 20:05:09")?.second == 9)
    for text in ["2026-03-12", "2026-03-12T24:00", "2026-03-12T20:60", "2026-02-30T20:00", "2026-03-12T20:0", "x"] {
      #expect(CivilDateTime(text) == nil)
    }
  }
}

@Suite("Days: legal delays are counted in them")
struct LocalDateTests {
  @Test("leap days exist when the calendar has them")
  func leapDays() {
    for text in ["2024-02-29", "2000-02-29", "1600-02-29", "0000-02-29", "2026-12-31"] {
      #expect(LocalDate(text)?.description == text)
    }
    for text in ["2026-02-29", "1900-02-29", "2100-02-29", "2026-04-31", "2026-06-00", "26-01-01", "2026-1-1", ""] {
      #expect(LocalDate(text) == nil)
    }
    #expect(LocalDate(year: 10_000, month: 1, day: 1) == nil)
    #expect(LocalDate(year: -1, month: 1, day: 1) == nil)
  }

  @Test("every day of 800 years follows the one before, and the week never breaks")
  func everyDay() throws {
    var day = try #require(LocalDate("1600-01-01"))
    #expect(day.weekday == 6)
    let last = try #require(LocalDate("2400-01-01"))
    var count = 0
    while day < last {
      let next = day.adding(days: 1)
      let isSequel =
        (next.year, next.month, next.day) == (day.year, day.month, day.day + 1)
        || ((next.year, next.month, next.day) == (day.year, day.month + 1, 1) && day.day >= 28)
        || ((next.year, next.month, next.day) == (day.year + 1, 1, 1) && day.month == 12 && day.day == 31)
      let exists = LocalDate(year: next.year, month: next.month, day: next.day) != nil
      if !isSequel || !exists || next.weekday != day.weekday % 7 + 1 { Issue.record("\(day) is followed by \(next)") }
      day = next
      count += 1
    }
    #expect(count == 292_194)
  }

  @Test("known days fall on their weekday")
  func weekdays() {
    #expect(LocalDate("1970-01-01")?.weekday == 4)
    #expect(LocalDate("2026-03-12")?.weekday == 4)
    #expect(LocalDate("1789-07-14")?.weekday == 2)
    #expect(LocalDate("2026-03-15")?.weekday == 7)
    #expect(LocalDate("0001-01-01")?.weekday == 1)
  }

  @Test("days count from 1970 in both directions")
  func epoch() {
    #expect(LocalDate("1970-01-01")?.daysSinceEpoch == 0)
    #expect(LocalDate("1969-12-31")?.daysSinceEpoch == -1)
    #expect(LocalDate("2000-03-01")?.daysSinceEpoch == 11_017)
    #expect(LocalDate("2026-03-01")?.adding(days: -1).description == "2026-02-28")
  }
}

@Suite("Dates as people say them")
struct DateWordsTests {
  private func day(_ text: String) throws -> LocalDate { try #require(LocalDate(text)) }
  private func time(_ text: String) throws -> CivilDateTime { try #require(CivilDateTime(text)) }

  @Test("in French")
  func french() throws {
    let words = DateWords(locale: "fr")
    #expect(words.long(try day("2026-03-12")) == "jeudi 12 mars 2026")
    #expect(words.long(try day("2026-05-01")) == "vendredi 1er mai 2026")
    #expect(words.medium(try day("2026-08-01")) == "1er août 2026")
    #expect(words.medium(try day("2026-12-31")) == "31 décembre 2026")
    #expect(words.monthAndYear(try day("2026-02-01")) == "février 2026")
    #expect(words.time(try time("2026-03-12T20:00")) == "20\u{A0}h")
    #expect(words.time(try time("2026-03-12T08:05")) == "8\u{A0}h\u{A0}05")
    #expect(words.longWithTime(try time("2026-06-12T18:30")) == "vendredi 12 juin 2026 à 18\u{A0}h\u{A0}30")
  }

  @Test("in English")
  func english() throws {
    let words = DateWords(locale: "en")
    #expect(words.long(try day("2026-05-01")) == "Friday 1 May 2026")
    #expect(words.medium(try day("2026-08-01")) == "1 August 2026")
    #expect(words.time(try time("2026-03-12T00:00")) == "12\u{A0}am")
    #expect(words.time(try time("2026-03-12T12:00")) == "12\u{A0}pm")
    #expect(words.time(try time("2026-03-12T20:05")) == "8:05\u{A0}pm")
    #expect(words.longWithTime(try time("2026-06-12T18:30")) == "Friday 12 June 2026 at 6:30\u{A0}pm")
  }
}
