import ParticipationKit

/// The page of a meeting in one language.
struct MeetingPage {
  let site: Site
  let view: View
  let meeting: Meeting
  let items: [ShownItem]
  let intro: MarkdownText
  let acceptsComments: Bool

  private var live: [ShownItem] { items.filter { $0.number != nil } }
  private var language: [HTMLAttribute] { ContentLanguage.attributes(site: site, view: view) }

  var page: Page {
    get throws {
      Page(
        title: meeting.title, summary: summary, showsTitle: false,
        body: [
          DateLeaf(view: view, instant: meeting.startsAt).beside([
            .p(view.text("kicker.\(meeting.state.rawValue)"), [.class("kind")]),
            .h1(view.title(meeting.title), language),
          ]),
          facts, explanation, try follow("meeting", meeting.id),
          intro.blocks.isEmpty ? .empty : .div(language, [intro.node]),
          .div([.class("cols")], [contents, .div([.class("col")], try column)]),
        ]
      )
      .titled(in: site.commune.languages.first ?? "")
    }
  }

  private var summary: String {
    let date = DateWords(locale: view.locale).longWithTime(view.zone.civil(meeting.startsAt))
    return view.text(
      "meeting.summary",
      ["assembly": meeting.assembly, "date": date, "place": meeting.place, "count": String(live.count)])
  }

  private var facts: HTMLNode {
    var lines: [HTMLNode] = [
      MeetingState.badge(of: meeting, acceptsComments: acceptsComments, view: view), [view.time(meeting.startsAt)],
      .text(meeting.place),
    ]
    if live.contains(where: { !$0.item.text.isClosed }) { lines.append(.text(view.text("meeting.public"))) }
    return .ul([.class("meta")], items: lines)
  }

  /// What the state means for a reader, always with dates: a copy of the page stays true.
  private var explanation: HTMLNode {
    var nodes: [HTMLNode] = []
    if meeting.state == .draft { nodes.append(.p(view.text("meeting.draft"))) }
    if acceptsComments { nodes.append(.p(view.text("meeting.bubbles"), [.class("no-print")])) }
    if let sent = meeting.sentAt, let digest = meeting.digest {
      nodes.append(
        .p([], [.text(view.text("meeting.sent") + " "), view.time(sent), ".", " ", .text(view.text("meeting.frozen"))]))
      nodes.append(
        .element(
          .details, [],
          [
            .element(.summary, [], [.text(view.text("meeting.digest"))]),
            .p([], [.element(.code, [.class("code")], [.text(digest)])]),
            .p(view.text("meeting.digest.help")),
          ]))
    }
    if let minuted = meeting.minutedAt {
      nodes.append(.p([], [.text(view.text("meeting.minuted") + " "), view.time(minuted), "."]))
    }
    let deadline = acceptsComments ? "comments.until" : "comments.closed"
    if meeting.state <= .sent || !acceptsComments {
      nodes.append(.p([], [.text(view.text(deadline) + " "), view.time(meeting.commentsDeadline), "."]))
    }
    return .fragment(nodes)
  }

  /// What can still bring news can be followed.
  private func follow(_ kind: String, _ key: String) throws -> HTMLNode {
    meeting.state == .minuted ? .empty : try view.followForm(on: site.subject(kind, key))
  }

  private var contents: HTMLNode {
    let rows = live.map { shown in
      HTMLNode.element(
        .a, [.href(fragment: shown.item.anchor)],
        [.span(shown.number.map(String.init) ?? "", [.class("num")]), .span(view.title(shown.item.title), language)])
    }
    return .element(
      .nav, [.class("toc aside"), .aria("label", view.text("agenda"))],
      [.h2(view.text("agenda")), rows.isEmpty ? .p(view.text("agenda.empty")) : .ol(items: rows)])
  }

  private var column: [HTMLNode] {
    get throws {
      var nodes = try live.map { try section($0) }
      let withdrawn = items.filter { $0.number == nil }
      if !withdrawn.isEmpty {
        nodes.append(.h2(view.text("withdrawn.title")))
        nodes.append(.p(view.text("withdrawn.help")))
        nodes += try withdrawn.map { shown in
          .section(
            [.class("item"), .id(shown.item.anchor)],
            [.h3(view.title(shown.item.title), language)]
              + (shown.discussion.comments.isEmpty
                ? []
                : [
                  view.discussion(shown.discussion),
                  try view.flagForm(on: site.subject("item", shown.item.key)),
                ]))
        }
      }
      return nodes
    }
  }

  private func section(_ shown: ShownItem) throws -> HTMLNode {
    let item = shown.item
    let title = "title-\(item.slug)"
    let number = shown.number.map(String.init) ?? ""
    var nodes: [HTMLNode] = [
      .element(
        .header, [],
        [
          .element(.span, [.class("num"), .aria("hidden", "true")], [.text(number)]),
          .div(
            [],
            [
              .element(
                .h2, [.id(title)],
                [
                  .span(view.text("item.number", ["number": number]) + " ", [.class("sr")]),
                  .span(view.title(item.title), language),
                ]),
              .p(about(item), [.class("meta")]),
            ]),
        ])
    ]
    let canComment = acceptsComments && !item.text.isClosed
    if item.text.isClosed {
      nodes.append(.p([], [.em(view.text("item.closed"))]))
    } else {
      nodes += BlockNodes(view: view, language: language, shown: shown, canComment: canComment).nodes
    }
    nodes.append(minutes(of: shown))
    if !shown.discussion.comments.isEmpty { nodes.append(view.discussion(shown.discussion)) }
    // The form for a comment brings that for a flag along; published words can be flagged after the last comment too.
    let subject = site.subject("item", item.key)
    let doings = [
      canComment ? try view.commentForm(on: subject) : try view.flagForm(on: subject), try follow("item", item.key),
    ]
    if doings.contains(where: { !$0.isEmpty }) { nodes.append(.div([.class("doings")], doings)) }
    return .section([.class("item"), .id(item.anchor), .aria("labelledby", title)], nodes)
  }

  private func about(_ item: AgendaItem) -> String {
    let kind = view.text("kind.\(item.kind.rawValue)")
    if item.text.rapporteur.isEmpty { return kind }
    let key = item.text.isRapporteuse ? "item.rapporteuse" : "item.rapporteur"
    return view.text(key, ["name": item.text.rapporteur]) + "\u{A0}· " + kind
  }

  private func minutes(of shown: ShownItem) -> HTMLNode {
    guard meeting.state == .minuted, let minutes = shown.minutes else { return .empty }
    return .section([.class("told")], [.h3(view.text("minutes.title")), .div(language, [minutes.node])])
  }
}

/// The blocks of an item's text, each with an anchor and, while comments are accepted, a link to comment on it.
struct BlockNodes {
  let view: View
  /// The language of the text when the page is in another.
  let language: [HTMLAttribute]
  let shown: ShownItem
  let canComment: Bool

  var nodes: [HTMLNode] { runs.map(node) }

  /// Blocks that stand in one frame: each by itself, and the items of one list together, because the parts of a list
  /// taken apart would be read out as lists of one item.
  private var runs: [[ShownItem.Block]] {
    var runs: [[ShownItem.Block]] = []
    for block in shown.blocks {
      if let last = runs.last?.last, block.block.kind == "item", last.block.kind == "item",
        (block.listNumber == nil) == (last.listNumber == nil)
      {
        runs[runs.count - 1].append(block)
      } else {
        runs.append([block])
      }
    }
    return runs
  }

  private func node(_ run: [ShownItem.Block]) -> HTMLNode {
    let ids = run.compactMap(\.id)
    guard let first = ids.first else { return content(run) }
    // The other items of a list have their anchors before it: `ul` holds nothing but items.
    let anchors = ids.dropFirst().map { HTMLNode.element(.span, [.id($0)]) }
    return .div([.class("block"), .id(first)] + language, anchors + [content(run)] + (canComment ? [link(ids)] : []))
  }

  private func content(_ run: [ShownItem.Block]) -> HTMLNode {
    guard let first = run.first, first.block.kind == "item" else { return .fragment(run.map(\.block.node)) }
    let rows = run.map(\.block.node)
    guard let start = first.listNumber else { return .element(.ul, [], rows) }
    return .element(.ol, start == 1 ? [] : [.named("start", String(start))], rows)
  }

  private func link(_ ids: [String]) -> HTMLNode {
    let count = shown.discussion.comments.count { ids.contains($0.block) }
    let place = (shown.blocks.firstIndex { $0.id == ids.first } ?? 0) + 1
    let words = view.text(
      count == 0 ? "comment.block" : "comment.block.some",
      [
        "place": String(place), "number": shown.number.map(String.init) ?? "", "count": String(count),
      ])
    let mark = count == 0 ? [] : [HTMLNode.element(.b, [.aria("hidden", "true")], [.text(String(count))])]
    // The button of the passage in the form, so that the passage is known without a script as well.
    let form = View.commentFormAnchor(Subject("agenda", "item", shown.item.key))
    let target = ids.first.map { "\(form)-block--\($0)" } ?? form
    return .element(
      .a, [.class("block-comment"), .href(fragment: target)],
      mark + [.span(words, [.class("sr")] + (language.isEmpty ? [] : [.lang(view.locale)]))])
  }
}
