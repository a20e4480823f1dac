import ParticipationKit
import ParticipationTesting

@testable import ParvisCommune

/// The smallest module with files: each act of staff keeps one, and its page carries it.
struct PapersModule: ParticipationModule, SchemaProviding, ActionProviding, DocumentProviding, ImportProviding {
  static let manifest = Manifest(
    id: "papers", version: "1.0.0", names: ["fr": "Papiers"], owner: "Essai", licence: "EUPL-1.2",
    permissions: [Permission("papers.keep", roles: ["clerk"], titles: ["fr": "Garder"])],
    personalData: .none(because: ["fr": "Rien."]), frontPage: "front")
  static let migrations = [
    Migration(1, "papers", ["CREATE TABLE papers_paper(key TEXT PRIMARY KEY, file TEXT NOT NULL) STRICT"])
  ]

  private let site: Site
  init(settings: Settings, site: Site) { self.site = site }

  var actions: [Action] {
    [
      Action(
        "keep", audience: .staff("papers.keep"), titles: ["fr": "Garder"],
        form: { _ in
          Form(
            title: "Garder",
            fields: [Field("key", .line, "Nom", required: true), .file("file", "Fichier", required: true)],
            submit: "Garder")
        },
        perform: { context, form in
          try save(form.text("key"), form.file("file")?.stored ?? "", context.ledger)
          return Outcome(
            subject: site.subject("paper", form.text("key")), changed: changed(form.text("key")), message: "Gardé")
        })
    ]
  }

  private func changed(_ key: String) -> [Subject] { [site.subject("paper", key), site.subject("front", "index")] }

  private func save(_ key: String, _ file: String, _ ledger: Ledger) throws {
    try ledger.execute("INSERT OR REPLACE INTO papers_paper(key, file) VALUES(?,?)", [.text(key), .text(file)])
  }

  var importers: [Importer] {
    [
      Importer(
        "papers", titles: ["fr": "Papiers"],
        read: { context, source in
          var report = ImportReport()
          try source.forEachLine { _, line in
            let name = String(decoding: line, as: UTF8.self)
            let file = try context.file(named: name)
            try save(name, file.stored, context.action.ledger)
            try context.include(Array(line))
            report.added += 1
            report.changed += changed(name)
          }
          return report
        })
    ]
  }

  var documents: [DocumentFamily] {
    [
      .single("front", titles: ["fr": "Papiers"], path: "papers/index") { context in
        let keys = try context.ledger.rows("SELECT key FROM papers_paper ORDER BY key").map { try $0.text("key") }
        return Document(value: nil, updated: Timestamp(milliseconds: 0)) { _ in
          Page(title: "Papiers", summary: "Papiers", body: keys.map { .p($0) })
        }
      },
      DocumentFamily(
        "paper", rank: .record, titles: ["fr": "Papier"], path: { "papers/\($0)" },
        keys: { ledger, after, limit in
          try ledger.rows(
            "SELECT key FROM papers_paper WHERE key > ? ORDER BY key LIMIT ?", [.text(after ?? ""), .integer(limit)]
          ).map { try $0.text("key") }
        },
        load: { context, key in
          guard let row = try context.ledger.row("SELECT file FROM papers_paper WHERE key = ?", [.text(key)]),
            let file = FileReference(stored: try row.text("file"))
          else { return nil }
          return Document(
            value: .object([("attachment", site.value(of: file))]), updated: Timestamp(milliseconds: 0),
            page: { view in Page(title: key, summary: key, body: [view.file(file, "Ouvrir")]) }
          ).carrying([file])
        }),
    ]
  }

  static let yaml = """
    name: Essai
    insee: "55999"
    population: 752
    department: "55"
    languages: [fr]
    address: https://essai.example/
    uploads:
      max_mib: 1
    modules:
      papers:

    """
}
