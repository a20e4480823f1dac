/// The hashes of a Merkle tree as RFC 6962 §2.1 defines them: the register's leaves, nodes and root.
///
/// The first byte keeps a leaf from passing for a node (second-preimage resistance).
public enum MerkleHash {
  /// The hash of one entry: SHA-256 of 0x00 and the entry.
  public static func leaf(_ entry: [UInt8]) -> [UInt8] {
    var hash = SHA256()
    hash.update([0])
    hash.update(entry)
    return hash.finish()
  }

  /// The hash of two subtrees: SHA-256 of 0x01, the left hash and the right hash.
  public static func node(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
    var hash = SHA256()
    hash.update([1])
    hash.update(left)
    hash.update(right)
    return hash.finish()
  }

  /// The root over leaf hashes, oldest first. The root of an empty tree is the SHA-256 of nothing.
  ///
  /// - Parameter leaves: results of ``leaf(_:)``.
  public static func root(ofLeaves leaves: [[UInt8]]) -> [UInt8] {
    guard !leaves.isEmpty else { return SHA256.hash([]) }
    // Each pass joins neighbours; an odd last one moves up unchanged. This gives the tree of the RFC, which
    // splits at the largest power of two below the count.
    var level = leaves
    while level.count > 1 {
      level = stride(from: 0, to: level.count, by: 2).map { index in
        index + 1 < level.count ? node(level[index], level[index + 1]) : level[index]
      }
    }
    return level[0]
  }

  /// The root over entries, oldest first.
  public static func root(of entries: [[UInt8]]) -> [UInt8] {
    root(ofLeaves: entries.map(leaf))
  }
}
