public import ParticipationKit

/// A suggestion box: anybody writes, a moderator decides, the page and the feed show what was published.
public struct SuggestionBoxModule: ParticipationModule, SchemaProviding, CatalogueProviding, ActionProviding,
  ModerationProviding, DocumentProviding, StreamProviding
{
  /// Who the module is: the same as in `module.json`.
  public static let manifest = Manifest(
    id: "suggestions", version: "1.0.0", names: ["fr": "Boîte à idées", "en": "Suggestion box"], owner: "Parvis",
    licence: "EUPL-1.2", personalData: .stores(["fr": "Idées gardées, sans nom.", "en": "Ideas kept, without names."]),
    frontPage: "box")
  /// The table.
  public static let migrations = [Migration(1, "ideas", [table])]
  private static let table = """
    CREATE TABLE suggestions_idea(
      id INTEGER PRIMARY KEY, words TEXT NOT NULL, sent_at INTEGER NOT NULL, decided_at INTEGER,
      publication TEXT NOT NULL CHECK(publication IN ('pending', 'published', 'withheld'))) STRICT
    """
  /// The words of `Locales/`.
  public static let catalogues: [(locale: String, json: [UInt8])] = [
    ("fr", PackageResources.fr_json), ("en", PackageResources.en_json),
  ]

  private let site: Site
  /// Makes the module for one commune.
  public init(settings: Settings, site: Site) { self.site = site }

  /// Anybody may send an idea.
  public var actions: [Action] {
    [Action("suggest", titles: ["fr": "Proposer une idée", "en": "Suggest an idea"], form: form, perform: suggest)]
  }

  private func form(_ context: FormContext) -> Form? {
    let say = { site.words.text($0, context.locale) }
    return Form(
      title: say("title"), fields: [Field("words", .line, say("ask"), required: true, maxLength: 500)],
      submit: say("send"))
  }

  private func suggest(_ context: ActionContext, _ sent: Submission) throws -> Outcome {
    let id = try context.ledger.insert(
      "INSERT INTO suggestions_idea(words, sent_at, publication) VALUES(?, ?, 'pending')",
      [.text(sent.text("words")), .timestamp(context.now)])
    try context.submitForModeration(kind: "idea", key: String(id), excerpt: sent.text("words"))
    return Outcome(subject: site.subject("idea", id), changed: [], message: site.words.text("sent", context.locale))
  }

  /// A moderator reads an idea before the public does.
  public var moderatedKinds: [ModeratedKind] {
    [ModeratedKind("idea", titles: ["fr": "Idée", "en": "Idea"], evidence: evidence, decide: decide)]
  }

  private func evidence(_ context: FormContext) throws -> Evidence? {
    let row = try context.ledger.row("SELECT words FROM suggestions_idea WHERE id = ?", [.text(context.key)])
    let title = site.words.text("idea", context.locale, ["n": context.key])
    return try row.map { Evidence(title: title, body: .p(try $0.text("words")), document: box) }
  }

  private func decide(_ context: ActionContext, _ decision: Decision) throws -> [Subject] {
    try context.ledger.execute(
      "UPDATE suggestions_idea SET publication = ?, decided_at = ? WHERE id = ?",
      [.text(decision.isApproved ? "published" : "withheld"), .timestamp(context.now), .text(context.key)])
    return [box]
  }

  private var box: Subject { site.subject("box", "index") }

  /// The box, a page in each language and a JSON resource.
  public var documents: [DocumentFamily] {
    [.single("box", titles: Self.manifest.names, path: "suggestions/index", load: load)]
  }

  private func load(_ context: RenderContext) throws -> Document? {
    let ideas = try entries(context)
    let decided = try context.ledger.count("SELECT max(decided_at) FROM suggestions_idea")
    let value = JSONValue.object([("ideas", .array(ideas.map { .string($0.summary) }))])
    return Document(value: value, updated: Timestamp(milliseconds: Int64(decided))) { view in
      let rows = ideas.map { HTMLNode.p($0.summary, [.id("idea-\($0.subject.key)")]) }
      let list = rows.isEmpty ? .p(view.text("none")) : HTMLNode.ol([.class("rows")], items: rows)
      let body = [HTMLNode.p(view.text("lead"), [.class("lead")]), list, try view.form("suggest")]
      return Page(title: Self.manifest.names[view.locale] ?? "", summary: view.text("lead"), body: body)
    }
  }

  /// The feed of what was published.
  public var streams: [Stream] {
    [Stream("feed", .atom, titles: Self.manifest.names, dependsOn: [box]) { Array(try entries($0).prefix(50)) }]
  }

  private func entries(_ context: RenderContext) throws -> [StreamEntry] {
    let published = "SELECT * FROM suggestions_idea WHERE publication = 'published' ORDER BY decided_at DESC, id DESC"
    return try context.ledger.rows(published).map { row in
      let (key, decided) = (String(try row.int("id")), try row.timestamp("decided_at"))
      return StreamEntry(
        subject: site.subject("idea", key), page: SitePath("suggestions/index.html", fragment: "idea-\(key)"),
        title: site.words.text("idea", site.commune.languages[0], ["n": key]), summary: try row.text("words"),
        published: decided, updated: decided)
    }
  }
}
