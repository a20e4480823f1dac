internal import ParticipationKit

/// One publication: documents are made and written one by one, and recorded in few transactions.
///
/// Its parts are ``PublicationPass+Documents.swift`` (documents, streams, static files),
/// ``PublicationPass+Ending.swift`` (shards, search page, the last transaction) and
/// ``PublicationPass+Removal.swift`` (deletions).
final class PublicationPass {
  /// What is published into.
  enum Target: Equatable {
    /// The site that people read.
    case inPlace
    /// A new folder that becomes the site: everything is written.
    case becomingSite
    /// A new folder beside the site, which is left as it is.
    case elsewhere
    /// Nothing is written.
    case dryRun
  }

  let site: PublishedSite
  let target: Target
  let folder: SiteFolder?
  let commitStep: @Sendable (PublicationStep) throws -> Void
  let renderer: DocumentRenderer
  var snapshot: Snapshot
  var report = PublicationReport()
  var pending = PendingChanges()
  /// What the tables will say and the snapshot does not say yet, by number; nil for a document that goes.
  var overlay: [Int: StoredDocument?] = [:]
  /// The same for files.
  var fileOverlay: [String: StoredFile?] = [:]
  /// Documents whose old files go once the new ones are there; recorded in the last transaction only.
  var moved: [(old: StoredDocument, new: StoredDocument)] = []
  var gone: [StoredDocument] = []
  var goneFiles: [StoredFile] = []
  /// Files that a document carried and carries no more.
  var leftFiles: Set<FileReference> = []
  /// Files that a document left.
  var stale: [String] = []
  /// Files that an earlier publication wrote and did not record, since it was stopped: what the tables and the size say
  /// of them counts for nothing.
  let suspects: Set<String>
  /// Files that this publication wrote and that no committed row knows yet.
  var unrecorded: Set<String> = []
  /// Families whose keys could not be had, by module and kind.
  var failedFamilies: Set<String> = []
  /// The subjects that the queue names, where the queue is published.
  var wanted: Set<Subject> = []
  var marks: [QueueMark] = []
  var dirtySearch: Set<Int> = []
  var dirtySitemap: Set<Int> = []
  /// Groups of shards whose files of words are to be written whatever they say.
  var dirtyWords: Set<Int> = []
  /// Whether a transaction was made before the last one, so that the rest needs a new snapshot.
  var hasFlushed = false
  var nextNumber: Int
  /// The numbers met in a full publication.
  var seen = NumberSet()
  let isFull: Bool
  let hasRows: Bool
  var isSearchPageWanted = false
  var isSitemapIndexWanted = false
  var isSweepWanted = false
  /// Files without document that this pass met.
  var keptFiles: Set<String> = []
  /// What is known of the feeds, by this publication and earlier ones: the commune's feed needs their entries again.
  var feeds: FeedMemory

  static let flushLimit = 500

  init(
    site: PublishedSite, target: Target, folder: SiteFolder?, snapshot: Snapshot, isFull: Bool,
    suspects: Set<String>, feeds: FeedMemory, commitStep: @escaping @Sendable (PublicationStep) throws -> Void
  ) throws {
    self.site = site
    self.target = target
    self.suspects = suspects
    self.feeds = feeds
    self.folder = folder
    self.snapshot = snapshot
    self.isFull = isFull
    self.commitStep = commitStep
    // Elsewhere everything is written and nothing recorded, so there is nothing to compare.
    renderer = DocumentRenderer(site: site, isDigested: target != .elsewhere)
    nextNumber = try snapshot.ledger.count("SELECT coalesce(max(number), -1) + 1 FROM publication_document")
    hasRows = nextNumber > 0
  }

  var isDry: Bool { target == .dryRun }

  /// Makes, compares and writes one document.
  func publish(_ origin: Origin, _ key: String, stored: StoredDocument?) throws {
    try publish(origin, key) { _ in stored }
  }

  /// The same in a full publication, where the tables are asked once the document is made: they compare it themselves,
  /// so that of the thousands that stay as they are no row is read.
  func publishMet(_ origin: Origin, _ key: String) throws {
    try publish(origin, key) { made in
      guard hasRows else { return nil }
      guard var made else {
        return try PublicationTables.document(Subject(origin.module, origin.kind, key), snapshot.ledger)
      }
      guard let found = try PublicationTables.compare(made, isPlaceOnly: target == .elsewhere, snapshot.ledger) else {
        return nil
      }
      guard found.isSame else { return try PublicationTables.document(made.subject, snapshot.ledger) }
      made.number = found.number
      return made
    }
  }

  private func publish(
    _ origin: Origin, _ key: String, find: (StoredDocument?) throws -> StoredDocument?
  ) throws {
    let rendered: RenderedDocument?
    do {
      rendered = try renderer.render(origin, key, snapshot)
    } catch {
      fail(Subject(origin.module, origin.kind, key), try find(nil), error)
      return
    }
    guard var rendered else {
      // A full publication finds by itself what it did not meet.
      if !isFull { try noteAbsent(origin, key, stored: try find(nil)) }
      return
    }
    if let error = try publishCarried(rendered.carried, of: origin.module) {
      fail(Subject(origin.module, origin.kind, key), try find(nil), error)
      return
    }
    report.documents += 1
    let stored = try find(rendered.stored)
    rendered.stored.number = stored?.number ?? takeNumber()
    if isFull { seen.insert(rendered.stored.number) }
    try writeFiles(rendered, stored)
    try record(rendered.stored, stored)
  }

  /// A document that cannot be made keeps its files, is said in the report and stays in the queue; the others go on.
  private func fail(_ subject: Subject, _ stored: StoredDocument?, _ error: any Error) {
    // In a new folder it has no file, so nothing may point to it.
    if let stored, isFull, target == .inPlace {
      seen.insert(stored.number)
      keepCarried(stored.depends)
    }
    report.failures.append(PublicationFailure(subject: subject, reason: FailureReason.text(error)))
    if !isDry { pending.marks.append(subject) }
  }

  private func takeNumber() -> Int {
    defer { nextNumber += 1 }
    return nextNumber
  }

  private func writeFiles(_ rendered: RenderedDocument, _ stored: StoredDocument?) throws {
    let known = stored.flatMap { $0.digest == rendered.stored.digest && $0.files == rendered.stored.files ? $0 : nil }
    // What is pointed to comes first: the JSON resource before the pages that name it, and last the page in the
    // commune's own language, which the lists name.
    for file in rendered.files.reversed() {
      let isSame: Bool
      switch target {
      case .becomingSite, .elsewhere: isSame = false
      case .dryRun: isSame = known != nil
      case .inPlace:
        let isTrusted = known != nil && !suspects.contains(file.path)
        // A file may be right though its row is not: after a crash between writing and recording.
        isSame =
          try isTrusted
          ? folder?.size(file.path) == file.range.count : isOnDisk(file.path, renderer.buffer[file.range])
      }
      if isSame {
        report.unchanged += 1
      } else {
        try write(file.path, renderer.buffer[file.range])
      }
    }
  }

  /// Writes a file and remembers it until its row is committed.
  func write(_ path: String, _ bytes: ArraySlice<UInt8>) throws {
    if target == .inPlace { unrecorded.insert(path) }
    try folder?.write(path, bytes)
    report.written += 1
    report.note(path)
  }

  func isOnDisk(_ path: String, _ bytes: ArraySlice<UInt8>) throws -> Bool {
    guard let folder, try folder.size(path) == bytes.count, let found = try folder.read(path) else { return false }
    return found.elementsEqual(bytes)
  }

  private func record(_ made: StoredDocument, _ stored: StoredDocument?) throws {
    guard !isDry else { return }
    if target == .elsewhere { return try recordElsewhere(made, stored) }
    guard stored != made else { return }
    noteShards(made, stored)
    overlay[made.number] = made
    guard let stored else {
      pending.inserted.append(made)
      return try flushIfMany()
    }
    let hasLeft = noteLeft(stored, made)
    if !hasLeft, stored.files == made.files || !leaves(stored, made) {
      pending.updated.append((stored, made))
      try flushIfMany()
    } else {
      moved.append((stored, made))
    }
  }

  /// The site itself still lacks this document or this version of it; only its number is taken.
  private func recordElsewhere(_ made: StoredDocument, _ stored: StoredDocument?) throws {
    if let stored {
      let isSame =
        stored.path == made.path && stored.updated == made.updated && stored.search == made.search
        && stored.isListed == made.isListed
      if !isSame { overlay[made.number] = made }
      return
    }
    overlay[made.number] = made
    var known = made
    known.digest = nil
    known.files = ""
    pending.inserted.append(known)
    try flushIfMany()
  }

  /// Whether the old version had a file that the new one has not.
  private func leaves(_ old: StoredDocument, _ new: StoredDocument) -> Bool {
    let kept = Set(new.fileList.map(\.path))
    let left = old.fileList.map(\.path).filter { !kept.contains($0) }
    stale += left
    return !left.isEmpty
  }

  private func noteShards(_ new: StoredDocument, _ stored: StoredDocument?) {
    let isPublished = stored?.digest != nil
    if !isPublished || stored?.search != new.search, new.search != nil || stored?.search != nil {
      dirtySearch.insert(new.searchShard)
    }
    let isSameURL = stored.map { $0.path == new.path && $0.updated == new.updated && $0.isListed == new.isListed }
    if !isPublished || isSameURL != true, new.isListed || stored?.isListed == true {
      dirtySitemap.insert(new.sitemapShard)
    }
  }

  // MARK: Transactions

  private func flushIfMany() throws {
    guard pending.count >= PublicationPass.flushLimit else { return }
    try flush()
  }

  /// Records what was written so far. The marks stay: the publication is not at its end.
  func flush() throws {
    guard !isDry, !pending.isEmpty else { return }
    var changes = pending
    // A crash before the shards are written must not forget them.
    if target != .elsewhere {
      changes.marks += dirtySearch.sorted().map { Subject("host", MarkKind.search, String($0)) }
      changes.marks += dirtySitemap.sorted().map { Subject("host", MarkKind.sitemap, String($0)) }
    }
    try commit(changes)
    hasFlushed = true
    // What is recorded is seen by the next snapshot.
    for document in changes.inserted { overlay[document.number] = .none }
    for change in changes.updated { overlay[change.new.number] = .none }
    pending = PendingChanges()
    // A document that moved is recorded at the end only.
    unrecorded = Set(moved.flatMap { $0.new.fileList.map(\.path) })
  }

  func commit(_ changes: PendingChanges) throws {
    guard !isDry else { return }
    try commitStep(.commit)
    try site.ports.write { try changes.apply(to: $0) }
  }
}

/// A set of document numbers, one bit each: a full publication of 100,000 documents needs 12 KB for it.
struct NumberSet {
  private var words: [UInt64] = []

  mutating func insert(_ number: Int) {
    let word = number >> 6
    while words.count <= word { words.append(0) }
    words[word] |= 1 << UInt64(number & 63)
  }

  func contains(_ number: Int) -> Bool {
    let word = number >> 6
    return word < words.count && words[word] & (1 << UInt64(number & 63)) != 0
  }
}
