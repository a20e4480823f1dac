import Testing

@testable import Sealing

/// The register's root must be checkable with any Certificate Transparency tool.
@Suite("Merkle hashes follow RFC 6962")
struct MerkleHashTests {
  /// The entries of the Certificate Transparency reference tests.
  static let entries: [[UInt8]] = [
    [], [0x00], [0x10], [0x20, 0x21], [0x30, 0x31], [0x40, 0x41, 0x42, 0x43], Array(0x50...0x57),
    Array(0x60...0x6f),
  ]

  @Test(
    "reference roots of the first n entries",
    arguments: zip(
      0...8,
      [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
      ]))
  func referenceRoots(count: Int, expected: String) {
    #expect(Hex.encode(MerkleHash.root(of: Array(Self.entries.prefix(count)))) == expected)
  }

  /// The definition of RFC 6962 §2.1 as written there: split at the largest power of two below the count.
  private func definition(_ leaves: ArraySlice<[UInt8]>) -> [UInt8] {
    guard let only = leaves.first else { return SHA256.hash([]) }
    guard leaves.count > 1 else { return only }
    var split = 1
    while split * 2 < leaves.count { split *= 2 }
    let middle = leaves.startIndex + split
    return MerkleHash.node(definition(leaves[..<middle]), definition(leaves[middle...]))
  }

  @Test("every size up to 70 gives the tree of the definition, whatever its shape")
  func sizes() {
    let leaves = (0..<70).map { MerkleHash.leaf([UInt8($0)]) }
    for count in 0...70 {
      #expect(MerkleHash.root(ofLeaves: Array(leaves.prefix(count))) == definition(leaves.prefix(count)))
    }
  }

  @Test("an entry made of two hashes does not pass for their node")
  func secondPreimage() {
    let left = MerkleHash.leaf([1])
    let right = MerkleHash.leaf([2])
    #expect(MerkleHash.leaf(left + right) != MerkleHash.node(left, right))
  }
}
