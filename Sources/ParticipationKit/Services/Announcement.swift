/// Something that happened and that people may want to hear of: an item was answered, a report changed its state.
///
/// A module announces it within the act that made it happen, with the words themselves. The host makes the messages to
/// those who follow the subject, the digests and the calls to other programs from it. Announce only what is public:
/// what waits for a moderator is announced when it is approved.
public struct Event: Sendable {
  /// What kind of thing happened.
  public struct Kind: Sendable, Hashable {
    /// The name, in lower-case letters and digits; programs that are called read it.
    public let name: String
    /// Makes a kind of one's own.
    public init(_ name: String) { self.name = name }
    /// A record became public.
    public static let published = Kind("published")
    /// Somebody's comment or question became public.
    public static let commented = Kind("commented")
    /// The commune answered.
    public static let answered = Kind("answered")
    /// A record changed its state.
    public static let changed = Kind("changed")
    /// Something can be taken part in from now on.
    public static let opened = Kind("opened")
    /// Something closes soon.
    public static let closing = Kind("closing")
    /// Something closed.
    public static let closed = Kind("closed")
    /// Results can be read.
    public static let results = Kind("results")
    /// The notice of a meeting left.
    public static let sent = Kind("sent")
    /// The minutes of a meeting are there.
    public static let minuted = Kind("minuted")
  }

  /// The words of an event in one language.
  public struct Words: Sendable, Hashable {
    /// One line that says what happened to what, as `Signalement 2026-0042 : réparé`.
    public let title: String
    /// What was said, without mark-up; an empty line separates paragraphs. Empty when the title says it all.
    public let text: String

    /// Makes words.
    public init(title: String, text: String = "") {
      self.title = title
      self.text = text
    }
  }

  /// What kind of thing happened.
  public let kind: Kind
  /// What it happened to; those who follow it hear of it.
  public let subject: Subject
  /// What else it belongs to, as the meeting of an item or the street of a report: who follows that hears of it too.
  public let within: [Subject]
  /// The record whose words these are, when it is not the subject itself, as a comment. When a moderator withholds it
  /// later, the event is not told any more.
  public let source: Subject?
  /// The document where it can be read.
  public let document: Subject
  /// The anchor on that document's page; empty for none.
  public let anchor: String
  /// The words by language.
  public let words: [String: Words]
  /// A key of the module's own that makes the event happen at most once; empty for none.
  public let key: String

  /// Makes an event.
  /// - Parameters:
  ///   - kind: What kind of thing happened.
  ///   - subject: What it happened to.
  ///   - within: What else it belongs to.
  ///   - source: The record whose words these are, when it is not the subject.
  ///   - document: Where it can be read; the subject's own document when nil.
  ///   - anchor: The anchor on that page.
  ///   - words: The words by language; the commune's first language must be there.
  ///   - key: A key that makes it happen at most once.
  public init(
    _ kind: Kind, about subject: Subject, within: [Subject] = [], source: Subject? = nil, document: Subject? = nil,
    anchor: String = "", words: [String: Words], once key: String = ""
  ) {
    self.kind = kind
    self.subject = subject
    self.within = within
    self.source = source
    self.document = document ?? subject
    self.anchor = anchor
    self.words = words
    self.key = key
  }
}

/// What an effect may tell the host about people who want to hear, within its transaction.
public struct Notices {
  let announce: (Event) throws -> Void
  let inform: (String, Subject, Bool) throws -> Void
  let forget: (Subject) throws -> Void

  /// Makes the value from the host's closures.
  public init(
    announce: @escaping (Event) throws -> Void, inform: @escaping (String, Subject, Bool) throws -> Void,
    forget: @escaping (Subject) throws -> Void
  ) {
    self.announce = announce
    self.inform = inform
    self.forget = forget
  }

  /// Nobody hears of anything: for tests of a module by itself.
  public static var none: Notices { Notices(announce: { _ in }, inform: { _, _, _ in }, forget: { _ in }) }
}

extension ActionContext {
  /// Says that something happened. The host tells those who follow it, each as they chose.
  /// - Throws: The store's error.
  public func announce(_ event: Event) throws { try notices.announce(event) }

  /// Remembers the address of a record's author: the host sends the receipt, the decision with its reason and the
  /// official answer there, and with `updates` everything that is announced about the record.
  ///
  /// The host keeps the address for that purpose only; ``forgetAuthor(of:)`` erases it. What is no address is ignored:
  /// the form's field has checked it.
  /// - Throws: The store's error.
  public func informAuthor(_ email: String, about subject: Subject, updates: Bool) throws {
    try notices.inform(email, subject, updates)
  }

  /// Forgets the address of a record's author.
  /// - Throws: The store's error.
  public func forgetAuthor(of subject: Subject) throws { try notices.forget(subject) }
}

/// Something that people can follow.
public struct FollowTarget: Sendable {
  /// What it is called, in the language asked for.
  public let title: String
  /// The document that shows it.
  public let document: Subject
  /// The anchor on that document's page; empty for none.
  public let anchor: String

  /// Makes a target.
  public init(title: String, document: Subject, anchor: String = "") {
    self.title = title
    self.document = document
    self.anchor = anchor
  }
}

/// A kind of subject that people can follow without an account: the host makes form, confirmation and messages.
public struct FollowableKind: Sendable {
  /// The kind of the subjects, as `meeting`.
  public let kind: String
  /// The target for a key; nil when there is none or it is not public.
  public let target: @Sendable (FormContext) throws -> FollowTarget?

  /// Makes a kind.
  public init(_ kind: String, target: @escaping @Sendable (FormContext) throws -> FollowTarget?) {
    self.kind = kind
    self.target = target
  }
}

/// What time alone brings: an opening, a closing that is near.
public struct TimedEvents: Sendable {
  /// The events that became due after one instant and not after another. Each must have a key (``Event/key``): the host
  /// asks again after an unclean stop, and the key makes it happen once.
  public let due: @Sendable (Ledger, _ after: Timestamp, _ now: Timestamp) throws -> [Event]

  /// Makes the value.
  public init(due: @escaping @Sendable (Ledger, _ after: Timestamp, _ now: Timestamp) throws -> [Event]) {
    self.due = due
  }
}

/// A module with something that people can follow.
public protocol FollowProviding: ParticipationModule {
  /// The kinds that can be followed.
  var followableKinds: [FollowableKind] { get }
}

/// A module in which time alone makes something happen that people want to hear of.
public protocol EventProviding: ParticipationModule {
  /// The events that time brings.
  var timedEvents: TimedEvents { get }
}
