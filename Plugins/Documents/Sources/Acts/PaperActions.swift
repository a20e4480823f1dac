import ParticipationKit

/// What staff can do with documents.
struct PaperActions {
  let site: Site

  var all: [Action] { [publish, edit, withdraw, restore] }

  private var audience: Audience { .staff(DocumentsModule.keepPermission) }

  private func say(_ key: String, _ locale: String, _ arguments: [String: String] = [:]) -> String {
    site.words.text(key, locale, arguments)
  }

  /// The documents that a change of a paper changes: itself, its folder, the list, and what it was replaced from.
  static func changed(_ key: String, folders: Set<String>, versions: Int, site: Site) -> [Subject] {
    [site.subject("paper", key), site.subject("list", "index")]
      + folders.sorted().map { site.subject("folder", $0) }
      + (1..<max(1, versions)).map { site.subject("version", VersionKey.key(key, $0)) }
  }

  private func outcome(_ paper: Paper, folders: Set<String>, _ message: String, _ locale: String) -> Outcome {
    Outcome(
      subject: site.subject("paper", paper.key),
      changed: Self.changed(paper.key, folders: folders, versions: paper.version, site: site),
      message: say(message, locale, ["number": String(paper.version)]))
  }

  private func found(_ context: ActionContext) throws -> Paper {
    guard let paper = try PaperTable(ledger: context.ledger).find(context.key) else {
      throw Problem.notFound(say("error.noPaper", context.locale))
    }
    return paper
  }

  private func refuse(_ paper: Paper, unlessWithdrawn: Bool, _ locale: String) throws {
    guard paper.isWithdrawn != unlessWithdrawn else { return }
    throw Problem.conflict(say(unlessWithdrawn ? "error.notWithdrawn" : "error.withdrawn", locale))
  }

  /// Whether there is a document in the state that a form needs; without a key the form of any is meant.
  /// - Throws: ``Problem`` for one in the other state.
  private func isThere(_ context: FormContext, withdrawn: Bool) throws -> Bool {
    if context.key.isEmpty { return true }
    guard let paper = try PaperTable(ledger: context.ledger).find(context.key) else { return false }
    try refuse(paper, unlessWithdrawn: withdrawn, context.locale)
    return true
  }

  private func refuseFull(
    _ text: PaperText, movingFrom old: PaperText?, _ table: PaperTable, _ locale: String
  ) throws {
    guard try table.isFull(for: text, movingFrom: old) else { return }
    throw Problem.invalid("folder", say("error.full", locale, ["count": String(PaperTable.mostInFolder)]))
  }

  private var publish: Action {
    Action(
      "publish-document", audience: audience, titles: ["fr": "Publier un document", "en": "Publish a document"],
      form: { context in
        Form(
          title: say("form.publish", context.locale),
          fields: PaperFields(site: site, locale: context.locale).fields(
            folders: try PaperTable(ledger: context.ledger).folders()),
          submit: say("form.publish", context.locale))
      },
      perform: { context, form in
        let text = try PaperFields(site: site, locale: context.locale).read(form)
        let table = PaperTable(ledger: context.ledger)
        try refuseFull(text, movingFrom: nil, table, context.locale)
        let key = try table.freeKey(for: text)
        let note = ByteText.singleLine(form.text("note"))
        try table.add(text, key: key, note: note, now: context.now)
        guard let paper = try table.find(key) else { throw Problem.notFound(say("error.noPaper", context.locale)) }
        try PaperNotices(site: site).announce(paper, note: note, context)
        return outcome(paper, folders: [text.folderKey], "done.published", context.locale)
      })
  }

  private var edit: Action {
    Action(
      "edit-document", audience: audience,
      titles: ["fr": "Corriger un document ou publier une version", "en": "Correct a document or publish a version"],
      form: { context in
        guard try isThere(context, withdrawn: false) else { return nil }
        let table = PaperTable(ledger: context.ledger)
        return Form(
          title: say("form.edit", context.locale), intro: .p(say("form.edit.help", context.locale)),
          fields: [Field("revision", .hidden, say("field.revision", context.locale), required: true)]
            + PaperFields(site: site, locale: context.locale).fields(folders: try table.folders()),
          submit: say("submit.save", context.locale))
      },
      perform: { context, form in
        let old = try found(context)
        try refuse(old, unlessWithdrawn: false, context.locale)
        guard form.int("revision") == old.revision else { throw Problem.conflict(say("conflict", context.locale)) }
        let text = try PaperFields(site: site, locale: context.locale).read(form)
        let table = PaperTable(ledger: context.ledger)
        try refuseFull(text, movingFrom: old.text, table, context.locale)
        let note = ByteText.singleLine(form.text("note"))
        let isNew = try table.save(text, over: old, note: note, now: context.now)
        let paper = try found(context)
        if isNew { try PaperNotices(site: site).announce(paper, note: note, context) }
        return outcome(
          paper, folders: [old.text.folderKey, text.folderKey], isNew ? "done.version" : "done.saved", context.locale)
      })
  }

  private var withdraw: Action {
    Action(
      "withdraw-document", audience: audience, titles: ["fr": "Retirer un document", "en": "Withdraw a document"],
      form: { context in
        guard try isThere(context, withdrawn: false) else { return nil }
        return Form(
          title: say("form.withdraw", context.locale), intro: .p(say("form.withdraw.help", context.locale)),
          fields: [
            Field(
              "reason", .line, say("field.reason", context.locale), help: say("field.reason.help", context.locale),
              required: true)
          ], submit: say("form.withdraw", context.locale))
      },
      perform: { context, form in
        let paper = try found(context)
        try refuse(paper, unlessWithdrawn: false, context.locale)
        let reason = ByteText.singleLine(form.text("reason"))
        guard !reason.isEmpty else { throw Problem.invalid("reason", say("error.reason", context.locale)) }
        try PaperTable(ledger: context.ledger).setWithdrawn(
          context.now, reason: reason, paper.key, now: context.now)
        return outcome(paper, folders: [paper.text.folderKey], "done.withdrawn", context.locale)
      })
  }

  private var restore: Action {
    Action(
      "restore-document", audience: audience, titles: ["fr": "Remettre un document", "en": "Restore a document"],
      form: { context in
        guard try isThere(context, withdrawn: true) else { return nil }
        return Form(
          title: say("form.restore", context.locale),
          fields: [Field("confirm", .confirmation, say("field.restore", context.locale), required: true)],
          submit: say("form.restore", context.locale))
      },
      perform: { context, _ in
        let paper = try found(context)
        try refuse(paper, unlessWithdrawn: true, context.locale)
        try PaperTable(ledger: context.ledger).setWithdrawn(nil, reason: "", paper.key, now: context.now)
        return outcome(paper, folders: [paper.text.folderKey], "done.restored", context.locale)
      })
  }
}
