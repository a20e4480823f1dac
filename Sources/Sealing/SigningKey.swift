import CSodium

/// An Ed25519 key (RFC 8032) that signs heads of the register and receipts.
///
/// Printing or dumping it shows the public half only.
public struct SigningKey: Sendable {
  /// The length of a seed, in bytes.
  public static let seedLength = 32

  /// The length of a public key, in bytes.
  public static let publicKeyLength = 32

  /// The length of a signature, in bytes.
  public static let signatureLength = 64

  /// The 32 secret bytes from which everything else follows; what is kept in the key file.
  public let seed: [UInt8]

  /// The 32 bytes with which anyone checks a signature.
  public let publicKey: [UInt8]

  private let secretKey: [UInt8]

  /// The key of a seed.
  ///
  /// - Throws: ``SealingError/wrongLength(of:expected:found:)`` when the seed has not 32 bytes.
  public init(seed: [UInt8]) throws(SealingError) {
    try SodiumLibrary.require()
    guard seed.count == Self.seedLength else {
      throw .wrongLength(of: .seed, expected: Self.seedLength...Self.seedLength, found: seed.count)
    }
    var publicKey = [UInt8](repeating: 0, count: Self.publicKeyLength)
    var secretKey = [UInt8](repeating: 0, count: Int(crypto_sign_SECRETKEYBYTES))
    crypto_sign_seed_keypair(&publicKey, &secretKey, seed)
    self.seed = seed
    self.publicKey = publicKey
    self.secretKey = secretKey
  }

  /// A new random key.
  ///
  /// - Throws: ``SealingError/libraryUnavailable``.
  public static func generate() throws(SealingError) -> SigningKey {
    try SigningKey(seed: RandomSource.bytes(seedLength))
  }

  /// The 64-byte signature of a message. The same message always gives the same signature.
  public func sign(_ message: [UInt8]) -> [UInt8] {
    var signature = [UInt8](repeating: 0, count: Self.signatureLength)
    crypto_sign_detached(&signature, nil, message, UInt64(message.count), secretKey)
    return signature
  }

  /// Whether a signature of a message was made by the holder of a public key. Wrong lengths give `false`.
  public static func verify(_ signature: [UInt8], of message: [UInt8], publicKey: [UInt8]) -> Bool {
    guard signature.count == signatureLength, publicKey.count == publicKeyLength else { return false }
    return crypto_sign_verify_detached(signature, message, UInt64(message.count), publicKey) == 0
  }
}

extension SigningKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The public half, so that no log ever holds the seed.
  public var description: String { "SigningKey(public \(Hex.encode(publicKey)))" }

  /// The public half.
  public var debugDescription: String { description }

  /// The public half.
  public var customMirror: Mirror { Mirror(self, children: ["publicKey": Hex.encode(publicKey)]) }
}
