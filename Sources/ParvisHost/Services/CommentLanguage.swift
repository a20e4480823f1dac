import ParticipationKit

/// In which language a comment was written: that of the form that sent it. Pages say so where it is not their own
/// (WCAG 2.2, 3.1.2), so that a screen reader pronounces it well. Empty where it is not known, as in imports.
struct CommentLanguage {
  static let migration = Migration(
    6, "language of comments", ["ALTER TABLE host_comment ADD COLUMN language TEXT NOT NULL DEFAULT ''"])

  private init() {}
}
