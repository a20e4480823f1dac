import ParticipationKit

/// The tables of moderation beyond the queue itself: every decision, flags, appeals, passages taken out, settings.
///
/// The queue's row says three things apart: what a moderator decided (`state`), whether the record is public (`shown`),
/// and from when on it will be (`public_at`). The commune's answer is in a table of its own.
struct ModerationSchema {
  /// What was decided before the leaves said as what a decision counts: no leaf can be counted for it.
  static let earlier = Migration(
    16, "decisions that no leaf counts",
    [
      "ALTER TABLE host_decision_count ADD COLUMN earlier INTEGER NOT NULL DEFAULT 0",
      "UPDATE host_decision_count SET earlier = count",
    ])

  static let migration = Migration(3, "moderation desk", queue + counts + decisions + voices)

  private static let queue = [
    "ALTER TABLE host_moderation ADD COLUMN category TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE host_moderation ADD COLUMN participant INTEGER",
    "ALTER TABLE host_moderation ADD COLUMN shown INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE host_moderation ADD COLUMN public_at INTEGER",
    "ALTER TABLE host_moderation ADD COLUMN flags INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE host_moderation ADD COLUMN holder INTEGER",
    "ALTER TABLE host_moderation ADD COLUMN version INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE host_moderation ADD COLUMN receipt INTEGER",
    "UPDATE host_moderation SET shown = 1 WHERE state = 'approved'",
    """
    UPDATE host_moderation SET category = coalesce((SELECT substr(c.subject, 1, instr(c.subject, '/')
        + instr(substr(c.subject, instr(c.subject, '/') + 1), '/') - 1) FROM host_comment c
        WHERE c.id = CAST(host_moderation.key AS INTEGER)), '')
      WHERE module = 'host' AND kind = 'comment'
    """,
    "CREATE INDEX host_moderation_kind ON host_moderation(state, module, kind)",
    "CREATE INDEX host_moderation_category ON host_moderation(state, module, kind, category)",
    "CREATE INDEX host_moderation_flagged ON host_moderation(id) WHERE state = 'pending' AND flags > 0",
    "CREATE INDEX host_moderation_held ON host_moderation(holder) WHERE holder IS NOT NULL",
    "CREATE INDEX host_moderation_embargo ON host_moderation(public_at, id) WHERE public_at IS NOT NULL",
    "CREATE INDEX host_moderation_participant ON host_moderation(participant, id) WHERE participant IS NOT NULL",
    """
    CREATE INDEX host_moderation_imported ON host_moderation(id) WHERE state <> 'pending' AND position IS NULL
    """,
    "CREATE INDEX host_receipt_subject ON host_receipt(subject, position)",
    """
    UPDATE host_moderation SET receipt = (SELECT min(c.position) FROM host_receipt c
      JOIN host_register r ON r.position = c.position
      WHERE c.subject = host_moderation.module || '/' || host_moderation.kind || '/' || host_moderation.key
        AND r.at = host_moderation.submitted_at)
    """,
  ]

  /// How many wait, kept by triggers: the desk asks at each page, and counting 100,000 rows would take longer than the
  /// page itself.
  private static let counts = [
    """
    CREATE TABLE host_queue_count(module TEXT NOT NULL, kind TEXT NOT NULL, category TEXT NOT NULL,
      waiting INTEGER NOT NULL, flagged INTEGER NOT NULL, PRIMARY KEY(module, kind, category)) STRICT, WITHOUT ROWID
    """,
    """
    INSERT INTO host_queue_count(module, kind, category, waiting, flagged)
    SELECT module, kind, category, count(*), 0 FROM host_moderation WHERE state = 'pending' GROUP BY 1, 2, 3
    """,
    """
    CREATE TRIGGER host_moderation_added AFTER INSERT ON host_moderation WHEN NEW.state = 'pending' BEGIN
      INSERT INTO host_queue_count(module, kind, category, waiting, flagged)
      VALUES(NEW.module, NEW.kind, NEW.category, 1, NEW.flags > 0)
      ON CONFLICT(module, kind, category) DO UPDATE SET waiting = waiting + 1, flagged = flagged + (NEW.flags > 0);
    END
    """,
    """
    CREATE TRIGGER host_moderation_changed AFTER UPDATE OF state, flags, category ON host_moderation BEGIN
      UPDATE host_queue_count SET waiting = waiting - 1, flagged = flagged - (OLD.flags > 0)
      WHERE OLD.state = 'pending' AND module = OLD.module AND kind = OLD.kind AND category = OLD.category;
      INSERT INTO host_queue_count(module, kind, category, waiting, flagged)
      SELECT NEW.module, NEW.kind, NEW.category, 1, NEW.flags > 0 WHERE NEW.state = 'pending'
      ON CONFLICT(module, kind, category) DO UPDATE SET waiting = waiting + 1, flagged = flagged + (NEW.flags > 0);
    END
    """,
    """
    CREATE TRIGGER host_moderation_removed AFTER DELETE ON host_moderation WHEN OLD.state = 'pending' BEGIN
      UPDATE host_queue_count SET waiting = waiting - 1, flagged = flagged - (OLD.flags > 0)
      WHERE module = OLD.module AND kind = OLD.kind AND category = OLD.category;
    END
    """,
  ]

  private static let decisions = [
    """
    CREATE TABLE host_decision(id INTEGER PRIMARY KEY, entry INTEGER NOT NULL, measure TEXT NOT NULL,
      reason TEXT NOT NULL, note TEXT NOT NULL, person INTEGER, at INTEGER NOT NULL, position INTEGER NOT NULL,
      before TEXT NOT NULL, appeal INTEGER, undone_at INTEGER) STRICT
    """,
    "CREATE INDEX host_decision_entry ON host_decision(entry, id)",
    "CREATE INDEX host_decision_person ON host_decision(person, id)",
    """
    INSERT INTO host_decision(entry, measure, reason, note, person, at, position, before)
    SELECT id, CASE state WHEN 'approved' THEN 'published' ELSE 'refused' END, reason, note, decided_by,
      coalesce(decided_at, submitted_at), position, '{}' FROM host_moderation
    WHERE state <> 'pending' AND position IS NOT NULL ORDER BY decided_at, id
    """,
    """
    CREATE TABLE host_decision_count(month TEXT NOT NULL, module TEXT NOT NULL, kind TEXT NOT NULL,
      measure TEXT NOT NULL, reason TEXT NOT NULL, count INTEGER NOT NULL,
      PRIMARY KEY(month, module, kind, measure, reason)) STRICT, WITHOUT ROWID
    """,
    """
    INSERT INTO host_decision_count(month, module, kind, measure, reason, count)
    SELECT strftime('%Y-%m', d.at / 1000, 'unixepoch'), m.module, m.kind, d.measure, d.reason, count(*)
    FROM host_decision d JOIN host_moderation m ON m.id = d.entry GROUP BY 1, 2, 3, 4, 5
    """,
    """
    CREATE TABLE host_redaction(id INTEGER PRIMARY KEY, entry INTEGER NOT NULL, field TEXT NOT NULL,
      before TEXT NOT NULL, after TEXT NOT NULL, reason TEXT NOT NULL, at INTEGER NOT NULL,
      decision INTEGER NOT NULL) STRICT
    """,
    "CREATE INDEX host_redaction_entry ON host_redaction(entry, id)",
    """
    CREATE TABLE host_setting(name TEXT PRIMARY KEY, value TEXT NOT NULL, person INTEGER, at INTEGER NOT NULL,
      position INTEGER NOT NULL) STRICT, WITHOUT ROWID
    """,
  ]

  private static let voices = [
    """
    CREATE TABLE host_flag(id INTEGER PRIMARY KEY, entry INTEGER NOT NULL, reason TEXT NOT NULL, note TEXT NOT NULL,
      sent_at INTEGER NOT NULL, origin BLOB, state TEXT NOT NULL CHECK(state IN ('open','upheld','dismissed')),
      closed_by INTEGER, UNIQUE(entry, origin)) STRICT
    """,
    "CREATE INDEX host_flag_entry ON host_flag(entry, state)",
    "CREATE INDEX host_flag_closed ON host_flag(closed_by) WHERE closed_by IS NOT NULL",
    "CREATE INDEX host_flag_origin ON host_flag(sent_at) WHERE origin IS NOT NULL",
    """
    CREATE TABLE host_appeal(id INTEGER PRIMARY KEY, entry INTEGER NOT NULL, decision INTEGER NOT NULL UNIQUE,
      body TEXT NOT NULL, sent_at INTEGER NOT NULL,
      state TEXT NOT NULL CHECK(state IN ('open','confirmed','reversed')), handled_by INTEGER, handled_at INTEGER,
      note TEXT NOT NULL DEFAULT '', is_same_person INTEGER NOT NULL DEFAULT 0) STRICT
    """,
    "CREATE INDEX host_appeal_open ON host_appeal(id) WHERE state = 'open'",
    "CREATE INDEX host_appeal_entry ON host_appeal(entry, id)",
    """
    CREATE TABLE host_sketch(hash INTEGER NOT NULL, entry INTEGER NOT NULL, PRIMARY KEY(hash, entry))
    STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX host_sketch_entry ON host_sketch(entry)",
  ]
}
