internal import ParticipationKit

/// The tables of the module.
///
/// `incidents_tally` counts the published reports a service, kept by ``ReportTable`` in the same transaction: the front
/// page shows the counts, and counting a hundred thousand rows at each act would make a nation dearer than a village.
enum Schema {
  static let migrations: [Migration] = [
    Migration(
      1, "reports, updates, tally",
      [
        """
        CREATE TABLE incidents_report (
          id INTEGER PRIMARY KEY,
          year INTEGER NOT NULL,
          sequence INTEGER NOT NULL,
          number TEXT NOT NULL UNIQUE,
          reference TEXT UNIQUE,
          reference_digest BLOB,
          service TEXT NOT NULL,
          street TEXT,
          place_text TEXT NOT NULL,
          lat REAL,
          lon REAL,
          description TEXT NOT NULL,
          contact_name TEXT,
          contact_email TEXT COLLATE NOCASE,
          wants_updates INTEGER NOT NULL CHECK (wants_updates IN (0, 1)),
          state TEXT NOT NULL,
          referred_to TEXT,
          duplicate_of TEXT,
          publication TEXT NOT NULL CHECK (publication IN ('pending', 'published', 'withheld')),
          published_number INTEGER UNIQUE,
          published_at INTEGER,
          created_at INTEGER NOT NULL,
          updated_at INTEGER NOT NULL,
          closed_at INTEGER,
          channel TEXT NOT NULL,
          UNIQUE (year, sequence),
          CHECK ((lat IS NULL) = (lon IS NULL)),
          CHECK (publication <> 'published' OR (published_number IS NOT NULL AND published_at IS NOT NULL))
        ) STRICT
        """,
        """
        CREATE INDEX incidents_report_public ON incidents_report (published_number)
          WHERE publication = 'published'
        """,
        "CREATE INDEX incidents_report_public_key ON incidents_report (number) WHERE publication = 'published'",
        "CREATE INDEX incidents_report_state ON incidents_report (state, id)",
        "CREATE INDEX incidents_report_email ON incidents_report (contact_email) WHERE contact_email IS NOT NULL",
        """
        CREATE INDEX incidents_report_stale_contact ON incidents_report (closed_at)
          WHERE closed_at IS NOT NULL AND (contact_email IS NOT NULL OR contact_name IS NOT NULL)
        """,
        """
        CREATE TABLE incidents_update (
          id INTEGER PRIMARY KEY,
          report INTEGER NOT NULL REFERENCES incidents_report (id),
          at INTEGER NOT NULL,
          state TEXT NOT NULL,
          text TEXT NOT NULL,
          visibility TEXT NOT NULL CHECK (visibility IN ('public', 'internal')),
          author_role TEXT NOT NULL,
          referred_to TEXT,
          duplicate_of TEXT,
          imported INTEGER NOT NULL CHECK (imported IN (0, 1))
        ) STRICT
        """,
        "CREATE INDEX incidents_update_report ON incidents_update (report, at, id)",
        """
        CREATE TABLE incidents_tally (
          service TEXT PRIMARY KEY,
          open INTEGER NOT NULL CHECK (open >= 0),
          closed INTEGER NOT NULL CHECK (closed >= 0)
        ) STRICT, WITHOUT ROWID
        """,
      ]),
    Migration(
      2, "when a report was withheld; duplicates of a report",
      [
        "ALTER TABLE incidents_report ADD COLUMN withheld_at INTEGER",
        "UPDATE incidents_report SET withheld_at = updated_at WHERE publication = 'withheld'",
        "DROP INDEX incidents_report_stale_contact",
        """
        CREATE INDEX incidents_report_contact ON incidents_report (id)
          WHERE contact_email IS NOT NULL OR contact_name IS NOT NULL
        """,
        "CREATE INDEX incidents_report_duplicate ON incidents_report (duplicate_of) WHERE duplicate_of IS NOT NULL",
      ]),
    Migration(
      3, "the reports of a street",
      [
        """
        CREATE INDEX incidents_report_street ON incidents_report (street, published_number)
          WHERE publication = 'published'
        """
      ]),
  ]
}
