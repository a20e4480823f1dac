public import ParticipationKit

/// The files of the register below `register/` of the site: checkpoints, tiles and entries as C2SP tlog-tiles lays them
/// out, and the published lists. They cover the tree up to the last signed head and nothing after it.
public struct RegisterFiles: Sendable {
  /// What changes with each new head.
  public static let subject = Subject("host", "register", "index")

  /// What changes with each leaf that must be readable before the next head, see ``waiting(in:)``.
  public static let waiting = Subject("host", "register", "waiting")

  let host: Host

  /// One file.
  public struct File {
    /// The path below the site.
    public let path: String
    /// Whether the file, once written, never changes.
    public let isFixed: Bool
    /// Makes the bytes.
    public let bytes: () throws -> [UInt8]
  }

  /// All files.
  /// - Parameter ledger: The host's tables.
  /// - Throws: The store's error.
  public func all(in ledger: Ledger) throws -> [File] {
    let heads = try host.treeHeads.all(in: ledger)
    guard let last = heads.last else { return [] }
    let verifier = host.registerVerifier
    var files = [
      File(path: "register/checkpoint", isFixed: false, bytes: { Array(last.note.utf8) }),
      File(path: "register/checkpoints.txt", isFixed: false, bytes: { heads.flatMap { Array($0.note.utf8) } }),
      File(path: "register/key.txt", isFixed: false, bytes: { Array("\(verifier)\n".utf8) }),
    ]
    var level = 0
    while last.size >> (8 * level) > 0 {
      files += tiles(level, heads, last.size, ledger)
      level += 1
    }
    return files + RegisterScripts.files + (try lists(before: last.size, ledger))
  }

  /// The full tiles of a level, and of the last one that is not full each width that a head needs.
  private func tiles(_ level: Int, _ heads: [TreeHead], _ size: Int, _ ledger: Ledger) -> [File] {
    let full = (size >> (8 * level)) / TreeHeads.width
    var tiles = (0..<full).map { (number: $0, width: TreeHeads.width) }
    var widths: Set<Int> = []
    for head in heads {
      let count = head.size >> (8 * level)
      if count / TreeHeads.width == full, count % TreeHeads.width > 0 { widths.insert(count % TreeHeads.width) }
    }
    tiles += widths.sorted().map { (number: full, width: $0) }
    return tiles.flatMap { tile -> [File] in
      let start = tile.number * TreeHeads.width
      let range = start..<start + tile.width
      let name = RegisterFiles.name(tile.number) + (tile.width < TreeHeads.width ? ".p/\(tile.width)" : "")
      let hashes = File(path: "register/tile/\(level)/\(name)", isFixed: true) {
        try present(level, range, ledger)
      }
      guard level == 0 else { return [hashes] }
      let entries = File(path: "register/tile/entries/\(name)", isFixed: true) { try bundle(range, ledger) }
      return [hashes, entries]
    }
  }

  /// The index of a tile in groups of three digits: 1234067 is `x001/x234/067`.
  package static func name(_ number: Int) -> String {
    func group(_ value: Int) -> String {
      let digits = String(value)
      return String(repeating: "0", count: 3 - digits.utf8.count) + digits
    }
    var name = group(number % 1000)
    var rest = number / 1000
    while rest > 0 {
      name = "x\(group(rest % 1000))/" + name
      rest /= 1000
    }
    return name
  }

  // MARK: What waits for a head

  /// The decisions after which a record is not shown.
  static let hides = ["refused", "withdrawn", "erased", "reopened"]

  /// Whether a check of the site needs a leaf before a head covers it: it changes a published count, or takes something
  /// off. What it shows instead waits by itself, since its proof names a leaf to come. A secret act is never told at
  /// once: that would tell its hour.
  static func isWaited(kind: String, what: String, members: [String], _ moment: Register.Moment) -> Bool {
    kind == "decision" && (hides.contains(what) || members.contains("measured"))
      || kind == "letters" && members.contains("count") || kind == "act" && voices.contains(what)
      || members.contains("counts") && !moment.isDay
  }

  /// The acts that the page of decisions counts.
  private static let voices = ["moderation/flag", "moderation/appeal"]

  /// The leaves after the last head that a check needs to understand the site as it is: nothing signs them yet, and the
  /// next heads must cover the very same. In files of 256 positions, so that each publication writes little.
  /// - Throws: The store's error.
  public func waiting(in ledger: Ledger) throws -> [File] {
    guard let size = try host.treeHeads.last(in: ledger)?.size else { return [] }
    let next = try ledger.count("SELECT coalesce(max(position) + 1, 0) FROM host_register")
    return try (size / TreeHeads.width..<max(size, next) / TreeHeads.width + 1).compactMap { number in
      let whole = number * TreeHeads.width..<(number + 1) * TreeHeads.width
      let range = whole.clamped(to: size..<max(size, next))
      let arguments: [SQLValue] = [.integer(range.lowerBound), .integer(range.upperBound)]
      guard try ledger.row("SELECT 1 FROM \(RegisterFiles.waited) LIMIT 1", arguments) != nil else { return nil }
      // A file that is still to grow has another name: one that is whole is written once and never looked at again.
      let name = range == whole ? "\(number).txt" : "\(number).open.txt"
      return File(path: "register/waiting/\(name)", isFixed: range == whole) { try waiting(arguments, ledger) }
    }
  }

  /// The rows of ``isWaited(kind:what:members:_:)``. Quotes in texts of a leaf are escaped: these are members.
  private static let waited = """
    host_register WHERE position >= ? AND position < ?
      AND (kind = 'decision' AND (json_extract(leaf, '$.what') IN (\(list(hides)))
          OR instr(leaf, ',"measured":{') > 0)
        OR kind = 'letters' AND instr(leaf, ',"count":') > 0
        OR kind = 'act' AND json_extract(leaf, '$.what') IN (\(list(voices)))
        OR instr(leaf, '"counts":[') > 0 AND instr(leaf, '"day":"') = 0)
    """

  private static func list(_ words: some Sequence<String>) -> String {
    words.map { "'\($0)'" }.joined(separator: ",")
  }

  private func waiting(_ arguments: [SQLValue], _ ledger: Ledger) throws -> [UInt8] {
    var lines: [UInt8] = []
    try ledger.forEach("SELECT leaf FROM \(RegisterFiles.waited) ORDER BY position", arguments) { row in
      lines += try row.text(at: 0).utf8
      lines.append(0x0A)
      return true
    }
    return lines
  }

  /// The hashes that are there: a register with a gap is still published, so that everybody can see the gap.
  private func present(_ level: Int, _ range: Range<Int>, _ ledger: Ledger) throws -> [UInt8] {
    let sql =
      level == 0
      ? "SELECT hash FROM host_register WHERE position >= ? AND position < ? ORDER BY position"
      : "SELECT hash FROM host_node WHERE level = \(level) AND number >= ? AND number < ? ORDER BY number"
    var bytes: [UInt8] = []
    try ledger.forEach(sql, [.integer(range.lowerBound), .integer(range.upperBound)]) { row in
      bytes += try row.blob("hash")
      return true
    }
    return bytes
  }

  /// Entries, each after its length in two bytes.
  private func bundle(_ range: Range<Int>, _ ledger: Ledger) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try ledger.forEach(
      "SELECT leaf FROM host_register WHERE position >= ? AND position < ? ORDER BY position",
      [.integer(range.lowerBound), .integer(range.upperBound)]
    ) { row in
      let leaf = try row.text(at: 0)
      let count = leaf.utf8.count
      bytes += [UInt8(truncatingIfNeeded: count >> 8), UInt8(truncatingIfNeeded: count)]
      bytes += leaf.utf8
      return true
    }
    return bytes
  }

  private func lists(before size: Int, _ ledger: Ledger) throws -> [File] {
    try ledger.rows(
      "SELECT id, position, part FROM host_list WHERE position < ? ORDER BY position, part", [.integer(size)]
    ).map { row in
      let id = try row.int("id")
      return File(path: "register/list/\(try row.int("position"))-\(try row.int("part")).txt", isFixed: true) {
        Array((try ledger.row("SELECT lines FROM host_list WHERE id = ?", [.integer(id)])?.text("lines") ?? "").utf8)
      }
    }
  }
}

extension Host {
  /// The files of the register.
  public var registerFiles: RegisterFiles { RegisterFiles(host: self) }
}
