public import ParticipationKit

/// The feed of what people said: the newest published comments and questions of all modules, answers with them.
struct CommentFeed: Sendable {
  /// Changes with every decision on a comment and every official answer.
  static let subject = Subject("host", "comments", "index")

  let host: Host

  var stream: Stream {
    Stream(
      "feed", .atom,
      titles: ["fr": host.words.text("comment.feed", "fr"), "en": host.words.text("comment.feed", "en")],
      dependsOn: [CommentFeed.subject], entries: { try entries($0) })
  }

  private static let limit = 50

  private func entries(_ context: RenderContext) throws -> [StreamEntry] {
    let locale = host.facts.languages[0]
    var entries: [StreamEntry] = []
    // Comments on one record stand together, so each record is looked at once.
    var shown: [String: Bool] = [:]
    try context.ledger.forEach(
      """
      SELECT c.id, c.subject, c.kind, c.author, c.body, c.published_at, c.title, c.document, c.anchor,
        a.body AS answer, a.published_at AS answered_at
      FROM host_comment c LEFT JOIN host_answer a ON a.subject = 'host/comment/' || c.id
      WHERE c.publication = 'published' AND c.document <> '' AND c.body <> '' ORDER BY c.published_at DESC, c.id DESC
      """
    ) { row in
      let name = try row.text(at: 1)
      let isShown = try shown[name] ?? self.isShown(name, context.ledger)
      shown[name] = isShown
      if isShown, let entry = try entry(row, locale) { entries.append(entry) }
      return entries.count < CommentFeed.limit
    }
    return entries
  }

  /// A record that was withheld after it was commented has no page any more, and its title is not to be read here.
  private func isShown(_ name: String, _ ledger: Ledger) throws -> Bool {
    guard let subject = Subject(name) else { return false }
    let withheld = try ledger.count(
      "SELECT count(*) FROM host_moderation WHERE module = ? AND kind = ? AND key = ? AND shown = 0",
      [.text(subject.module), .text(subject.kind), .text(subject.key)])
    return withheld == 0
  }

  private func entry(_ row: Row, _ locale: String) throws -> StreamEntry? {
    guard let document = Subject(try row.text("document")), let page = host.pagePath(document, locale) else {
      return nil
    }
    let words = host.words
    let anchor = try row.text("anchor")
    let published = try row.timestamp("published_at")
    var summary = excerpt(try row.text("body"), 400)
    if let answer = row.optionalText("answer") {
      summary += " — " + words.text("comment.feed.answer", locale, ["text": excerpt(answer, 400)])
    }
    let author = try row.text("author")
    let kind = words.text("kind.\(try row.text("kind"))", locale)
    return StreamEntry(
      subject: Subject("host", "comment", String(try row.int("id"))), page: anchor.isEmpty ? page : page.at(anchor),
      title: words.text(
        author.isEmpty ? "comment.feed.title" : "comment.feed.title.by", locale,
        ["kind": kind, "title": try row.text("title"), "author": author]),
      summary: summary, published: published, updated: max(published, row.optionalTimestamp("answered_at") ?? published)
    )
  }
}

extension Host {
  /// The host's own streams, beside those of modules.
  public var streams: [(module: String, stream: Stream)] { [(Comments.id, CommentFeed(host: self).stream)] }
}
