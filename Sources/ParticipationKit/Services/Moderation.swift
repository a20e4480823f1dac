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

/// A text of a moderated record from which a moderator may take out a passage. The host keeps what was there before for
/// staff; the module stores and shows only what it is given, so a passage that was taken out is nowhere else.
public struct ModeratedText: Sendable {
  /// The name of the text, as `body`.
  public let name: String
  /// What the text is called, by locale.
  public let titles: [String: String]
  /// The text as stored now, for a key; nil when the record is gone.
  public let read: @Sendable (FormContext) throws -> String?
  /// Stores a text in its place. Gives the subjects that changed.
  public let write: @Sendable (ActionContext, String) throws -> [Subject]

  /// Makes a text.
  public init(
    _ name: String, titles: [String: String], read: @escaping @Sendable (FormContext) throws -> String?,
    write: @escaping @Sendable (ActionContext, String) throws -> [Subject]
  ) {
    self.name = name
    self.titles = titles
    self.read = read
    self.write = write
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
  /// The categories by which a commune may divide this work among its staff, in a language; none by default. A record
  /// says its own with ``ActionContext/submitForModeration(kind:key:excerpt:category:)``.
  public let categories: @Sendable (_ locale: String) -> [Choice]
  /// The texts from which a passage may be taken out; without any, a record is published whole or not at all.
  public let texts: [ModeratedText]
  /// The author's words as they stand in the record's published JSON: the same members with the same values. The
  /// decision's leaf commits to them, so that a word changed later is seen. Nil when the kind has none to commit to.
  public let words: (@Sendable (FormContext) throws -> [(String, JSONValue)]?)?
  /// The members of the record's JSON that are counts of acts, as `supports.verified`; see ``CountChange``.
  public let counted: [String]
  /// Whether the hour of a decision must not be told, since it would say when a secret act was done.
  public let isSecret: Bool

  /// Makes a kind.
  /// - Parameters:
  ///   - kind: The kind, as `report`.
  ///   - titles: What a record is called, by locale.
  ///   - categories: The categories that a moderator's role may be limited to; none by default.
  ///   - evidence: What a moderator sees.
  ///   - decide: The effect of a decision.
  ///   - texts: The texts of which a moderator may black out a passage.
  ///   - words: The author's words as members of the published JSON; see ``words``.
  ///   - counted: The members that are counts; see ``counted``.
  ///   - isSecret: Whether decisions are told by their day only.
  public init(
    _ kind: String, titles: [String: String],
    categories: @escaping @Sendable (_ locale: String) -> [Choice] = { _ in [] },
    evidence: @escaping @Sendable (FormContext) throws -> Evidence?,
    decide: @escaping @Sendable (ActionContext, Decision) throws -> [Subject], texts: [ModeratedText] = [],
    words: (@Sendable (FormContext) throws -> [(String, JSONValue)]?)? = nil, counted: [String] = [],
    isSecret: Bool = false
  ) {
    self.texts = texts
    self.kind = kind
    self.titles = titles
    self.categories = categories
    self.evidence = evidence
    self.decide = decide
    self.words = words
    self.counted = counted
    self.isSecret = isSecret
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
  /// The category of what a key names, for staff whose role holds in some categories only, see ``Reach``. Nil closes
  /// the screen to them; where the closure gives nil, as for a list, they are let in and the screen shows what
  /// ``RenderContext/reach`` covers.
  public let category: (@Sendable (FormContext) throws -> String?)?
  /// Whether the desk's home leads to it; false for a screen that only makes sense with a key.
  public let isListed: Bool
  /// The screen for a key (empty for the list); nil when there is no such thing.
  public let render: @Sendable (DeskContext) throws -> DeskContent?

  /// Makes a screen.
  public init(
    _ name: String, titles: [String: String], permission: String, isListed: Bool = true,
    category: (@Sendable (FormContext) throws -> String?)? = nil,
    render: @escaping @Sendable (DeskContext) throws -> DeskContent?
  ) {
    self.name = name
    self.titles = titles
    self.permission = permission
    self.category = category
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
