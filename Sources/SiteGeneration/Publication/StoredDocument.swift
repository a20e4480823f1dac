internal import ParticipationKit

/// What the table `publication_document` says about one document.
struct StoredDocument: Sendable, Equatable {
  /// Fixed at first publication; decides the shards.
  var number: Int
  var module: String
  var kind: String
  var key: String
  /// The path without language and suffix.
  var path: String
  /// A line a file: its path, a space and its size in bytes.
  var files: String
  /// BLAKE2b-256 of all files one after the other; nil when the document is known and not in the site.
  var digest: [UInt8]?
  var updated: Timestamp
  var changesAt: Timestamp?
  /// The rows of the search shards, as JSON, a line a language, then a line of words for each; text as bytes, since it
  /// is only moved and compared.
  var search: [UInt8]?
  /// Whether the pages are in the sitemap.
  var isListed: Bool
  /// A line a subject, sorted.
  var depends: String

  var subject: Subject { Subject(module, kind, key) }
  var sitemapShard: Int { number / Sitemap.shardSize }
  var searchShard: Int { number / SearchShard.size }

  static let columns = """
    number, module, kind, key, path, files, digest, updated, changes_at, \(searchColumn), listed, depends
    """
  /// The text of the search as bytes.
  static let searchColumn = "CAST(search AS BLOB)"

  init(
    number: Int, subject: Subject, path: String, files: String, digest: [UInt8]?, updated: Timestamp,
    changesAt: Timestamp?, search: [UInt8]?, isListed: Bool, depends: String
  ) {
    self.number = number
    module = subject.module
    kind = subject.kind
    key = subject.key
    self.path = path
    self.files = files
    self.digest = digest
    self.updated = updated
    self.changesAt = changesAt
    self.search = search
    self.isListed = isListed
    self.depends = depends
  }

  /// Reads a row of ``columns``, by place: names cost a search each.
  init(_ row: Row) throws {
    let values = row.values
    guard values.count == 12, let number = values[0].asInteger, let module = values[1].asText,
      let kind = values[2].asText, let key = values[3].asText, let path = values[4].asText,
      let files = values[5].asText, let updated = values[7].asInteger, let depends = values[11].asText
    else { throw UnreadableRow(table: "publication_document", columns: row.columns) }
    self.init(
      number: Int(number), subject: Subject(module, kind, key), path: path, files: files, digest: values[6].asBlob,
      updated: Timestamp(milliseconds: updated), changesAt: values[8].asInteger.map { Timestamp(milliseconds: $0) },
      search: values[9].asBlob, isListed: values[10].asInteger == 1, depends: depends)
  }

  /// The files and their sizes.
  var fileList: [(path: String, size: Int)] {
    files.split(separator: "\n").compactMap { line in
      guard let space = line.utf8.lastIndex(of: UInt8(ascii: " ")),
        let size = Int(line[line.utf8.index(after: space)...])
      else { return nil }
      return (String(line[..<space]), size)
    }
  }

  var dependencies: [Substring] { depends.split(separator: "\n") }
}

/// A row of the publication's own tables holds something else than what was written there.
struct UnreadableRow: Error {
  let table: String
  let columns: [String]
}

/// A file of the site that belongs to no document.
struct StoredFile: Sendable, Equatable {
  /// What made it: `static`, `stream`, `search`, `sitemap`, or the name of a ``FileSet``.
  let origin: String
  let path: String
  let size: Int
  let digest: [UInt8]
}

/// A row of the queue.
struct QueueMark: Sendable, Hashable {
  let subject: Subject
  /// Counts the acts that put the subject there, so that a later one is never cleared by an earlier publication.
  let version: Int
}

/// The kinds of marks that name no document.
struct MarkKind {
  static let all = "~all"
  static let file = "~file"
  static let search = "~search"
  static let sitemap = "~sitemap"
  /// A whole family, by `module/kind`.
  static let family = "~family"
  /// Files that no row knows are to be looked for.
  static let sweep = "~sweep"
}

/// Changes of the tables that wait for the next transaction.
struct PendingChanges: Sendable {
  var inserted: [StoredDocument] = []
  var updated: [(old: StoredDocument, new: StoredDocument)] = []
  var removed: [StoredDocument] = []
  var files: [StoredFile] = []
  var removedFiles: [String] = []
  var marks: [Subject] = []
  /// When time alone changes a stream next, by the path of its file.
  var turns: [(path: String, at: Timestamp?)] = []
  var cleared: [QueueMark] = []
  /// The words of search shards by bucket; nil for a shard that goes.
  var words: [(locale: String, bucket: Int, shard: Int, words: String?)] = []

  var isEmpty: Bool {
    words.isEmpty && inserted.isEmpty && updated.isEmpty && removed.isEmpty && files.isEmpty && removedFiles.isEmpty
      && marks.isEmpty && cleared.isEmpty && turns.isEmpty
  }

  var count: Int { inserted.count + updated.count }

  /// Writes them. Documents before marks: a mark is cleared in the transaction that records its documents.
  func apply(to ledger: Ledger) throws {
    for document in inserted { try PublicationTables.insert(document, ledger) }
    for (old, new) in updated { try PublicationTables.update(old, new, ledger) }
    for document in removed { try PublicationTables.remove(document, ledger) }
    for file in files { try PublicationTables.put(file, ledger) }
    for turn in turns { try PublicationTables.put(turn: turn.at, of: turn.path, ledger) }
    for path in removedFiles {
      try ledger.execute("DELETE FROM publication_file WHERE path = ?", [.text(path)])
    }
    for entry in words {
      try PublicationTables.put(words: entry.words, entry.locale, entry.bucket, entry.shard, ledger)
    }
    for mark in cleared {
      try ledger.execute(
        "DELETE FROM publication_queue WHERE module = ? AND kind = ? AND key = ? AND version = ?",
        [.text(mark.subject.module), .text(mark.subject.kind), .text(mark.subject.key), .integer(mark.version)])
    }
    for subject in marks { try PublicationTables.mark(subject, ledger) }
  }
}

/// The statements on the tables of the publication.
struct PublicationTables {
  static func mark(_ subject: Subject, _ ledger: Ledger) throws {
    try ledger.execute(
      """
      INSERT INTO publication_queue (module, kind, key, version) VALUES (?, ?, ?, 1)
      ON CONFLICT (module, kind, key) DO UPDATE SET version = version + 1
      """, [.text(subject.module), .text(subject.kind), .text(subject.key)])
  }

  static func marks(_ ledger: Ledger) throws -> [QueueMark] {
    try ledger.rows("SELECT module, kind, key, version FROM publication_queue ORDER BY module, kind, key").map {
      QueueMark(
        subject: Subject(try $0.text("module"), try $0.text("kind"), try $0.text("key")),
        version: try $0.int("version"))
    }
  }

  /// How many files the site has.
  static func countFiles(_ ledger: Ledger) throws -> Int {
    let ofDocuments = try ledger.row(
      """
      SELECT coalesce(sum(length(files) - length(replace(files, char(10), ''))), 0) AS n
      FROM publication_document WHERE digest IS NOT NULL
      """)
    return try (ofDocuments?.int("n") ?? 0) + ledger.count("SELECT count(*) FROM publication_file")
  }

  /// A fact about the site as a whole; nil when it is not known.
  static func fact(_ name: String, _ ledger: Ledger) throws -> [UInt8]? {
    try ledger.row("SELECT value FROM publication_fact WHERE name = ?", [.text(name)])?.blob("value")
  }

  static func put(fact name: String, _ value: [UInt8], _ ledger: Ledger) throws {
    try ledger.execute(
      """
      INSERT INTO publication_fact (name, value) VALUES (?, ?)
      ON CONFLICT (name) DO UPDATE SET value = excluded.value
      """, [.text(name), .blob(value)])
  }

  static func document(_ subject: Subject, _ ledger: Ledger) throws -> StoredDocument? {
    try ledger.row(bySubject, [.text(subject.module), .text(subject.kind), .text(subject.key)])
      .map { try StoredDocument($0) }
  }

  private static let bySubject = """
    SELECT \(StoredDocument.columns) FROM publication_document WHERE module = ? AND kind = ? AND key = ?
    """

  /// The number of a document in the tables, and whether its row says the same as the one given; nil for no row.
  /// - Parameter isPlaceOnly: Whether only what shards say of it is compared.
  static func compare(
    _ made: StoredDocument, isPlaceOnly: Bool, _ ledger: Ledger
  ) throws -> (number: Int, isSame: Bool)? {
    var values: [SQLValue] = [
      .text(made.path), .timestamp(made.updated), made.search.map { .blob($0) } ?? .null, .bool(made.isListed),
    ]
    if !isPlaceOnly {
      values += [
        made.digest.map { .blob($0) } ?? .null, .text(made.files), .timestamp(made.changesAt), .text(made.depends),
      ]
    }
    values += [.text(made.module), .text(made.kind), .text(made.key)]
    return try ledger.row(isPlaceOnly ? comparingPlace : comparingAll, values).map { row in
      (number: try row.int(at: 0), isSame: row.optionalInt(at: 1) == 1)
    }
  }

  private static let comparingPlace = """
    SELECT number, path = ? AND updated = ? AND search IS CAST(? AS TEXT) AND listed = ? FROM publication_document
    WHERE module = ? AND kind = ? AND key = ?
    """
  private static let comparingAll = """
    SELECT number, path = ? AND updated = ? AND search IS CAST(? AS TEXT) AND listed = ? AND digest IS ? AND files = ?
      AND changes_at IS ? AND depends = ? FROM publication_document WHERE module = ? AND kind = ? AND key = ?
    """

  /// Those of some keys whose documents lie in the site.
  static func published(_ keys: [String], of origin: Origin, _ ledger: Ledger) throws -> Set<String> {
    let places = [String](repeating: "?", count: keys.count).joined(separator: ",")
    var found: Set<String> = []
    try ledger.forEach(
      """
      SELECT key FROM publication_document
      WHERE module = ? AND kind = ? AND key IN (\(places)) AND digest IS NOT NULL
      """, [.text(origin.module), .text(origin.kind)] + keys.map { .text($0) }
    ) { row in
      found.insert(try row.text(at: 0))
      return true
    }
    return found
  }

  static func file(_ path: String, _ ledger: Ledger) throws -> StoredFile? {
    try ledger.row("SELECT path, origin, size, digest FROM publication_file WHERE path = ?", [.text(path)]).map {
      StoredFile(
        origin: try $0.text("origin"), path: try $0.text("path"), size: try $0.int("size"),
        digest: try $0.blob("digest"))
    }
  }

  static func insert(_ document: StoredDocument, _ ledger: Ledger) throws {
    let inserted = try ledger.execute(
      """
      INSERT INTO publication_document (number, path, files, digest, updated, changes_at, search, listed, depends,
        module, kind, key) VALUES (?, ?, ?, ?, ?, ?, CAST(? AS TEXT), ?, ?, ?, ?, ?)
      ON CONFLICT (module, kind, key) DO NOTHING
      """,
      [.integer(document.number)] + values(document)
        + [.text(document.module), .text(document.kind), .text(document.key)])
    // A family that names one key twice must not keep all others from being recorded.
    guard inserted > 0 else { return }
    for subject in document.dependencies { try depend(String(subject), document.number, ledger) }
  }

  static func update(_ old: StoredDocument, _ new: StoredDocument, _ ledger: Ledger) throws {
    try ledger.execute(
      """
      UPDATE publication_document SET path = ?, files = ?, digest = ?, updated = ?, changes_at = ?,
        search = CAST(? AS TEXT),
        listed = ?, depends = ? WHERE number = ?
      """, values(new) + [.integer(new.number)])
    guard old.depends != new.depends else { return }
    for subject in old.dependencies { try forget(String(subject), old.number, ledger) }
    for subject in new.dependencies { try depend(String(subject), new.number, ledger) }
  }

  static func remove(_ document: StoredDocument, _ ledger: Ledger) throws {
    try ledger.execute("DELETE FROM publication_document WHERE number = ?", [.integer(document.number)])
    for subject in document.dependencies { try forget(String(subject), document.number, ledger) }
  }

  static func put(_ file: StoredFile, _ ledger: Ledger) throws {
    try ledger.execute(
      """
      INSERT INTO publication_file (path, origin, size, digest) VALUES (?, ?, ?, ?)
      ON CONFLICT (path) DO UPDATE SET origin = excluded.origin, size = excluded.size, digest = excluded.digest
      """, [.text(file.path), .text(file.origin), .integer(file.size), .blob(file.digest)])
  }

  private static func values(_ document: StoredDocument) -> [SQLValue] {
    [
      .text(document.path), .text(document.files), document.digest.map { .blob($0) } ?? .null,
      .timestamp(document.updated), .timestamp(document.changesAt), document.search.map { .blob($0) } ?? .null,
      .bool(document.isListed), .text(document.depends),
    ]
  }

  // MARK: The words of the search

  /// Keeps the words of a bucket of a shard; nil removes them.
  static func put(words: String?, _ locale: String, _ bucket: Int, _ shard: Int, _ ledger: Ledger) throws {
    let place: [SQLValue] = [.text(locale), .integer(bucket), .integer(shard)]
    guard let words else {
      try ledger.execute("DELETE FROM publication_words WHERE locale = ? AND bucket = ? AND shard = ?", place)
      return
    }
    try ledger.execute(
      """
      INSERT INTO publication_words (locale, bucket, shard, words) VALUES (?, ?, ?, ?)
      ON CONFLICT (locale, bucket, shard) DO UPDATE SET words = excluded.words
      """, place + [.text(words)])
  }

  /// The words of a shard, by bucket.
  static func words(of shard: Int, _ locale: String, _ ledger: Ledger) throws -> [Int: String] {
    let buckets = (0..<SearchWords.buckets).map(String.init).joined(separator: ",")
    var found: [Int: String] = [:]
    try ledger.forEach(
      "SELECT bucket, words FROM publication_words WHERE locale = ? AND bucket IN (\(buckets)) AND shard = ?",
      [.text(locale), .integer(shard)]
    ) { row in
      found[try row.int(at: 0)] = try row.text(at: 1)
      return true
    }
    return found
  }

  /// The words of a bucket in some shards.
  static func words(_ locale: String, _ bucket: Int, _ shards: Range<Int>, _ ledger: Ledger) throws -> [Int: String] {
    var found: [Int: String] = [:]
    try ledger.forEach(
      "SELECT shard, words FROM publication_words WHERE locale = ? AND bucket = ? AND shard >= ? AND shard < ?",
      [.text(locale), .integer(bucket), .integer(shards.lowerBound), .integer(shards.upperBound)]
    ) { row in
      found[try row.int(at: 0)] = try row.text(at: 1)
      return true
    }
    return found
  }

  private static func depend(_ subject: String, _ number: Int, _ ledger: Ledger) throws {
    try ledger.execute(
      "INSERT OR IGNORE INTO publication_dependency (subject, document) VALUES (?, ?)",
      [.text(subject), .integer(number)])
  }

  private static func forget(_ subject: String, _ number: Int, _ ledger: Ledger) throws {
    try ledger.execute(
      "DELETE FROM publication_dependency WHERE subject = ? AND document = ?", [.text(subject), .integer(number)])
  }
}
