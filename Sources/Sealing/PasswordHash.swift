import CSodium
import Glibc

/// Passwords of staff accounts, kept as Argon2id (RFC 9106) hashes in libsodium's text form.
///
/// Each call takes about 0.1 s of one core and 64 MiB: keep it off request threads and run at most two at
/// once. The caller refuses passwords outside ``acceptedLengths`` before it calls.
public enum PasswordHash {
  /// The lengths of a password that a caller accepts, in UTF-8 bytes.
  public static let acceptedLengths = 12...1024

  /// Passes over the memory.
  private static let operations: UInt64 = 2

  /// Memory of one hash, in bytes: 64 MiB.
  private static let memory = 64 << 20

  /// The text to store for a password: algorithm, costs, salt and hash.
  ///
  /// - Throws: ``SealingError/outOfMemory``, ``SealingError/libraryUnavailable``.
  public static func hash(_ password: String) throws(SealingError) -> String {
    try SodiumLibrary.require()
    let bytes = Array(password.utf8).map(CChar.init(bitPattern:))
    var text = [CChar](repeating: 0, count: Int(crypto_pwhash_STRBYTES))
    guard crypto_pwhash_str(&text, bytes, UInt64(bytes.count), operations, memory) == 0 else {
      throw .outOfMemory
    }
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Whether a password is the one behind a stored text, compared in constant time.
  ///
  /// - Throws: ``SealingError/malformedPasswordHash`` when the stored text is damaged,
  ///   ``SealingError/outOfMemory``: neither must be told to a person as a wrong password.
  public static func verify(_ password: String, against stored: String) throws(SealingError) -> Bool {
    try SodiumLibrary.require()
    let text = try cText(stored)
    let bytes = Array(password.utf8).map(CChar.init(bitPattern:))
    errno = 0
    let result = crypto_pwhash_str_verify(text, bytes, UInt64(bytes.count))
    return try matches(result: result, errorNumber: errno)
  }

  /// Whether a stored text was made with other costs than today's, and should be made anew at the next
  /// sign-in.
  ///
  /// - Throws: ``SealingError/malformedPasswordHash``.
  public static func needsRehash(_ stored: String) throws(SealingError) -> Bool {
    try SodiumLibrary.require()
    let result = crypto_pwhash_str_needs_rehash(try cText(stored), operations, memory)
    guard result >= 0 else { throw .malformedPasswordHash }
    return result == 1
  }

  /// libsodium answers -1 for a wrong password, for damaged text and for missing memory alike; only `errno`
  /// tells them apart (`crypto_pwhash_argon2id_str_verify` sets EINVAL for a mismatch and nothing for
  /// damaged text).
  static func matches(result: Int32, errorNumber: Int32) throws(SealingError) -> Bool {
    if result == 0 { return true }
    switch errorNumber {
    case EINVAL: return false
    case ENOMEM: throw .outOfMemory
    default: throw .malformedPasswordHash
    }
  }

  /// A stored text as a C string. With another beginning than libsodium writes, longer than it writes, or
  /// with a NUL inside, it is not one of its texts; libsodium would call the first of these a wrong
  /// password.
  private static func cText(_ stored: String) throws(SealingError) -> [CChar] {
    let bytes = Array(stored.utf8)
    guard bytes.starts(with: "$argon2id$".utf8), bytes.count < Int(crypto_pwhash_STRBYTES), !bytes.contains(0)
    else { throw .malformedPasswordHash }
    return bytes.map(CChar.init(bitPattern:)) + [0]
  }
}
