/// What became of one message or call.
///
/// The host has the same three words in its `DeliveryResult`: an adapter knows neither the host nor the contract, so
/// the composition translates, in one place (`Transports.send`).
public enum DeliveryOutcome: Sendable, Hashable {
  /// Somebody else is answerable for it now.
  case accepted
  /// Not now; the reason in a few words, with the code of the relay when there is one.
  case deferred(String)
  /// Never; `isRecipient` when it is the address that was refused.
  case rejected(String, isRecipient: Bool)
}

/// A message on its way: one sender, one recipient, the bytes as they are sent.
public struct MailEnvelope: Sendable {
  /// Where refusals go.
  public let from: String
  /// The one recipient.
  public let to: String
  /// The message, lines ended by CRLF.
  public let message: [UInt8]

  /// Makes an envelope. Both addresses must have been checked: they become lines of a protocol and arguments of a
  /// program. What could break out of either is refused here once more.
  public init?(from: String, to: String, message: [UInt8]) {
    guard MailEnvelope.isPlain(from), MailEnvelope.isPlain(to) else { return nil }
    self.from = from
    self.to = to
    self.message = message
  }

  private static func isPlain(_ address: String) -> Bool {
    let bytes = Array(address.utf8)
    return bytes.count <= 254 && bytes.count(where: { $0 == UInt8(ascii: "@") }) == 1
      && bytes.first != UInt8(ascii: "-")
      && bytes.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"<>\"(),:;\\[]".utf8.contains($0) }
  }
}
