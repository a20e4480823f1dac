import ParticipationKit

/// The forms of the public pages of one module in one language, made from one snapshot.
///
/// A page has four of them and a build ten thousand pages. So a form that differs from page to page only in what it is
/// about is written once, with places for that (``HTMLTemplate``), and whether calm is on is asked once.
final class PublicForms {
  /// A module's form as it was seen last; written with places when it is seen again.
  private struct Known {
    let form: Form
    let values: [String: [String]]
    let showsTitle: Bool
    var template: HTMLTemplate?
  }

  private let host: Host
  private let module: String
  private let locale: String
  private let ledgers: Ledgers
  private let now: Timestamp
  private let mayFollow: Bool
  /// The discussion that was shown last: a page shows it above the form that can flag its comments.
  private var shown: Discussion?
  private var known: [String: Known] = [:]
  private var actions: [String: HostedAction?] = [:]
  private var asksForCode: Bool?
  private var hasErasures: Bool?
  private var notices: [String: (node: HTMLNode, replacesForm: Bool)?] = [:]

  init(_ host: Host, _ module: String, _ locale: String, in ledgers: Ledgers, now: Timestamp) {
    self.host = host
    self.module = module
    self.locale = locale
    self.ledgers = ledgers
    self.now = now
    mayFollow = host.outbox.sendsMail
  }

  // MARK: A module's own

  /// The form of an action, or the sentence that says why there is none.
  func form(
    _ name: String, _ key: String, _ values: [String: [String]], _ options: View.FormOptions
  ) throws -> HTMLNode {
    guard let action = action(name), action.audience.isPublic else { return .empty }
    let calm = action.withdraws == nil ? try notice(module) : nil
    if let calm, calm.replacesForm { return calm.node }
    let form: Form?
    do {
      form = try action.form(ledgers, key, locale, now, .everything).map {
        try host.participants.asking($0, action, .open, locale: locale, in: ledgers)
      }
    } catch let problem as Problem {
      return .fragment([calm?.node ?? .empty, .div([.class("told")], [.p(problem.detail)])])
    }
    guard let form else { return calm?.node ?? .empty }
    let id = options.id.isEmpty ? "\(module)-\(name)" + (key.isEmpty ? "" : "-" + ByteText.slug(key)) : options.id
    let address = "api/v1/\(module)/\(name)" + (key.isEmpty ? "" : "/" + key)
    let node = written(form, name, address: address, id: id, values, showsTitle: options.showsTitle)
    return .fragment([calm?.node ?? .empty, node, ownPage(action, key)])
  }

  /// The way to the same form for who has a personal page: a letter code that an account entered once is not asked for
  /// again there. A form of the site never looks at a cookie, so it cannot know.
  private func ownPage(_ action: HostedAction, _ key: String) -> HTMLNode {
    guard mayFollow, action.audience.takesCode else { return .empty }
    let address = "\(host.serverBase)me/do/\(module)/\(action.name)" + (key.isEmpty ? "" : "/" + key)
    return .p(
      [.class("hint no-print")], [.a(external: address, host.words.text("participant.account.hint", locale))])
  }

  private func action(_ name: String) -> HostedAction? {
    if let known = actions[name] { return known }
    let found = host.action(module, name)
    actions[name] = .some(found)
    return found
  }

  private func written(
    _ form: Form, _ name: String, address: String, id: String, _ values: [String: [String]], showsTitle: Bool
  ) -> HTMLNode {
    let shown = Host.withoutName(form, values)
    guard var met = known[name], met.showsTitle == showsTitle, met.values == shown, met.form == form else {
      known[name] = Known(form: form, values: shown, showsTitle: showsTitle)
      return node(form, address: address, id: id, shown, showsTitle: showsTitle)
    }
    let template =
      met.template
      ?? HTMLTemplate(
        node(form, address: HTMLTemplate.place(0), id: HTMLTemplate.place(1), shown, showsTitle: showsTitle))
    met.template = template
    known[name] = met
    return template.filled([.text(SitePath(address).path), .text(id)])
  }

  private func node(
    _ form: Form, address: String, id: String, _ values: [String: [String]] = [:], showsTitle: Bool = false
  ) -> HTMLNode {
    host.ports.rendering.form(
      form,
      RenderingPort.FormState(
        action: SitePath(address), id: id, values: values, errors: [], hidden: [("lang", locale)], locale: locale,
        showsTitle: showsTitle, isDesk: false))
  }

  /// The notice of calm for a module's acts; nil for none.
  private func notice(_ scope: String) throws -> (node: HTMLNode, replacesForm: Bool)? {
    if let known = notices[scope] { return known }
    let made = try host.calm.notice(scope, locale, now: now, in: ledgers)
    notices[scope] = .some(made)
    return made
  }

  // MARK: Comments

  /// The comments and questions of a discussion; with a block, only those on that block.
  func discussion(_ discussion: Discussion, block: String?) -> HTMLNode {
    shown = discussion
    return host.ports.rendering.discussion(discussion, block, locale)
  }

  /// The form for a comment, folded away until it is asked for, or the sentence that says until when it was possible;
  /// and the form for a flag.
  func comment(on subject: Subject, block: String) throws -> HTMLNode {
    let calm = try notice(Comments.id)
    let flag = try flag(on: subject)
    // Links beside the passages of a text lead to the form, and what stands in its place takes its anchor.
    if let calm, calm.replacesForm {
      let blocks = try host.comments.target(subject, locale: locale, now: now, in: ledgers)?.blocks ?? []
      let anchors = passageAnchors(blocks, PublicForms.anchor(subject))
      return .fragment([.div([.id(View.commentFormAnchor(subject))], [calm.node] + anchors), flag])
    }
    let target = try host.comments.target(subject, locale: locale, now: now, in: ledgers)
    return .fragment([calm?.node ?? .empty, try commentForm(on: subject, target, block: block), flag])
  }

  private func commentForm(on subject: Subject, _ target: CommentTarget?, block: String) throws -> HTMLNode {
    guard let target else { return .empty }
    if let refusal = target.refusal {
      let anchors = passageAnchors(target.blocks, PublicForms.anchor(subject))
      return .p([.class("told"), .id(View.commentFormAnchor(subject))], anchors + [.text(refusal)])
    }
    let id = PublicForms.anchor(subject)
    guard target.blocks.isEmpty else { return try commentForm(target, address: subject.description, id: id, block) }
    let isForResidents = try isForResidents()
    let form = FormTemplates.Form.comment(
      withQuestions: target.allowsQuestions, forResidents: isForResidents, block: block)
    return try filled(form, subject, id) {
      try commentForm(target, address: HTMLTemplate.place(0), id: HTMLTemplate.place(1), block)
    }
  }

  /// Whether calm asks who comments for a letter code.
  private func isForResidents() throws -> Bool {
    if let asksForCode { return asksForCode }
    let asks = try host.calm.isForResidents(Comments.id, now, in: ledgers)
    asksForCode = asks
    return asks
  }

  private func commentForm(
    _ target: CommentTarget, address: String, id: String, _ block: String
  ) throws -> HTMLNode {
    let form = try host.participants.asking(
      host.comments.form(for: target, locale: locale), host.comments.action, .open, locale: locale, in: ledgers)
    let values = Host.withoutName(form, block.isEmpty ? [:] : ["block": [block]])
    return .element(
      .details, [.class("say no-print"), .id("comment-form-\(id)")],
      [
        summary(target.allowsQuestions ? "comment.open.question" : "comment.open"),
        .fragment(target.blocks.count > PublicForms.mostPassageButtons ? passageAnchors(target.blocks, id) : []),
        node(form, address: "api/v1/\(Comments.id)/\(host.comments.action.name)/\(address)", id: "c-\(id)", values),
      ])
  }

  /// As many passages as the form shows with a button each, beside that for the whole text.
  private static let mostPassageButtons = 6

  /// What the marks beside passages lead to where the form has no button for each passage.
  private func passageAnchors(_ blocks: [CommentTarget.Block], _ id: String) -> [HTMLNode] {
    blocks.map { .element(.span, [.id("c-\(id)-block--\($0.id)")]) }
  }

  private func summary(_ key: String) -> HTMLNode { summary(words: host.words.text(key, locale)) }

  private func summary(words: String) -> HTMLNode {
    .element(.summary, [.class("button quiet")], [.text(words)])
  }

  // MARK: Following

  /// The form for following a subject, folded away until it is asked for; nothing without mail or when the subject
  /// cannot be followed.
  func follow(_ subject: Subject, label: String? = nil) throws -> HTMLNode {
    guard mayFollow, try host.follows.target(subject, locale: locale, now: now, in: ledgers) != nil else {
      return .empty
    }
    let words = label ?? host.words.text("follow.open", locale)
    return filled(.follow, subject, PublicForms.anchor(subject), [.text(words)]) {
      let id = "follow-\(HTMLTemplate.place(1))"
      return .element(
        .details, [.class("say no-print"), .id("\(id)-fold")],
        [
          summary(words: HTMLTemplate.place(2)),
          node(
            host.follows.form(locale: locale), address: "follow/ask/\(HTMLTemplate.place(0))", id: id,
            ["frequency": ["daily"]]),
        ])
    }
  }

  // MARK: Flags

  /// More than so many are not written with places: each takes two of them.
  private static let mostFlagItems = (HTMLTemplate.mostPlaces - 2) / 2

  /// The form for a flag, folded away: for the record and the comments on it together, since a page with a form for
  /// each comment would be many times as long.
  func flag(on subject: Subject) throws -> HTMLNode {
    let said = shown.flatMap { $0.subject == subject ? $0.comments : nil }
    let mayBeErased = try hasErasures ?? host.erasures.hasAny(in: ledgers)
    hasErasures = mayBeErased
    let items = try Flags(host: host).items(
      on: subject, comments: said, mayBeErased: mayBeErased, locale: locale, now: now, in: ledgers
    ).map(\.choice)
    guard !items.isEmpty else { return .empty }
    let id = PublicForms.anchor(subject)
    guard items.count <= PublicForms.mostFlagItems else {
      return flagForm(items, address: subject.description, id: id)
    }
    return filled(
      .flag(items: items.count), subject, id, items.flatMap { [.text($0.value), .text($0.label)] }
    ) {
      let places = items.indices.map { Choice(HTMLTemplate.place(2 * $0 + 2), HTMLTemplate.place(2 * $0 + 3)) }
      return flagForm(places, address: HTMLTemplate.place(0), id: HTMLTemplate.place(1))
    }
  }

  private func flagForm(_ items: [Choice], address: String, id anchor: String) -> HTMLNode {
    let id = "flag-" + anchor
    return .element(
      .details, [.class("flag no-print"), .id(id)],
      [
        .element(.summary, [], [.text(host.words.text("mod.flag.open", locale))]),
        .p(host.words.text("mod.flag.intro", locale), [.class("hint")]),
        node(
          Flags(host: host).form(items, locale: locale), address: "api/v1/\(Flags.id)/flag/\(address)",
          id: id + "-form",
          items.count == 1 ? ["item": [items[0].value]] : [:]),
      ])
  }

  // MARK: Templates

  /// With `c-` before it, ``View/commentFormAnchor(_:)``.
  private static func anchor(_ subject: Subject) -> String { ByteText.slug("\(subject.kind)-\(subject.key)") }

  /// A form about a subject: the subject in the first place, its anchor in the second.
  private func filled(
    _ form: FormTemplates.Form, _ subject: Subject, _ anchor: String, _ more: [HTMLNode] = [],
    make: () throws -> HTMLNode
  ) rethrows -> HTMLNode {
    try host.formTemplates.template(form, locale, make: make)
      .filled([.text(subject.description), .text(anchor)] + more)
  }
}
