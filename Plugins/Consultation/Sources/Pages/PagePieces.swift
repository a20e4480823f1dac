internal import ParticipationKit

// Pieces that several pages share.

extension ConsultationModule {
  /// How many proposals the page of a consultation shows; the others are on its list pages.
  static var newestCount: Int { 20 }

  /// When it opens or closes, as a state with its date: true in a copy of any age.
  func stateMark(_ consultation: Consultation, _ now: Timestamp, _ view: View) -> HTMLNode {
    let (key, mark, date): (String, String, Timestamp) =
      switch consultation.phase(at: now) {
      case .ahead: ("state.ahead", "wait", consultation.opens)
      case .open: ("state.open", "open", consultation.closes)
      case .over: ("state.over", "over", consultation.closes)
      }
    return .span(view.text(key, ["date": words(date, view.locale)]), [.class("state \(mark)")])
  }

  /// Words of the file in the language that it has, marked when that is not the page's.
  func node(_ text: LocalText, _ view: View) -> HTMLNode {
    let language = text.language(view.locale)
    let words = TitleText.set(text.text(view.locale), locale: language)
    return language == view.locale ? .text(words) : .span(words, [.lang(language)])
  }

  /// The language that residents and imports write in, the commune's first, to be said on a page in another one, so
  /// that a screen reader pronounces their words well (WCAG 2.2, 3.1.2). What came by a form has the form's.
  func writtenLanguage(_ view: View, _ own: String = "") -> [HTMLAttribute] {
    guard let language = own.isEmpty ? site.commune.languages.first : own, language != view.locale else { return [] }
    return [.lang(language)]
  }

  /// One row of a list of proposals, with its title as a heading of the list's level.
  func row(_ proposal: Proposal, heading: HTMLTag, _ view: View) -> HTMLNode {
    let supports = view.text("supports", ["count": String(proposal.supports)])
    var meta: [HTMLNode] = [.text(supports)]
    if let published = proposal.publishedAt {
      meta.append(.fragment([.text(view.text("published-on") + " "), view.day(published)]))
    }
    return .fragment([
      .element(
        heading, [],
        [.a(view.path("proposal", String(proposal.id)), view.title(proposal.title), writtenLanguage(view))]),
      .ul([.class("meta")], items: meta),
    ])
  }

  /// What lists say of a proposal in JSON.
  func listValue(_ proposal: Proposal) -> JSONValue {
    .object([
      ("id", .string(site.subject("proposal", proposal.id).description)),
      ("number", proposal.publishedNumber.map { .integer($0) } ?? .null), ("title", .string(proposal.title)),
      ("supports", value(Count(verified: proposal.verifiedSupports, unverified: proposal.unverifiedSupports))),
      ("published", .timestamp(proposal.publishedAt)),
    ])
  }

  /// A count in JSON: with and without access code, and both.
  func value(_ count: Count) -> JSONValue {
    .object([
      ("verified", .integer(count.verified)), ("unverified", .integer(count.unverified)),
      ("total", .integer(count.total)),
    ])
  }

  /// A count in JSON whose split is withheld, unless nobody is in it.
  func value(_ count: Count, isSplit: Bool) -> JSONValue {
    if isSplit || count.total == 0 { return value(count) }
    return .object([
      ("verified", .null), ("unverified", .null), ("total", .integer(count.total)), ("suppressed", true),
    ])
  }

  func value(_ text: LocalText) -> JSONValue {
    .object([("fr", .string(text.french)), ("en", .string(text.english))])
  }

  /// One sentence for previews: the summary, or the start of the text.
  func summary(_ consultation: Consultation, _ locale: String) -> String {
    let own = consultation.summary.text(locale)
    return own.isEmpty ? excerpt(consultation.bodyText) : own
  }
}
