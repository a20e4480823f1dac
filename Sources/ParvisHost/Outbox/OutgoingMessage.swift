public import ParticipationKit

/// One piece of a message: said once, written as text and as HTML by the host.
public struct MailBlock: Sendable, Hashable {
  enum Storage: Sendable, Hashable {
    case paragraph(String)
    case heading(String)
    case quote(String)
    case facts([Fact])
    case button(title: String, path: String, isServer: Bool)
    case code(String)
    case file(title: String, name: String, text: String)
  }

  struct Fact: Sendable, Hashable {
    let label: String
    let value: String
  }

  let storage: Storage

  /// A paragraph; an empty line in it starts another.
  public static func paragraph(_ text: String) -> MailBlock { MailBlock(storage: .paragraph(text)) }
  /// A heading.
  public static func heading(_ text: String) -> MailBlock { MailBlock(storage: .heading(text)) }
  /// Words of somebody.
  public static func quote(_ text: String) -> MailBlock { MailBlock(storage: .quote(text)) }
  /// Names with values, as on a receipt.
  public static func facts(_ facts: [(label: String, value: String)]) -> MailBlock {
    MailBlock(storage: .facts(facts.map { Fact(label: $0.label, value: $0.value) }))
  }
  /// A link to a page of the published site.
  public static func link(_ title: String, page: SitePath) -> MailBlock {
    MailBlock(storage: .button(title: title, path: page.description, isServer: false))
  }
  /// A link to a page that the server makes, as a receipt or a confirmation. Opening it must change nothing: robots
  /// open the links of a mail.
  public static func link(_ title: String, server path: String) -> MailBlock {
    MailBlock(storage: .button(title: title, path: path, isServer: true))
  }
  /// Letters or digits to type, in large type.
  public static func code(_ text: String) -> MailBlock { MailBlock(storage: .code(text)) }
  /// A file of JSON that goes along; where it stands, the message says its title and name.
  static func file(_ title: String, name: String, json: JSONValue) -> MailBlock {
    MailBlock(storage: .file(title: title, name: name, text: json.text))
  }
}

/// A message to one person. The host adds the commune's name, the reason why the person gets it and, unless the person
/// asked for it a moment ago, the links to choose and to stop.
public struct OutgoingMessage: Sendable {
  /// What kind of message it is, as `receipt` or `signin`: for the desk's list, never shown to the person.
  public let kind: String
  /// To whom.
  public let to: MailAddress
  /// The language, as `fr`.
  public let locale: String
  /// The subject line, on one line.
  public let subject: String
  /// What it says.
  public let blocks: [MailBlock]
  /// What it is about; nil for nothing public.
  public let about: Subject?
  /// A key that makes it happen at most once; empty for none.
  public let key: String
  /// Whether the person asked for it a moment ago, as a sign-in link: it goes first, and goes out also to somebody who
  /// wants no other mail; it carries no link to unsubscribe.
  public let isAsked: Bool

  /// Makes a message.
  public init(
    kind: String, to: MailAddress, locale: String, subject: String, blocks: [MailBlock], about: Subject? = nil,
    once key: String = "", isAsked: Bool = false
  ) {
    self.kind = kind
    self.to = to
    self.locale = locale
    self.subject = subject
    self.blocks = blocks
    self.about = about
    self.key = key
    self.isAsked = isAsked
  }
}

/// How the commune sends mail, as far as the host needs to know.
public struct MailSettings: Sendable {
  /// The address that messages come from; replies go there.
  public let from: MailAddress
  /// The name shown with it.
  public let name: String
  /// Where answers of people go; the sender when nil.
  public let replyTo: MailAddress?
  /// At which hour of the commune's day digests leave, 0 to 23.
  public let digestHour: Int

  /// Makes settings.
  public init(from: MailAddress, name: String, replyTo: MailAddress? = nil, digestHour: Int = 7) {
    self.from = from
    self.name = name
    self.replyTo = replyTo
    self.digestHour = digestHour
  }
}

/// Another program that is told of events, as the host needs to know it: where it is and its key stay with the adapter.
public struct WebhookSettings: Sendable {
  /// The name in `commune.yaml`.
  public let name: String
  /// The kinds of events that it is told of; empty for all.
  public let kinds: Set<String>

  /// Makes settings.
  public init(name: String, kinds: Set<String>) {
    self.name = name
    self.kinds = kinds
  }
}

/// What leaves the commune by itself: mail, and calls to other programs.
public struct OutgoingSettings: Sendable {
  /// Mail; nil for none: then nothing is asked for either.
  public let mail: MailSettings?
  /// Other programs.
  public let webhooks: [WebhookSettings]

  /// Makes settings.
  public init(mail: MailSettings? = nil, webhooks: [WebhookSettings] = []) {
    self.mail = mail
    self.webhooks = webhooks
  }

  /// Nothing leaves.
  public static let none = OutgoingSettings()
}
