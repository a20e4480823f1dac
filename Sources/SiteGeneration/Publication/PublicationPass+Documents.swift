internal import ParticipationKit

extension PublicationPass {
  // MARK: What changed

  /// Publishes what the queue names.
  func publishQueued(_ marks: [QueueMark]) throws {
    self.marks = marks
    var streams: Set<Int> = []
    var files: Set<String> = []
    var sets: Set<Int> = []
    var families: Set<Int> = []
    for mark in marks {
      try resolve(mark.subject, &streams, &files)
      sets.formUnion(try fileSets(named: mark.subject))
      if mark.subject.kind == MarkKind.family, let index = site.family(named: mark.subject) { families.insert(index) }
    }
    for path in suspects { sets.formUnion(try resolve(suspect: path, &streams, &files)) }
    try publishFileSets(sets, damaged: files)
    let work = try work(wanted)
    for item in work where item.isNew { try publish(item) }
    for index in families.sorted() { try publishAll(of: site.origins[index], .new) }
    // What no mark names says what its own file says. A bulk dump is not told of acts, so it is asked each time.
    feeds.entries = feeds.entries.filter { !streams.contains($0.key) && !site.streams[$0.key].stream.isBulk }
    try publishStreams(streams.sorted())
    if !streams.isEmpty { try publishCommuneFeed(ifChanged: streams) }
    for item in work where !item.isNew { try publish(item) }
    for index in families.sorted() { try publishAll(of: site.origins[index], .known) }
    for file in site.statics where files.contains(file.path) { try publishFile("static", file.path, file.bytes) }
  }

  private func resolve(
    _ subject: Subject, _ streams: inout Set<Int>, _ files: inout Set<String>
  ) throws {
    switch (subject.module, subject.kind) {
    case ("host", MarkKind.search): if let shard = Int(subject.key) { dirtySearch.insert(shard) }
    case ("host", MarkKind.sitemap): if let shard = Int(subject.key) { dirtySitemap.insert(shard) }
    case ("host", MarkKind.sweep): isSweepWanted = true
    case ("host", MarkKind.file):
      files.insert(subject.key)
      wanted.formUnion(try documents(carrying: subject.key))
      streams.formUnion(site.streams.indices.filter { site.streams[$0].files.contains(subject.key) })
      if subject.key == CommuneFeed.path {
        streams.formUnion(site.streams.indices.filter { site.streams[$0].stream.format == .atom })
      }
      noteShardFile(subject.key)
    default:
      if site.origin(of: subject) != nil { wanted.insert(subject) }
      let dependents = try snapshot.ledger.rows(
        """
        SELECT d.module, d.kind, d.key FROM publication_dependency AS p
        JOIN publication_document AS d ON d.number = p.document WHERE p.subject = ?
        """, [.text(subject.description)])
      for row in dependents {
        wanted.insert(Subject(try row.text("module"), try row.text("kind"), try row.text("key")))
      }
      let every = Subject.every(subject.module, subject.kind)
      for (index, entry) in site.streams.enumerated()
      where !entry.stream.isBulk && entry.stream.dependsOn.contains(where: { $0 == subject || $0 == every }) {
        streams.insert(index)
      }
    }
  }

  /// What a publication wrote and did not record is made again, whether or not the queue still asks for it.
  /// - Returns: The sets of files that it belongs to.
  private func resolve(
    suspect path: String, _ streams: inout Set<Int>, _ files: inout Set<String>
  ) throws -> Set<Int> {
    let mark = Subject("host", MarkKind.file, path)
    try resolve(mark, &streams, &files)
    for base in site.bases(of: path) {
      let rows = try snapshot.ledger.rows(
        "SELECT module, kind, key FROM publication_document WHERE path = ?", [.text(base)])
      for row in rows { wanted.insert(Subject(try row.text("module"), try row.text("kind"), try row.text("key"))) }
    }
    return try fileSets(named: mark)
  }

  private func noteShardFile(_ path: String) {
    let languages = site.facts.languages
    if path == Sitemap.indexPath { isSitemapIndexWanted = true }
    if let shard = SearchShard.number(of: path, languages: languages) { dirtySearch.insert(shard) }
    if let shard = SearchWords.firstShard(of: path, languages: languages) {
      dirtySearch.insert(shard)
      dirtyWords.insert(shard / SearchWords.group)
    }
    let name = path.split(whereSeparator: { $0 == "-" || $0 == "." })
    guard name.count == 3, let number = Int(name[1]) else { return }
    if Sitemap.path(number) == path { dirtySitemap.insert(number) }
  }

  private struct Work {
    let origin: Int
    let subject: Subject
    let stored: StoredDocument?
    var isNew: Bool { stored?.digest == nil }
  }

  private func publish(_ item: Work) throws {
    try publish(site.origins[item.origin], item.subject.key, stored: item.stored)
  }

  /// The documents of subjects: records before lists, lists before indexes. The new ones are written before the feeds
  /// that name them, the changed ones after, so that nothing points to what is not there yet.
  private func work(_ subjects: Set<Subject>) throws -> [Work] {
    var work: [Work] = []
    for subject in subjects {
      let stored = try PublicationTables.document(subject, snapshot.ledger)
      guard let origin = site.origin(of: subject) else {
        // Its family is no longer there.
        if let stored { gone.append(stored) }
        continue
      }
      if site.origins[origin].stage == .search {
        isSearchPageWanted = true
        continue
      }
      work.append(Work(origin: origin, subject: subject, stored: stored))
    }
    return work.sorted { a, b in
      let (stageA, stageB) = (site.origins[a.origin].stage, site.origins[b.origin].stage)
      return stageA != stageB ? stageA < stageB : a.subject < b.subject
    }
  }

  // MARK: Everything

  /// Publishes all documents of all families, streams and files.
  func publishEverything(_ marks: [QueueMark]) throws {
    self.marks = marks
    for file in site.statics { try publishFile("static", file.path, file.bytes) }
    try publishFileSets(nil)
    // In place, new documents come before the feeds and the changed documents, which may point to them.
    let isTwofold = hasRows && target == .inPlace
    for origin in site.origins where origin.stage != .search { try publishAll(of: origin, isTwofold ? .new : .any) }
    feeds.entries = [:]
    try publishStreams(Array(site.streams.indices))
    try publishCommuneFeed(ifChanged: nil)
    guard isTwofold else { return }
    for origin in site.origins where origin.stage != .search { try publishAll(of: origin, .known) }
  }

  private enum Turn { case new, known, any }

  private func publishAll(of origin: Origin, _ turn: Turn) throws {
    guard !failedFamilies.contains(origin.name) else { return }
    var after: String?
    var before: Set<String> = []
    // The last keys of all portions: a family that gives them again would never come to an end.
    var ends: Set<String> = []
    while true {
      let found: [String]
      do {
        found = try origin.keys(snapshot, after, PublicationPass.flushLimit)
      } catch {
        return try failFamily(origin, error)
      }
      guard let last = found.last, ends.insert(last).inserted else { return }
      // A key that comes twice counts once.
      var met = before
      let keys = found.filter { met.insert($0).inserted }
      for start in stride(from: 0, to: keys.count, by: PublicationPass.flushLimit) {
        try publish(origin, Array(keys[start..<min(start + PublicationPass.flushLimit, keys.count)]), turn)
      }
      before = Set(found)
      after = last
    }
  }

  private func publish(_ origin: Origin, _ keys: [String], _ turn: Turn) throws {
    let known = turn == .any ? [] : try PublicationTables.published(keys, of: origin, snapshot.ledger)
    for key in keys where turn == .any || known.contains(key) == (turn == .known) {
      // What the queue names itself is made by its own mark.
      if !isFull, wanted.contains(Subject(origin.module, origin.kind, key)) { continue }
      try publishMet(origin, key)
    }
  }

  /// A family whose keys cannot be had keeps its documents, is said in the report and stays in the queue; the others
  /// go on.
  private func failFamily(_ origin: Origin, _ error: any Error) throws {
    failedFamilies.insert(origin.name)
    // As for a document that fails: in a new folder nothing may point to what is not there.
    if isFull, target == .inPlace || isDry {
      try snapshot.ledger.forEach(
        "SELECT number, depends FROM publication_document WHERE module = ? AND kind = ?",
        [.text(origin.module), .text(origin.kind)]
      ) { row in
        seen.insert(try row.int(at: 0))
        keepCarried(try row.text(at: 1))
        return true
      }
    }
    let subject = Subject(origin.module, MarkKind.family, origin.kind)
    report.failures.append(PublicationFailure(subject: subject, reason: FailureReason.text(error)))
    if !isDry { pending.marks.append(Subject("host", MarkKind.family, origin.name)) }
  }

  // MARK: Streams and files

  private func publishStreams(_ indices: [Int]) throws {
    for index in indices {
      let entry = site.streams[index]
      let files: [(path: String, bytes: [UInt8])]
      do {
        guard CheckedPath.belongs(entry.path, to: entry.module) else {
          throw PublicationError.path(module: entry.module, kind: "~stream", key: entry.stream.name, found: entry.path)
        }
        files = try self.files(of: entry, index)
        try noteTurn(of: entry)
      } catch {
        failStream(entry, error)
        continue
      }
      // What fails from here on is the disk or the store, which ends the publication.
      for file in files { try publishFile("stream", file.path, file.bytes) }
    }
  }

  /// The file of a stream and, for a dump whose format has no place for it, the file that says as of when it is.
  private func files(
    of entry: PublishedSite.ModuleStream, _ index: Int
  ) throws -> [(path: String, bytes: [UInt8])] {
    let writer = StreamWriter(facts: site.facts, locale: site.facts.languages.first ?? "fr")
    let asOf = entry.stream.isBulk ? try snapshot.lastAct() : nil
    var count = 0
    // Feeds are asked for twice and short; a dump may be large.
    let short = entry.stream.format == .atom ? try entries(index) : nil
    let bytes = try writer.bytes(entry, asOf: asOf, &feeds) { body in
      if let short { return try short.forEach(body) }
      try entry.stream.forEach(snapshot.context(entry.module)) { found in
        count += 1
        try body(found)
      }
    }
    let metadata = entry.metadataPath.map { (path: $0, bytes: writer.metadata(entry, count: count, asOf: asOf)) }
    return [(path: entry.path, bytes: bytes)] + (metadata.map { [$0] } ?? [])
  }

  private func failStream(_ entry: PublishedSite.ModuleStream, _ error: any Error) {
    keptFiles.formUnion(entry.files)
    let subject = Subject(entry.module, "~stream", entry.stream.name)
    report.failures.append(PublicationFailure(subject: subject, reason: FailureReason.text(error)))
    if !isDry { pending.marks.append(Subject("host", MarkKind.file, entry.path)) }
  }

  private func entries(_ index: Int) throws -> [StreamEntry] {
    if let known = feeds.entries[index] { return known }
    let entry = site.streams[index]
    let entries = try entry.stream.entries(snapshot.context(entry.module))
    feeds.entries[index] = entries
    return entries
  }

  /// The feed of the whole commune, from all the modules' feeds.
  private func publishCommuneFeed(ifChanged changed: Set<Int>?) throws {
    let indices = site.streams.indices.filter { site.streams[$0].stream.format == .atom }
    if let changed, changed.isDisjoint(with: indices) { return }
    var all: [StreamEntry] = []
    for index in indices {
      // One that fails was reported with its own file.
      if let entries = try? entries(index) { all += entries }
    }
    let feed = CommuneFeed(facts: site.facts, words: site.shell.words)
    try publishFile("stream", CommuneFeed.path, feed.bytes(all, &feeds))
  }

  /// Writes a file that belongs to no document, unless it is there already.
  func publishFile(_ origin: String, _ path: String, _ bytes: [UInt8]) throws {
    let made = StoredFile(origin: origin, path: path, size: bytes.count, digest: site.ports.digest(bytes))
    keptFiles.insert(path)
    let stored = try PublicationTables.file(path, snapshot.ledger)
    let isSame: Bool
    switch target {
    case .becomingSite, .elsewhere: isSame = false
    case .dryRun: isSame = stored?.digest == made.digest
    case .inPlace:
      let isTrusted = stored?.digest == made.digest && !suspects.contains(path)
      isSame = try isTrusted ? folder?.size(path) == bytes.count : isOnDisk(path, bytes[...])
    }
    if isSame {
      report.unchanged += 1
    } else {
      try write(path, bytes[...])
    }
    guard target != .elsewhere, !isDry, stored != made else { return }
    pending.files.append(made)
    fileOverlay[path] = made
  }
}
