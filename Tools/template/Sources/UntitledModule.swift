public import ParticipationKit

/// What people send, what a moderator publishes, and the page and feed that show it.
public struct UntitledModule: ParticipationModule, SchemaProviding, CatalogueProviding, ActionProviding,
  ModerationProviding, DocumentProviding, StreamProviding
{
  /// Who the module is: the same as in `module.json`, which whoever installs it reads first.
  public static let manifest = Manifest(
    id: "untitled", version: "0.1.0", names: ["fr": "Untitled", "en": "Untitled"], owner: "Untitled",
    licence: "EUPL-1.2",
    personalData: .stores([
      "fr": "Les idées envoyées, sans nom ni adresse, gardées tant que le module sert.",
      "en": "The ideas that were sent, without name or address, kept as long as the module is used.",
    ]),
    frontPage: "front")

  /// The tables, in numbered steps. A step that was released is never changed; a new one is added.
  public static let migrations = [
    Migration(
      1, "ideas",
      [
        """
        CREATE TABLE untitled_idea(
          id INTEGER PRIMARY KEY, words TEXT NOT NULL, sent_at INTEGER NOT NULL, decided_at INTEGER,
          publication TEXT NOT NULL CHECK(publication IN ('pending', 'published', 'withheld'))) STRICT
        """
      ])
  ]

  /// The words, from `Locales/`.
  public static let catalogues: [(locale: String, json: [UInt8])] = [
    ("fr", PackageResources.fr_json), ("en", PackageResources.en_json),
  ]

  private let site: Site

  /// Makes the module for one commune.
  public init(settings: Settings, site: Site) { self.site = site }

  // MARK: What people do

  /// Anybody may send an idea.
  public var actions: [Action] {
    [Action("suggest", titles: ["fr": "Proposer", "en": "Suggest"], form: form, perform: suggest)]
  }

  private func form(_ context: FormContext) -> Form? {
    let ask = site.words.text("ask", context.locale)
    return Form(
      title: ask, fields: [Field("words", .line, ask, required: true, maxLength: 500)],
      submit: site.words.text("send", context.locale))
  }

  private func suggest(_ context: ActionContext, _ sent: Submission) throws -> Outcome {
    let words = sent.text("words")
    let id = try context.ledger.insert(
      "INSERT INTO untitled_idea(words, sent_at, publication) VALUES(?, ?, 'pending')",
      [.text(words), .timestamp(context.now)])
    try context.submitForModeration(kind: "idea", key: String(id), excerpt: words)
    return Outcome(subject: site.subject("idea", id), changed: [], message: site.words.text("sent", context.locale))
  }

  // MARK: What a moderator decides

  /// An idea is read by a moderator before the public reads it.
  public var moderatedKinds: [ModeratedKind] {
    [ModeratedKind("idea", titles: ["fr": "Idée", "en": "Idea"], evidence: evidence, decide: decide)]
  }

  private func evidence(_ context: FormContext) throws -> Evidence? {
    let row = try context.ledger.row("SELECT words FROM untitled_idea WHERE id = ?", [.text(context.key)])
    let title = site.words.text("idea", context.locale, ["n": context.key])
    return try row.map { Evidence(title: title, body: .p(try $0.text("words")), document: front) }
  }

  private func decide(_ context: ActionContext, _ decision: Decision) throws -> [Subject] {
    try context.ledger.execute(
      "UPDATE untitled_idea SET publication = ?, decided_at = ? WHERE id = ?",
      [.text(decision.isApproved ? "published" : "withheld"), .timestamp(context.now), .text(context.key)])
    return [front]
  }

  // MARK: What the public reads

  private var front: Subject { site.subject("front", "index") }

  /// The front page, which is a JSON resource too.
  public var documents: [DocumentFamily] {
    [.single("front", titles: Self.manifest.names, path: "untitled/index", load: load)]
  }

  private func load(_ context: RenderContext) throws -> Document? {
    let ideas = try entries(context)
    let decided = try context.ledger.count("SELECT coalesce(max(decided_at), 0) FROM untitled_idea")
    let value = JSONValue.object([("ideas", .array(ideas.map { .string($0.summary) }))])
    return Document(value: value, updated: Timestamp(milliseconds: Int64(decided))) { view in
      let name = Self.manifest.names[view.locale] ?? ""
      let rows = ideas.map { HTMLNode.p($0.summary, [.id("idea-\($0.subject.key)")]) }
      let list = rows.isEmpty ? .p(view.text("none")) : HTMLNode.ol([.class("rows")], items: rows)
      return Page(title: name, summary: view.text("summary"), body: [list, try view.form("suggest")])
    }
  }

  /// The feed of what was published.
  public var streams: [Stream] {
    [Stream("feed", .atom, titles: Self.manifest.names, dependsOn: [front], entries: entries)]
  }

  private func entries(_ context: RenderContext) throws -> [StreamEntry] {
    let published = "SELECT * FROM untitled_idea WHERE publication = 'published' ORDER BY id DESC LIMIT 50"
    return try context.ledger.rows(published).map { row in
      let (key, decided) = (String(try row.int("id")), try row.timestamp("decided_at"))
      return StreamEntry(
        subject: site.subject("idea", key), page: SitePath("untitled/index.html", fragment: "idea-\(key)"),
        title: site.words.text("idea", site.commune.languages[0], ["n": key]), summary: try row.text("words"),
        published: decided, updated: decided)
    }
  }
}
