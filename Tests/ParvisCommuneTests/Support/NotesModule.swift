import ParticipationKit

/// A module with everything that a module can have, in small: what its tests find holds for every module.
///
/// Anybody sends a note; a moderator decides; lists of two are fixed at first publication; the index shows the newest.
struct NotesModule: ParticipationModule, SchemaProviding, SettingsProviding, CatalogueProviding, ActionProviding,
  DocumentProviding, StreamProviding, ModerationProviding, CommentProviding, DeskProviding, SlotProviding,
  ImportProviding, ExportProviding, FollowProviding, EventProviding, PersonalDataProviding
{
  static let perPage = 2

  static let manifest = Manifest(
    id: "notes", version: "1.0.0", names: ["fr": "Petits mots", "en": "Notes"], owner: "Tests", licence: "EUPL-1.2",
    permissions: [
      Permission("notes.edit", roles: ["clerk"], titles: ["fr": "Titrer les mots", "en": "Give notes a headline"])
    ],
    personalData: .stores(["fr": "Une adresse, jamais publiée.", "en": "An address, never published."]),
    frontPage: "index")

  static let migrations = [
    Migration(
      1, "notes",
      [
        """
        CREATE TABLE notes_note(id INTEGER PRIMARY KEY, body TEXT NOT NULL, email TEXT NOT NULL, headline TEXT NOT NULL,
          cheers INTEGER NOT NULL DEFAULT 0, reference TEXT UNIQUE, updated_at INTEGER NOT NULL,
          publication TEXT NOT NULL CHECK(publication IN ('pending','published','withheld')),
          published_number INTEGER UNIQUE, published_at INTEGER) STRICT
        """,
        """
        CREATE TABLE notes_cheer(note INTEGER NOT NULL, code TEXT NOT NULL, UNIQUE(note, code)) STRICT
        """,
      ])
  ]

  static let settings = [
    SettingField("greeting", .text, default: "Bonjour", help: ["fr": "Le salut de la page", "en": "The greeting"]),
    SettingField("most", .int, default: 20, range: 1...50, help: ["fr": "Combien", "en": "How many"]),
    SettingField("loud", .bool, default: false, help: ["fr": "Plus fort", "en": "Louder"]),
    SettingField(
      "mood", .text, default: "calm", choices: ["calm", "gay"], help: ["fr": "L’humeur", "en": "The mood"]),
  ]

  static let catalogues: [(locale: String, json: [UInt8])] = [
    ("fr", Array(#"{"sent": "Merci, la mairie lira.", "list": "Liste {n}"}"#.utf8)),
    ("en", Array(#"{"sent": "Thank you, the town hall will read it.", "list": "List {n}"}"#.utf8)),
  ]

  let site: Site
  let greeting: String
  let topics: [Choice]

  init(settings: Settings, site: Site) throws {
    self.site = site
    greeting = settings.text("greeting") + (settings.bool("loud") ? " !" : "")
    let files = try site.content.files(in: "topics")
    let findings = files.flatMap { $0.checkFields(known: ["title"], required: ["title"]) }
    if !findings.isEmpty { throw ContentError(findings) }
    topics = files.map { Choice($0.name, $0.fields["title"]?.text ?? $0.name) }
  }

  func note(_ id: Int) -> Subject { site.subject("note", id) }
  var all: Subject { site.subject("all", "all") }

  /// What a note's appearance or change touches: itself, its list, and the index.
  func touched(_ id: Int, in ledger: Ledger) throws -> [Subject] {
    let number = try ledger.count("SELECT published_number FROM notes_note WHERE id = ?", [.integer(id)])
    guard number > 0 else { return [] }
    let page = (number - 1) / NotesModule.perPage + 1
    return [note(id), site.subject("note-page", page), all]
  }

  // MARK: Moderation and comments

  var moderatedKinds: [ModeratedKind] {
    [
      ModeratedKind(
        "note", titles: ["fr": "Petit mot", "en": "Note"],
        categories: { _ in topics },
        evidence: { context in
          guard let row = try context.ledger.row("SELECT body FROM notes_note WHERE id = ?", [.text(context.key)])
          else { return nil }
          return Evidence(
            title: "Mot \(context.key)", body: .p(try row.text("body")), document: site.subject("note", context.key))
        }, decide: decide,
        texts: [
          ModeratedText(
            "body", titles: ["fr": "Texte", "en": "Text"],
            read: {
              try $0.ledger.row("SELECT body FROM notes_note WHERE id = ?", [.text($0.key)])?.text("body")
            },
            write: { context, words in
              try context.ledger.execute(
                "UPDATE notes_note SET body = ?, updated_at = ? WHERE id = ?",
                [.text(words), .timestamp(context.now), .text(context.key)])
              return try touched(Int(context.key) ?? 0, in: context.ledger)
            })
        ],
        words: { context in
          try context.ledger.row("SELECT body FROM notes_note WHERE id = ?", [.text(context.key)]).map {
            words(try $0.text("body"))
          }
        }, counted: ["cheers"])
    ]
  }

  func words(_ body: String) -> [(String, JSONValue)] { [("body", .string(body))] }

  private func decide(_ context: ActionContext, _ decision: Decision) throws -> [Subject] {
    let id = Int(context.key) ?? 0
    if decision.isApproved {
      try context.ledger.execute(
        """
        UPDATE notes_note SET publication = 'published', updated_at = ?1, published_at = coalesce(published_at, ?1),
          published_number = coalesce(published_number,
            (SELECT coalesce(max(published_number), 0) + 1 FROM notes_note)) WHERE id = ?2
        """, [.timestamp(context.now), .integer(id)])
    } else {
      try context.ledger.execute(
        "UPDATE notes_note SET publication = 'withheld', updated_at = ? WHERE id = ?",
        [.timestamp(context.now), .integer(id)])
    }
    return try touched(id, in: context.ledger)
  }

  var commentableKinds: [CommentableKind] {
    [
      CommentableKind("note") { context in
        guard
          let row = try context.ledger.row(
            "SELECT id, body, headline FROM notes_note WHERE id = ? AND publication = 'published'", [.text(context.key)]
          )
        else { return nil }
        let blocks = try site.markdown(try row.text("body"), .resident).blocks
        let isShut = try row.text("headline") == "shut"
        return CommentTarget(
          title: "Mot \(context.key)", document: site.subject("note", context.key),
          blocks: blocks.map { CommentTarget.Block(id: String($0.index), text: $0.plainText) },
          refusal: isShut ? "Les commentaires sont clos." : nil)
      }
    ]
  }

  // MARK: Transfers

  var importers: [Importer] {
    [
      Importer(
        "notes", titles: ["fr": "Mots", "en": "Notes"], options: [(name: "state", help: "published or pending")]
      ) {
        context, source in
        var report = ImportReport()
        try source.forEachLine { number, line in
          let parts = line.split(separator: UInt8(ascii: ";"), maxSplits: 1)
          guard parts.count == 2, let text = String(validating: parts[1], as: UTF8.self) else {
            throw ImportError(line: number, fr: "attendu : référence;texte", en: "expected: reference;text")
          }
          try take(String(decoding: parts[0], as: UTF8.self), text, context, &report)
        }
        return report
      }
    ]
  }

  private func take(_ reference: String, _ text: String, _ context: ImportContext, _ report: inout ImportReport) throws
  {
    let ledger = context.action.ledger
    let number = try ledger.count("SELECT coalesce(max(published_number), 0) + 1 FROM notes_note")
    let changes = try ledger.execute(
      """
      INSERT INTO notes_note(body, email, headline, reference, updated_at, publication, published_number, published_at)
      VALUES(?1, '', '', ?2, ?3, 'published', ?4, ?3) ON CONFLICT(reference) DO NOTHING
      """, [.text(text), .text(reference), .timestamp(context.action.now), .integer(number)])
    guard changes == 1 else {
      report.unchanged += 1
      return
    }
    let id = try ledger.count("SELECT id FROM notes_note WHERE reference = ?", [.text(reference)])
    report.added += 1
    report.changed += try touched(id, in: ledger)
    try context.seal(note(id), words: words(text))
    if text.hasPrefix("décidé") {
      try context.addDecision(
        ImportedDecision(
          kind: "note", key: String(id), excerpt: text, isApproved: true, decided: context.action.now))
      try context.addAnswer(
        ImportedAnswer(
          subject: note(id), author: "La maire", text: text == "décidé en profondeur" ? deep : "C’est **fait**.",
          published: context.action.now))
    }
    try context.addComment(
      ImportedComment(
        reference: "notes:\(reference)", subject: note(id), kind: "comment", author: "", sent: context.action.now,
        text: text.hasPrefix("deep") ? deep : "Importé", state: "published"))
  }

  /// Words that no page can show.
  private var deep: String { String(repeating: "> ", count: 60) + "deep" }

  var exporters: [Exporter] {
    [
      Exporter("notes", titles: ["fr": "Mots", "en": "Notes"]) { context, _, sink in
        try context.ledger.forEach("SELECT reference, body FROM notes_note WHERE reference IS NOT NULL ORDER BY id") {
          try sink(Array("\(try $0.text("reference"));\(try $0.text("body"))\n".utf8))
          return true
        }
      }
    ]
  }
}
