internal import ParticipationKit

extension PublicationPass {
  /// What comes after the documents: shards, the search page, deletions, and the last transaction.
  func finish() throws {
    if isFull { try findGone() }
    for document in gone { noteGone(document) }
    if !isDry {
      if hasFlushed { try adoptShardMarks() }
      let search = try publishSearchShards()
      let sitemap = try publishSitemapShards()
      try publishSearchPage(search)
      if isFull || isSitemapIndexWanted || sitemap.hasChanged { try publishSitemapIndex(sitemap.shards) }
      if isFull { try findGoneFiles() }
    }
    try removeFiles()
    if target == .inPlace { try removeUnknown() }
    if target == .becomingSite || target == .inPlace { pending.cleared = marks }
    pending.updated += moved
    pending.removed = target == .elsewhere ? [] : gone
    if !pending.isEmpty { try commit(pending) }
    pending = PendingChanges()
    unrecorded = []
  }

  /// Documents of the tables that a full publication did not meet.
  private func findGone() throws {
    var missing: [Int64] = []
    try snapshot.ledger.forEach("SELECT number FROM publication_document ORDER BY number") { row in
      if let number = row.values.first?.asInteger, !seen.contains(Int(number)) { missing.append(number) }
      return true
    }
    for number in missing {
      let row = try snapshot.ledger.row(
        "SELECT \(StoredDocument.columns) FROM publication_document WHERE number = ?", [.integer(number)])
      guard let document = try row.map({ try StoredDocument($0) }) else { continue }
      let isSearchPage = site.origin(of: document.subject).map { site.origins[$0].stage == .search } ?? false
      if !isSearchPage { gone.append(document) }
    }
  }

  private func noteGone(_ document: StoredDocument) {
    overlay[document.number] = .some(nil)
    _ = noteLeft(document, nil)
    if document.search != nil { dirtySearch.insert(document.searchShard) }
    if document.isListed { dirtySitemap.insert(document.sitemapShard) }
  }

  /// The marks of shards that this pass made when it recorded a part of its work.
  private func adoptShardMarks() throws {
    let own = try PublicationTables.marks(snapshot.ledger).filter {
      $0.subject.module == "host" && [MarkKind.search, MarkKind.sitemap].contains($0.subject.kind)
    }
    marks = marks.filter { mark in !own.contains { $0.subject == mark.subject } } + own
  }

  // MARK: Shards

  /// What a shard holds: the tables, corrected by what this pass changed. Of each row only what the shard says is read.
  private func entries<Entry>(
    _ numbers: Range<Int>, _ columns: String, read: (Row) -> Entry?, of: (StoredDocument) -> Entry?
  ) throws -> [Entry] {
    var found: [(number: Int, entry: Entry)] = []
    let sql = """
      SELECT number, digest IS NOT NULL, \(columns) FROM publication_document WHERE number >= ? AND number < ?
      ORDER BY number
      """
    try snapshot.ledger.forEach(sql, [.integer(numbers.lowerBound), .integer(numbers.upperBound)]) { row in
      let values = row.values
      guard let key = values[0].asInteger else {
        throw UnreadableRow(table: "publication_document", columns: row.columns)
      }
      let number = Int(key)
      // Elsewhere, what was met belongs; in the site, what is in it.
      let belongs = target == .elsewhere ? seen.contains(number) : values[1].asInteger == 1
      // The index of a key is asked, since its value would be copied with all its texts.
      if belongs, overlay.index(forKey: number) == nil, let entry = read(row) { found.append((number, entry)) }
      return true
    }
    let changed = numbers.filter { overlay.index(forKey: $0) != nil }
    if changed.isEmpty { return found.map(\.entry) }
    for number in changed {
      if let entry = overlay[number]?.flatMap(of) { found.append((number, entry)) }
    }
    return found.sorted { $0.number < $1.number }.map(\.entry)
  }

  private func shardNumbers(_ dirty: Set<Int>, size: Int) -> [Int] {
    // Without numbers there is no shard, and `stride` gives none.
    isFull ? Array(0..<(nextNumber + size - 1) / size) : dirty.sorted()
  }

  private func publishSearchShards() throws -> Shards {
    let numbers = shardNumbers(dirtySearch, size: SearchShard.size)
    var words = WordFiles(pass: self)
    let shards = try putShards("search", numbers) { shard in
      let start = shard * SearchShard.size
      let rows = try entries(
        start..<start + SearchShard.size, StoredDocument.searchColumn, read: { $0.values[2].asBlob }, of: { $0.search })
      let languages = site.facts.languages
      let columns = SearchShard.columns(rows, count: 2 * languages.count)
      return try languages.enumerated().map { language, locale in
        let lines = columns[language]
        let own = lines.isEmpty ? nil : SearchWords.words(of: columns[languages.count + language])
        try words.note(locale, shard, own)
        return (SearchShard.path(locale, shard), lines.isEmpty ? nil : SearchShard.script(shard, lines))
      }
    }
    try words.publish()
    return shards
  }

  private func publishSitemapShards() throws -> Shards {
    let sitemap = Sitemap(address: site.facts.address, languages: site.facts.languages)
    let numbers = shardNumbers(dirtySitemap, size: Sitemap.shardSize)
    return try putShards("sitemap", numbers) { shard in
      let start = shard * Sitemap.shardSize
      let listed = try entries(start..<start + Sitemap.shardSize, "path, updated, listed") { row -> Sitemap.Entry? in
        let values = row.values
        guard values[4].asInteger == 1, let number = values[0].asInteger, let path = values[2].asText,
          let updated = values[3].asInteger
        else { return nil }
        return Sitemap.Entry(number: Int(number), path: path, updated: Timestamp(milliseconds: updated))
      } of: {
        $0.isListed ? Sitemap.Entry(number: $0.number, path: $0.path, updated: $0.updated) : nil
      }
      return [(Sitemap.path(shard), listed.isEmpty ? nil : sitemap.shard(listed))]
    }
  }

  /// The shards that exist, and whether that changed. The list is read only when it did.
  struct Shards {
    var shards: [Int] = []
    var hasChanged = false
  }

  private func knownShards(_ origin: String) throws -> [Int] {
    let rows = try snapshot.ledger.rows("SELECT path FROM publication_file WHERE origin = ?", [.text(origin)])
    return try rows.compactMap { row -> Int? in
      let parts = try row.text("path").split(whereSeparator: { $0 == "-" || $0 == "." })
      return parts.count == 3 ? Int(parts[1]) : nil
    }
  }

  /// Writes shards, each in one file or in one a language; those without content are removed.
  private func putShards(
    _ origin: String, _ numbers: [Int], files: (Int) throws -> [(path: String, bytes: [UInt8]?)]
  ) throws -> Shards {
    var made: Set<Int> = []
    var removed: Set<Int> = []
    var hasChanged = isFull
    for shard in numbers {
      for (path, bytes) in try files(shard) {
        // A full publication finds out by itself which files it did not meet.
        let stored = isFull ? nil : try PublicationTables.file(path, snapshot.ledger)
        if let bytes {
          try publishFile(origin, path, bytes)
          made.insert(shard)
          if stored == nil { hasChanged = true }
        } else if let stored {
          goneFiles.append(stored)
          removed.insert(shard)
          hasChanged = true
        }
      }
    }
    let isListNeeded = hasChanged || isSearchPageWanted || isSitemapIndexWanted
    guard isListNeeded else { return Shards() }
    let known = isFull ? [] : Set(try knownShards(origin))
    return Shards(shards: known.union(made).subtracting(removed).sorted(), hasChanged: hasChanged)
  }

  private func publishSearchPage(_ search: Shards) throws {
    guard isFull || isSearchPageWanted || search.hasChanged else { return }
    snapshot.searchShards = search.shards
    for origin in site.origins where origin.stage == .search {
      for key in try origin.keys(snapshot, nil, 1) {
        let stored = try PublicationTables.document(Subject(origin.module, origin.kind, key), snapshot.ledger)
        try publish(origin, key, stored: stored)
      }
    }
  }

  private func publishSitemapIndex(_ shards: [Int]) throws {
    let sitemap = Sitemap(address: site.facts.address, languages: site.facts.languages)
    // The index is made also without any shard, since robots.txt names it.
    try publishFile("sitemap", Sitemap.indexPath, sitemap.index(shards))
  }
}
