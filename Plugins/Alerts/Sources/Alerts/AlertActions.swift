import ParticipationKit

/// What staff can do with alerts, and what time does.
struct AlertActions {
  let site: Site

  var all: [Action] { [publish, edit, end] }

  private var list: Subject { site.subject("list", "index") }

  private func say(_ key: String, _ locale: String, _ arguments: [String: String] = [:]) -> String {
    site.words.text(key, locale, arguments)
  }

  private func changed(_ key: String) -> [Subject] { [site.subject("alert", key), list] }

  private var publish: Action {
    Action(
      "publish-alert", audience: .staff(AlertsModule.writePermission),
      titles: ["fr": "Publier une alerte", "en": "Publish an alert"],
      form: { context in
        Form(
          title: say("form.publish", context.locale), intro: .p(say("form.publish.help", context.locale)),
          fields: AlertFields(site: site, locale: context.locale).fields(of: nil),
          submit: say("form.publish", context.locale))
      },
      perform: { context, form in
        let text = try AlertFields(site: site, locale: context.locale).read(form, of: nil, now: context.now)
        let table = AlertTable(ledger: context.ledger)
        let key = try table.freeKey(for: text, zone: site.zone)
        let isShown = text.starts <= context.now
        try table.add(text, key: key, isShown: isShown, now: context.now)
        if isShown { try AlertNotices(site: site).announce(key, text, context) }
        return Outcome(
          subject: site.subject("alert", key), changed: changed(key),
          message: say(isShown ? "done.published" : "done.planned", context.locale))
      })
  }

  private var edit: Action {
    Action(
      "edit-alert", audience: .staff(AlertsModule.writePermission),
      titles: ["fr": "Modifier une alerte", "en": "Change an alert"],
      form: { context in
        guard try takesChanges(context) else { return nil }
        let alert = try AlertTable(ledger: context.ledger).find(context.key)
        return Form(
          title: say("form.edit", context.locale),
          fields: [Field("revision", .hidden, say("field.revision", context.locale), required: true)]
            + AlertFields(site: site, locale: context.locale).fields(of: alert),
          submit: say("submit.save", context.locale))
      },
      perform: { context, form in
        let alert = try standing(context)
        guard form.int("revision") == alert.revision else {
          throw Problem.conflict(say("conflict", context.locale))
        }
        let text = try AlertFields(site: site, locale: context.locale).read(form, of: alert, now: context.now)
        let isShown = alert.isShown || text.starts <= context.now
        try AlertTable(ledger: context.ledger).save(text, of: alert.key, isShown: isShown, now: context.now)
        if isShown, !alert.isShown || text.level.order > alert.text.level.order {
          try AlertNotices(site: site).announce(alert.key, text, context)
        }
        return Outcome(
          subject: site.subject("alert", alert.key), changed: changed(alert.key),
          message: say("done.saved", context.locale))
      })
  }

  private var end: Action {
    Action(
      "end-alert", audience: .staff(AlertsModule.writePermission),
      titles: ["fr": "Terminer une alerte", "en": "End an alert"],
      form: { context in
        guard try takesChanges(context) else { return nil }
        return Form(
          title: say("form.end", context.locale), intro: .p(say("form.end.help", context.locale)),
          fields: [Field("confirm", .confirmation, say("field.endNow", context.locale), required: true)],
          submit: say("form.end", context.locale))
      },
      perform: { context, _ in
        let alert = try standing(context)
        let table = AlertTable(ledger: context.ledger)
        if alert.isShown {
          var text = alert.text
          text.ends = context.now
          try table.save(text, of: alert.key, isShown: true, now: context.now)
        } else {
          try table.remove(alert.key)
        }
        return Outcome(
          subject: site.subject("alert", alert.key), changed: changed(alert.key),
          message: say(alert.isShown ? "done.ended" : "done.removed", context.locale))
      })
  }

  /// Whether there is such an alert; without a key the form of any is meant.
  /// - Throws: ``Problem`` for one that is over.
  private func takesChanges(_ context: FormContext) throws -> Bool {
    if context.key.isEmpty { return true }
    guard let alert = try AlertTable(ledger: context.ledger).find(context.key) else { return false }
    try refuseIfOver(alert, context.now, context.locale)
    return true
  }

  /// The alert to change, which is not over.
  private func standing(_ context: ActionContext) throws -> Alert {
    guard let alert = try AlertTable(ledger: context.ledger).find(context.key) else {
      throw Problem.notFound(say("error.noAlert", context.locale))
    }
    try refuseIfOver(alert, context.now, context.locale)
    return alert
  }

  private func refuseIfOver(_ alert: Alert, _ now: Timestamp, _ locale: String) throws {
    guard alert.text.ends <= now else { return }
    throw Problem.conflict(say("error.over", locale))
  }

  /// A prepared alert becomes public; one whose whole time passed while the server rested does, too, as a past one.
  var job: ClockJob {
    ClockJob(
      "show",
      times: { ledger, _ in try AlertTable(ledger: ledger).planned().map { ($0.key, $0.text.starts) } },
      perform: { context in
        let table = AlertTable(ledger: context.ledger)
        if let alert = try table.find(context.key), !alert.isShown {
          try table.save(alert.text, of: alert.key, isShown: true, now: context.now)
          if alert.text.ends > context.now { try AlertNotices(site: site).announce(alert.key, alert.text, context) }
        }
        return ClockOutcome(subject: site.subject("alert", context.key), changed: changed(context.key))
      })
  }
}

/// What people can follow, and what they are told.
struct AlertNotices {
  let site: Site

  private var list: Subject { site.subject("list", "index") }

  var kind: FollowableKind {
    FollowableKind("list") { context in
      context.key == "index" ? FollowTarget(title: site.words.text("follow", context.locale), document: list) : nil
    }
  }

  /// Says an alert to those who follow alerts: level, title, text, until when.
  func announce(_ key: String, _ text: AlertText, _ context: ActionContext) throws {
    let words = try AlertWords(text, site: site)
    var inEach: [String: Event.Words] = [:]
    for locale in site.commune.languages {
      inEach[locale] = Event.Words(
        title: words.title(locale), text: words.parts(locale).joined(separator: "\n\n"))
    }
    try context.announce(
      Event(
        .published, about: site.subject("alert", key), within: [list], words: inEach,
        once: "\(text.level.rawValue)/\(key)"))
  }
}

/// What an alert says where there is no page around it: to followers, and in the feed.
struct AlertWords {
  private let text: AlertText
  private let site: Site
  private let plain: String

  init(_ text: AlertText, site: Site) throws {
    self.text = text
    self.site = site
    plain = try site.markdown(text.body, .editor).plainText
  }

  /// The level and the title.
  func title(_ locale: String) -> String {
    let level = site.words.text("level.\(text.level.rawValue)", locale)
    return site.words.text("notice", locale, ["level": level, "title": text.title])
  }

  /// The text, where there is one, and until when it is valid.
  func parts(_ locale: String) -> [String] {
    let until = DateWords(locale: locale).longWithTime(site.zone.civil(text.ends))
    return [plain, site.words.text("until", locale, ["date": until])].filter { !$0.isEmpty }
  }
}
