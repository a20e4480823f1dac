public import ParticipationKit

/// The tables of the namespace `publication`.
///
/// `publication_document` says what lies in the site: one row a document, whose `number` (fixed at first
/// publication) decides its shard of search and sitemap. `publication_file` does the same for files that are no
/// documents. `publication_queue` holds the subjects whose documents must be written again: an act adds to it in
/// its own transaction, so nothing is forgotten in a crash. `publication_words` holds the beginnings of the words of
/// each shard of the search, see ``SearchWords``. `publication_fact` says what the site was made from besides the
/// database.
public struct PublicationSchema: Sendable {
  private init() {}

  /// The steps.
  public static let migrations: [Migration] = [
    Migration(
      1, "documents, files, dependencies, queue",
      [
        """
        CREATE TABLE publication_document (
          number INTEGER PRIMARY KEY, module TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL,
          path TEXT NOT NULL, files TEXT NOT NULL, digest BLOB, updated INTEGER NOT NULL, changes_at INTEGER,
          search TEXT, listed INTEGER NOT NULL, depends TEXT NOT NULL,
          UNIQUE (module, kind, key)) STRICT
        """,
        "CREATE INDEX publication_document_path ON publication_document (path)",
        """
        CREATE INDEX publication_document_changes ON publication_document (changes_at)
        WHERE changes_at IS NOT NULL
        """,
        """
        CREATE TABLE publication_dependency (
          subject TEXT NOT NULL, document INTEGER NOT NULL, PRIMARY KEY (subject, document)) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE publication_file (
          path TEXT PRIMARY KEY, origin TEXT NOT NULL, size INTEGER NOT NULL, digest BLOB NOT NULL)
          STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE publication_queue (
          module TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, version INTEGER NOT NULL,
          PRIMARY KEY (module, kind, key)) STRICT, WITHOUT ROWID
        """,
      ]),
    Migration(
      2, "what the site was made from",
      ["CREATE TABLE publication_fact (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID"]),
    Migration(
      3, "in which shards of the search a word is",
      [
        """
        CREATE TABLE publication_words (
          locale TEXT NOT NULL, bucket INTEGER NOT NULL, shard INTEGER NOT NULL, words TEXT NOT NULL,
          PRIMARY KEY (locale, bucket, shard)) STRICT, WITHOUT ROWID
        """
      ]),
  ]
}
