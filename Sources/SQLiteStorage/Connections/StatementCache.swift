/// Compiled statements that wait for their next use, by namespace and text.
///
/// A statement in use is not given out again, so the same text may be used inside itself. When the cache is full, the
/// statement that was used longest ago goes.
struct StatementCache {
  private struct Key: Hashable {
    let namespace: Namespace
    let sql: String

    /// The length tells nearly all statements of a program apart, and costs nothing beside hashing their text twice a
    /// query; equality compares all of it.
    func hash(into hasher: inout Hasher) { hasher.combine(sql.utf8.count) }

    static func == (a: Key, b: Key) -> Bool { a.sql == b.sql && a.namespace == b.namespace }
  }

  private var statements: [Key: Statement] = [:]
  private var uses = 0
  private let capacity: Int

  init(capacity: Int) { self.capacity = capacity }

  var count: Int { statements.count }

  mutating func take(_ sql: String, in namespace: Namespace) -> Statement? {
    guard let statement = statements[Key(namespace: namespace, sql: sql)], !statement.isInUse else { return nil }
    statement.isInUse = true
    return statement
  }

  mutating func putBack(_ statement: Statement, in namespace: Namespace) {
    uses += 1
    statement.lastUse = uses
    if statement.isInUse {
      statement.isInUse = false
      return
    }
    let key = Key(namespace: namespace, sql: statement.sql)
    // Another one for the same text is kept already.
    guard statements[key] == nil else { return }
    let idle = statements.lazy.filter { !$0.value.isInUse }
    if statements.count >= capacity, let oldest = idle.min(by: { $0.value.lastUse < $1.value.lastUse }) {
      statements[oldest.key] = nil
    }
    statements[key] = statement
  }

  mutating func removeAll() { statements.removeAll() }
}
