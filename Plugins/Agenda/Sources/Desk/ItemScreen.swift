import ParticipationKit

/// One item: the forms that its meeting's state allows, and its history.
struct ItemScreen {
  /// How many versions of the history are shown; all are kept.
  private static let shownRevisions = 50

  let site: Site
  let context: DeskContext
  let meeting: Meeting
  let item: AgendaItem

  private var view: View { context.view }

  var content: DeskContent {
    get throws {
      let number = item.isWithdrawn ? nil : try item.number(in: context.rendering.ledger)
      let back = HTMLNode.p([.class("meta")], [.a(context.path("meeting", meeting.id), meeting.title)])
      return DeskContent(
        title: number.map { "\($0). \(item.title)" } ?? item.title,
        body: [back] + (try forms(number)) + (try discussion()) + (try history()))
    }
  }

  private func forms(_ number: Int?) throws -> [HTMLNode] {
    switch meeting.state {
    case .draft:
      let values = ItemFields(site: site, locale: view.locale).values(of: item)
      let edit = try view.form(
        "edit-item", key: item.key, values: values, options: View.FormOptions(id: "edit-item"))
      guard let number else {
        return [edit, try view.form("restore-item", key: item.key, options: .folded("restore-item"))]
      }
      return [
        edit,
        DeskState.fold(
          view.text("form.moveItem"),
          try view.form(
            "move-item", key: item.key, values: ["position": [String(number)]], options: .folded("move-item"))),
        DeskState.fold(
          view.text("form.removeItem"),
          try view.form("remove-item", key: item.key, options: .folded("remove-item"))),
      ]
    case .held where !item.isWithdrawn:
      return [
        .h2(view.text("desk.words")), try rendered(item.text.body),
        try view.form(
          "record-minutes", key: item.key,
          values: ["revision": [String(item.revision)], "minutes": [item.minutes]],
          options: View.FormOptions(id: "record-minutes")),
      ]
    default:
      let sentence = Refusals(site: site, locale: view.locale).frozen(meeting)
      // The words and the comments below have headings of their own, one level down.
      return [
        .p(sentence), .h2(view.text("desk.words")), try rendered(item.text.body), try rendered(item.minutes),
      ]
    }
  }

  private func rendered(_ markdown: String) throws -> HTMLNode {
    markdown.isEmpty ? .empty : .div([.class("told")], [try site.markdown(markdown, .editor).node])
  }

  private func discussion() throws -> [HTMLNode] {
    let discussion = try context.rendering.discussion(on: site.subject("item", item.key))
    return discussion.comments.isEmpty ? [] : [view.discussion(discussion)]
  }

  private func history() throws -> [HTMLNode] {
    let revisions = try ItemRevision.all(of: item.key, limit: Self.shownRevisions, in: context.rendering.ledger)
    let rows = revisions.map { revision -> HTMLNode in
      let author = revision.savedBy.isEmpty ? view.text("author.import") : revision.savedBy
      let date = DateWords(locale: view.locale).longWithTime(view.zone.civil(revision.savedAt))
      let title = view.text("desk.savedBy", ["revision": String(revision.number), "author": author, "date": date])
      let text = revision.text
      let words = [text.title, text.rapporteur, text.body, text.minutes].filter { !$0.isEmpty }
      return .element(
        .details, [],
        [.element(.summary, [], [.text(title)]), .element(.pre, [], [.text(words.joined(separator: "\n\n"))])])
    }
    return [.h2(view.text("desk.history")), .p(view.text("desk.history.help"))] + rows
  }
}
