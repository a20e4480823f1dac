import ParticipationKit

extension Host {
  /// What waits to leave the commune.
  public var outbox: Outbox { Outbox(host: self) }

  /// Puts a message into the outbox within a transaction: it leaves when that is committed, and only then.
  /// - Returns: Whether it will be sent; false when the commune sends no mail, the address is stopped, or it got too
  ///   many today.
  /// - Throws: The store's error.
  @discardableResult
  public func sendMessage(_ message: OutgoingMessage, in ledgers: Ledgers) throws -> Bool {
    try outbox.enqueue(message, in: ledgers)
  }

  var addresses: Addresses { Addresses(host: self) }
  /// The address of the server with its final slash.
  var serverBase: String { serverAddress ?? facts.address }
}

/// The outbox: messages are written in the transaction of what they tell, and leave by one sender that marks each
/// before and after. A crash between leaving and marking sends one twice, with the same Message-ID, and loses none.
public struct Outbox: Sendable {
  /// How often a message is tried before it counts as failed: about three days.
  public static let mostAttempts = 16
  /// How long a sender may take over one message, in seconds.
  static let leaseSeconds: Int64 = 600
  /// How many messages an address that was never confirmed gets in a day, and one that was; and how many that somebody
  /// asked for with it.
  static let dailyLimits = (unconfirmed: 10, confirmed: 200, asked: 20)

  let host: Host

  /// Whether the commune sends mail.
  public var sendsMail: Bool { host.outgoing.mail != nil }

  /// See ``Host/sendMessage(_:in:)``.
  /// - Throws: The store's error.
  @discardableResult
  public func enqueue(_ message: OutgoingMessage, in ledgers: Ledgers) throws -> Bool {
    guard sendsMail else { return false }
    let now = host.ports.now()
    let entry = try host.addresses.resolve(message.to, locale: message.locale, now: now, in: ledgers)
    guard message.isAsked || entry.stopped.isEmpty else { return false }
    let today = try ledgers.host.count(
      "SELECT count(*) FROM host_outbox WHERE address = ? AND created_at > ? AND is_asked = ?",
      [.integer(entry.id), .timestamp(now.adding(seconds: -86_400)), .bool(message.isAsked)])
    // What a person asked for is counted apart: however much they are told, a link they ask for arrives.
    let limit =
      message.isAsked
      ? Outbox.dailyLimits.asked : entry.isConfirmed ? Outbox.dailyLimits.confirmed : Outbox.dailyLimits.unconfirmed
    guard today < limit else { return false }
    return try insert(
      kind: message.kind, address: entry.id, locale: message.locale, subject: message.subject,
      content: .blocks(message.blocks), about: message.about?.description ?? "", key: message.key,
      isAsked: message.isAsked, now: now, in: ledgers)
  }

  func insert(
    kind: String, address: Int, locale: String, subject: String, content: MailContent, about: String, key: String,
    isAsked: Bool, now: Timestamp, in ledgers: Ledgers
  ) throws -> Bool {
    let changes = try ledgers.host.execute(
      """
      INSERT INTO host_outbox(channel, kind, address, locale, subject, content, about, key, is_asked, state,
        created_at, due_at) VALUES('mail',?,?,?,?,?,?,?,?,'waiting',?,?) ON CONFLICT(key) DO NOTHING
      """,
      [
        .text(kind), .integer(address), .text(locale), .text(Outbox.subjectLine(subject)), .text(content.json.text),
        .text(about), key.isEmpty ? .null : .text(key), .bool(isAsked), .timestamp(now), .timestamp(now),
      ])
    host.ports.expectDelivery()
    return changes == 1
  }

  /// Words of people on one line, so that they can stand in a header; at most 160 characters.
  static func subjectLine(_ text: String) -> String {
    var line = ""
    for scalar in ByteText.singleLine(text, scalars: 160).unicodeScalars {
      let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
      line.unicodeScalars.append(isControl || scalar.value == 0x2028 || scalar.value == 0x2029 ? " " : scalar)
    }
    return line
  }
}
