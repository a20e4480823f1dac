internal import ParticipationKit

/// The chart of one question: a table whose rows carry their bar, so that it reads without seeing it.
struct ResultChart {
  let question: Question
  let number: Int
  let tally: Tally
  let view: View

  /// A heading, so that a screen reader finds each question; in the language in which the file gives it.
  private var title: HTMLNode {
    .element(.h2, [.id(id)], [.text("\(number). "), words(question.title)])
  }

  private func words(_ text: LocalText) -> HTMLNode {
    let language = text.language(view.locale)
    let words = TitleText.set(text.text(view.locale), locale: language)
    return language == view.locale ? .text(words) : .span(words, [.lang(language)])
  }

  private var id: String { "q-\(question.id)" }

  /// The title of a question that is answered in words.
  var heading: HTMLNode {
    .fragment([title, .p(respondents, [.class("meta")])])
  }

  private var isSplit: Bool { tally.showsSplit(of: question.id) }

  private var respondents: String {
    let count = tally.respondents(question.id)
    guard isSplit else {
      return view.text(
        "results.respondents.total", ["count": String(count.total), "smallest": String(Disclosure.smallest)])
    }
    return view.text(
      "results.respondents",
      ["count": String(count.total), "verified": String(count.verified), "unverified": String(count.unverified)])
  }

  var figure: HTMLNode {
    let base = tally.respondents(question.id).total
    let split = isSplit ? [(key: "chart.verified", isNumber: true), (key: "chart.unverified", isNumber: true)] : []
    let heads =
      [(key: "chart.answer", isNumber: false)] + split
      + [(key: "chart.total", isNumber: true), (key: "chart.share", isNumber: true)]
    let head = heads.map { head in
      HTMLNode.element(
        .th, (head.isNumber ? [.class("n")] : []) + [.named("scope", "col")], [.text(view.text(head.key))])
    }
    let rows = tally.rows(of: question).map { row($0.choice, $0.count, base) }
    let note =
      question.kind == .multiple ? "\(respondents) \(view.text("results.multiple"))" : respondents
    return .element(
      .figure, [.class("chart"), .aria("labelledby", id)],
      [
        .element(.figcaption, [], [title]),
        .element(
          .table, [],
          [.element(.thead, [], [.element(.tr, [], head)]), .element(.tbody, [], rows)]),
        .p(note, [.class("hint")]),
      ])
  }

  private func row(_ choice: String, _ count: Count, _ base: Int) -> HTMLNode {
    let share = Share(count.total, of: base)
    let split = isSplit ? [String(count.verified), String(count.unverified)] : []
    let cells = split + [String(count.total), share.words(view.locale)]
    let bar = HTMLNode.element(
      .svg, [.aria("hidden", "true"), .named("focusable", "false")],
      [
        .element(.rect, [.class("rest"), .named("width", "100%"), .named("height", "100%")]),
        .element(.rect, [.class("bar"), .named("width", share.width), .named("height", "100%")]),
      ])
    return .element(
      .tr, [],
      [.element(.th, [.named("scope", "row")], [label(choice), bar])]
        + cells.map { .element(.td, [.class("n")], [.text($0)]) })
  }

  /// An option that the file no longer has is shown by its id.
  private func label(_ choice: String) -> HTMLNode {
    if choice == Question.other { return .text(view.text("chart.other")) }
    return question.options.first { $0.id == choice }.map { words($0.label) } ?? .text(choice)
  }
}
