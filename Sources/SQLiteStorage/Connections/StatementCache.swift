/// Compiled statements that wait for their next use, by namespace and text.
///
/// A statement in use is not in the cache, so the same text may be used inside itself. When the cache is full, the
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
    statements.removeValue(forKey: Key(namespace: namespace, sql: sql))
  }

  mutating func putBack(_ statement: Statement, in namespace: Namespace) {
    uses += 1
    statement.lastUse = uses
    if statements.count >= capacity, let oldest = statements.min(by: { $0.value.lastUse < $1.value.lastUse }) {
      statements[oldest.key] = nil
    }
    statements[Key(namespace: namespace, sql: statement.sql)] = statement
  }

  mutating func removeAll() { statements.removeAll() }
}
