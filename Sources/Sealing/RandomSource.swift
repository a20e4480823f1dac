import CSodium

/// Randomness for keys, tokens, salts and identifiers, from the system's generator.
public enum RandomSource {
  /// The most bytes one call gives.
  private static let bytesMax = 1 << 20

  /// Unpredictable bytes.
  ///
  /// - Throws: ``SealingError/wrongLength(of:expected:found:)`` below 0 or above 1 MiB,
  ///   ``SealingError/libraryUnavailable``.
  public static func bytes(_ count: Int) throws(SealingError) -> [UInt8] {
    try SodiumLibrary.require()
    guard (0...bytesMax).contains(count) else {
      throw .wrongLength(of: .randomBytes, expected: 0...bytesMax, found: count)
    }
    var bytes = [UInt8](repeating: 0, count: count)
    randombytes_buf(&bytes, count)
    return bytes
  }
}

/// Whether two byte strings are equal, in a time that depends on their length only. Use it for tokens and
/// hashes.
public func constantTimeEqual(_ first: [UInt8], _ second: [UInt8]) -> Bool {
  first.count == second.count && sodium_memcmp(first, second, first.count) == 0
}
