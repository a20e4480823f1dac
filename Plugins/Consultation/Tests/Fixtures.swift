import ParticipationKit

@testable import Consultation

/// What the tests lend the module: no store, a digest that is deterministic and no secret.
enum Fixture {
  static let paris = TimeZoneRules(identifier: "Europe/Paris") { instant in
    // 2026: summer time from 29 March to 25 October, 01:00 UTC.
    (1_774_746_000..<1_792_890_000).contains(instant.seconds) ? 7200 : 3600
  }

  static func digest(_ bytes: [UInt8]) -> [UInt8] {
    var state: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { state = (state ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return (0..<32).map { index in
      state = state &* 6_364_136_223_846_793_005 &+ UInt64(index) &+ 1
      return UInt8(truncatingIfNeeded: state >> 56)
    }
  }

  static func plain(_ text: String, _ policy: MarkdownPolicy) throws -> MarkdownText {
    if ByteText.length(text) > policy.maxLength {
      throw MarkdownRefusal(limit: "length", allowed: policy.maxLength, found: ByteText.length(text))
    }
    let block = MarkdownBlock(index: 0, lines: 1...1, kind: "paragraph", plainText: text, node: .p(text))
    return MarkdownText(blocks: [block], node: .p(text))
  }

  static func site(files: [ContentFile] = [file(fields())]) throws -> Site {
    let words = Words(try ConsultationModule.catalogues.map { try Catalogue(locale: $0.locale, json: $0.json) })
    return Site(
      module: "consultation",
      commune: CommuneFacts(
        name: "Vaubrisey", inseeCode: "55999", population: 752, department: "55", languages: ["fr", "en"],
        address: "https://vaubrisey.example/", isDemonstration: false),
      zone: paris, content: ContentReader(files: { $0 == "consultations" ? files : [] }, data: { _ in nil }),
      words: words, markdown: plain, digest: digest, seal: digest)
  }

  static func module(files: [ContentFile] = [file(fields())]) throws -> ConsultationModule {
    try ConsultationModule(settings: Settings(), site: site(files: files))
  }

  typealias Fields = [(name: String, value: ContentValue)]

  static func text(_ text: String, line: Int) -> ContentValue { .scalar(text, quoted: true, line: line) }

  static func question(
    id: String = "usage", type: String = "single", options: [String] = ["Un café", "Un gîte"], more: Fields = []
  ) -> ContentValue {
    let members: Fields = [
      ("id", text(id, line: 10)), ("type", text(type, line: 11)), ("title", text("À quoi servir ?", line: 12)),
    ]
    let list: Fields =
      options.isEmpty ? [] : [("options", .list(options.map { text($0, line: 14) }, line: 13))]
    return .mapping(members + list + more, line: 10)
  }

  static func fields(id: String = "laiterie", _ questions: [ContentValue] = [question()]) -> Fields {
    [
      ("id", text(id, line: 2)), ("title", text("Que faire de la laiterie ?", line: 3)),
      ("opens", text("2026-09-01T08:00", line: 4)), ("closes", text("2026-10-31T18:00", line: 5)),
      ("accepts_proposals", .scalar("true", line: 6)),
      (
        "questionnaire",
        .list(
          [.mapping([("title", text("Usage", line: 8)), ("questions", .list(questions, line: 9))], line: 8)], line: 7)
      ),
    ]
  }

  static func file(_ fields: Fields, name: String = "laiterie") -> ContentFile {
    ContentFile(
      path: "content/consultations/\(name).md", name: name, fields: .mapping(fields, line: 1), body: "Texte.",
      bodyLine: 20)
  }

  /// What is wrong with some files; empty when they can be used.
  static func findings(_ files: [ContentFile]) -> [Diagnostic] {
    do {
      _ = try module(files: files)
      return []
    } catch let error as ContentError {
      return error.diagnostics
    } catch {
      return [Diagnostic(.error, file: "", line: nil, fr: "\(error)", en: "\(error)")]
    }
  }
}

/// A ledger that stores nothing: it notes the statements and says that each changed one row.
final class NotingLedger {
  private(set) var statements: [(sql: String, arguments: [SQLValue])] = []

  var ledger: Ledger {
    Ledger(
      forEach: { _, _, _ in },
      execute: { sql, arguments in
        self.statements.append((sql, arguments))
        return (1, self.statements.count)
      })
  }

  func insertions(into table: String) -> Int {
    statements.filter { $0.sql.hasPrefix("INSERT INTO \(table) ") }.count
  }

  func context(key: String = "", now: Timestamp, moderate: @escaping (String) -> Void = { _ in }) -> ActionContext {
    var drawn: UInt8 = 0
    return ActionContext(
      ledger: ledger, key: key, actor: Actor(personID: 1, name: "Greffe", role: "clerk", channel: "desk"),
      locale: "fr", now: now,
      random: { count in
        drawn += 1
        return Array(Fixture.digest([drawn]).prefix(count))
      }, moderate: { kind, _, _ in moderate(kind) })
  }
}
