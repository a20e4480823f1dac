/// What went wrong while hashing, signing or reading encoded bytes. It never carries a key, a password or
/// their text.
public enum SealingError: Error, Equatable, Sendable {
  /// libsodium could not start: the system gave it no source of randomness.
  case libraryUnavailable

  /// Argon2id could not get its 64 MiB. Fewer passwords must be checked at once.
  case outOfMemory

  /// A value had another length, in bytes, than its algorithm asks for.
  case wrongLength(of: Subject, expected: ClosedRange<Int>, found: Int)

  /// A stored password hash is not the text that libsodium writes: the row is damaged or comes from
  /// elsewhere.
  case malformedPasswordHash

  /// Text that should be hexadecimal or base64url is not, or is not in its one canonical form.
  case malformedText(encoding: Encoding)

  /// The values whose length is checked.
  public enum Subject: String, Sendable {
    /// The key of a keyed BLAKE2b.
    case hashKey
    /// The seed of an Ed25519 signing key.
    case seed
    /// The number of random bytes asked for.
    case randomBytes
  }

  /// The two text forms of bytes.
  public enum Encoding: String, Sendable {
    /// RFC 4648 §8.
    case hexadecimal
    /// RFC 4648 §5, without padding.
    case base64url
    /// Standard base64 with padding.
    case base64
  }

  /// The sentence for an operator.
  ///
  /// - Parameter locale: `"fr"` for French; anything else gives English.
  public func message(locale: String) -> String {
    let french = locale == "fr"
    switch self {
    case .libraryUnavailable:
      return french
        ? "libsodium ne démarre pas : le système ne fournit pas d’aléa ; vérifiez l’accès à /dev/urandom"
        : "libsodium does not start: the system gives no randomness; check that /dev/urandom can be read"
    case .outOfMemory:
      return french
        ? "mémoire insuffisante pour vérifier un mot de passe (64 Mio) ; réessayez dans un instant"
        : "not enough memory to check a password (64 MiB); try again in a moment"
    case .wrongLength(let subject, let expected, let found):
      let (low, high) = (expected.lowerBound, expected.upperBound)
      let range = low == high ? "\(low)" : "\(low)–\(high)"
      let name = subject.name(french: french)
      return french
        ? "longueur de \(name) : \(found) octets ; attendu : \(range)"
        : "length of \(name): \(found) bytes; expected: \(range)"
    case .malformedPasswordHash:
      return french
        ? "l’empreinte du mot de passe est endommagée ; créez un nouveau mot de passe pour ce compte"
        : "the stored password hash is damaged; set a new password for this account"
    case .malformedText(let encoding):
      return french
        ? "texte illisible ; attendu : \(encoding.name(french: true))"
        : "unreadable text; expected: \(encoding.name(french: false))"
    }
  }
}

extension SealingError: CustomStringConvertible {
  /// The English sentence.
  public var description: String { message(locale: "en") }
}

extension SealingError.Subject {
  fileprivate func name(french: Bool) -> String {
    switch self {
    case .hashKey: french ? "la clé de hachage" : "the hash key"
    case .seed: french ? "la graine de signature" : "the signing seed"
    case .randomBytes: french ? "la suite aléatoire" : "the random sequence"
    }
  }
}

extension SealingError.Encoding {
  fileprivate func name(french: Bool) -> String {
    switch self {
    case .hexadecimal:
      french ? "des chiffres hexadécimaux, en nombre pair" : "hexadecimal digits, an even number of them"
    case .base64url:
      french ? "du base64url sans remplissage" : "base64url without padding"
    case .base64:
      french ? "du base64 avec remplissage" : "base64 with padding"
    }
  }
}
