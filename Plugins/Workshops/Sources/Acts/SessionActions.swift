import ParticipationKit

/// What staff can do with sessions and with those who signed up.
struct SessionActions {
  let site: Site

  var all: [Action] { [create, edit, cancel, remove, attend] }

  private var audience: Audience { .staff(WorkshopsModule.runPermission) }
  private var places: Places { Places(site: site) }

  private func say(_ key: String, _ locale: String) -> String { site.words.text(key, locale) }

  private func found(_ context: ActionContext) throws -> Session {
    guard let session = try SessionTable(ledger: context.ledger).find(context.key) else {
      throw Problem.notFound(say("error.noSession", context.locale))
    }
    return session
  }

  /// Whether there is such a session; without a key the form of any is meant.
  /// - Throws: ``Problem`` for one that is called off or over.
  private func takesChanges(_ context: FormContext) throws -> Bool {
    if context.key.isEmpty { return true }
    guard let session = try SessionTable(ledger: context.ledger).find(context.key) else { return false }
    try refuseIfDone(session, context.now, context.locale)
    return true
  }

  private func refuseIfDone(_ session: Session, _ now: Timestamp, _ locale: String) throws {
    if session.isCancelled { throw Problem.conflict(say("error.cancelled", locale)) }
    if session.text.ends <= now { throw Problem.conflict(say("error.over", locale)) }
  }

  private var create: Action {
    Action(
      "create-session", audience: audience, titles: ["fr": "Créer un atelier", "en": "Create a workshop"],
      form: { context in
        Form(
          title: say("form.create", context.locale), fields: SessionFields(site: site, locale: context.locale).fields,
          submit: say("form.create", context.locale))
      },
      perform: { context, form in
        let text = try SessionFields(site: site, locale: context.locale).read(form, now: context.now)
        let table = SessionTable(ledger: context.ledger)
        let key = try table.freeKey(for: text, zone: site.zone)
        try table.add(text, key: key, now: context.now)
        if let session = try table.find(key) { try SessionNotices(site: site).announce(session, context) }
        return Outcome(
          subject: site.subject("session", key), changed: places.rewritten(key),
          message: say("done.created", context.locale))
      })
  }

  private var edit: Action {
    Action(
      "edit-session", audience: audience, titles: ["fr": "Modifier un atelier", "en": "Change a workshop"],
      form: { context in
        guard try takesChanges(context) else { return nil }
        return Form(
          title: say("form.edit", context.locale),
          fields: [Field("revision", .hidden, say("field.revision", context.locale), required: true)]
            + SessionFields(site: site, locale: context.locale).fields,
          submit: say("submit.save", context.locale))
      },
      perform: { context, form in
        let session = try found(context)
        try refuseIfDone(session, context.now, context.locale)
        guard form.int("revision") == session.revision else {
          throw Problem.conflict(say("conflict", context.locale))
        }
        let text = try SessionFields(site: site, locale: context.locale).read(form, now: context.now)
        try SessionTable(ledger: context.ledger).save(text, of: session.key, now: context.now)
        if text.starts != session.text.starts || text.place != session.text.place {
          try SessionNotices(site: site).tellMove(of: session, to: text, context)
        }
        try places.fill(session.key, context)
        return Outcome(
          subject: site.subject("session", session.key), changed: places.rewritten(session.key),
          message: say("done.saved", context.locale))
      })
  }

  private var cancel: Action {
    Action(
      "cancel-session", audience: audience, titles: ["fr": "Annuler un atelier", "en": "Call a workshop off"],
      form: { context in
        guard try takesChanges(context) else { return nil }
        return Form(
          title: say("form.cancel", context.locale), intro: .p(say("form.cancel.help", context.locale)),
          fields: [
            Field("note", .line, say("field.note", context.locale), help: say("field.note.help", context.locale)),
            Field("confirm", .confirmation, say("field.cancelNow", context.locale), required: true),
          ], submit: say("form.cancel", context.locale))
      },
      perform: { context, form in
        let session = try found(context)
        try refuseIfDone(session, context.now, context.locale)
        let note = ByteText.singleLine(form.text("note"))
        try SessionTable(ledger: context.ledger).cancel(session.key, note: note, at: context.now, now: context.now)
        try SessionNotices(site: site).tellCancellation(of: session, note: note, context)
        return Outcome(
          subject: site.subject("session", session.key), changed: places.rewritten(session.key),
          message: say("done.cancelled", context.locale))
      })
  }

  private var remove: Action {
    Action(
      "remove-signup", audience: audience, titles: ["fr": "Désinscrire quelqu’un", "en": "Sign somebody off"],
      form: { context in
        guard try context.key.isEmpty || SignupTable(ledger: context.ledger).present(context.key) != nil else {
          return nil
        }
        return Form(
          title: say("form.remove", context.locale),
          fields: [Field("confirm", .confirmation, say("field.remove", context.locale), required: true)],
          submit: say("form.remove", context.locale))
      },
      perform: { context, _ in
        guard let signup = try SignupTable(ledger: context.ledger).present(context.key) else {
          throw Problem.notFound(say("error.noSignup", context.locale))
        }
        return Outcome(
          subject: site.subject("signup", signup.id), changed: try places.release([signup], context),
          message: say("done.removed", context.locale))
      })
  }

  private var attend: Action {
    Action(
      "note-attendance", audience: audience, titles: ["fr": "Pointer les présences", "en": "Note who came"],
      form: { context in
        var choices: [Choice] = []
        if !context.key.isEmpty {
          guard let session = try SessionTable(ledger: context.ledger).find(context.key) else { return nil }
          guard session.text.starts <= context.now, !session.isCancelled else {
            throw Problem.conflict(say("error.early", context.locale))
          }
          choices = try SignupTable(ledger: context.ledger).all(of: context.key).map {
            Choice(String($0.id), $0.name ?? say("erased", context.locale))
          }
        }
        return Form(
          title: say("form.attend", context.locale),
          fields: [Field("came", .choices, say("field.came", context.locale), choices: choices)],
          submit: say("submit.save", context.locale))
      },
      perform: { context, form in
        let session = try found(context)
        let table = SignupTable(ledger: context.ledger)
        let came = Set(form.list("came"))
        for signup in try table.all(of: session.key) {
          try table.note(came: came.contains(String(signup.id)), signup.id)
        }
        return Outcome(
          subject: site.subject("session", session.key), changed: [], message: say("done.attended", context.locale))
      })
  }
}
