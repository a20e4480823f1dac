import CSodium

/// SHA-256 (FIPS 180-4, RFC 6234): 32 bytes. Feed it piece by piece, or use ``hash(_:)-([UInt8])`` at once.
///
/// A copy continues on its own, so the hash of a common beginning can be taken once.
public struct SHA256: Sendable {
  /// The length of a hash, in bytes.
  public static let length = 32

  private var state = crypto_hash_sha256_state()

  /// An empty hash.
  public init() {
    SodiumLibrary.prepareForHashing()
    crypto_hash_sha256_init(&state)
  }

  /// Adds bytes to what is hashed.
  public mutating func update(_ bytes: [UInt8]) {
    crypto_hash_sha256_update(&state, bytes, UInt64(bytes.count))
  }

  /// Adds bytes to what is hashed, without copying them.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    crypto_hash_sha256_update(
      &state, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt64(bytes.count))
  }

  /// The 32-byte hash of everything added. The value itself stays as it was and may take more bytes.
  public func finish() -> [UInt8] {
    var last = state
    var hash = [UInt8](repeating: 0, count: Self.length)
    crypto_hash_sha256_final(&last, &hash)
    return hash
  }

  /// The 32-byte hash of `bytes`.
  public static func hash(_ bytes: [UInt8]) -> [UInt8] {
    bytes.withUnsafeBytes { hash($0) }
  }

  /// The 32-byte hash of `bytes`, without copying them.
  public static func hash(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    var hash = SHA256()
    hash.update(bytes)
    return hash.finish()
  }
}

/// HMAC-SHA256 (RFC 2104, RFC 4231): the 32-byte hash of `bytes` that only a holder of `key` can make.
///
/// - Parameter key: any length; 32 random bytes are right.
public func hmacSHA256(_ bytes: [UInt8], key: [UInt8]) -> [UInt8] {
  SodiumLibrary.prepareForHashing()
  var state = crypto_auth_hmacsha256_state()
  crypto_auth_hmacsha256_init(&state, key, key.count)
  crypto_auth_hmacsha256_update(&state, bytes, UInt64(bytes.count))
  var hash = [UInt8](repeating: 0, count: SHA256.length)
  crypto_auth_hmacsha256_final(&state, &hash)
  return hash
}
