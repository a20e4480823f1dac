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

  /// Notes the words of an entry.
  func note(_ entry: ModerationQueue.Entry, _ words: String, now: Timestamp, in ledgers: Ledgers) throws {
    let plain = ByteText.folded(words).utf8.filter {
      $0 >= 0x80 || (0x30...0x39).contains($0) || (0x61...0x7A).contains($0)
    }
    guard plain.count >= Likeness.fewestBytes else { return }
    try ledgers.host.execute(
      "INSERT OR REPLACE INTO host_likeness(print, subject, at) VALUES(?,?,?)",
      [
        .blob(Array(host.secrets.derive("likeness", Array(plain)).prefix(16))), .text(entry.subject.description),
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
