import ParticipationKit

/// What staff can do with the items of a draft, and with their minutes once the meeting was held.
struct ItemActions {
  let site: Site

  var all: [Action] { [add, edit, move, remove, restore, recordMinutes] }

  private var audience: Audience { .staff(AgendaModule.editPermission) }

  private func say(_ key: String, _ locale: String, _ arguments: [String: String] = [:]) -> String {
    site.words.text(key, locale, arguments)
  }

  private func store(_ context: ActionContext) -> ItemStore {
    ItemStore(site: site, ledger: context.ledger, now: context.now, author: context.actor.name)
  }

  private func outcome(_ item: Subject, of meeting: String, _ message: String, _ context: ActionContext) throws
    -> Outcome
  {
    try MeetingStore(site: site, ledger: context.ledger, now: context.now).touch(meeting)
    let changed = [item, site.subject("meeting", meeting), site.subject("meetings", "index")]
    return Outcome(subject: item, changed: changed, message: say(message, context.locale))
  }

  /// The meeting and the item of a key in a state that allows the act; nil when there is no such item.
  private func target(
    _ key: String, _ ledger: Ledger, _ locale: String, when allowed: MeetingState
  ) throws -> (meeting: Meeting, item: AgendaItem)? {
    guard let item = try AgendaItem.find(key, in: ledger), let meeting = try Meeting.find(item.meeting, in: ledger)
    else { return nil }
    try check(meeting, locale, allowed)
    return (meeting, item)
  }

  private func check(_ meeting: Meeting, _ locale: String, _ allowed: MeetingState) throws {
    guard meeting.state != allowed else { return }
    if allowed == .draft { throw Problem.conflict(Refusals(site: site, locale: locale).frozen(meeting)) }
    throw Problem.conflict(
      say(meeting.state < allowed ? "refused.notHeld" : "refused.minuted", locale))
  }

  private func required(_ context: ActionContext, when allowed: MeetingState) throws
    -> (meeting: Meeting, item: AgendaItem)
  {
    guard let found = try target(context.key, context.ledger, context.locale, when: allowed) else {
      throw Problem.notFound(say("error.noItem", context.locale))
    }
    return found
  }

  /// The form of an act on an item; nil when there is no such item.
  private func form(_ context: FormContext, when allowed: MeetingState = .draft, _ make: () -> Form) throws -> Form? {
    if !context.key.isEmpty,
      try target(context.key, context.ledger, context.locale, when: allowed) == nil
    {
      return nil
    }
    return make()
  }

  private var add: Action {
    Action(
      "add-item", audience: audience, titles: ["fr": "Ajouter un point", "en": "Add an item"],
      form: { context in
        if !context.key.isEmpty {
          guard let meeting = try Meeting.find(context.key, in: context.ledger) else { return nil }
          try check(meeting, context.locale, .draft)
        }
        return Form(
          title: say("form.addItem", context.locale),
          fields: ItemFields(site: site, locale: context.locale).fields(isNew: true),
          submit: say("submit.addItem", context.locale))
      },
      perform: { context, form in
        guard let meeting = try Meeting.find(context.key, in: context.ledger) else {
          throw Problem.notFound(say("error.noMeeting", context.locale))
        }
        try check(meeting, context.locale, .draft)
        let text = try ItemFields(site: site, locale: context.locale).read(form)
        let taken = Set(try AgendaItem.all(of: meeting.id, in: context.ledger).map(\.slug))
        let slug = ItemID.make(from: text.title, taken: taken)
        try store(context).add(text, slug: slug, to: meeting.id)
        let subject = site.subject("item", ItemID.key(meeting: meeting.id, slug: slug))
        return try outcome(subject, of: meeting.id, "done.added", context)
      })
  }

  private var edit: Action {
    Action(
      "edit-item", audience: audience, titles: ["fr": "Modifier un point", "en": "Change an item"], hourlyLimit: 600,
      form: { context in
        try form(context) {
          Form(
            title: say("form.editItem", context.locale),
            fields: ItemFields(site: site, locale: context.locale).fields(isNew: false),
            submit: say("submit.save", context.locale))
        }
      },
      perform: { context, form in
        let (meeting, item) = try required(context, when: .draft)
        let text = try ItemFields(site: site, locale: context.locale).read(form, before: item.text)
        try checkRevision(form, item, shows: item.text.body, context.locale)
        let subject = site.subject("item", item.key)
        if text == item.text {
          return Outcome(subject: subject, changed: [], message: say("done.same", context.locale))
        }
        try store(context).save(text, of: item)
        if text.isClosed { try context.withdrawQuotes(from: subject) }
        return try outcome(subject, of: meeting.id, "done.saved", context)
      })
  }

  /// Refuses to save over a version that the person has not seen, unless they said so.
  /// - Throws: ``Problem`` that says who wrote the newer version, when, and what it says.
  private func checkRevision(_ form: Submission, _ item: AgendaItem, shows text: String, _ locale: String) throws {
    guard form.int("revision") != item.revision, !form.bool("replace") else { return }
    let author = item.updatedBy.isEmpty ? say("author.import", locale) : item.updatedBy
    let detail = say(
      "conflict.item", locale,
      [
        "author": author, "date": DateWords(locale: locale).longWithTime(site.zone.civil(item.updatedAt)),
        "title": item.title, "text": text.isEmpty ? "—" : text,
      ])
    throw Problem(
      status: 409, code: "conflict", detail: detail,
      fieldErrors: [Problem.FieldError(field: "replace", message: say("conflict.item.field", locale))])
  }

  private var move: Action {
    Action(
      "move-item", audience: audience, titles: ["fr": "Déplacer un point", "en": "Move an item"], hourlyLimit: 600,
      form: { context in
        try form(context) {
          Form(
            title: say("form.moveItem", context.locale),
            fields: [
              Field("position", .number, say("field.position", context.locale), required: true, range: 1...999)
            ],
            submit: say("submit.moveItem", context.locale))
        }
      },
      perform: { context, form in
        let (meeting, item) = try required(context, when: .draft)
        guard !item.isWithdrawn else { throw Problem.conflict(say("refused.withdrawn", context.locale)) }
        var keys = try AgendaItem.all(of: meeting.id, in: context.ledger).filter { !$0.isWithdrawn }.map(\.key)
        keys.removeAll { $0 == item.key }
        let place = min(max((form.int("position") ?? 1) - 1, 0), keys.count)
        keys.insert(item.key, at: place)
        try store(context).arrange(keys)
        return try outcome(site.subject("item", item.key), of: meeting.id, "done.moved", context)
      })
  }

  private var remove: Action {
    withdrawal("remove-item", true, titles: ["fr": "Retirer un point du projet", "en": "Take an item off the draft"])
  }

  private var restore: Action {
    withdrawal("restore-item", false, titles: ["fr": "Remettre un point", "en": "Put an item back"])
  }

  private func withdrawal(_ name: String, _ isWithdrawn: Bool, titles: [String: String]) -> Action {
    Action(
      name, audience: audience, titles: titles,
      form: { context in
        try form(context) {
          Form(
            title: titles[context.locale] ?? titles["fr"] ?? name,
            intro: isWithdrawn ? .p(say("form.removeItem.help", context.locale)) : .empty, fields: [],
            submit: titles[context.locale] ?? titles["fr"] ?? name)
        }
      },
      perform: { context, _ in
        let (meeting, item) = try required(context, when: .draft)
        guard item.isWithdrawn != isWithdrawn else {
          throw Problem.conflict(say(isWithdrawn ? "refused.withdrawn" : "refused.present", context.locale))
        }
        try store(context).setWithdrawn(isWithdrawn, item)
        return try outcome(
          site.subject("item", item.key), of: meeting.id, isWithdrawn ? "done.removed" : "done.restored", context)
      })
  }

  private var recordMinutes: Action {
    Action(
      "record-minutes", audience: audience,
      titles: ["fr": "Écrire le procès-verbal d’un point", "en": "Write the minutes of an item"],
      hourlyLimit: 600,
      form: { context in
        try form(context, when: .held) {
          let fields = ItemFields(site: site, locale: context.locale)
          return Form(
            title: say("form.minutes", context.locale),
            fields: [
              fields.hiddenRevision,
              Field(
                "minutes", .text, say("field.minutes", context.locale), help: say("field.minutes.help", context.locale),
                required: true, maxLength: MeetingFileReader.maxBody),
              fields.replaceBox,
            ],
            submit: say("submit.save", context.locale))
        }
      },
      perform: { context, form in
        let (meeting, item) = try required(context, when: .held)
        let minutes = MeetingFileWords.tidy(form.text("minutes"))
        try MarkdownCheck(site: site, locale: context.locale).check(minutes, field: "minutes")
        try checkRevision(form, item, shows: item.minutes, context.locale)
        var text = item.text
        text.minutes = minutes
        try store(context).save(text, of: item)
        return try outcome(site.subject("item", item.key), of: meeting.id, "done.minutes", context)
      })
  }
}
