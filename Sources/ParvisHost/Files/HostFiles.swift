import ParticipationKit

/// The files that came with acts and imports: whose they are, and what was read in them. Their bytes are the store's.
public struct HostFiles: Sendable {
  let host: Host

  static let migration = Migration(
    13, "files",
    [
      """
      CREATE TABLE host_file(module TEXT NOT NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL, at INTEGER NOT NULL,
        state TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY(module, sha256)) STRICT, WITHOUT ROWID
      """,
      // Empty but in a backup, which is one file and holds the bytes too.
      "CREATE TABLE host_file_backup(sha256 TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT",
      "ALTER TABLE host_archive_document ADD COLUMN files TEXT NOT NULL DEFAULT ''",
    ])

  /// A file with what was read in it.
  struct Read: Sendable {
    let file: FileReference
    let text: FileText
  }

  /// Reads the texts of files that the module does not have yet: slow, so before the transaction.
  func reading(_ files: [FileReference], for module: String) throws -> [Read] {
    try files.map { file in
      let known = try host.ports.store.reading { try self.known(file, module, in: $0) }
      return Read(file: file, text: known ?? host.ports.files.text(file))
    }
  }

  /// Notes that files came to a module.
  func note(_ files: [Read], module: String, now: Timestamp, in ledgers: Ledgers) throws {
    for read in files {
      try ledgers.host.execute(
        "INSERT OR IGNORE INTO host_file(module, sha256, size, at, state, text) VALUES(?,?,?,?,?,?)",
        [
          .text(module), .text(read.file.sha256), .integer(read.file.size), .timestamp(now),
          .text(read.text.state.name), .text(read.text.text),
        ])
    }
  }

  /// What was read in a file of a module; nil when it has no such file.
  func known(_ file: FileReference, _ module: String, in ledgers: Ledgers) throws -> FileText? {
    try ledgers.host.row(
      "SELECT state, text FROM host_file WHERE module = ? AND sha256 = ?", [.text(module), .text(file.sha256)]
    ).map { FileText(text: try $0.text("text"), state: FileText.State(name: try $0.text("state"))) }
  }

  /// Whether a file came to a module: what others were sent, it cannot publish. A module that left keeps its own.
  /// - Throws: The store's error.
  public func belongs(_ sha256: String, to module: String, in ledgers: Ledgers) throws -> Bool {
    try ledgers.host.row(
      "SELECT 1 FROM host_file WHERE module = ? AND sha256 = ?", [.text(module), .text(sha256)]) != nil
  }

  /// The digests and sizes of all files.
  /// - Throws: The store's error.
  public func all(in ledgers: Ledgers) throws -> [(sha256: String, size: Int)] {
    try ledgers.host.rows("SELECT DISTINCT sha256, size FROM host_file ORDER BY sha256")
      .map { (sha256: try $0.text("sha256"), size: try $0.int("size")) }
  }

  /// Removes what came with forms that were never accepted.
  func removeForgotten() throws {
    let kept = try host.ports.store.reading { Set(try self.all(in: $0).map(\.sha256)) }
    try host.ports.files.removeForgotten(kept)
  }

  /// What the leaf of an act or import says of its files: their digests, so that anybody can see that a published file
  /// is the one that came.
  static func details(_ files: [Read]) -> [(String, JSONValue)] {
    guard !files.isEmpty else { return [] }
    return [("files", .array(Set(files.map(\.file.sha256)).sorted().map { .string($0) }))]
  }
}

extension Host {
  /// The files of modules.
  public var files: HostFiles { HostFiles(host: self) }
}
