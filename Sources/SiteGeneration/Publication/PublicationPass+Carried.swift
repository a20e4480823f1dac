internal import ParticipationKit

/// Files that documents carry: they lie in the site as long as a document does that carries them.
struct CarriedFile {
  static let kind = "file"
  static let origin = "carried"

  /// What a document depends on that carries a file: all that is known of the file, so that it is found from the
  /// tables alone.
  static func subject(_ file: FileReference) -> Subject { Subject("host", kind, file.stored) }

  /// The file that a dependency names; nil for every other dependency.
  static func file(_ dependency: some StringProtocol) -> FileReference? {
    let prefix = "host/\(kind)/"
    guard dependency.utf8.starts(with: prefix.utf8) else { return nil }
    return FileReference(stored: String(dependency.dropFirst(prefix.utf8.count)))
  }

  /// Whether a path is one that a file could have, see ``FileReference/path``: what somebody else put beside is theirs.
  static func isPath(_ path: String) -> Bool {
    let bytes = path.utf8
    guard bytes.starts(with: FileReference.folder.utf8), let dot = bytes.lastIndex(of: UInt8(ascii: ".")),
      FileKind.all.contains(where: { bytes[bytes.index(after: dot)...].elementsEqual($0.suffix.utf8) })
    else { return false }
    let digits = bytes[..<dot].suffix(16)
    let isHexadecimal =
      digits.count == 16 && digits.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    return isHexadecimal && bytes[..<dot].dropLast(16).last == UInt8(ascii: "-")
  }
}

extension StoredDocument {
  /// The files that the document carries.
  var carried: [FileReference] { dependencies.compactMap { CarriedFile.file($0) } }
}

extension PublicationPass {
  /// Brings the files of a document into the site, before the pages that lead to them.
  /// - Returns: Why that cannot be: a file is not there, or is another module's; nil when all is well.
  func publishCarried(_ files: [FileReference], of module: String) throws -> (any Error)? {
    for file in files where try !isInPlace(file) {
      let bytes: [UInt8]
      do {
        bytes = try snapshot.bytes(of: file, module)
      } catch {
        return error
      }
      try publishFile(CarriedFile.origin, file.path.path, bytes)
    }
    return nil
  }

  /// Whether a file lies in the site as it was written, so that its bytes need not be read. Its path names its content.
  private func isInPlace(_ file: FileReference) throws -> Bool {
    let path = file.path.path
    if keptFiles.contains(path) { return true }
    guard target == .inPlace || isDry, !suspects.contains(path),
      let stored = try PublicationTables.file(path, snapshot.ledger), stored.size == file.size, !stored.digest.isEmpty,
      try isDry || folder?.size(path) == file.size
    else { return false }
    keptFiles.insert(path)
    report.unchanged += 1
    return true
  }

  /// The files of documents that keep what they have, since they could not be made.
  func keepCarried(_ depends: some StringProtocol) {
    for line in depends.split(separator: "\n") {
      if let file = CarriedFile.file(line) { keptFiles.insert(file.path.path) }
    }
  }

  /// Notes the files that a document no longer carries.
  /// - Returns: Whether there are any.
  func noteLeft(_ old: StoredDocument, _ new: StoredDocument?) -> Bool {
    let left = Set(old.carried).subtracting(new?.carried ?? [])
    leftFiles.formUnion(left)
    return !left.isEmpty
  }

  /// Takes out of the site what no document carries any more. A full publication finds by itself what it did not meet.
  func findLeftFiles() throws {
    guard !isFull else { return }
    for file in leftFiles.sorted(by: { $0.stored < $1.stored }) {
      let path = file.path.path
      guard !keptFiles.contains(path), try !isCarried(file),
        let stored = try PublicationTables.file(path, snapshot.ledger), stored.origin == CarriedFile.origin
      else { continue }
      goneFiles.append(stored)
    }
  }

  /// Whether a document carries a file once this publication is recorded.
  private func isCarried(_ file: FileReference) throws -> Bool {
    for case .some(let document) in overlay.values where document.carried.contains(file) { return true }
    let rows = try snapshot.ledger.rows(
      "SELECT document FROM publication_dependency WHERE subject = ?", [.text(CarriedFile.subject(file).description)])
    return try rows.contains { overlay[try $0.int(at: 0)] == nil }
  }

  /// The documents that carry the file of a path, for one that was found damaged.
  func documents(carrying path: String) throws -> [Subject] {
    guard CarriedFile.isPath(path) else { return [] }
    let rows = try snapshot.ledger.rows(
      """
      SELECT p.subject, d.module, d.kind, d.key FROM publication_dependency AS p
      JOIN publication_document AS d ON d.number = p.document
      WHERE p.subject >= 'host/file/' AND p.subject < 'host/file0'
      """)
    return try rows.compactMap { row in
      guard CarriedFile.file(try row.text("subject"))?.path.path == path else { return nil }
      return Subject(try row.text("module"), try row.text("kind"), try row.text("key"))
    }
  }
}
