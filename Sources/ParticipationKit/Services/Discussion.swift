/// One published comment or question.
public struct Comment: Sendable {
  /// The number of the comment in its commune.
  public let id: Int
  /// `comment` or `question`.
  public let kind: String
  /// The name that the author chose to show; empty for none.
  public let author: String
  /// When it was sent.
  public let sent: Timestamp
  /// The block of the text that it is about; empty for the whole.
  public let block: String
  /// The words of the block when the comment was written; empty when it is about the whole.
  public let quote: String
  /// The comment, rendered.
  public let body: HTMLNode
  /// The comment as written.
  public let source: String
  /// The official answer to it, if there is one.
  public let answer: OfficialAnswer?
  /// When its words were erased; nil when they were not. Its place stays.
  public let erased: Timestamp?
  /// Where the register commits to the comment, as JSON; null when it does not.
  public let proof: JSONValue
  /// The language in which it was written, as `fr`; empty when it is not known.
  public let language: String

  /// Makes a comment.
  public init(
    id: Int, kind: String, author: String, sent: Timestamp, block: String, quote: String, body: HTMLNode,
    source: String, answer: OfficialAnswer?, proof: JSONValue = nil, language: String = "", erased: Timestamp? = nil
  ) {
    self.id = id
    self.kind = kind
    self.author = author
    self.sent = sent
    self.block = block
    self.quote = quote
    self.body = body
    self.source = source
    self.answer = answer
    self.erased = erased
    self.proof = proof
    self.language = language
  }

  /// The words that the register commits to, as members of ``Discussion/value``.
  /// - Parameters:
  ///   - subject: What the comment is about.
  ///   - kind: `comment` or `question`.
  ///   - author: The name to show; empty for none.
  ///   - quote: The words of the block; empty for none.
  ///   - source: The comment as written.
  public static func words(
    on subject: String, kind: String, author: String, quote: String, source: String
  ) -> [(String, JSONValue)] {
    [
      ("on", .string(subject)), ("kind", .string(kind)), ("author", author.isEmpty ? .null : .string(author)),
      ("quote", quote.isEmpty ? .null : .string(quote)), ("markdown", .string(source)),
    ]
  }
}

/// The published comments and questions on a subject, oldest first.
public struct Discussion: Sendable {
  /// What they are about.
  public let subject: Subject
  /// The comments, oldest first.
  public let comments: [Comment]

  /// Makes a discussion.
  public init(subject: Subject, comments: [Comment]) {
    self.subject = subject
    self.comments = comments
  }

  /// The same without the passages that comments quote: for a record whose text is no longer public. The act that
  /// takes the text back says so to the register, see ``ActionContext/withdrawQuotes(from:)``.
  public var withoutQuotes: Discussion {
    Discussion(
      subject: subject,
      comments: comments.map { comment in
        Comment(
          id: comment.id, kind: comment.kind, author: comment.author, sent: comment.sent, block: "", quote: "",
          body: comment.body, source: comment.source, answer: comment.answer, proof: comment.proof,
          language: comment.language, erased: comment.erased)
      })
  }

  /// When the last comment was sent or answered; nil when there is none.
  public var updated: Timestamp? {
    comments.map { max($0.sent, $0.answer?.updated ?? $0.sent, $0.erased ?? $0.sent) }.max()
  }

  /// The comments as JSON: what the pages show and nothing more.
  public var value: JSONValue {
    let on = subject.description
    return .array(
      comments.map { comment in
        var members: [(String, JSONValue)] = [("id", .integer(comment.id))]
        members.reserveCapacity(12)
        members += Comment.words(
          on: on, kind: comment.kind, author: comment.author, quote: comment.quote, source: comment.source)
        members.append(("sent", .timestamp(comment.sent)))
        members.append(("block", comment.block.isEmpty ? .null : .string(comment.block)))
        members.append(("language", comment.language.isEmpty ? .null : .string(comment.language)))
        members.append(("answer", comment.answer?.value ?? .null))
        members.append(("proof", comment.proof))
        if let erased = comment.erased { members.append(("erased", .timestamp(erased))) }
        return .object(members)
      })
  }
}

/// What the commune officially answered, a state of its own beside publication and moderation.
public struct OfficialAnswer: Sendable {
  /// In whose name, as `La commission travaux`.
  public let author: String
  /// When it was published.
  public let published: Timestamp
  /// The answer, rendered.
  public let body: HTMLNode
  /// The answer as written.
  public let source: String
  /// What it answers, as `agenda/item/17`; empty where the register does not prove it.
  public let on: String
  /// When it was last changed after it was published; nil when it never was.
  public let changed: Timestamp?
  /// Where the register commits to the answer, as JSON; null when it does not.
  public let proof: JSONValue

  /// Makes an answer.
  public init(
    author: String, published: Timestamp, body: HTMLNode, source: String, on: String = "", changed: Timestamp? = nil,
    proof: JSONValue = nil
  ) {
    self.author = author
    self.published = published
    self.body = body
    self.source = source
    self.on = on
    self.changed = changed
    self.proof = proof
  }

  /// The words that the register commits to, as members of ``value``.
  /// - Parameters:
  ///   - subject: What is answered.
  ///   - author: In whose name.
  ///   - source: The answer as written.
  public static func words(on subject: String, author: String, source: String) -> [(String, JSONValue)] {
    [("on", .string(subject)), ("author", .string(author)), ("markdown", .string(source))]
  }

  /// When it was last written: changed, or else published.
  public var updated: Timestamp { changed ?? published }

  /// The answer as JSON.
  public var value: JSONValue {
    .object(
      OfficialAnswer.words(on: on, author: author, source: source) + [
        ("published", .timestamp(published)), ("changed", .timestamp(changed)), ("proof", proof),
      ])
  }
}

/// What a person may comment: a record or one block of its text.
public struct CommentTarget: Sendable {
  /// A block of the text that can be chosen.
  public struct Block: Sendable {
    /// The block's id within its subject.
    public let id: String
    /// The words of the block; kept with the comment.
    public let text: String
    /// What the list of passages calls the block where its first words would not do, as those of a table; empty for
    /// them.
    public let label: String

    /// Makes a block.
    public init(id: String, text: String) { self.init(id: id, text: text, label: "") }

    /// Makes a block with a label of its own.
    public init(id: String, text: String, label: String) {
      self.id = id
      self.text = text
      self.label = label
    }
  }

  /// What it is called, as `3. Réfection de la rue Haute`.
  public let title: String
  /// The kind and key of the document that shows it, for links from the desk and the receipt.
  public let document: Subject
  /// The anchor on that document's page; empty for none.
  public let anchor: String
  /// The blocks that a comment may be about.
  public let blocks: [Block]
  /// Whether questions are possible besides comments.
  public let allowsQuestions: Bool
  /// Until when comments are accepted; nil for no end.
  public let closesAt: Timestamp?
  /// Why comments are not accepted now, in the person's language; nil when they are.
  public let refusal: String?
  /// The subjects, besides the target itself, that a published comment changes, as a page of a list that shows counts.
  public let alsoChanges: [Subject]

  /// Makes a target.
  public init(
    title: String, document: Subject, anchor: String = "", blocks: [Block] = [], allowsQuestions: Bool = true,
    closesAt: Timestamp? = nil, refusal: String? = nil, alsoChanges: [Subject] = []
  ) {
    self.title = title
    self.document = document
    self.anchor = anchor
    self.blocks = blocks
    self.allowsQuestions = allowsQuestions
    self.closesAt = closesAt
    self.refusal = refusal
    self.alsoChanges = alsoChanges
  }
}

/// A kind of record that people can comment: the host does the rest.
public struct CommentableKind: Sendable {
  /// The kind of the subjects, as `item`.
  public let kind: String
  /// The target for a key; nil when there is none or it is not public.
  public let target: @Sendable (FormContext) throws -> CommentTarget?

  /// Makes a kind.
  public init(_ kind: String, target: @escaping @Sendable (FormContext) throws -> CommentTarget?) {
    self.kind = kind
    self.target = target
  }
}
