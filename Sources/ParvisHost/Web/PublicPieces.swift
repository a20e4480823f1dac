public import ParticipationKit

extension Host {
  /// The pieces of a module's public pages: forms that post to the server, comments, answers, paths.
  ///
  /// - Parameters:
  ///   - ledgers: The snapshot that the pages are made from; forms are read from it too.
  ///   - now: The time for which the pages are made.
  public func publicPieces(
    _ module: String, _ locale: String, in ledgers: Ledgers, now: Timestamp
  ) -> View.Pieces {
    View.Pieces(
      form: { name, key, values, options in
        guard let action = self.action(module, name), action.audience.isPublic else { return .empty }
        let calm = try self.calm.notice(module, locale, now: now, in: ledgers)
        if let calm, calm.replacesForm { return calm.node }
        let form = try self.publicForm(action, module, key, values, options, locale: locale) {
          try action.form(ledgers, key, locale, now, .everything).map {
            try self.participants.asking($0, action, .open, locale: locale, in: ledgers)
          }
        }
        return .fragment([calm?.node ?? .empty, form])
      },
      discussion: { self.ports.rendering.discussion($0, $1, locale) },
      commentForm: { subject, block in
        let calm = try self.calm.notice(Comments.id, locale, now: now, in: ledgers)
        if let calm, calm.replacesForm {
          return .fragment([calm.node, try self.flagForm(on: subject, locale: locale, now: now, in: ledgers)])
        }
        let target = try self.comments.target(subject, locale: locale, now: now, in: ledgers)
        return .fragment([
          calm?.node ?? .empty, try self.commentForm(on: subject, target, block: block, locale: locale, in: ledgers),
          try self.flagForm(on: subject, locale: locale, now: now, in: ledgers),
        ])
      },
      answer: { self.ports.rendering.answer($0, locale) },
      path: { self.pagePath($0, locale) },
      hostText: { self.words.text($0, locale, $1) },
      flagForm: { try self.flagForm(on: $0, locale: locale, now: now, in: ledgers) },
      followForm: { try self.followForm(on: $0, locale: locale, now: now, in: ledgers) })
  }

  /// Nobody's name is shown unless they choose so: a form begins with « no name ».
  static func withoutName(_ form: Form, _ values: [String: [String]]) -> [String: [String]] {
    guard form.fields.contains(where: { $0.name == PublicName.choiceField }) else { return values }
    return values.merging([PublicName.choiceField: ["none"]]) { chosen, _ in chosen }
  }

  /// A public form, or the sentence that says why it is closed.
  private func publicForm(
    _ action: HostedAction, _ module: String, _ key: String, _ values: [String: [String]],
    _ options: View.FormOptions, locale: String, read: () throws -> Form?
  ) throws -> HTMLNode {
    let name = action.name
    let form: Form?
    do {
      form = try read()
    } catch let problem as Problem {
      return .div([.class("told")], [.p(problem.detail)])
    }
    guard let form else { return .empty }
    let path = "api/v1/\(module)/\(name)" + (key.isEmpty ? "" : "/" + key)
    let id = options.id.isEmpty ? "\(module)-\(name)" + (key.isEmpty ? "" : "-" + ByteText.slug(key)) : options.id
    return ports.rendering.form(
      form,
      RenderingPort.FormState(
        action: SitePath(path), id: id, values: Host.withoutName(form, values), errors: [], hidden: [("lang", locale)],
        locale: locale,
        showsTitle: options.showsTitle, isDesk: false))
  }

  /// The form for a flag, folded away: for the record and the comments on it together, since a page with a form for
  /// each comment would be many times as long.
  private func flagForm(on subject: Subject, locale: String, now: Timestamp, in ledgers: Ledgers) throws -> HTMLNode {
    let flags = Flags(host: self)
    let items = try flags.items(on: subject, locale: locale, now: now, in: ledgers)
    guard !items.isEmpty else { return .empty }
    let id = "flag-" + ByteText.slug("\(subject.kind)-\(subject.key)")
    let state = RenderingPort.FormState(
      action: SitePath("api/v1/\(Flags.id)/flag/\(subject)"), id: id + "-form",
      values: items.count == 1 ? ["item": [items[0].subject.description]] : [:], errors: [], hidden: [("lang", locale)],
      locale: locale, showsTitle: false, isDesk: false)
    return .element(
      .details, [.class("flag no-print"), .id(id)],
      [
        .element(.summary, [], [.text(words.text("mod.flag.open", locale))]),
        .p(words.text("mod.flag.intro", locale), [.class("hint")]),
        ports.rendering.form(flags.form(items, locale: locale), state),
      ])
  }

  /// The form for a comment, folded away until it is asked for, or the sentence that says until when it was possible.
  private func commentForm(
    on subject: Subject, _ target: CommentTarget?, block: String, locale: String, in ledgers: Ledgers
  ) throws -> HTMLNode {
    guard let target else { return .empty }
    if let refusal = target.refusal { return .p(refusal, [.class("told")]) }
    let form = try participants.asking(
      comments.form(for: target, locale: locale), comments.action, .open, locale: locale, in: ledgers)
    let id = ByteText.slug("\(subject.kind)-\(subject.key)")
    let state = RenderingPort.FormState(
      action: SitePath("api/v1/\(Comments.id)/\(comments.action.name)/\(subject)"), id: "c-\(id)",
      values: Host.withoutName(form, block.isEmpty ? [:] : ["block": [block]]), errors: [], hidden: [("lang", locale)],
      locale: locale,
      showsTitle: false, isDesk: false)
    let key = target.allowsQuestions ? "comment.open.question" : "comment.open"
    return .element(
      .details, [.class("say no-print"), .id("comment-form-\(id)")],
      [
        .element(.summary, [.class("button quiet")], [.text(words.text(key, locale))]),
        ports.rendering.form(form, state),
      ])
  }
}
