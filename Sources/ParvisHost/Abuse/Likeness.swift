import ParticipationKit

/// Recognises the same words sent again from elsewhere. They are never refused: ten residents may send one letter. The
/// moderator sees how often the text came, and decides.
///
/// What is stored is a keyed digest of the words without case, accents and spaces, for as long as
/// ``PrivacySettings`` says.
struct Likeness: Sendable {
  /// Shorter texts, as « D’accord », are the same by chance.
  static let fewestBytes = 30

  let host: Host

  /// Notes the words of a record.
  func note(_ subject: Subject, _ words: FoldedWords, now: Timestamp, in ledgers: Ledgers) throws {
    let plain = words.plain
    guard plain.count >= Likeness.fewestBytes else { return }
    try ledgers.host.execute(
      "INSERT OR REPLACE INTO host_likeness(print, subject, at) VALUES(?,?,?)",
      [
        .blob(Array(host.secrets.derive("likeness", plain).prefix(16))), .text(subject.description),
        .timestamp(now),
      ])
  }

  /// How many other records have the same words.
  func copies(of subject: Subject, in ledgers: Ledgers) throws -> Int {
    try ledgers.host.count(
      """
      SELECT count(DISTINCT b.subject) FROM host_likeness a JOIN host_likeness b ON b.print = a.print
      WHERE a.subject = ?1 AND b.subject <> ?1
      """, [.text(subject.description)])
  }
}

extension Host {
  var likeness: Likeness { Likeness(host: self) }
}
