internal import ParticipationKit

extension PublicationPass {
  // MARK: What is to go

  /// A document that is no longer there: with a row its files are known; without one, an earlier publication may have
  /// written them and stopped before it recorded them.
  func noteAbsent(_ origin: Origin, _ key: String, stored: StoredDocument?) throws {
    if let stored { return gone.append(stored) }
    let base = origin.path(key)
    guard CheckedPath.isPlain(base), let folder else { return }
    for path in site.files(of: base) where try folder.size(path) != nil { stale.append(path) }
  }

  /// Files of the tables that a full publication did not meet.
  func findGoneFiles() throws {
    for row in try snapshot.ledger.rows("SELECT path FROM publication_file ORDER BY path") {
      let path = try row.text("path")
      if !keptFiles.contains(path), let file = try PublicationTables.file(path, snapshot.ledger) {
        goneFiles.append(file)
      }
    }
  }

  // MARK: Removing

  func removeFiles() throws {
    try findLeftFiles()
    // What another part of this publication makes keeps its file and its row.
    goneFiles.removeAll { keptFiles.contains($0.path) }
    if target == .elsewhere || target == .becomingSite {
      pending.removedFiles = target == .elsewhere ? [] : goneFiles.map(\.path)
      return
    }
    for document in gone { stale += document.fileList.map(\.path) }
    // A page goes before the JSON resource that it names.
    stale.sort { a, b in
      let (dataA, dataB) = (a.utf8.starts(with: "api/v1/".utf8), b.utf8.starts(with: "api/v1/".utf8))
      return dataA != dataB ? dataB : a < b
    }
    let owners = Owners(self)
    for path in stale where try !owners.has(path) { try remove(path) }
    for file in goneFiles {
      if try !owners.hasDocument(file.path) { try remove(file.path) }
      pending.removedFiles.append(file.path)
    }
  }

  /// Removes what no row knows: what an earlier publication wrote and did not record, and, in a full publication and
  /// after an unclean stop, whatever else lies where Parvis writes. Without that, a page whose record was erased
  /// meanwhile would stay public for ever.
  func removeUnknown() throws {
    guard let folder else { return }
    if !suspects.isEmpty {
      let owners = Owners(self)
      for path in suspects.sorted() where try !owners.has(path) { try remove(path) }
    }
    guard isFull || isSweepWanted else { return }
    for path in try inventory().strays(in: folder.root) { try remove(path) }
  }

  private func remove(_ path: String) throws {
    if isDry {
      report.deleted += 1
      report.note(path)
    } else if try folder?.remove(path) == true {
      report.deleted += 1
      report.note(path)
    }
  }

  /// The files that the site has once this publication is recorded.
  private func inventory() throws -> SiteInventory {
    var inventory = SiteInventory(site)
    let leaving = Set(goneFiles.map(\.path))
    try inventory.add(
      from: snapshot.ledger, document: { self.overlay[$0] == nil }, file: { !leaving.contains($0) })
    for case .some(let document) in overlay.values {
      for file in document.fileList { inventory.add(file.path) }
    }
    for path in keptFiles { inventory.add(path) }
    return inventory
  }

  /// Who has a file once this publication is recorded.
  private struct Owners {
    let pass: PublicationPass
    /// Files of the documents that this publication made and did not record yet.
    let made: Set<String>
    let leaving: Set<String>

    init(_ pass: PublicationPass) {
      self.pass = pass
      var made: Set<String> = []
      for case .some(let document) in pass.overlay.values { made.formUnion(document.fileList.map(\.path)) }
      self.made = made
      leaving = Set(pass.goneFiles.map(\.path))
    }

    /// Whether a document or any other part of the site has the file.
    func has(_ path: String) throws -> Bool {
      if pass.keptFiles.contains(path) { return true }
      if !leaving.contains(path), try PublicationTables.file(path, pass.snapshot.ledger) != nil { return true }
      return try hasDocument(path)
    }

    /// Whether a document has the file.
    func hasDocument(_ path: String) throws -> Bool {
      if made.contains(path) { return true }
      for base in pass.site.bases(of: path) {
        let rows = try pass.snapshot.ledger.rows(
          "SELECT \(StoredDocument.columns) FROM publication_document WHERE path = ?", [.text(base)])
        for row in rows {
          let document = try StoredDocument(row)
          // What this publication changed or removed has its new version in `made`, or none.
          if pass.overlay[document.number] == nil, document.fileList.contains(where: { $0.path == path }) {
            return true
          }
        }
      }
      return false
    }
  }
}
