import ParticipationKit

/// A secret that goes out in a link or a cookie. Only its digest is stored: a copy of the database opens nothing.
/// What a link is for stands in the table that holds the digest: acts and sign-ins, one's own data, follows, sessions.
struct SecretToken: Sendable {
  /// What goes out: 64 hexadecimal digits.
  let text: String
  /// What is stored.
  let digest: [UInt8]

  /// A new one.
  init(_ sealing: SealingPort) { self.init(hexadecimal(sealing.random(32)), sealing) }

  /// One that came back.
  init(_ text: String, _ sealing: SealingPort) {
    self.text = text
    digest = sealing.sha256(Array(text.utf8))
  }
}
