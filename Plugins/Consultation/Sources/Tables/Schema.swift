internal import ParticipationKit

/// The tables of the module.
///
/// What a person answered can never be joined to the code they used: the host keeps the right that was used, with its
/// day and nothing else; submissions and texts lie under random keys, and no row of theirs holds a time. Words of
/// people's own lie apart from the boxes they ticked, because moderators read them.
enum Schema {
  static let migrations: [Migration] = [
    Migration(1, "answers, codes, proposals, supports, responses", answers + codes + proposals),
    Migration(
      2, "codes are the host's",
      ["DROP TABLE IF EXISTS consultation_code", "DROP TABLE IF EXISTS consultation_batch"]),
    Migration(3, "references are unique within their consultation", ownReferences),
    Migration(
      4, "what was announced, and what is counted",
      [
        """
        CREATE TABLE consultation_announced (
          consultation TEXT PRIMARY KEY,
          closes INTEGER NOT NULL,
          questionnaire TEXT NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE TABLE consultation_counted (consultation TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID",
      ]),
  ]

  /// Two files of two consultations may number from 1. A constraint cannot be changed, so the tables are made anew.
  private static let ownReferences = [
    """
    CREATE TABLE consultation_submission_new (
      id INTEGER PRIMARY KEY,
      consultation TEXT NOT NULL,
      channel TEXT NOT NULL,
      verified INTEGER NOT NULL CHECK (verified IN (0, 1)),
      reference TEXT,
      UNIQUE (consultation, reference)
    ) STRICT
    """,
    """
    INSERT INTO consultation_submission_new (id, consultation, channel, verified, reference)
      SELECT id, consultation, channel, verified, reference FROM consultation_submission
    """,
    "DROP TABLE consultation_submission",
    "ALTER TABLE consultation_submission_new RENAME TO consultation_submission",
    "CREATE INDEX consultation_submission_by_consultation ON consultation_submission (consultation, verified)",
    proposal("consultation_proposal_new", reference: "reference TEXT", unique: "UNIQUE (consultation, reference),"),
    """
    INSERT INTO consultation_proposal_new (\(Proposal.columns)) SELECT \(Proposal.columns) FROM consultation_proposal
    """,
    "DROP TABLE consultation_proposal",
    "ALTER TABLE consultation_proposal_new RENAME TO consultation_proposal",
    hiddenProposals,
  ]

  private static let hiddenProposals = """
    CREATE INDEX consultation_proposal_hidden ON consultation_proposal (consultation, publication)
      WHERE publication <> 'published'
    """

  private static let answers = [
    """
    CREATE TABLE consultation_submission (
      id INTEGER PRIMARY KEY,
      consultation TEXT NOT NULL,
      channel TEXT NOT NULL,
      verified INTEGER NOT NULL CHECK (verified IN (0, 1)),
      reference TEXT UNIQUE
    ) STRICT
    """,
    "CREATE INDEX consultation_submission_by_consultation ON consultation_submission (consultation, verified)",
    """
    CREATE TABLE consultation_answer (
      submission INTEGER NOT NULL REFERENCES consultation_submission (id),
      question TEXT NOT NULL,
      choice TEXT NOT NULL,
      PRIMARY KEY (submission, question, choice)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE consultation_text (
      id INTEGER PRIMARY KEY,
      consultation TEXT NOT NULL,
      question TEXT NOT NULL,
      text TEXT NOT NULL,
      verified INTEGER NOT NULL CHECK (verified IN (0, 1)),
      publication TEXT NOT NULL CHECK (publication IN ('pending', 'published', 'withheld'))
    ) STRICT
    """,
    "CREATE INDEX consultation_text_by_question ON consultation_text (consultation, question, publication, id)",
  ]

  private static let codes = [
    """
    CREATE TABLE consultation_batch (
      id INTEGER PRIMARY KEY,
      consultation TEXT NOT NULL,
      number INTEGER NOT NULL,
      size INTEGER NOT NULL,
      made_on TEXT NOT NULL,
      made_by TEXT NOT NULL,
      seed BLOB,
      UNIQUE (consultation, number)
    ) STRICT
    """,
    """
    CREATE TABLE consultation_code (
      consultation TEXT NOT NULL,
      code_digest BLOB NOT NULL,
      batch INTEGER NOT NULL REFERENCES consultation_batch (id),
      used_on TEXT,
      revoked INTEGER NOT NULL DEFAULT 0 CHECK (revoked IN (0, 1)),
      PRIMARY KEY (consultation, code_digest)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX consultation_code_batch ON consultation_code (batch)",
  ]

  private static let proposals = [
    proposal("consultation_proposal", reference: "reference TEXT UNIQUE", unique: ""), hiddenProposals,
    """
    CREATE TABLE consultation_support (
      proposal INTEGER NOT NULL REFERENCES consultation_proposal (id),
      voter_digest BLOB NOT NULL,
      PRIMARY KEY (proposal, voter_digest)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE consultation_question (
      id INTEGER PRIMARY KEY,
      consultation TEXT NOT NULL,
      reference TEXT NOT NULL,
      title TEXT NOT NULL,
      UNIQUE (consultation, reference)
    ) STRICT
    """,
    """
    CREATE TABLE consultation_response (
      proposal INTEGER NOT NULL,
      position INTEGER NOT NULL,
      question INTEGER NOT NULL,
      value TEXT NOT NULL,
      PRIMARY KEY (proposal, position)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE consultation_tally (
      consultation TEXT PRIMARY KEY,
      published INTEGER NOT NULL CHECK (published >= 0),
      last_number INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
  ]

  private static func proposal(_ name: String, reference: String, unique: String) -> String {
    """
    CREATE TABLE \(name) (
      id INTEGER PRIMARY KEY,
      consultation TEXT NOT NULL,
      title TEXT NOT NULL,
      body TEXT NOT NULL,
      author TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      publication TEXT NOT NULL CHECK (publication IN ('pending', 'published', 'withheld')),
      published_number INTEGER,
      published_at INTEGER,
      verified_supports INTEGER NOT NULL DEFAULT 0,
      unverified_supports INTEGER NOT NULL DEFAULT 0,
      channel TEXT NOT NULL,
      \(reference),
      public_reference TEXT,
      author_reference TEXT,
      author_type TEXT,
      zip_code TEXT,
      revised_at INTEGER,
      responses INTEGER NOT NULL DEFAULT 0,
      \(unique)
      UNIQUE (consultation, published_number),
      CHECK (publication <> 'published' OR (published_number IS NOT NULL AND published_at IS NOT NULL))
    ) STRICT
    """
  }
}
