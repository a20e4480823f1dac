import CSodium

/// The Merkle tree of RFC 6962 §2.1 while it grows: one hash for each complete subtree on its right edge, so that a
/// million leaves need no more memory than ten.
public struct MerkleTree: Sendable {
  /// How many leaves it has.
  public private(set) var count = 0
  /// The hash of the complete subtree of 2^level leaves at `level * 32`, where `count` has that bit set.
  private var peaks = [UInt8](repeating: 0, count: 64 * SHA256.length)
  private var joined = [UInt8](repeating: 1, count: 1 + 2 * SHA256.length)

  /// An empty tree.
  public init() { SodiumLibrary.prepareForHashing() }

  /// Adds an entry.
  /// - Parameter entry: The bytes of the entry; hashed here as a leaf.
  /// - Returns: The hash of its leaf, 32 bytes.
  @discardableResult
  public mutating func append(_ entry: [UInt8]) -> [UInt8] {
    var hash = [UInt8](repeating: 0, count: SHA256.length)
    entry.withUnsafeBytes { bytes in hash.withUnsafeMutableBytes { append(bytes, hash: $0) } }
    return hash
  }

  /// Adds an entry without copying it.
  /// - Parameters:
  ///   - entry: The bytes of the entry.
  ///   - hash: 32 bytes, which are given the hash of its leaf.
  public mutating func append(_ entry: UnsafeRawBufferPointer, hash: UnsafeMutableRawBufferPointer) {
    guard let target = hash.baseAddress?.assumingMemoryBound(to: UInt8.self), hash.count == SHA256.length else {
      return
    }
    var state = crypto_hash_sha256_state()
    var mark: UInt8 = 0
    crypto_hash_sha256_init(&state)
    crypto_hash_sha256_update(&state, &mark, 1)
    crypto_hash_sha256_update(&state, entry.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt64(entry.count))
    crypto_hash_sha256_final(&state, target)
    append(hash: UnsafeRawBufferPointer(hash))
  }

  /// Adds a leaf whose hash is known.
  /// - Parameter leafHash: 32 bytes, a result of ``MerkleHash/leaf(_:)``.
  public mutating func append(leafHash: [UInt8]) { leafHash.withUnsafeBytes { append(hash: $0) } }

  private mutating func append(hash: UnsafeRawBufferPointer) {
    let length = SHA256.length
    var level = 0
    joined.withUnsafeMutableBytes { joined in
      peaks.withUnsafeMutableBytes { peaks in
        guard let scratch = joined.baseAddress, let kept = peaks.baseAddress, let leaf = hash.baseAddress else {
          return
        }
        let right = scratch + 1 + length
        right.copyMemory(from: leaf, byteCount: length)
        while count >> level & 1 == 1 {
          (scratch + 1).copyMemory(from: kept + level * length, byteCount: length)
          crypto_hash_sha256(
            right.assumingMemoryBound(to: UInt8.self), scratch.assumingMemoryBound(to: UInt8.self),
            UInt64(joined.count))
          level += 1
        }
        (kept + level * length).copyMemory(from: right, byteCount: length)
      }
    }
    count += 1
  }

  /// The root over all leaves so far; of an empty tree the SHA-256 of nothing.
  public var root: [UInt8] {
    var root: [UInt8]?
    for level in 0..<63 where count >> level & 1 == 1 {
      let peak = Array(peaks[level * SHA256.length..<(level + 1) * SHA256.length])
      root = root.map { MerkleHash.node(peak, $0) } ?? peak
    }
    return root ?? SHA256.hash([])
  }

  /// The hash of the last complete subtree of 2^level leaves; nil unless it is complete with the last leaf.
  public func completed(level: Int) -> [UInt8]? {
    guard level >= 0, level < 63, count > 0, count & ((1 << level) - 1) == 0 else { return nil }
    // The peak at the lowest bit spans 2^lowest leaves; a lower level inside it is no longer kept.
    guard count.trailingZeroBitCount == level else { return nil }
    return Array(peaks[level * SHA256.length..<(level + 1) * SHA256.length])
  }
}
