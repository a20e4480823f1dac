import ParticipationKit

/// A message ready to be handed to a relay: one sender, one recipient, and the bytes of RFC 5322.
public struct ComposedMail: Sendable {
  /// The envelope's sender: where refusals come back to.
  public let from: MailAddress
  /// The one recipient.
  public let to: MailAddress
  /// The whole message, lines ended by CRLF.
  public let bytes: [UInt8]
  /// The text part, as the desk shows it.
  public let text: String
  /// The HTML part, as the desk shows it.
  public let html: String
}

/// Puts a message together: typed headers, then text and HTML as alternatives (RFC 2046 §5.1.4).
///
/// The same message gives the same bytes: the boundary comes from the content, date and identifier from the outbox.
struct MailComposer: Sendable {
  let settings: MailSettings
  let sha256: @Sendable ([UInt8]) -> [UInt8]

  /// What differs from message to message besides the words.
  struct Envelope: Sendable {
    let to: MailAddress
    let subject: String
    let date: Timestamp
    /// The identifier without angle brackets, `id@domain`.
    let messageID: String
    /// Where one click unsubscribes (RFC 8058); nil for a message the person asked for.
    let unsubscribe: String?
  }

  /// The bytes of a message.
  /// - Throws: ``MailHeaderError`` when a header would break out of its line.
  func compose(_ envelope: Envelope, text: String, html: String) throws -> ComposedMail {
    let digest = sha256(Array(text.utf8) + [0] + Array(html.utf8))
    // `=_` stands in neither encoding, so the boundary cannot occur in a part (RFC 2045 §6.7).
    let boundary = "=_" + hexadecimal(Array(digest.prefix(16)))
    var out: [UInt8] = []
    for header in try headers(envelope, boundary: boundary) { header.append(to: &out) }
    out += [0x0D, 0x0A]
    for (type, content) in [("text/plain", text), ("text/html", html)] {
      let encoded = TransferEncoding(content)
      out += Array("--\(boundary)\r\nContent-Type: \(type); charset=utf-8\r\n".utf8)
      out += Array("Content-Transfer-Encoding: \(encoded.name)\r\n\r\n".utf8) + encoded.bytes
    }
    out += Array("--\(boundary)--\r\n".utf8)
    return ComposedMail(from: settings.from, to: envelope.to, bytes: out, text: text, html: html)
  }

  private func headers(_ envelope: Envelope, boundary: String) throws -> [MailHeader] {
    var headers: [MailHeader] = [
      try .ascii("Date", MailHeader.date(envelope.date)),
      try .mailbox("From", settings.name, settings.from),
      try .mailbox("To", "", envelope.to),
    ]
    if let replyTo = settings.replyTo { headers.append(try .mailbox("Reply-To", "", replyTo)) }
    headers += [
      try .text("Subject", envelope.subject),
      try .ascii("Message-ID", "<\(envelope.messageID)>"),
      // RFC 3834: vacation programs do not answer it.
      try .ascii("Auto-Submitted", "auto-generated"),
    ]
    if let unsubscribe = envelope.unsubscribe {
      headers.append(try .ascii("List-Unsubscribe", "<\(unsubscribe)>"))
      headers.append(try .ascii("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    }
    headers += [
      try .ascii("MIME-Version", "1.0"),
      try .ascii("Content-Type", "multipart/alternative; boundary=\"\(boundary)\""),
    ]
    return headers
  }
}
