internal import Glibc
public import ParticipationKit
internal import Synchronization

/// Turns what the database holds into the files of a site.
///
/// One mechanism: acts queue subjects in their own transaction; a publication makes the documents of these subjects
/// from one snapshot, writes what differs, and clears the marks in the transaction that records the documents. It can
/// be stopped at any instant and started again. Publications of one publisher run one after the other.
public final class Publisher: Sendable {
  private let site: PublishedSite
  private let folder: String
  private struct State {
    /// The files that a publication wrote and did not record, since it was stopped.
    var suspects: Set<String> = []
    /// Whether a file of the site was written or removed.
    var hasWritten = false
    /// What feeds of the site said, so that one act does not make all of them again.
    var feeds = FeedMemory()
  }

  /// Held by whoever publishes.
  private let turn = Mutex(State())
  private let step: @Sendable (PublicationStep) throws -> Void

  /// Makes a publisher.
  /// - Parameters:
  ///   - ports: The commune's closures.
  ///   - families: The families of all modules.
  ///   - streams: The streams of all modules.
  ///   - shell: The frame of pages.
  ///   - facts: The commune.
  ///   - folder: The path of the site.
  ///   - apiDescription: The OpenAPI document, see ``APIDescription``; with the forms as they were when the commune was
  ///     opened, so that it may change at the next start.
  ///   - pages: The host's own pages.
  ///   - securityText: What `.well-known/security.txt` says; nil for no such file.
  ///   - fileSets: Files that the host makes besides documents and streams.
  ///   - extraFiles: More files that depend on nothing in the database, as a map's tiles or a module's script.
  public convenience init(
    ports: PublicationPorts, families: [PublishedFamily], streams: [(module: String, stream: Stream)], shell: Shell,
    facts: CommuneFacts, folder: String, apiDescription: JSONValue, pages: SitePages,
    securityText: SecurityText? = nil, fileSets: [FileSet] = [], extraFiles: [(path: String, bytes: [UInt8])] = []
  ) {
    let moduleStreams = streams.map { PublishedSite.ModuleStream(module: $0.module, stream: $0.stream) }
    var statics = StaticFiles(shell: shell, facts: facts).all
    statics.append(("api/v1/openapi.json", apiDescription.bytes + [0x0A]))
    let index = APIIndex(facts: facts).bytes(families: families, streams: moduleStreams)
    statics.append(("api/v1/index.json", index))
    if let securityText { statics.append((".well-known/security.txt", securityText.bytes(address: facts.address))) }
    statics += extraFiles
    self.init(
      site: PublishedSite(
        ports: ports, shell: shell, facts: facts,
        origins: families.map { Origin($0) } + pages.origins(), streams: moduleStreams,
        statics: statics, fileSets: fileSets),
      folder: folder, step: { _ in })
  }

  init(site: PublishedSite, folder: String, step: @escaping @Sendable (PublicationStep) throws -> Void) {
    self.site = site
    self.folder = folder
    self.step = step
  }

  // MARK: The queue

  /// Queues subjects, inside the transaction of the act that changed them.
  /// - Parameters:
  ///   - subjects: What changed.
  ///   - ledger: The tables of the namespace `publication`.
  /// - Throws: The store's error.
  public func enqueue(_ subjects: [Subject], in ledger: Ledger) throws {
    for subject in subjects { try PublicationTables.mark(subject, ledger) }
  }

  /// Queues everything, as after a large import or a change of the configuration.
  /// - Throws: The store's error.
  public func enqueueAll(in ledger: Ledger) throws {
    try PublicationTables.mark(Subject("host", MarkKind.all, "all"), ledger)
  }

  /// Queues everything when the site was made from something else: by another program, or with another configuration or
  /// other content. Without that, a page would keep its old frame until something on it changes.
  /// - Parameter edition: What the site is made from besides the database, in few bytes.
  /// - Throws: The store's error.
  public func enqueueAll(unlessMadeFrom edition: [UInt8]) throws {
    var all = edition
    for file in site.statics { all += Array(file.path.utf8) + [0] + site.ports.digest(file.bytes) }
    let digest = site.ports.digest(all)
    var known: [UInt8]?
    try site.ports.read { ledgers in known = try PublicationTables.fact("edition", ledgers("publication")) }
    guard known != digest else { return }
    try site.ports.write { ledger in
      try PublicationTables.mark(Subject("host", MarkKind.all, "all"), ledger)
      try PublicationTables.put(fact: "edition", digest, ledger)
    }
  }

  /// Remembers, beside what lies in the site, a fact about what it was made from.
  /// - Parameter name: The name of the fact, which is the caller's own.
  /// - Throws: The store's error.
  public func note(_ value: [UInt8], as name: String) throws {
    guard try noted(name) != value else { return }
    try site.ports.write { try PublicationTables.put(fact: "note-" + name, value, $0) }
  }

  /// What ``note(_:as:)`` remembered; nil for nothing.
  /// - Throws: The store's error.
  public func noted(_ name: String) throws -> [UInt8]? {
    var value: [UInt8]?
    try site.ports.read { value = try PublicationTables.fact("note-" + name, $0("publication")) }
    return value
  }

  /// Queues the bulk dumps, which acts do not: for a job that runs on a schedule.
  /// - Throws: The store's error.
  public func enqueueBulkStreams(in ledger: Ledger) throws {
    try mark(site.streams.filter(\.stream.isBulk), ledger)
  }

  /// Queues the bulk dumps in which something of some records may stand, and no others: for what must not stay public
  /// until the schedule comes.
  /// - Throws: The store's error.
  public func enqueueBulkStreams(of records: [Subject], in ledger: Ledger) throws {
    try mark(BulkDumps(site.streams).concerned(by: records), ledger)
  }

  private func mark(_ streams: [PublishedSite.ModuleStream], _ ledger: Ledger) throws {
    for entry in streams { try PublicationTables.mark(Subject("host", MarkKind.file, entry.path), ledger) }
  }

  /// When time alone changes a document or a stream next; nil for never.
  /// - Parameter ledger: The tables of the namespace `publication`.
  /// - Throws: The store's error.
  public func nextChange(in ledger: Ledger) throws -> Timestamp? {
    let document = try ledger.row(
      "SELECT min(changes_at) AS at FROM publication_document WHERE changes_at IS NOT NULL")?.optionalTimestamp("at")
    return [document, try PublicationTables.turns(ledger).first?.at].compactMap { $0 }.min()
  }

  /// Queues the documents and streams that time has changed.
  /// - Throws: The store's error.
  public func enqueueDue(now: Timestamp) throws {
    try site.ports.write { ledger in
      let due = try ledger.rows(
        "SELECT module, kind, key FROM publication_document WHERE changes_at <= ? ORDER BY number", [.timestamp(now)])
      for row in due {
        let subject = Subject(try row.text("module"), try row.text("kind"), try row.text("key"))
        try PublicationTables.mark(subject, ledger)
      }
      for turn in try PublicationTables.turns(ledger) where turn.at <= now {
        // Writing the stream notes the next one, if it has any; one that is not written again must not stay due.
        try PublicationTables.put(turn: nil, of: turn.path, ledger)
        try PublicationTables.mark(Subject("host", MarkKind.file, turn.path), ledger)
      }
    }
  }

  // MARK: Publishing

  /// Publishes what is queued. Works again after a crash; publishes everything when there is no site yet.
  /// - Parameter now: The time for which documents are made.
  /// - Throws: ``PublicationError`` when a file cannot be written, or the store's error; what was queued stays so.
  public func publishPending(now: Timestamp) throws -> PublicationReport {
    try turn.withLock { state in
      guard Publisher.isSite(folder) else { return try makeSite(now: now, &state) }
      let target = try SiteFolder(root: folder, isFresh: false, inspect: step)
      return try run(.inPlace, target, now: now, isFull: false, &state)
    }
  }

  /// Whether a publication was stopped after it had written files and before it had recorded them. A later one of this
  /// publisher knows them; whoever opens the site next must compare it with the tables, as after an unclean stop.
  public var hasUnrecordedFiles: Bool { turn.withLock { !$0.suspects.isEmpty } }

  /// Whether this publisher changed any file of the site. Files are not synced one by one, so whoever closes a commune
  /// in order first brings the file system to the disk.
  public var hasWritten: Bool { turn.withLock { $0.hasWritten || !$0.suspects.isEmpty } }

  /// Publishes everything: new files first, then changed ones, lists, indexes, deletions last. A file that is as it
  /// should be is not written; one that nothing knows is removed from the folders in which Parvis writes.
  /// - Parameters:
  ///   - now: The time for which documents are made.
  ///   - dryRun: Whether nothing is written and the report says what would be.
  /// - Throws: ``PublicationError`` when a file cannot be written, or the store's error.
  public func publishAll(now: Timestamp, dryRun: Bool = false) throws -> PublicationReport {
    try turn.withLock { state in
      if dryRun { return try run(.dryRun, nil, now: now, isFull: true, &state) }
      guard Publisher.isSite(folder) else { return try makeSite(now: now, &state) }
      let target = try SiteFolder(root: folder, isFresh: false, inspect: step)
      return try run(.inPlace, target, now: now, isFull: true, &state)
    }
  }

  /// Publishes what is queued or due and the bulk dumps, and whatever files are not as they were written: all that may
  /// differ from a whole build, without making every document anew. The site is read whole, not made.
  /// - Parameter now: The time for which documents are made.
  /// - Throws: ``PublicationError`` when a file cannot be read or written, or the store's error.
  public func bringUpToDate(now: Timestamp) throws -> PublicationReport {
    try verifyFiles()
    try enqueueDue(now: now)
    try site.ports.write { try self.enqueueBulkStreams(in: $0) }
    var report = try publishPending(now: now)
    var files = 0
    try site.ports.read { files = try PublicationTables.countFiles($0("publication")) }
    report.unchanged = max(0, files - report.written)
    return report
  }

  /// Builds the whole site into another folder, which appears under its name when it is complete. The site itself and
  /// the queue stay as they are; documents that are new get their number.
  /// - Parameters:
  ///   - target: The path of a folder that does not exist or is empty.
  ///   - now: The time for which documents are made.
  /// - Throws: ``PublicationError``, or the store's error.
  public func build(into target: String, now: Timestamp) throws -> PublicationReport {
    try turn.withLock { state in
      guard !Publisher.isSite(target) else { throw PublicationError.folderExists(target) }
      return try buildSibling(of: target, .elsewhere, now: now, &state)
    }
  }

  private func makeSite(now: Timestamp, _ state: inout State) throws -> PublicationReport {
    guard FolderTree.makeRoom(folder) else {
      let target = try SiteFolder(root: folder, isFresh: false, inspect: step)
      return try run(.inPlace, target, now: now, isFull: true, &state)
    }
    let report = try buildSibling(of: folder, .becomingSite, now: now, &state)
    state = State(hasWritten: true)
    return report
  }

  private func buildSibling(
    of path: String, _ target: PublicationPass.Target, now: Timestamp, _ state: inout State
  ) throws -> PublicationReport {
    let sibling = path + ".building"
    try FolderTree.remove(sibling)
    let fresh = try SiteFolder(root: sibling, isFresh: true, inspect: step)
    let report = try run(target, fresh, now: now, isFull: true, &state)
    try step(.rename(path))
    try FolderTree.replace(path, with: sibling)
    return report
  }

  private func run(
    _ target: PublicationPass.Target, _ folder: SiteFolder?, now: Timestamp, isFull: Bool,
    _ state: inout State
  ) throws -> PublicationReport {
    var pass: PublicationPass?
    // What feeds said is for the site alone; what a stopped publication learnt holds, since its marks stay.
    defer { if target == .inPlace, let pass { state.feeds = pass.feeds } }
    do {
      let known = State(suspects: state.suspects, feeds: target == .inPlace ? state.feeds : FeedMemory())
      let report = try run(target, folder, now: now, isFull: isFull, known, &pass)
      if target == .inPlace { state.suspects = [] }
      if target == .inPlace, report.written + report.deleted > 0 { state.hasWritten = true }
      return report
    } catch {
      state.suspects.formUnion(pass?.unrecorded ?? [])
      throw error
    }
  }

  private func run(
    _ target: PublicationPass.Target, _ folder: SiteFolder?, now: Timestamp, isFull: Bool, _ known: State,
    _ pass: inout PublicationPass?
  ) throws -> PublicationReport {
    try site.ports.read { ledgers in
      let snapshot = Snapshot(ports: site.ports, ledgers: ledgers, now: now)
      let marks = try PublicationTables.marks(snapshot.ledger)
      // Each commit wakes the publication, its own too: then there is nothing to do.
      if marks.isEmpty, !isFull { return }
      let wantsAll = isFull || marks.contains { $0.subject.module == "host" && $0.subject.kind == MarkKind.all }
      let made = try PublicationPass(
        site: site, target: target, folder: folder, snapshot: snapshot, isFull: wantsAll,
        suspects: known.suspects, feeds: known.feeds, commitStep: step)
      pass = made
      if wantsAll { try made.publishEverything(marks) } else { try made.publishQueued(marks) }
      if made.hasFlushed { try made.flush() } else { try made.finish() }
    }
    guard let pass else { return PublicationReport() }
    if pass.hasFlushed {
      try site.ports.read { ledgers in
        pass.snapshot = Snapshot(ports: site.ports, ledgers: ledgers, now: now)
        try pass.finish()
      }
    }
    var report = pass.report
    try site.ports.read { ledgers in
      report.pending = try ledgers("publication").count("SELECT count(*) FROM publication_queue")
    }
    return report
  }

  // MARK: Checking what is there

  /// Compares every file of the site with its stored digest, and queues what differs; files that no row knows are
  /// queued for removal. Files are not synced one by one when they are written, so this also belongs after a loss of
  /// power or a crash of the system, before publishing.
  /// - Throws: ``PublicationError`` when a file cannot be read, or the store's error.
  public func verifyFiles() throws {
    try turn.withLock { _ in
      guard Publisher.isSite(folder) else { return }
      let checked = try SiteFolder(root: folder, isFresh: false, inspect: { _ in })
      try FolderTree.removeParts(folder)
      var damaged: [StoredDocument] = []
      var damagedFiles: [String] = []
      var inventory = SiteInventory(site)
      try site.ports.read { ledgers in
        let ledger = ledgers("publication")
        let sql = "SELECT \(StoredDocument.columns) FROM publication_document WHERE digest IS NOT NULL ORDER BY number"
        try ledger.forEach(sql) { row in
          let document = try StoredDocument(row)
          var bytes: [UInt8] = []
          for file in document.fileList { bytes += try checked.read(file.path) ?? [] }
          if site.ports.digest(bytes) != document.digest { damaged.append(document) }
          return true
        }
        for row in try ledger.rows("SELECT path, digest FROM publication_file ORDER BY path") {
          let bytes = try checked.read(try row.text("path"))
          if bytes.map(site.ports.digest) != row["digest"].asBlob { damagedFiles.append(try row.text("path")) }
        }
        try inventory.add(from: ledger)
      }
      try requeue(damaged, damagedFiles, hasStrays: !inventory.strays(in: folder).isEmpty)
    }
  }

  private func requeue(_ documents: [StoredDocument], _ files: [String], hasStrays: Bool) throws {
    guard !documents.isEmpty || !files.isEmpty || hasStrays else { return }
    try site.ports.write { ledger in
      // They go at the end of the next publication, which may find that some of them are to be there.
      if hasStrays { try PublicationTables.mark(Subject("host", MarkKind.sweep, "all"), ledger) }
      for document in documents {
        // Without digest the document counts as not written.
        try ledger.execute(
          "UPDATE publication_document SET digest = NULL WHERE number = ?", [.integer(document.number)])
        try PublicationTables.mark(document.subject, ledger)
      }
      for path in files {
        try ledger.execute("UPDATE publication_file SET digest = x'' WHERE path = ?", [.text(path)])
        try PublicationTables.mark(Subject("host", MarkKind.file, path), ledger)
      }
    }
  }

  /// Whether a folder holds anything.
  private static func isSite(_ path: String) -> Bool { !FolderTree.isEmpty(path) }
}
