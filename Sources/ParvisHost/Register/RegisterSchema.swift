import ParticipationKit

/// The register's tables beside the leaves: hashes of whole subtrees, signed heads, proofs of published words,
/// published lists, and the jobs of the clock that were done.
struct RegisterSchema {
  static let migration = Migration(
    2, "register: subtrees, heads, proofs, lists, jobs",
    [
      // `hash` of the complete subtree of 256^level leaves with that number, from level 1; leaves are level 0.
      """
      CREATE TABLE host_node(level INTEGER NOT NULL, number INTEGER NOT NULL, hash BLOB NOT NULL,
        PRIMARY KEY(level, number)) STRICT, WITHOUT ROWID
      """,
      """
      CREATE TABLE host_head(size INTEGER PRIMARY KEY, root BLOB NOT NULL, at INTEGER NOT NULL, reason TEXT NOT NULL,
        note TEXT NOT NULL) STRICT
      """,
      // What a published record's words are proven by. `place` is the line of a list; null when the leaf commits.
      """
      CREATE TABLE host_proof(subject TEXT PRIMARY KEY, position INTEGER NOT NULL, place INTEGER, salt BLOB NOT NULL,
        fields TEXT NOT NULL) STRICT, WITHOUT ROWID
      """,
      """
      CREATE TABLE host_list(id INTEGER PRIMARY KEY, position INTEGER NOT NULL, part INTEGER NOT NULL,
        lines TEXT NOT NULL, UNIQUE(position, part)) STRICT
      """,
      """
      CREATE TABLE host_job(module TEXT NOT NULL, name TEXT NOT NULL, key TEXT NOT NULL, done_at INTEGER NOT NULL,
        PRIMARY KEY(module, name, key)) STRICT, WITHOUT ROWID
      """,
      "ALTER TABLE host_receipt ADD COLUMN payload TEXT NOT NULL DEFAULT ''",
    ])
}
