import ParticipationKit

/// The tables of the module.
struct AgendaSchema {
  static let migrations = [
    Migration(
      1, "meetings, items, revisions and blocks",
      [
        """
        CREATE TABLE agenda_meeting (
          id TEXT PRIMARY KEY, title TEXT NOT NULL, assembly TEXT NOT NULL, starts_at INTEGER NOT NULL,
          place TEXT NOT NULL, intro TEXT NOT NULL, state TEXT NOT NULL, is_public INTEGER NOT NULL,
          comments_close_at INTEGER, sent_at INTEGER, minuted_at INTEGER, frozen_digest TEXT, frozen_text TEXT,
          revision INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
          CHECK (state IN ('draft', 'sent', 'held', 'minuted')), CHECK (is_public IN (0, 1)),
          CHECK ((state = 'draft') = (frozen_digest IS NULL)),
          CHECK ((frozen_digest IS NULL) = (frozen_text IS NULL)), CHECK ((frozen_digest IS NULL) = (sent_at IS NULL)),
          CHECK ((state = 'minuted') = (minuted_at IS NOT NULL))
        ) STRICT
        """,
        "CREATE INDEX agenda_meeting_start ON agenda_meeting (starts_at)",
        """
        CREATE TABLE agenda_item (
          id TEXT PRIMARY KEY, meeting TEXT NOT NULL REFERENCES agenda_meeting (id), slug TEXT NOT NULL,
          position INTEGER NOT NULL, title TEXT NOT NULL, rapporteur TEXT NOT NULL, kind TEXT NOT NULL,
          is_closed INTEGER NOT NULL, is_withdrawn INTEGER NOT NULL DEFAULT 0, body TEXT NOT NULL,
          minutes TEXT NOT NULL, revision INTEGER NOT NULL, next_block INTEGER NOT NULL,
          updated_at INTEGER NOT NULL, updated_by TEXT NOT NULL,
          UNIQUE (meeting, slug), CHECK (kind IN ('deliberation', 'information', 'questions')),
          CHECK (is_closed IN (0, 1)), CHECK (is_withdrawn IN (0, 1))
        ) STRICT
        """,
        """
        CREATE TABLE agenda_revision (
          item TEXT NOT NULL REFERENCES agenda_item (id), revision INTEGER NOT NULL, title TEXT NOT NULL,
          rapporteur TEXT NOT NULL, kind TEXT NOT NULL, is_closed INTEGER NOT NULL, body TEXT NOT NULL,
          minutes TEXT NOT NULL, saved_by TEXT NOT NULL, saved_at INTEGER NOT NULL, PRIMARY KEY (item, revision)
        ) STRICT
        """,
        """
        CREATE TABLE agenda_block (
          item TEXT NOT NULL, revision INTEGER NOT NULL, block_index INTEGER NOT NULL, block_id TEXT NOT NULL,
          text TEXT NOT NULL, PRIMARY KEY (item, revision, block_index), UNIQUE (item, revision, block_id),
          FOREIGN KEY (item, revision) REFERENCES agenda_revision (item, revision)
        ) STRICT, WITHOUT ROWID
        """,
      ]),
    Migration(
      2, "how the file calls who presents an item",
      ["agenda_item", "agenda_revision"].map {
        "ALTER TABLE \($0) ADD COLUMN is_rapporteuse INTEGER NOT NULL DEFAULT 0 CHECK (is_rapporteuse IN (0, 1))"
      }),
  ]
}
