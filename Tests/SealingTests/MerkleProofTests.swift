import Testing

@testable import Sealing

/// What a resident's receipt and two copies of the site are checked with.
@Suite("Merkle proofs follow RFC 9162")
struct MerkleProofTests {
  let leaves = (0..<130).map { MerkleHash.leaf([UInt8($0)]) }

  let levels: [[[UInt8]]]
  let roots: [[UInt8]]

  init() {
    let leaves = leaves
    levels = (0...7).map { level in
      (0..<(130 >> level)).map { MerkleHash.root(ofLeaves: Array(leaves[($0 << level)..<(($0 + 1) << level)])) }
    }
    roots = (0...130).map { MerkleHash.root(ofLeaves: Array(leaves.prefix($0))) }
  }

  private func subtree(_ level: Int, _ index: Int) -> [UInt8] { levels[level][index] }

  private func root(_ size: Int) -> [UInt8] { roots[size] }

  @Test("a growing tree has the root of the whole at every size, and gives its complete subtrees")
  func growing() {
    var tree = MerkleTree()
    #expect(tree.root == SHA256.hash([]))
    for size in 1...130 {
      #expect(tree.append([UInt8(size - 1)]) == leaves[size - 1])
      #expect(tree.count == size && tree.root == root(size))
      let level = size.trailingZeroBitCount
      #expect(tree.completed(level: level) == subtree(level, (size >> level) - 1))
      #expect(tree.completed(level: level + 1) == nil)
    }
    var other = MerkleTree()
    for leaf in leaves { other.append(leafHash: leaf) }
    #expect(other.root == tree.root)
  }

  @Test("every leaf of every size up to 130 is proven, and no other leaf, place, size or root by the same path")
  func inclusion() throws {
    for size in 1...130 {
      let root = root(size)
      for index in 0..<size {
        let path = try MerkleProof.inclusion(of: index, size: size, subtree)
        func holds(_ leaf: Int, _ place: Int, _ count: Int, _ path: [[UInt8]], _ root: [UInt8]) -> Bool {
          MerkleProof.isIncluded(leafHash: leaves[leaf], index: place, size: count, path: path, root: root)
        }
        #expect(holds(index, index, size, path, root))
        #expect(!holds((index + 1) % 130, index, size, path, root))
        #expect(!holds(index, index, size, path + [root], root))
        #expect(!holds(index, index, size, path, leaves[index] + []) || size == 1)
        #expect(size == 1 || !holds(index, (index + 1) % size, size, path, root))
        #expect(path.isEmpty || !holds(index, index, size, Array(path.dropLast()), root))
        if var broken = path.first {
          broken[7] ^= 1
          #expect(!holds(index, index, size, [broken] + path.dropFirst(), root))
        }
      }
      #expect(!MerkleProof.isIncluded(leafHash: leaves[0], index: size, size: size, path: [], root: root))
    }
  }

  @Test("every pair of sizes up to 130 is proven consistent, and no changed root or path")
  func consistency() throws {
    for size in 1...130 {
      for old in 1...size {
        let path = try MerkleProof.consistency(from: old, to: size, subtree)
        #expect(
          MerkleProof.isConsistent(old: (old, root(old)), new: (size, root(size)), path: path), "\(old) in \(size)")
        #expect(!MerkleProof.isConsistent(old: (old, leaves[129]), new: (size, root(size)), path: path))
        #expect(!MerkleProof.isConsistent(old: (old, root(old)), new: (size, leaves[129]), path: path))
        if var broken = path.last {
          broken[31] ^= 0x80
          let changed = Array(path.dropLast()) + [broken]
          #expect(!MerkleProof.isConsistent(old: (old, root(old)), new: (size, root(size)), path: changed))
        }
      }
      #expect(MerkleProof.isConsistent(old: (0, SHA256.hash([])), new: (size, root(size)), path: []))
      #expect(!MerkleProof.isConsistent(old: (size + 1, root(size)), new: (size, root(size)), path: []))
    }
  }

  /// The paths of the eight entries of the Certificate Transparency reference tests, from its own test data.
  @Test("the reference paths of certificate-transparency-go")
  func reference() throws {
    let entries = MerkleHashTests.entries.map(MerkleHash.leaf)
    func subtree(_ level: Int, _ index: Int) -> [UInt8] {
      MerkleHash.root(ofLeaves: Array(entries[(index << level)..<((index + 1) << level)]))
    }
    let zero = try MerkleProof.inclusion(of: 0, size: 8, subtree).map(Hex.encode)
    #expect(
      zero == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
      ])
    let growth = try MerkleProof.consistency(from: 6, to: 8, subtree).map(Hex.encode)
    #expect(
      growth == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
      ])
  }
}
