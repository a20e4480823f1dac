import ParticipationKit

/// What residents may comment: an item, or one block of its text.
struct ItemTarget {
  let site: Site

  var kind: CommentableKind {
    CommentableKind("item") { context in try target(context) }
  }

  private func target(_ context: FormContext) throws -> CommentTarget? {
    guard let item = try AgendaItem.find(context.key, in: context.ledger),
      let meeting = try Meeting.find(item.meeting, in: context.ledger), meeting.isPublic
    else { return nil }
    let number = item.isWithdrawn ? "" : "\(try item.number(in: context.ledger)). "
    return CommentTarget(
      title: number + item.title, document: site.subject("meeting", meeting.id), anchor: item.anchor,
      blocks: try blocks(of: item, in: context.ledger), closesAt: meeting.commentsDeadline,
      refusal: refusal(meeting, item, context))
  }

  private func blocks(of item: AgendaItem, in ledger: Ledger) throws -> [CommentTarget.Block] {
    guard !item.text.isClosed else { return [] }
    return try KeptBlock.all(of: item.key, revision: item.revision, in: ledger).compactMap { block in
      BlockWords.words(block.text).isEmpty
        ? nil : CommentTarget.Block(id: item.anchor(ofBlock: block.id), text: block.text)
    }
  }

  private func refusal(_ meeting: Meeting, _ item: AgendaItem, _ context: FormContext) -> String? {
    func say(_ key: String, _ arguments: [String: String] = [:]) -> String {
      site.words.text(key, context.locale, arguments)
    }
    if item.isWithdrawn { return say("refused.comment.withdrawn") }
    if item.text.isClosed { return say("refused.comment.closed") }
    guard !meeting.acceptsComments(at: context.now) else { return nil }
    let deadline = DateWords(locale: context.locale).longWithTime(site.zone.civil(meeting.commentsDeadline))
    return say("refused.comment.late", ["date": deadline])
  }
}
