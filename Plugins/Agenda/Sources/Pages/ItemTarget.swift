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
      blocks: try blocks(of: item, context), closesAt: meeting.commentsDeadline,
      refusal: refusal(meeting, item, context))
  }

  private func blocks(of item: AgendaItem, _ context: FormContext) throws -> [CommentTarget.Block] {
    guard !item.text.isClosed else { return [] }
    let labels = try tableLabels(of: item, context.locale)
    return try KeptBlock.all(of: item.key, revision: item.revision, in: context.ledger).compactMap { block in
      BlockWords.words(block.text).isEmpty
        ? nil
        : CommentTarget.Block(
          id: item.anchor(ofBlock: block.id), text: block.text, label: labels[block.text] ?? "")
    }
  }

  /// What tables are called, by their words: « Tableau : Chapitre, Budget voté » instead of all cells in a row.
  private func tableLabels(of item: AgendaItem, _ locale: String) throws -> [String: String] {
    guard item.publicBody.utf8.contains(UInt8(ascii: "|")) else { return [:] }
    let lines = MeetingFileWords.lines(of: item.publicBody)
    var labels: [String: String] = [:]
    for block in try site.markdown(item.publicBody, .editor).blocks
    where block.kind == "table" && lines.indices.contains(block.lines.lowerBound - 1) {
      let cells = lines[block.lines.lowerBound - 1].split(separator: "|").map { ByteText.trimmed(String($0)) }
      let headings = cells.filter { !$0.isEmpty }.joined(separator: ", ")
      labels[block.plainText] = site.words.text("comment.table", locale, ["headings": headings])
    }
    return labels
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
