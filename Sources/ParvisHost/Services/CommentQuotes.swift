import ParticipationKit

// The passages that comments quote of what they are about.

extension Comments {
  /// Brings the quotations of a record up to its words of now; a passage that is not among them is quoted no more. For
  /// words that were taken out or taken back: an ordinary edit leaves what people answered to.
  ///
  /// The register commits to the quotation with the comment, so a comment that is public gets a leaf for its new words.
  func requote(
    _ subject: Subject, with blocks: [CommentTarget.Block], at now: Timestamp, in ledgers: Ledgers
  ) throws {
    let rows = try ledgers.host.rows(
      "SELECT id, block, quote, publication FROM host_comment WHERE subject = ? AND quote <> '' ORDER BY id",
      [.text(subject.description)])
    for row in rows {
      let block = try row.text("block")
      let quote = blocks.first { $0.id == block }?.text ?? ""
      guard try row.text("quote") != quote else { continue }
      let id = try row.int("id")
      try ledgers.host.execute("UPDATE host_comment SET quote = ? WHERE id = ?", [.text(quote), .integer(id)])
      let comment = Subject("host", "comment", String(id))
      // What was erased has no words that could be proven.
      guard try row.text("publication") == "published", try !host.seals.proof(of: comment, in: ledgers).isNull,
        let words = try words(comment.key, in: ledgers)
      else { continue }
      try host.seals.show(
        comment, what: "redacted", words: words, reason: "quotation", moment: .exact(now), in: ledgers)
    }
  }
}
