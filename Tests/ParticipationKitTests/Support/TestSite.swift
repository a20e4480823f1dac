import ParticipationKit

/// A commune for tests that need one and nothing of its host.
struct TestSite {
  static func site(_ module: String, words: Words = Words([])) -> Site {
    Site(
      module: module,
      commune: CommuneFacts(
        name: "Vaubrisey", inseeCode: "55000", population: 752, department: "55", languages: ["fr", "en"],
        address: "https://vaubrisey.example/", isDemonstration: true),
      zone: .utc, content: ContentReader(files: { _ in [] }, data: { _ in nil }), words: words,
      markdown: { text, _ in MarkdownText(blocks: [], node: .p(text)) }, digest: { $0 }, seal: { $0 })
  }

  /// A view whose pieces are marks in the page.
  static func view(_ module: String, locale: String, words: Words) -> View {
    View(
      locale: locale, zone: .utc, module: module, words: words,
      pieces: View.Pieces(
        form: { action, key, _, _ in .p("form \(action) \(key)") }, discussion: { _, _ in "discussion" },
        commentForm: { subject, _ in .text("comment \(subject)") }, answer: { _ in "answer" },
        path: { $0.kind == "absent" ? nil : SitePath("\($0.module)/\($0.kind)-\($0.key).html") },
        hostText: { key, _ in key }))
  }
}

/// Ledgers that give fixed rows and keep what they were asked.
final class TestLedger {
  private(set) var asked: [(sql: String, arguments: [SQLValue])] = []
  private let answers: [Row]

  init(_ answers: [Row] = []) { self.answers = answers }

  var ledger: Ledger {
    Ledger(
      forEach: { sql, arguments, body in
        self.asked.append((sql, arguments))
        for row in self.answers where try !body(row) { return }
      },
      execute: { sql, arguments in
        self.asked.append((sql, arguments))
        return (changes: 1, rowID: 17)
      })
  }

  static var empty: Ledger { Ledger(forEach: { _, _, _ in }) }
}
