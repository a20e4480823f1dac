import ParticipationKit

/// What staff can do with a meeting as a whole.
struct MeetingActions {
  let site: Site

  var all: [Action] { [create, edit, setState] }

  private var audience: Audience { .staff(AgendaModule.sendPermission) }

  private func say(_ key: String, _ locale: String, _ arguments: [String: String] = [:]) -> String {
    site.words.text(key, locale, arguments)
  }

  private func changed(_ id: String) -> [Subject] { [site.subject("meeting", id), site.subject("meetings", "index")] }

  private var create: Action {
    Action(
      "create-meeting", audience: audience, titles: ["fr": "Créer une séance", "en": "Create a meeting"],
      form: { context in
        Form(
          title: say("form.createMeeting", context.locale),
          fields: MeetingFields(site: site, locale: context.locale).fields(isNew: true),
          submit: say("submit.createMeeting", context.locale))
      },
      perform: { context, form in
        let text = try MeetingFields(site: site, locale: context.locale).read(form)
        let id = try freeID(for: text, in: context.ledger)
        try MeetingStore(site: site, ledger: context.ledger, now: context.now).add(text, id: id)
        return Outcome(
          subject: site.subject("meeting", id), changed: changed(id), message: say("done.created", context.locale),
          lines: [(say("field.id", context.locale), id)])
      })
  }

  /// `2026-12-11-conseil-municipal`, with a number when two bodies of one name meet on one day.
  private func freeID(for text: MeetingText, in ledger: Ledger) throws -> String {
    let name = ItemID.make(from: text.assembly, taken: [])
    let base = "\(site.zone.civil(text.starts).date)-\(name)"
    var id = base
    var number = 2
    while try Meeting.find(id, in: ledger) != nil {
      id = "\(base)-\(number)"
      number += 1
    }
    return id
  }

  private var edit: Action {
    Action(
      "edit-meeting", audience: audience, titles: ["fr": "Modifier une séance", "en": "Change a meeting"],
      form: { context in
        if !context.key.isEmpty {
          guard let meeting = try Meeting.find(context.key, in: context.ledger) else { return nil }
          try refuseUnlessDraft(meeting, context.locale)
        }
        return Form(
          title: say("form.editMeeting", context.locale),
          fields: MeetingFields(site: site, locale: context.locale).fields(isNew: false),
          submit: say("submit.save", context.locale))
      },
      perform: { context, form in
        let meeting = try found(context)
        try refuseUnlessDraft(meeting, context.locale)
        guard form.int("revision") == meeting.revision else {
          throw Problem.conflict(say("conflict.meeting", context.locale, ["revision": String(meeting.revision)]))
        }
        let text = try MeetingFields(site: site, locale: context.locale).read(form)
        try MeetingStore(site: site, ledger: context.ledger, now: context.now).save(text, of: meeting.id)
        return Outcome(
          subject: site.subject("meeting", meeting.id), changed: changed(meeting.id),
          message: say("done.saved", context.locale))
      })
  }

  private func found(_ context: ActionContext) throws -> Meeting {
    guard let meeting = try Meeting.find(context.key, in: context.ledger) else {
      throw Problem.notFound(say("error.noMeeting", context.locale))
    }
    return meeting
  }

  private func refuseUnlessDraft(_ meeting: Meeting, _ locale: String) throws {
    guard meeting.state != .draft else { return }
    throw Problem.conflict(Refusals(site: site, locale: locale).frozen(meeting))
  }

  private var setState: Action {
    Action(
      "set-state", audience: audience,
      titles: ["fr": "Changer l’état d’une séance", "en": "Change the state of a meeting"],
      form: { context in
        var target = MeetingState.sent
        if !context.key.isEmpty {
          guard let meeting = try Meeting.find(context.key, in: context.ledger) else { return nil }
          guard let next = meeting.state.next else {
            throw Problem.conflict(say("state.refused.final", context.locale))
          }
          target = next
        }
        return Form(
          title: say("form.setState.\(target.rawValue)", context.locale),
          intro: .p(say("form.setState.\(target.rawValue).help", context.locale)),
          fields: [Field("state", .hidden, say("field.state", context.locale), required: true)]
            + sentField(target, context.locale) + [
              Field(
                "confirm", .confirmation, say("form.setState.\(target.rawValue).confirm", context.locale),
                required: true)
            ],
          submit: say("form.setState.\(target.rawValue)", context.locale))
      },
      perform: { context, form in
        let meeting = try found(context)
        guard let target = MeetingState(rawValue: form.text("state")) else {
          throw Problem.invalid("state", say("error.state", context.locale))
        }
        try advance(meeting, to: target, sent: sent(form, target, context), context)
        return Outcome(
          subject: site.subject("meeting", meeting.id), changed: changed(meeting.id),
          message: say("done.state.\(target.rawValue)", context.locale))
      })
  }

  /// Notices leave by the town hall's own way, so only the clerk knows when.
  private func sentField(_ target: MeetingState, _ locale: String) -> [Field] {
    target == .sent
      ? [Field("sent", .dateTime, say("field.sent", locale), help: say("field.sent.help", locale))] : []
  }

  private func sent(_ form: Submission, _ target: MeetingState, _ context: ActionContext) throws -> Timestamp? {
    guard target == .sent, let given = form.optionalText("sent") else { return nil }
    guard let civil = CivilDateTime(given) else {
      throw Problem.invalid("sent", say("error.dateTime", context.locale))
    }
    let sent = site.zone.instant(civil)
    guard sent <= context.now else { throw Problem.invalid("sent", say("error.sent", context.locale)) }
    return sent
  }

  private func advance(
    _ meeting: Meeting, to target: MeetingState, sent: Timestamp?, _ context: ActionContext
  ) throws {
    let items = try AgendaItem.all(of: meeting.id, in: context.ledger)
    do {
      try StateGuard(now: context.now, sent: sent).check(meeting, to: target, items: items)
    } catch let refusal as StateRefusal {
      throw Problem.conflict(Refusals(site: site, locale: context.locale).words(refusal, meeting))
    }
    let store = MeetingStore(site: site, ledger: context.ledger, now: context.now)
    switch target {
    case .draft: break
    case .sent: try store.send(meeting.id, at: sent ?? context.now)
    case .held: try store.hold(meeting.id)
    case .minuted: try store.publishMinutes(meeting.id, at: context.now)
    }
    // Read again: sending makes public what was prepared in private.
    let reached = try Meeting.find(meeting.id, in: context.ledger) ?? meeting
    try MeetingNotices(site: site).announce(reached, items, reached: target, context)
  }
}

/// Sentences that say why something is refused.
struct Refusals {
  let site: Site
  let locale: String

  /// A step that the rules of states refuse.
  func words(_ refusal: StateRefusal, _ meeting: Meeting) -> String {
    let name = site.words.text("state.\(meeting.state.rawValue)", locale)
    return site.words.text(refusal.key, locale, refusal.arguments.merging(["state": name]) { given, _ in given })
  }

  /// The agenda is frozen.
  func frozen(_ meeting: Meeting) -> String {
    let sent = meeting.sentAt ?? meeting.updatedAt
    return site.words.text(
      "refused.frozen", locale, ["date": DateWords(locale: locale).longWithTime(site.zone.civil(sent))])
  }
}
