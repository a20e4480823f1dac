/// Proofs about a Merkle tree (RFC 9162 §2.1.3 and §2.1.4): that a leaf is in it, and that it only grew.
public struct MerkleProof: Sendable {
  private init() {}

  /// Gives the hash of the complete subtree of `1 << level` leaves that begins at leaf `index << level`.
  public typealias Subtrees = (_ level: Int, _ index: Int) throws -> [UInt8]

  /// The hashes beside the way from a leaf to the root, nearest first (RFC 9162 §2.1.3.1).
  /// - Parameters:
  ///   - index: The leaf, counted from 0.
  ///   - size: How many leaves the tree has; more than `index`.
  ///   - subtrees: The tree.
  /// - Throws: What `subtrees` throws.
  public static func inclusion(of index: Int, size: Int, _ subtrees: Subtrees) throws -> [[UInt8]] {
    guard index >= 0, index < size else { return [] }
    var path: [[UInt8]] = []
    var start = 0
    var end = size
    while end - start > 1 {
      let middle = start + largestPowerOfTwo(below: end - start)
      if index < middle {
        path.append(try hash(middle..<end, subtrees))
        end = middle
      } else {
        path.append(try hash(start..<middle, subtrees))
        start = middle
      }
    }
    return path.reversed()
  }

  /// The hashes that show how the tree of a smaller size became that of a larger one (RFC 9162 §2.1.4.1).
  /// - Parameters:
  ///   - old: The smaller size; from 1.
  ///   - size: The larger size.
  ///   - subtrees: The tree of the larger size.
  /// - Throws: What `subtrees` throws.
  public static func consistency(from old: Int, to size: Int, _ subtrees: Subtrees) throws -> [[UInt8]] {
    guard old > 0, old < size else { return [] }
    var path: [[UInt8]] = []
    var start = 0
    var end = size
    var isWhole = true
    while end != old {
      let middle = start + largestPowerOfTwo(below: end - start)
      if old <= middle {
        path.append(try hash(middle..<end, subtrees))
        end = middle
      } else {
        path.append(try hash(start..<middle, subtrees))
        start = middle
        isWhole = false
      }
    }
    if !isWhole { path.append(try hash(start..<end, subtrees)) }
    return path.reversed()
  }

  /// Whether a path leads from a leaf to a root (RFC 9162 §2.1.3.2).
  /// - Parameters:
  ///   - leafHash: The hash of the leaf.
  ///   - index: The leaf, counted from 0.
  ///   - size: How many leaves the tree has.
  ///   - path: A result of ``inclusion(of:size:_:)``.
  ///   - root: The root of the tree.
  public static func isIncluded(
    leafHash: [UInt8], index: Int, size: Int, path: [[UInt8]], root: [UInt8]
  ) -> Bool {
    guard index >= 0, index < size else { return false }
    var place = index
    var last = size - 1
    var hash = leafHash
    for step in path {
      guard last > 0 else { return false }
      if place & 1 == 1 || place == last {
        hash = MerkleHash.node(step, hash)
        while place & 1 == 0, place != 0 {
          place >>= 1
          last >>= 1
        }
      } else {
        hash = MerkleHash.node(hash, step)
      }
      place >>= 1
      last >>= 1
    }
    return last == 0 && hash == root
  }

  /// Whether the tree of a larger size begins with the leaves of a smaller one (RFC 9162 §2.1.4.2).
  /// - Parameters:
  ///   - old: The smaller size and its root.
  ///   - new: The larger size and its root.
  ///   - path: A result of ``consistency(from:to:_:)``.
  public static func isConsistent(
    old: (size: Int, root: [UInt8]), new: (size: Int, root: [UInt8]), path: [[UInt8]]
  ) -> Bool {
    if old.size == new.size { return path.isEmpty && old.root == new.root }
    // Whatever there was before the first leaf, the tree began with it.
    if old.size == 0 { return path.isEmpty && old.root == SHA256.hash([]) }
    guard old.size > 0, old.size < new.size else { return false }
    var steps = path
    if old.size & (old.size - 1) == 0 { steps.insert(old.root, at: 0) }
    guard var first = steps.first else { return false }
    var second = first
    var place = old.size - 1
    var last = new.size - 1
    while place & 1 == 1 {
      place >>= 1
      last >>= 1
    }
    for step in steps.dropFirst() {
      guard last > 0 else { return false }
      if place & 1 == 1 || place == last {
        first = MerkleHash.node(step, first)
        second = MerkleHash.node(step, second)
        while place & 1 == 0, place != 0 {
          place >>= 1
          last >>= 1
        }
      } else {
        second = MerkleHash.node(second, step)
      }
      place >>= 1
      last >>= 1
    }
    return last == 0 && first == old.root && second == new.root
  }

  /// The root over a range of leaves that begins where a subtree of its size may begin.
  private static func hash(_ range: Range<Int>, _ subtrees: Subtrees) throws -> [UInt8] {
    let count = range.count
    if count & (count - 1) == 0 {
      let level = count.trailingZeroBitCount
      return try subtrees(level, range.lowerBound >> level)
    }
    let middle = range.lowerBound + largestPowerOfTwo(below: count)
    return MerkleHash.node(
      try hash(range.lowerBound..<middle, subtrees), try hash(middle..<range.upperBound, subtrees))
  }

  /// The split of RFC 6962 §2.1: the largest power of two that is smaller than a count from 2.
  private static func largestPowerOfTwo(below count: Int) -> Int {
    1 << (Int.bitWidth - 1 - (count - 1).leadingZeroBitCount)
  }
}
