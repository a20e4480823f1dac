/// What a document is made from: the module's tables in one snapshot, the time, and the host's services.
public struct RenderContext {
  /// The module's tables, for reading.
  public package(set) var ledger: Ledger
  /// The time for which the document is made.
  public let now: Timestamp
  /// Where the member of staff works who looks at the desk; everything for documents.
  public let reach: Reach
  /// What an adapter keeps with this snapshot: a context stays with one thread and one instant of the database.
  package let shelf = SnapshotShelf()
  /// What was read in a file of the module; the host puts its own in place.
  package var readingOf: (FileReference) throws -> FileText = { _ in .none }
  private let discussionOn: (Subject) throws -> Discussion
  private let answerTo: (Subject) throws -> OfficialAnswer?
  private let erasedOn: (Subject) throws -> Timestamp?
  private let proofOf: (Subject) throws -> JSONValue
  private let languageOf: (Subject) throws -> String

  /// Makes a context from the host's closures.
  public init(
    ledger: Ledger, now: Timestamp, discussion: @escaping (Subject) throws -> Discussion,
    answer: @escaping (Subject) throws -> OfficialAnswer?,
    proof: @escaping (Subject) throws -> JSONValue = { _ in nil },
    erased: @escaping (Subject) throws -> Timestamp? = { _ in nil },
    language: @escaping (Subject) throws -> String = { _ in "" }, reach: Reach = .everything
  ) {
    self.ledger = ledger
    self.now = now
    discussionOn = discussion
    answerTo = answer
    erasedOn = erased
    proofOf = proof
    languageOf = language
    self.reach = reach
  }

  /// The published comments and questions on a subject. A document that shows them depends on the subject.
  /// - Throws: The store's error.
  public func discussion(on subject: Subject) throws -> Discussion { try discussionOn(subject) }

  /// The language in which a moderated record was written: that of the form that sent it. Empty when it is not known,
  /// as for imports.
  /// - Throws: The store's error.
  public func language(of subject: Subject) throws -> String { try languageOf(subject) }

  /// The commune's official answer to a record; nil when there is none.
  /// - Throws: The store's error.
  public func officialAnswer(to subject: Subject) throws -> OfficialAnswer? { try answerTo(subject) }

  /// When the words of a record were erased; nil when they were not. The host says so on the record's own page; a
  /// module that shows records inside other documents may say it there too.
  /// - Throws: The store's error.
  public func erased(_ subject: Subject) throws -> Timestamp? { try erasedOn(subject) }

  /// Where the register commits to the words of a published record: the member `proof` of its JSON, beside the words.
  /// The host adds it to a document of a moderated kind by itself; a module asks for it when a record stands inside
  /// another's document. Null when the register knows nothing of it.
  /// - Throws: The store's error.
  public func proof(of subject: Subject) throws -> JSONValue { try proofOf(subject) }
}

/// A place for one thing that is true of one snapshot, as documents that were asked for together.
package final class SnapshotShelf {
  /// What lies there.
  package var item: AnyObject?

  init() {}
}

/// What a page is made with: the language, the module's words, and the pieces that the host makes.
public struct View {
  /// What a form may be given besides its values.
  public struct FormOptions: Sendable {
    /// Where the form stands in the page, as id prefix and anchor.
    public let id: String
    /// Whether the title of the form is written above it.
    public let showsTitle: Bool

    /// Makes options.
    public init(id: String = "", showsTitle: Bool = true) {
      self.id = id
      self.showsTitle = showsTitle
    }
  }

  /// The pieces that the host makes for a view. They may read the snapshot that the page is made from, so a view stays
  /// with the thread that has it.
  public struct Pieces {
    let form: (String, String, [String: [String]], FormOptions) throws -> HTMLNode
    let discussion: (Discussion, String?) -> HTMLNode
    let commentForm: (Subject, String) throws -> HTMLNode
    let answer: (OfficialAnswer) -> HTMLNode
    let path: (Subject) -> SitePath?
    let hostText: (String, [String: String]) -> String
    let followForm: (Subject) throws -> HTMLNode
    /// The same with words of its own on the fold.
    package var labelledFollowForm: ((Subject, String) throws -> HTMLNode)?
    let flagForm: (Subject) throws -> HTMLNode

    /// Makes the pieces from the host's closures.
    public init(
      form: @escaping (String, String, [String: [String]], FormOptions) throws -> HTMLNode,
      discussion: @escaping (Discussion, String?) -> HTMLNode,
      commentForm: @escaping (Subject, String) throws -> HTMLNode,
      answer: @escaping (OfficialAnswer) -> HTMLNode,
      path: @escaping (Subject) -> SitePath?,
      hostText: @escaping (String, [String: String]) -> String,
      flagForm: @escaping (Subject) throws -> HTMLNode = { _ in .empty },
      followForm: @escaping (Subject) throws -> HTMLNode = { _ in .empty }
    ) {
      self.form = form
      self.discussion = discussion
      self.commentForm = commentForm
      self.answer = answer
      self.path = path
      self.hostText = hostText
      self.followForm = followForm
      self.flagForm = flagForm
    }
  }

  /// The language of the page.
  public let locale: String
  /// The commune's time zone.
  public let zone: TimeZoneRules
  private let module: String
  private let words: Words
  private let pieces: Pieces

  /// Makes a view.
  public init(locale: String, zone: TimeZoneRules, module: String, words: Words, pieces: Pieces) {
    self.locale = locale
    self.zone = zone
    self.module = module
    self.words = words
    self.pieces = pieces
  }

  /// The module's text for a key, in the language of the page.
  public func text(_ key: String, _ arguments: [String: String] = [:]) -> String {
    words.text(key, locale, arguments)
  }

  /// A title or heading that was typed, with the spaces of the page's language, see ``TitleText``.
  public func title(_ text: String) -> String { TitleText.set(text, locale: locale) }

  /// The path of a document of this module by kind and key; its page in the language of the view.
  ///
  /// Gives the site's root when there is no such family, which the link checker reports.
  public func path(_ kind: String, _ key: String = "index") -> SitePath {
    pieces.path(Subject(module, kind, key)) ?? SitePath("")
  }

  /// An instant as people say it, `jeudi 12 mars 2026 à 20 h`, in a `time` element.
  public func time(_ instant: Timestamp) -> HTMLNode {
    let words = DateWords(locale: locale).longWithTime(zone.civil(instant))
    return .element(.time, [.datetime(instant.rfc3339)], [.text(words)])
  }

  /// The day of an instant, `12 mars 2026`, in a `time` element.
  public func day(_ instant: Timestamp) -> HTMLNode {
    let date = zone.civil(instant).date
    return .element(.time, [.datetime(date.description)], [.text(DateWords(locale: locale).medium(date))])
  }

  /// The form of an action of this module; a sentence that says why when it is closed.
  /// - Parameters:
  ///   - action: The action's name.
  ///   - key: What the action is about; empty for none.
  ///   - values: What the fields show at first.
  ///   - options: Id and title.
  /// - Throws: The store's error.
  public func form(
    _ action: String, key: String = "", values: [String: [String]] = [:], options: FormOptions = FormOptions()
  ) throws -> HTMLNode {
    try pieces.form(action, key, values, options)
  }

  /// The comments and questions of a discussion; with a block, only those on that block.
  public func discussion(_ discussion: Discussion, block: String? = nil) -> HTMLNode {
    pieces.discussion(discussion, block)
  }

  /// The form for a comment on a subject, or the sentence that says until when it was possible.
  /// - Throws: The store's error.
  public func commentForm(on subject: Subject, block: String = "") throws -> HTMLNode {
    try pieces.commentForm(subject, block)
  }

  /// The form with which people follow a subject of this module by e-mail, folded away; nothing where the commune sends
  /// no mail or the subject cannot be followed.
  /// - Throws: The store's error.
  public func followForm(on subject: Subject) throws -> HTMLNode { try pieces.followForm(subject) }

  /// The same with a label of one's own on the fold, for a page where more than one thing can be followed, as
  /// `Suivre aussi la rue Haute`.
  /// - Throws: The store's error.
  public func followForm(on subject: Subject, label: String) throws -> HTMLNode {
    try pieces.labelledFollowForm?(subject, label) ?? pieces.followForm(subject)
  }

  /// The form by which anybody tells the commune that a published record, or a comment on it, breaks the charter;
  /// folded away. ``commentForm(on:block:)`` brings it along, so only pages without comments ask for it.
  /// - Throws: The store's error.
  public func flagForm(on subject: Subject) throws -> HTMLNode { try pieces.flagForm(subject) }

  /// The anchor that ``commentForm(on:block:)`` gives on the page, also when a sentence stands in place of the form.
  /// It lies within what is folded, so that a link to it unfolds the form without any script.
  public static func commentFormAnchor(_ subject: Subject) -> String {
    "c-" + ByteText.slug("\(subject.kind)-\(subject.key)")
  }

  /// An official answer.
  public func answer(_ answer: OfficialAnswer) -> HTMLNode { pieces.answer(answer) }

  /// A text of the host that all modules share, as `state.open`.
  public func hostText(_ key: String, _ arguments: [String: String] = [:]) -> String {
    pieces.hostText(key, arguments)
  }
}
