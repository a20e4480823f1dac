import ParticipationKit

/// The tables of people: second factors and roles of staff; participants, their accounts and authorizations; letters.
///
/// Three separate things: a participant (may be anonymous), an account (an address that was confirmed) and an
/// authorization (a letter code that was entered). No row says what a participant answered to a secret act.
struct ParticipantSchema {
  /// The step's number in the namespace `host`.
  static let number = 4

  static var migration: Migration {
    Migration(
      number, "second factors, roles, participants, letter codes, held acts",
      staff + participants + letters + messages)
  }

  private static let staff = [
    """
    CREATE TABLE host_second_factor(person INTEGER PRIMARY KEY, secret BLOB NOT NULL, since INTEGER,
      last_step INTEGER NOT NULL DEFAULT 0) STRICT
    """,
    """
    CREATE TABLE host_recovery_code(person INTEGER NOT NULL, digest BLOB NOT NULL, used_at INTEGER,
      PRIMARY KEY(person, digest)) STRICT, WITHOUT ROWID
    """,
    "ALTER TABLE host_session ADD COLUMN stage TEXT NOT NULL DEFAULT 'full'",
    "ALTER TABLE host_session ADD COLUMN device TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE host_session ADD COLUMN confirmed_at INTEGER NOT NULL DEFAULT 0",
    "CREATE INDEX host_session_person ON host_session(person)",
    """
    CREATE TABLE host_role(id TEXT PRIMARY KEY, title TEXT NOT NULL, permissions TEXT NOT NULL, areas TEXT NOT NULL)
      STRICT, WITHOUT ROWID
    """,
    // The module, or that and a category, by which roles are limited; for a comment, the module that it is about.
    """
    ALTER TABLE host_moderation ADD COLUMN area TEXT GENERATED ALWAYS AS (CASE module
      WHEN 'host' THEN substr(category, 1, instr(category || '/', '/') - 1)
      ELSE module || CASE category WHEN '' THEN '' ELSE '/' || category END END) VIRTUAL
    """,
    "CREATE INDEX host_moderation_area ON host_moderation(state, area, id)",
  ]

  private static let participants = [
    """
    CREATE TABLE host_participant(id INTEGER PRIMARY KEY, created_at INTEGER NOT NULL,
      public_name TEXT NOT NULL DEFAULT '') STRICT
    """,
    """
    CREATE TABLE host_account(participant INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, locale TEXT NOT NULL,
      created_at INTEGER NOT NULL, seen_at INTEGER NOT NULL) STRICT
    """,
    """
    CREATE TABLE host_authorization(participant INTEGER PRIMARY KEY, voter BLOB NOT NULL, batch INTEGER NOT NULL,
      sheet INTEGER NOT NULL, issue INTEGER NOT NULL, granted_at INTEGER NOT NULL) STRICT
    """,
    """
    CREATE TABLE host_participant_session(token BLOB PRIMARY KEY, participant INTEGER NOT NULL,
      form_token TEXT NOT NULL, device TEXT NOT NULL, created_at INTEGER NOT NULL,
      expires_at INTEGER NOT NULL) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE host_participant_act(participant INTEGER NOT NULL, position INTEGER NOT NULL,
      PRIMARY KEY(participant, position)) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX host_participant_act_position ON host_participant_act(position)",
    """
    CREATE TABLE host_link(token BLOB PRIMARY KEY, purpose TEXT NOT NULL CHECK(purpose IN ('enter','act')),
      email TEXT NOT NULL, locale TEXT NOT NULL, act TEXT NOT NULL DEFAULT '', created_at INTEGER NOT NULL,
      expires_at INTEGER NOT NULL, used_at INTEGER, position INTEGER) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX host_link_expires ON host_link(expires_at)",
    """
    CREATE TABLE host_counter_act(position INTEGER PRIMARY KEY, person INTEGER NOT NULL, channel TEXT NOT NULL) STRICT
    """,
    "CREATE TABLE host_right(digest BLOB PRIMARY KEY, used_on TEXT NOT NULL) STRICT, WITHOUT ROWID",
  ]

  private static let letters = [
    """
    CREATE TABLE host_letter_batch(id INTEGER PRIMARY KEY, label TEXT NOT NULL, size INTEGER NOT NULL,
      household INTEGER NOT NULL CHECK(household IN (0,1)), made_on TEXT NOT NULL, made_by TEXT NOT NULL,
      valid_until TEXT NOT NULL, seed BLOB) STRICT
    """,
    """
    CREATE TABLE host_letter_code(digest BLOB PRIMARY KEY, batch INTEGER NOT NULL, sheet INTEGER NOT NULL,
      issue INTEGER NOT NULL, state TEXT NOT NULL CHECK(state IN ('live','lost','replaced','revoked')),
      used INTEGER NOT NULL DEFAULT 0 CHECK(used IN (0,1)), UNIQUE(batch, sheet, issue)) STRICT, WITHOUT ROWID
    """,
  ]

  private static let messages = [
    """
    CREATE TABLE host_held_message(id INTEGER PRIMARY KEY, kind TEXT NOT NULL, address TEXT NOT NULL,
      locale TEXT NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL, link TEXT NOT NULL, created_at INTEGER NOT NULL)
      STRICT
    """
  ]
}
