import ParticipationKit
import Synchronization
import Testing

@testable import Consultation

@Suite("Importing a file of the Grand Débat")
struct GrandDebatImportTests {
  struct Done {
    let report: ImportReport
    let ledger: NotingLedger
    let leaves: Int
  }

  /// Imports a text cut into pieces of a few bytes, as a file may be read.
  static func run(_ text: String, consultation: String = "laiterie", pieces: Int = 7) throws -> Done {
    let module = try Fixture.module()
    let noting = NotingLedger()
    var leaves = 0
    let context = ImportContext(
      action: noting.context(now: Timestamp(seconds: 1_790_000_000)), options: ["consultation": consultation],
      include: { _ in leaves += 1 },
      content: { _, name in Fixture.file([], name: name) }, comment: { _ in true },
      decision: { _ in }, answer: { _ in }, seal: { _, _, _ in leaves += 1 })
    var rest = Array(text.utf8)[...]
    let source = ImportSource(name: "contributions.json") {
      guard !rest.isEmpty else { return nil }
      defer { rest = rest.dropFirst(pieces) }
      return Array(rest.prefix(pieces))
    }
    let report = try module.grandDebatImporter.read(context, source)
    return Done(report: report, ledger: noting, leaves: leaves)
  }

  static func record(_ number: Int, published: String = "\"2019-01-22 10:04:31\"", trashed: String = "false") -> String
  {
    GrandDebatReadingTests.line(
      id: "P\(number)", published: published, trashed: trashed,
      responses: (1...9).map { GrandDebatReadingTests.response("\($0)", "Réponse \(number).\($0)") }.joined(
        separator: ","))
  }

  @Test("The array of the files, separators on lines of their own, is read record by record")
  func layout() throws {
    let text = "[\n" + (1...20).map { Self.record($0) }.joined(separator: "\n,\n") + "\n]\n"
    let done = try Self.run(text)
    #expect(done.report.added == 20)
    #expect(done.report.isBroad)
    #expect(done.leaves == 20)
    #expect(done.ledger.insertions(into: "consultation_proposal") == 20)
    #expect(done.ledger.insertions(into: "consultation_question") == 9)
    // 180 answers in statements of 64 rows: a call a row would miss the speed that was promised.
    #expect(done.ledger.insertions(into: "consultation_response") == 3)
    let values = done.ledger.statements.filter { $0.sql.hasPrefix("INSERT INTO consultation_response") }
    #expect(values.map(\.arguments.count).reduce(0, +) == 180 * 4)
  }

  @Test("Published numbers follow each other, without gaps for what is left out")
  func numbers() throws {
    let records = [Self.record(1), Self.record(2, trashed: "true"), Self.record(3, published: "null"), Self.record(4)]
    let done = try Self.run("[\n" + records.joined(separator: "\n,\n") + "\n]")
    let proposals = done.ledger.statements.filter { $0.sql.hasPrefix("INSERT INTO consultation_proposal") }
    #expect(proposals.map { $0.arguments[8] } == [.integer(1), .integer(2)])
    #expect(done.report.added == 2)
    #expect(done.report.skippedCount == 2)
    #expect(done.report.skipped.map(\.line) == [4, 6])
  }

  @Test("Commas at the end of a record's line, CRLF and white space do no harm")
  func tolerated() throws {
    let done = try Self.run("[\r\n\(Self.record(1)),\r\n\(Self.record(2)) \r\n\r\n]\r\n")
    #expect(done.report.added == 2)
  }

  @Test(
    "A broken line stops the import with its number",
    arguments: [
      ("[\n{\"id\":\n]\n", 2), ("[\n\(record(1))\n,\n\(record(2))x\n]\n", 4), ("{\"id\":\"x\"}\n", 1),
      ("[\n\(record(1, published: "\"hier\""))\n]\n", 2), ("[\n\(record(1))\n]\n\(record(2))\n", 4), ("[\n[\n]\n", 2),
    ])
  func brokenLine(text: String, line: Int) throws {
    let error = #expect(throws: ImportError.self) { try Self.run(text) }
    #expect(error?.line == line)
    #expect(error?.messages["fr"] != error?.messages["en"])
  }

  @Test(
    "A file that stops in the middle is refused, not half imported",
    arguments: [
      "", "[\n", "[\n\(record(1))\n", "[\n\(record(1))\n,\n",
    ])
  func cutFile(text: String) {
    #expect(throws: ImportError.self) { try Self.run(text) }
  }

  @Test("A consultation that does not exist is named with those that do")
  func unknownConsultation() throws {
    let error = #expect(throws: ImportError.self) { try Self.run("[\n]\n", consultation: "piscine") }
    #expect(error?.messages["fr"]?.contains("laiterie") == true)
  }
}

@Suite("Local times of imported records")
struct LocalTimesTests {
  @Test("Times are read in the commune's zone, in winter and in summer, with one question to the zone an hour")
  func zone() {
    let asked = Atomic(0)
    let counting = TimeZoneRules(identifier: "Europe/Paris") { instant in
      asked.add(1, ordering: .relaxed)
      return Fixture.paris.offsetSeconds(at: instant)
    }
    var times = LocalTimes(zone: counting)
    #expect(times.instant("2026-01-22 10:04:31")?.rfc3339 == "2026-01-22T09:04:31Z")
    #expect(times.instant("2026-07-22 10:04:31")?.rfc3339 == "2026-07-22T08:04:31Z")
    let before = asked.load(ordering: .relaxed)
    for second in 10..<60 { _ = times.instant("2026-07-22 10:04:\(second)") }
    #expect(asked.load(ordering: .relaxed) == before)
  }

  @Test(
    "What is no time is refused",
    arguments: [
      "", "2026-01-22", "2026-01-22 24:00:00", "2026-13-01 10:00:00", "2026-02-30 10:00:00", "2026-01-22 10:60:00",
      "2026-1-22 10:00:00", "22/01/2026 10:00:00", "2026-01-22 10:00:00Z", "2026-01-22 10:00:000", "20260122100000",
    ])
  func refused(text: String) {
    var times = LocalTimes(zone: .utc)
    #expect(times.instant(text) == nil)
  }
}
