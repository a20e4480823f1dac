import ParticipationKit

/// The tables of what leaves the commune: addresses, follows, events, the outbox.
struct OutboxSchema: Sendable {
  /// The number of the step in the host's schema.
  static let number = 5

  static let migration = Migration(number, "outbox, follows, events", outbox + people)

  private static let outbox = [
    """
    CREATE TABLE host_outbox(id INTEGER PRIMARY KEY, channel TEXT NOT NULL CHECK(channel IN ('mail','call')),
      kind TEXT NOT NULL, address INTEGER, hook TEXT NOT NULL DEFAULT '', locale TEXT NOT NULL, subject TEXT NOT NULL,
      content TEXT NOT NULL, about TEXT NOT NULL, key TEXT UNIQUE, is_asked INTEGER NOT NULL,
      state TEXT NOT NULL CHECK(state IN ('waiting','sending','sent','failed','dropped')), created_at INTEGER NOT NULL,
      due_at INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, lease_until INTEGER,
      error TEXT NOT NULL DEFAULT '', ended_at INTEGER) STRICT
    """,
    "CREATE INDEX host_outbox_due ON host_outbox(is_asked DESC, due_at, id) WHERE state = 'waiting'",
    "CREATE INDEX host_outbox_state ON host_outbox(state, id)",
    "CREATE INDEX host_outbox_address ON host_outbox(address, created_at)",
    "CREATE INDEX host_outbox_ended ON host_outbox(ended_at) WHERE ended_at IS NOT NULL AND content <> ''",
    """
    CREATE TABLE host_event(id INTEGER PRIMARY KEY, kind TEXT NOT NULL, subject TEXT NOT NULL, source TEXT NOT NULL,
      document TEXT NOT NULL, anchor TEXT NOT NULL, words TEXT NOT NULL, key TEXT UNIQUE, at INTEGER NOT NULL,
      told INTEGER NOT NULL DEFAULT 0, withdrawn INTEGER NOT NULL DEFAULT 0) STRICT
    """,
    "CREATE INDEX host_event_untold ON host_event(id) WHERE told = 0",
    "CREATE INDEX host_event_source ON host_event(source) WHERE source <> ''",
    "CREATE INDEX host_event_at ON host_event(at)",
    """
    CREATE TABLE host_event_about(subject TEXT NOT NULL, event INTEGER NOT NULL, PRIMARY KEY(subject, event)) STRICT,
      WITHOUT ROWID
    """,
    "CREATE TABLE host_mail_clock(name TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID",
  ]

  private static let people = [
    """
    CREATE TABLE host_mail_address(id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, salt BLOB NOT NULL, email TEXT,
      locale TEXT NOT NULL, created_at INTEGER NOT NULL, confirmed_at INTEGER, stopped_at INTEGER,
      stopped_why TEXT NOT NULL DEFAULT '') STRICT
    """,
    "CREATE INDEX host_mail_address_stopped ON host_mail_address(stopped_at) WHERE stopped_at IS NOT NULL",
    """
    CREATE TABLE host_mail_request(hash BLOB PRIMARY KEY, email TEXT NOT NULL, locale TEXT NOT NULL,
      subject TEXT NOT NULL, frequency TEXT NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
      used_at INTEGER) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX host_mail_request_expires ON host_mail_request(expires_at)",
    """
    CREATE TABLE host_follow(address INTEGER NOT NULL, subject TEXT NOT NULL,
      frequency TEXT NOT NULL CHECK(frequency IN ('now','daily','weekly','none')), since INTEGER NOT NULL,
      confirmed_at INTEGER NOT NULL, PRIMARY KEY(address, subject)) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX host_follow_subject ON host_follow(subject, frequency)",
    """
    CREATE TABLE host_contact(subject TEXT PRIMARY KEY, address INTEGER NOT NULL, locale TEXT NOT NULL,
      updates INTEGER NOT NULL, created_at INTEGER NOT NULL) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX host_contact_address ON host_contact(address)",
  ]
}
