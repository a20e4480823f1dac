/// What a moderator decided.
public struct Decision: Sendable {
  /// Whether the record is published; otherwise it is withheld.
  public let isApproved: Bool
  /// The reason from the published charter, as `personal-data`; empty for an approval.
  public let reason: String
  /// Words to the author; may be empty.
  public let note: String

  /// Makes a decision.
  public init(isApproved: Bool, reason: String, note: String) {
    self.isApproved = isApproved
    self.reason = reason
    self.note = note
  }
}

/// What a moderator sees before deciding.
public struct Evidence: Sendable {
  /// What it is about, as the title of the item.
  public let title: String
  /// The submitted words, rendered, with whatever helps to judge.
  public let body: HTMLNode
  /// The document where it will appear; nil for none.
  public let document: Subject?

  /// Makes evidence.
  public init(title: String, body: HTMLNode, document: Subject?) {
    self.title = title
    self.body = body
    self.document = document
  }
}

/// A kind of record that is moderated before it is public. The host keeps the queue, the decision and its leaf.
public struct ModeratedKind: Sendable {
  /// The kind, as `report`.
  public let kind: String
  /// What a record is called, by locale.
  public let titles: [String: String]
  /// What a moderator sees, for a key and a language; nil when the record is gone.
  public let evidence: @Sendable (FormContext) throws -> Evidence?
  /// The effect of a decision. Gives the subjects that changed. A decision may be revised later, so it must work again.
  public let decide: @Sendable (ActionContext, Decision) throws -> [Subject]
  /// The categories by which a commune may divide this work among its staff, in a language; none by default.
  public let categories: @Sendable (_ locale: String) -> [Choice]
  /// The category of a record, as one of the values of ``categories``; empty for none. Asked once, when the record is
  /// submitted.
  public let category: @Sendable (FormContext) throws -> String

  /// Makes a kind.
  public init(
    _ kind: String, titles: [String: String],
    categories: @escaping @Sendable (_ locale: String) -> [Choice] = { _ in [] },
    category: @escaping @Sendable (FormContext) throws -> String = { _ in "" },
    evidence: @escaping @Sendable (FormContext) throws -> Evidence?,
    decide: @escaping @Sendable (ActionContext, Decision) throws -> [Subject]
  ) {
    self.kind = kind
    self.titles = titles
    self.categories = categories
    self.category = category
    self.evidence = evidence
    self.decide = decide
  }
}

/// A screen of the desk, for staff.
public struct DeskScreen: Sendable {
  /// The name in addresses: `/desk/<module>/<name>`; a key may follow.
  public let name: String
  /// What the screen is called, by locale.
  public let titles: [String: String]
  /// The permission that is needed.
  public let permission: String
  /// Whether the desk's home leads to it; false for a screen that only makes sense with a key.
  public let isListed: Bool
  /// The screen for a key (empty for the list); nil when there is no such thing.
  public let render: @Sendable (DeskContext) throws -> DeskContent?

  /// Makes a screen.
  public init(
    _ name: String, titles: [String: String], permission: String, isListed: Bool = true,
    render: @escaping @Sendable (DeskContext) throws -> DeskContent?
  ) {
    self.name = name
    self.titles = titles
    self.permission = permission
    self.isListed = isListed
    self.render = render
  }
}

/// What a desk screen shows.
public struct DeskContent: Sendable {
  /// The title.
  public let title: String
  /// What stands below.
  public let body: HTMLNode

  /// Makes content.
  public init(title: String, body: [HTMLNode]) {
    self.title = title
    self.body = .fragment(body)
  }
}

/// What a desk screen is made from.
public struct DeskContext {
  /// What documents are made from, too: tables, time, comments, answers.
  public let rendering: RenderContext
  /// The language, words and forms. Forms of staff actions post to the desk.
  public let view: View
  /// The key in the address; empty for none.
  public let key: String
  /// The parameters after `?`, first values only.
  public let query: [String: String]
  /// Who looks.
  public let actor: Actor
  private let screenPath: (String, String) -> SitePath

  /// Makes a context.
  public init(
    rendering: RenderContext, view: View, key: String, query: [String: String], actor: Actor,
    path: @escaping (String, String) -> SitePath
  ) {
    self.rendering = rendering
    self.view = view
    self.key = key
    self.query = query
    self.actor = actor
    screenPath = path
  }

  /// The address of a screen of this module, with a key.
  public func path(_ screen: String, _ key: String = "") -> SitePath { screenPath(screen, key) }
}
