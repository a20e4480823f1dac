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

  /// A file of JSON that goes along with a message.
  struct File: Sendable {
    /// Its name: letters, digits, hyphens and one point, as ours are.
    let name: String
    let text: String
  }

  /// The bytes of a message. With files, the text and its HTML are the first part of several (RFC 2046 §5.1.3).
  /// - Throws: ``MailHeaderError`` when a header would break out of its line.
  func compose(_ envelope: Envelope, text: String, html: String, files: [File] = []) throws -> ComposedMail {
    let digest = sha256(Array(text.utf8) + [0] + Array(html.utf8) + files.flatMap { [0] + Array($0.text.utf8) })
    // `=_` stands in neither encoding, so the boundary cannot occur in a part (RFC 2045 §6.7).
    let boundary = "=_" + hexadecimal(Array(digest.prefix(16)))
    let outer = "=_files-" + hexadecimal(Array(digest.prefix(16)))
    let type =
      files.isEmpty
      ? "multipart/alternative; boundary=\"\(boundary)\"" : "multipart/mixed; boundary=\"\(outer)\""
    var out: [UInt8] = []
    for header in try headers(envelope, type: type) { header.append(to: &out) }
    out += [0x0D, 0x0A]
    if !files.isEmpty {
      out += Array("--\(outer)\r\nContent-Type: multipart/alternative; boundary=\"\(boundary)\"\r\n\r\n".utf8)
    }
    out += MailComposer.part(boundary, "text/plain; charset=utf-8", text)
    out += MailComposer.part(boundary, "text/html; charset=utf-8", html)
    out += Array("--\(boundary)--\r\n".utf8)
    for file in files {
      let type = "application/json\r\nContent-Disposition: attachment; filename=\"\(file.name)\""
      out += MailComposer.part(outer, type, file.text)
    }
    if !files.isEmpty { out += Array("--\(outer)--\r\n".utf8) }
    return ComposedMail(from: settings.from, to: envelope.to, bytes: out, text: text, html: html)
  }

  private static func part(_ boundary: String, _ type: String, _ content: String) -> [UInt8] {
    let encoded = TransferEncoding(content)
    let head = "--\(boundary)\r\nContent-Type: \(type)\r\nContent-Transfer-Encoding: \(encoded.name)\r\n\r\n"
    return Array(head.utf8) + encoded.bytes
  }

  private func headers(_ envelope: Envelope, type: String) throws -> [MailHeader] {
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
      try .ascii("Content-Type", type),
    ]
    return headers
  }
}
