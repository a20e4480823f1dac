import Glibc
import ParticipationKit
import ParvisHost
import Sealing

/// One copy of a site, as far as its register goes: key, heads, leaves. Nothing but files is read.
struct RegisterCopy {
  let folder: String
  private(set) var findings: [Diagnostic] = []
  private(set) var verifier: RegisterVerifier?
  private(set) var heads: [SignedHead] = []
  private(set) var state = RegisterState()
  /// The same as far as a signed head goes, without the leaves that wait for one.
  private(set) var proven = RegisterState()
  /// The leaves that wait for a head, by position.
  private(set) var waiting: [Int: [UInt8]] = [:]
  /// The roots over the first leaves, at the sizes that were asked for.
  private(set) var roots: [Int: [UInt8]] = [:]
  private(set) var leaves = 0
  /// Hashes of the last leaves that were computed, a tile's worth.
  private var tile: [UInt8] = []
  private var missing = 0

  init(_ folder: String) { self.folder = folder }

  var head: SignedHead? { heads.last }

  mutating func note(_ file: String, _ fr: String, _ en: String, _ severity: Diagnostic.Severity = .error) {
    findings.append(Diagnostic(severity, file: file, line: nil, fr: fr, en: en))
  }

  // MARK: Key and heads

  /// Reads key and heads; false when there is no register to check.
  mutating func readHeads() throws -> Bool {
    guard let key = try text("register/key.txt"), let note = try text("register/checkpoint") else {
      self.note(
        "register/checkpoint", "le registre manque : la copie est incomplète, ou aucune empreinte n’est encore signée",
        "the register is missing: the copy is incomplete, or no head is signed yet")
      return false
    }
    guard let verifier = RegisterVerifier(key) else {
      self.note("register/key.txt", "la clé publique est illisible", "the public key cannot be read")
      return false
    }
    self.verifier = verifier
    let last = SignedHead.all(note, verifier)
    guard last.count == 1, let checkpoint = last[0] else {
      self.note(
        "register/checkpoint", "la signature de l’empreinte n’est pas celle de la clé",
        "the head is not signed by the key")
      return false
    }
    let all = SignedHead.all(try text("register/checkpoints.txt") ?? "", verifier)
    for (index, head) in all.enumerated() {
      guard let head else {
        self.note(
          "register/checkpoints.txt", "l’empreinte \(index + 1) n’est pas signée par la clé",
          "head \(index + 1) is not signed by the key")
        continue
      }
      if let before = heads.last, before.size >= head.size {
        self.note(
          "register/checkpoints.txt", "l’empreinte \(index + 1) ne couvre pas plus de lignes que celle d’avant",
          "head \(index + 1) does not cover more leaves than the one before")
      }
      heads.append(head)
    }
    if heads.last?.size != checkpoint.size || heads.last?.root != checkpoint.root {
      self.note(
        "register/checkpoints.txt", "la dernière empreinte de la liste n’est pas celle de register/checkpoint",
        "the last head of the list is not that of register/checkpoint")
      heads.removeAll { $0.size >= checkpoint.size }
      heads.append(checkpoint)
    }
    return true
  }

  // MARK: Leaves

  /// Reads all leaves, builds the tree anew and compares it with tiles and heads.
  /// - Parameter sizes: Further sizes at which the root is wanted.
  mutating func readLeaves(sizes: Set<Int> = []) throws {
    guard let head else { return }
    let wanted = sizes.union(heads.map(\.size))
    var tree = TiledTree()
    if wanted.contains(0) { roots[0] = tree.root }
    var upper: [[UInt8]] = []
    for number in 0..<(head.size + 255) / 256 {
      let width = min(256, head.size - number * 256)
      try readBundle(number, width, &tree, wanted)
      if width == 256, missing == 0 { upper.append(tree.lastTile) }
    }
    leaves = tree.count
    guard missing == 0 else { return }
    try checkUpperTiles(upper, head.size)
    for head in heads where roots[head.size] != head.root {
      note(
        "register/tile/entries", "l’empreinte signée sur \(head.size) lignes n’est pas celle des lignes publiées",
        "the signed head over \(head.size) leaves is not that of the published leaves")
    }
  }

  private mutating func readBundle(_ number: Int, _ width: Int, _ tree: inout TiledTree, _ wanted: Set<Int>) throws {
    let name = RegisterCopy.name(number, width)
    let path = "register/tile/entries/\(name)"
    guard let bytes = try read(path) else {
      missing += width
      return note(path, "le fichier des lignes manque", "the file of leaves is missing")
    }
    tile = [UInt8](repeating: 0, count: width * SHA256.length)
    var expected = number * 256
    let end = expected + width
    let isWhole = bytes.withUnsafeBytes { buffer -> Bool in
      var index = 0
      while index + 2 <= buffer.count {
        let length = Int(buffer[index]) << 8 | Int(buffer[index + 1])
        guard index + 2 + length <= buffer.count else { return false }
        let entry = UnsafeRawBufferPointer(rebasing: buffer[index + 2..<index + 2 + length])
        take(entry, &expected, end, &tree, wanted, path)
        index += 2 + length
      }
      return index == buffer.count
    }
    if !isWhole { note(path, "le fichier est coupé", "the file is cut") }
    while expected < end { skip(&expected, path) }
    try checkTile(number, width, name)
  }

  /// One entry: its place, its hash, what it says.
  private mutating func take(
    _ entry: UnsafeRawBufferPointer, _ expected: inout Int, _ end: Int, _ tree: inout TiledTree, _ wanted: Set<Int>,
    _ path: String
  ) {
    var position = RegisterLeaf.plainAct(entry)
    var leaf: RegisterLeaf?
    if position == nil {
      leaf = RegisterLeaf(entry)
      position = leaf?.position
    }
    guard let position, position >= expected, position < end else {
      note(path, "la ligne à la place \(expected) est illisible ou déplacée", "leaf \(expected) is unreadable or moved")
      missing += 1
      return
    }
    while expected < position { skip(&expected, path) }
    expected += 1
    let start = (position & 255) * SHA256.length
    tile.withUnsafeMutableBytes {
      tree.append(entry, hash: UnsafeMutableRawBufferPointer(rebasing: $0[start..<start + SHA256.length]))
    }
    if wanted.contains(tree.count) { roots[tree.count] = tree.root }
    if let leaf { state.read(leaf) }
  }

  private mutating func skip(_ expected: inout Int, _ path: String) {
    missing += 1
    if missing <= 20 { note(path, "la ligne \(expected) manque", "leaf \(expected) is missing") }
    expected += 1
  }

  private mutating func checkTile(_ number: Int, _ width: Int, _ name: String) throws {
    let path = "register/tile/0/\(name)"
    guard let stored = try read(path) else { return note(path, "le fichier manque", "the file is missing") }
    guard missing == 0, stored != tile else { return }
    guard stored.count == tile.count else { return note(path, "la taille est fausse", "the size is wrong") }
    for place in 0..<width where stored[place * 32..<place * 32 + 32] != tile[place * 32..<place * 32 + 32] {
      note(
        path, "la ligne \(number * 256 + place) n’a pas l’empreinte que le registre en garde : elle a été modifiée",
        "leaf \(number * 256 + place) does not have the hash that the register keeps of it: it was changed")
    }
  }

  private mutating func checkUpperTiles(_ hashes: [[UInt8]], _ size: Int) throws {
    var row = hashes
    var level = 1
    while size >> (8 * level) > 0 {
      var above: [[UInt8]] = []
      for start in stride(from: 0, to: row.count, by: 256) {
        let part = Array(row[start..<min(start + 256, row.count)])
        let path = "register/tile/\(level)/\(RegisterCopy.name(start / 256, part.count))"
        if try read(path) != part.flatMap({ $0 }) {
          note(
            path, "le fichier manque ou n’est pas celui des lignes publiées",
            "the file is missing or not that of the published leaves")
        }
        if part.count == 256 { above.append(MerkleHash.root(ofLeaves: part)) }
      }
      row = above
      level += 1
    }
  }

  /// The entry at a position; nil when the copy does not hold it.
  func entry(_ position: Int) throws -> [UInt8]? {
    guard let head, position < head.size else { return nil }
    let number = position / 256
    let name = RegisterCopy.name(number, min(256, head.size - number * 256))
    guard let bytes = try read("register/tile/entries/\(name)") else { return nil }
    var index = 0
    while index + 2 <= bytes.count {
      let end = index + 2 + (Int(bytes[index]) << 8 | Int(bytes[index + 1]))
      guard end <= bytes.count else { return nil }
      if RegisterLeaf(bytes[(index + 2)..<end])?.position == position { return Array(bytes[(index + 2)..<end]) }
      index = end
    }
    return nil
  }

  // MARK: Lists

  /// Reads the lists of the leaves; of imports what they say, of all the root.
  mutating func readLists() throws {
    for list in state.lists {
      let prefix = "register/list/\(list.leaf.position)-"
      var tree = MerkleTree()
      var part = 0
      var rows: [[UInt8]] = []
      while tree.count < list.records, let bytes = try read("\(prefix)\(part).txt") {
        for line in bytes.split(separator: 0x0A) {
          if list.leaf.kind == "import" {
            state.read(Array(line), place: tree.count, of: list.leaf)
          } else {
            rows.append(Array(line))
          }
          tree.append(Array(line))
        }
        part += 1
      }
      if list.leaf.kind != "import" { state.read(rows: rows, of: list.leaf) }
      if tree.count != list.records || Hex.encode(tree.root) != list.root {
        note(
          "\(prefix)0.txt", "la liste n’est pas celle à laquelle la ligne \(list.leaf.position) engage",
          "the list is not the one that leaf \(list.leaf.position) commits to")
      }
    }
    proven = state
    try readWaiting()
    for fault in state.faults {
      note("register/tile/entries", "ligne \(fault.position) : \(fault.fr)", "leaf \(fault.position): \(fault.en)")
    }
  }

  /// Reads the leaves that no head covers yet: what they count and take off explains the site as it is.
  private mutating func readWaiting() throws {
    let size = head?.size ?? 0
    let names = try Files.isFolder(folder + "/register/waiting") ? Files.names(folder + "/register/waiting") : []
    for name in names {
      let file = "register/waiting/\(name)"
      for line in (try read(file) ?? []).split(separator: 0x0A).map({ Array($0) }) {
        guard let leaf = RegisterLeaf(line), leaf.value["root"] == nil else {
          note(file, "une ligne est illisible", "a leaf is unreadable")
          continue
        }
        // A copy may be made between a head and the removal of what waited for it.
        let other = leaf.position < size ? try entry(leaf.position) : waiting[leaf.position]
        if let other, other != line {
          note(
            file, "la ligne \(leaf.position) n’est pas celle du registre",
            "leaf \(leaf.position) is not that of the register")
        } else if leaf.position >= size {
          waiting[leaf.position] = line
        }
      }
    }
    for (_, line) in waiting.sorted(by: { $0.key < $1.key }) {
      if let leaf = RegisterLeaf(line) { state.read(leaf) }
    }
  }

  /// The lines of a list, without checking them again.
  func lines(ofList position: Int) throws -> [[UInt8]] {
    var lines: [[UInt8]] = []
    var part = 0
    while let bytes = try read("register/list/\(position)-\(part).txt") {
      lines += bytes.split(separator: 0x0A).map { Array($0) }
      part += 1
    }
    return lines
  }

  // MARK: Files

  func read(_ path: String) throws -> [UInt8]? { try Files.read(folder + "/" + path) }

  func text(_ path: String) throws -> String? { try read(path).map { String(decoding: $0, as: UTF8.self) } }

  /// The name of a tile of some width.
  static func name(_ number: Int, _ width: Int) -> String {
    RegisterFiles.name(number) + (width < 256 ? ".p/\(width)" : "")
  }
}

/// The tree while it is read, tile by tile, so that the hash of each tile is at hand.
struct TiledTree {
  private var tile = MerkleTree()
  private var upper = MerkleTree()
  private(set) var count = 0
  /// The root over the last full tile.
  private(set) var lastTile: [UInt8] = []

  mutating func append(_ entry: UnsafeRawBufferPointer, hash: UnsafeMutableRawBufferPointer) {
    tile.append(entry, hash: hash)
    count += 1
    guard tile.count == 256 else { return }
    lastTile = tile.root
    upper.append(leafHash: lastTile)
    tile = MerkleTree()
  }

  /// The root over all leaves so far. A tile that is not full stands where a full one would.
  var root: [UInt8] {
    guard tile.count > 0 else { return upper.root }
    var all = upper
    all.append(leafHash: tile.root)
    return all.root
  }
}
