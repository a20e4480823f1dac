import CNettle

/// One-time passwords by a counter (HOTP, RFC 4226) with HMAC-SHA-1: what every authenticator application computes.
///
/// A time-based password (TOTP, RFC 6238) is one whose counter is the number of 30-second steps since 1970.
public enum OneTimePassword {
  /// How many digits a password has.
  public static let digits = 6

  /// The password for a counter, as ``digits`` decimal digits.
  ///
  /// - Parameters:
  ///   - secret: The shared key; RFC 4226 §4 recommends 20 bytes.
  ///   - counter: The moving factor.
  public static func code(secret: [UInt8], counter: UInt64) -> String {
    let message = (0..<8).reversed().map { UInt8(truncatingIfNeeded: counter >> (UInt64($0) * 8)) }
    let digest = hmacSHA1(message, key: secret)
    // RFC 4226 §5.3: the low four bits of the last byte say where the 31 bits are taken.
    let offset = Int(digest[digest.count - 1] & 0x0F)
    let bits = digest[offset..<(offset + 4)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
    let text = String(bits % 1_000_000)
    return String(repeating: "0", count: digits - text.utf8.count) + text
  }

  /// HMAC-SHA-1 (RFC 2104, RFC 2202): 20 bytes.
  static func hmacSHA1(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
    var state = hmac_sha1_ctx()
    nettle_hmac_sha1_set_key(&state, key.count, key)
    nettle_hmac_sha1_update(&state, message.count, message)
    var digest = [UInt8](repeating: 0, count: Int(SHA1_DIGEST_SIZE))
    nettle_hmac_sha1_digest(&state, digest.count, &digest)
    return digest
  }
}

/// SHA-1 (FIPS 180-4): 20 bytes. For one-time passwords and lists of leaked passwords, which are published as SHA-1;
/// for nothing that needs a collision-resistant hash.
public func sha1(_ bytes: [UInt8]) -> [UInt8] {
  var state = sha1_ctx()
  nettle_sha1_init(&state)
  nettle_sha1_update(&state, bytes.count, bytes)
  var digest = [UInt8](repeating: 0, count: Int(SHA1_DIGEST_SIZE))
  nettle_sha1_digest(&state, digest.count, &digest)
  return digest
}
