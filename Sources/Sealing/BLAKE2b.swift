import CSodium

/// The length of a BLAKE2b hash as Parvis uses it, in bytes.
private let hashLength = 32

/// The key lengths that libsodium accepts for BLAKE2b, in bytes.
private let keyLengths = 16...64

/// BLAKE2b (RFC 7693) with 32 bytes of output: the fast hash for comparing files and finding repeated acts.
public func blake2b(_ bytes: [UInt8]) -> [UInt8] {
  bytes.withUnsafeBytes { hash($0, key: nil) }
}

/// BLAKE2b with 32 bytes of output, without copying the bytes.
public func blake2b(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
  hash(bytes, key: nil)
}

/// Keyed BLAKE2b with 32 bytes of output: only a holder of `key` can make or guess it.
///
/// - Parameter key: 16 to 64 bytes; `nil` gives the unkeyed hash.
/// - Throws: ``SealingError/wrongLength(of:expected:found:)`` for a key of another length.
public func blake2b(_ bytes: [UInt8], key: [UInt8]?) throws(SealingError) -> [UInt8] {
  if let key, !keyLengths.contains(key.count) {
    throw .wrongLength(of: .hashKey, expected: keyLengths, found: key.count)
  }
  return bytes.withUnsafeBytes { hash($0, key: key) }
}

private func hash(_ bytes: UnsafeRawBufferPointer, key: [UInt8]?) -> [UInt8] {
  SodiumLibrary.prepareForHashing()
  let input = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
  var hash = [UInt8](repeating: 0, count: hashLength)
  // An empty key is libsodium's word for no key.
  let key = key ?? []
  let result = crypto_generichash(&hash, hashLength, input, UInt64(bytes.count), key, key.count)
  precondition(result == 0, "BLAKE2b refuses only wrong lengths, and both lengths were checked before")
  return hash
}
