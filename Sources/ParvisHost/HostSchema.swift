public import ParticipationKit

/// The host's own tables: people, comments, moderation, answers, the register and receipts.
///
/// Publication, moderation and official answer are three states in three places, never one column.
public struct HostSchema: Sendable {
  private init() {}

  /// The steps of the schema, in the namespace `host`.
  public static let migrations: [Migration] = [
    Migration(1, "register, receipts, comments, moderation, answers, people", register + services + people),
    RegisterSchema.migration,
    ModerationSchema.migration,
    ParticipantSchema.migration,
    OutboxSchema.migration,
    CommentLanguage.migration,
    PrivacySchema.migration,
    QuotaSchema.migration,
    DataAccess.migration,
    ArchiveSchema.migration,
    ActRunner.hours,
    Answers.migration,
    HostFiles.migration,
    Withdrawals.migration,
    LooseEnds.migration,
    ModerationSchema.earlier,
    Comparison.migration,
  ]

  private static let register = [
    """
    CREATE TABLE host_secret(name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE host_register(position INTEGER PRIMARY KEY, kind TEXT NOT NULL, at INTEGER NOT NULL,
      leaf TEXT NOT NULL, hash BLOB NOT NULL, salt BLOB NOT NULL) STRICT
    """,
    """
    CREATE TABLE host_receipt(position INTEGER PRIMARY KEY, action TEXT NOT NULL, subject TEXT NOT NULL,
      message TEXT NOT NULL, lines TEXT NOT NULL, locale TEXT NOT NULL, channel TEXT NOT NULL) STRICT
    """,
    """
    CREATE TABLE host_repeat(key BLOB PRIMARY KEY, position INTEGER NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX host_repeat_at ON host_repeat(at)",
  ]

  private static let services = [
    """
    CREATE TABLE host_comment(id INTEGER PRIMARY KEY, subject TEXT NOT NULL, kind TEXT NOT NULL, block TEXT NOT NULL,
      quote TEXT NOT NULL, author TEXT NOT NULL, body TEXT NOT NULL, sent_at INTEGER NOT NULL, channel TEXT NOT NULL,
      publication TEXT NOT NULL CHECK(publication IN ('pending','published','withheld')), published_at INTEGER,
      reference TEXT UNIQUE, title TEXT NOT NULL, document TEXT NOT NULL, anchor TEXT NOT NULL) STRICT
    """,
    "CREATE INDEX host_comment_subject ON host_comment(subject, publication, id)",
    "CREATE INDEX host_comment_published ON host_comment(published_at, id) WHERE publication = 'published'",
    """
    CREATE TABLE host_moderation(id INTEGER PRIMARY KEY, module TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL,
      excerpt TEXT NOT NULL, state TEXT NOT NULL CHECK(state IN ('pending','approved','refused')),
      submitted_at INTEGER NOT NULL, decided_at INTEGER, decided_by INTEGER, reason TEXT NOT NULL DEFAULT '',
      note TEXT NOT NULL DEFAULT '', position INTEGER, UNIQUE(module, kind, key)) STRICT
    """,
    "CREATE INDEX host_moderation_state ON host_moderation(state, id)",
    """
    CREATE TABLE host_answer(subject TEXT PRIMARY KEY, author TEXT NOT NULL, body TEXT NOT NULL,
      published_at INTEGER NOT NULL, person INTEGER) STRICT, WITHOUT ROWID
    """,
  ]

  private static let people = [
    """
    CREATE TABLE host_person(id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL, role TEXT NOT NULL,
      password TEXT NOT NULL, created_at INTEGER NOT NULL, disabled_at INTEGER) STRICT
    """,
    """
    CREATE TABLE host_session(token BLOB PRIMARY KEY, person INTEGER NOT NULL, form_token TEXT NOT NULL,
      created_at INTEGER NOT NULL, seen_at INTEGER NOT NULL, expires_at INTEGER NOT NULL) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE host_invitation(token BLOB PRIMARY KEY, role TEXT NOT NULL, created_at INTEGER NOT NULL,
      expires_at INTEGER NOT NULL) STRICT, WITHOUT ROWID
    """,
  ]
}
