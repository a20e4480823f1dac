import ParticipationKit

/// Compares the words of new records with those of others, after their acts and not within them: nobody reads what
/// comes of it but the moderator, and each act would pay for some forty rows that lie all over the file.
///
/// An act notes its entry in the same transaction, so nothing is forgotten when the program ends. What was noted is
/// compared when no acts come, and before a page of the queue is made, see ``Host/compareWords(seconds:)``.
struct Comparison: Sendable {
  static let migration = Migration(
    17, "words to be compared", ["CREATE TABLE host_uncompared(entry INTEGER PRIMARY KEY) STRICT"])

  /// How many records are compared in one transaction: acts wait meanwhile.
  private static let batch = 50

  /// A record with what was found in its words; nil when its entry is gone.
  struct Read: Sendable {
    let entry: Int
    let version: Int?
    let found: (subject: Subject, submitted: Timestamp, words: FoldedWords, sketch: Sketch)?
  }

  let host: Host

  /// Notes an entry, within its act's transaction.
  func note(_ entry: Int, in ledgers: Ledgers) throws {
    try ledgers.host.execute("INSERT OR IGNORE INTO host_uncompared(entry) VALUES(?)", [.integer(entry)])
  }

  /// Compares what was noted, the oldest first. Words that a module cannot tell just now are tried again another time.
  /// - Parameter isOver: Asked between batches whether to stop; the rest stays noted.
  /// - Throws: The store's error.
  func run(until isOver: () -> Bool) throws {
    var last = Int.min
    repeat {
      let (read, next) = try host.ports.store.reading { try batch(after: last, in: $0) }
      guard let next else { return }
      last = next
      guard !read.isEmpty else { continue }
      try host.ports.store.perform { ledgers in
        for item in read { try keep(item, in: ledgers) }
      }
    } while !isOver()
  }

  /// Reads and folds words outside the writer's transaction. Nil as the last entry when nothing is left.
  func batch(after last: Int, in ledgers: Ledgers) throws -> (read: [Read], last: Int?) {
    let now = host.ports.now()
    let rows = try ledgers.host.rows(
      """
      SELECT u.entry, m.module, m.kind, m.key, m.excerpt, m.submitted_at, m.version FROM host_uncompared u
      LEFT JOIN host_moderation m ON m.id = u.entry WHERE u.entry > ? ORDER BY u.entry LIMIT ?
      """, [.integer(last), .integer(Comparison.batch)])
    let read = try rows.compactMap { row -> Read? in
      let entry = try row.int("entry")
      guard let version = row.optionalInt("version") else { return Read(entry: entry, version: nil, found: nil) }
      let subject = Subject(try row.text("module"), try row.text("kind"), try row.text("key"))
      let kind = host.moderation.kind(subject.module, subject.kind)
      // A module in a process of its own may be down, which is no reason to leave the others.
      guard
        let told = try? host.moderation.words(of: subject, toldBy: kind, at: now, in: ledgers) ?? row.text("excerpt")
      else { return nil }
      let words = FoldedWords(told)
      let sketch = Sketch(words, key: host.sketchKey)
      return Read(
        entry: entry, version: version, found: (subject, try row.timestamp("submitted_at"), words, sketch))
    }
    return (read, try rows.last?.int("entry"))
  }

  /// Keeps what was found, unless the record was erased or sent again since it was read.
  func keep(_ item: Read, in ledgers: Ledgers) throws {
    let taken = try ledgers.host.execute(
      "DELETE FROM host_uncompared WHERE entry = ?1 AND (SELECT version FROM host_moderation WHERE id = ?1) IS ?2",
      [.integer(item.entry), item.version.map { .integer($0) } ?? .null])
    guard taken == 1, let found = item.found else { return }
    try host.moderation.keep(found.sketch, of: item.entry, in: ledgers)
    try host.likeness.note(found.subject, found.words, now: found.submitted, in: ledgers)
  }
}

extension Host {
  var comparison: Comparison { Comparison(host: self) }

  /// Compares the words of records that came since the last time, so that moderators see what was sent more than once.
  /// - Parameter seconds: After how long what is left waits for the next time.
  /// - Throws: The store's error; what was compared until then stays.
  public func compareWords(seconds: Int64) throws {
    let end = ports.now().adding(seconds: seconds)
    try comparison.run { ports.now() >= end }
  }
}
