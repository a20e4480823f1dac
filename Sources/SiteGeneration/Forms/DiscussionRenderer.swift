public import ParticipationKit

/// Writes published comments, questions and official answers.
public struct DiscussionRenderer: Sendable {
  let words: Words
  let language: String
  /// A comment in each language, with places for what is its own.
  private let templates: [String: HTMLTemplate]

  /// Makes a renderer.
  /// - Parameters:
  ///   - words: The host's words, see ``SiteWords``.
  ///   - language: The language that people write in when nothing else is known, the commune's first. A page in
  ///     another one says so where their words stand (WCAG 2.2, 3.1.2), so that a screen reader pronounces them well.
  ///     Empty when it is not known.
  public init(words: Words, language: String = "") {
    self.words = words
    self.language = language
    templates = Dictionary(
      uniqueKeysWithValues: ["fr", "en"].map { ($0, DiscussionRenderer.template(words, $0)) })
  }

  /// A discussion; nothing when there is no comment.
  /// - Parameters:
  ///   - discussion: The comments, oldest first.
  ///   - block: Only those on this block; nil for all.
  ///   - locale: The language.
  ///   - zone: The commune's time zone.
  public func node(_ discussion: Discussion, block: String?, locale: String, zone: TimeZoneRules) -> HTMLNode {
    let shown = block.map { block in discussion.comments.filter { $0.block == block } } ?? discussion.comments
    guard !shown.isEmpty else { return .empty }
    let answers = shown.count { $0.answer != nil }
    var heading = words.text("talk.comments", locale, ["count": String(shown.count)])
    if answers > 0 { heading += ", " + words.text("talk.answers", locale, ["count": String(answers)]) }
    let flag = HTMLNode.text("flag-" + ByteText.slug("\(discussion.subject.kind)-\(discussion.subject.key)"))
    let items = shown.map { comment($0, flag: flag, isOnBlock: block != nil, locale, zone) }
    // Without a name of their own: a page may hold many discussions, and landmarks must be told apart.
    return .section([.class("thread")], [.h3(heading), .element(.ol, [], items)])
  }

  /// An official answer.
  public func node(_ answer: OfficialAnswer, locale: String, zone: TimeZoneRules) -> HTMLNode {
    let day = DateWords(locale: locale).long(zone.civil(answer.published).date)
    let time = HTMLNode.element(.time, [.datetime(answer.published.rfc3339)], [.text(day)])
    var parts: [HTMLNode] = [written(.text(answer.author), locale), ", ", time]
    if let changed = answer.changed {
      let date = DateWords(locale: locale).longWithTime(zone.civil(changed))
      parts.append(.text(", " + words.text("talk.answer.changed", locale, ["date": date])))
    }
    let by = HTMLNode.element(.span, [], parts)
    return .section(
      [.class("answer")],
      [.p([.class("by")], [.text(words.text("talk.answer", locale)), " ", by]), written(answer.body, locale, .div)])
  }

  /// One comment as an item of the list; its places are those of ``Place``.
  private static func template(_ words: Words, _ locale: String) -> HTMLTemplate {
    let number = HTMLTemplate.place(Place.number)
    let time = HTMLNode.element(
      .time, [.datetime(HTMLTemplate.place(Place.instant))], [.text(HTMLTemplate.place(Place.time))])
    let link = HTMLNode.element(
      .a,
      [
        .class("flag no-print"), .href(fragment: HTMLTemplate.place(Place.flag)),
        .data("flag", "host/comment/\(number)"),
      ], [.text(words.text("talk.flag", locale)), .span(" \(number)", [.class("sr")])])
    let meta: [HTMLNode] = [
      .element(.b, [], [.text(HTMLTemplate.place(Place.kind))]), .text(" \(HTMLTemplate.place(Place.author)), "), time,
      link,
    ]
    return HTMLTemplate(
      .element(
        .li, [],
        [
          .article(
            [.class("comment"), .id("r-\(number)")],
            [.p([.class("meta")], meta), .text(HTMLTemplate.place(Place.words))])
        ]))
  }

  /// The places of a comment's template.
  private struct Place {
    static let number = 0
    static let kind = 1
    static let author = 2
    static let instant = 3
    static let time = 4
    static let flag = 5
    static let words = 6
  }

  private func comment(
    _ comment: Comment, flag: HTMLNode, isOnBlock: Bool, _ locale: String, _ zone: TimeZoneRules
  ) -> HTMLNode {
    let kind = words.text(comment.kind == "question" ? "talk.question" : "talk.comment", locale)
    let author =
      comment.author.isEmpty
      ? words.text("talk.nameless", locale) : words.text("talk.by", locale, ["name": comment.author])
    var nodes: [HTMLNode] = []
    if !comment.quote.isEmpty, !isOnBlock {
      let quote = TextCut.excerpt(comment.quote, bytes: 160)
      nodes.append(about(quote, locale))
    }
    if let erased = comment.erased {
      let day = DateWords(locale: locale).long(zone.civil(erased).date)
      nodes.append(.p(words.text("talk.erased", locale, ["date": day]), [.class("erased")]))
    } else {
      nodes.append(written(comment.body, locale, .div, in: comment.language.isEmpty ? language : comment.language))
    }
    if let answer = comment.answer { nodes.append(node(answer, locale: locale, zone: zone)) }
    let template = templates[locale] ?? DiscussionRenderer.template(words, locale)
    return template.filled([
      .text(String(comment.id)), .text(kind), .text(author), .text(comment.sent.rfc3339),
      .text(DateWords(locale: locale).longWithTime(zone.civil(comment.sent))), flag, .fragment(nodes),
    ])
  }

  /// The sentence that quotes a passage, with the passage in its own language.
  private func about(_ quote: String, _ locale: String) -> HTMLNode {
    let sentence = words.text("talk.about", locale, ["quote": "\u{0}"]).split(
      separator: "\u{0}", maxSplits: 1, omittingEmptySubsequences: false)
    guard isForeign(language, locale), sentence.count == 2 else {
      return .p(words.text("talk.about", locale, ["quote": quote]), [.class("about")])
    }
    return .p(
      [.class("about")],
      [.text(String(sentence[0])), .span(quote, [.lang(language)]), .text(String(sentence[1]))])
  }

  private func isForeign(_ language: String, _ locale: String) -> Bool { !language.isEmpty && language != locale }

  /// Words of people, with their language where the page is in another one.
  private func written(
    _ node: HTMLNode, _ locale: String, _ tag: HTMLTag = .span, in own: String? = nil
  ) -> HTMLNode {
    let language = own ?? self.language
    return isForeign(language, locale) ? .element(tag, [.lang(language)], [node]) : node
  }
}
