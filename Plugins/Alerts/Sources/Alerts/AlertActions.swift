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
        var alert: Alert?
        if !context.key.isEmpty {
          guard let found = try AlertTable(ledger: context.ledger).find(context.key) else { return nil }
          try refuseIfOver(found, context.now, context.locale)
          alert = found
        }
        return Form(
          title: say("form.edit", context.locale),
          fields: [Field("revision", .hidden, say("field.revision", context.locale), required: true)]
            + AlertFields(site: site, locale: context.locale).fields(of: alert),
          submit: say("submit.save", context.locale))
      },
      perform: { context, form in
        let alert = try found(context)
        try refuseIfOver(alert, context.now, context.locale)
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
        if !context.key.isEmpty {
          guard let alert = try AlertTable(ledger: context.ledger).find(context.key) else { return nil }
          try refuseIfOver(alert, context.now, context.locale)
        }
        return Form(
          title: say("form.end", context.locale), intro: .p(say("form.end.help", context.locale)),
          fields: [Field("confirm", .confirmation, say("field.endNow", context.locale), required: true)],
          submit: say("form.end", context.locale))
      },
      perform: { context, _ in
        let alert = try found(context)
        try refuseIfOver(alert, context.now, context.locale)
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

  private func found(_ context: ActionContext) throws -> Alert {
    guard let alert = try AlertTable(ledger: context.ledger).find(context.key) else {
      throw Problem.notFound(say("error.noAlert", context.locale))
    }
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
    var words: [String: Event.Words] = [:]
    let plain = try site.markdown(text.body, .editor).plainText
    for locale in site.commune.languages {
      let until = DateWords(locale: locale).longWithTime(site.zone.civil(text.ends))
      let level = site.words.text("level.\(text.level.rawValue)", locale)
      let parts = [plain, site.words.text("until", locale, ["date": until])]
      words[locale] = Event.Words(
        title: site.words.text("notice", locale, ["level": level, "title": text.title]),
        text: parts.filter { !$0.isEmpty }.joined(separator: "\n\n"))
    }
    try context.announce(
      Event(
        .published, about: site.subject("alert", key), within: [list], words: words,
        once: "\(text.level.rawValue)/\(key)"))
  }
}
