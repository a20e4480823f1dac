import ParticipationKit

/// The fields of an item in forms.
struct ItemFields {
  let site: Site
  let locale: String

  private func text(_ key: String) -> String { site.words.text(key, locale) }

  /// The fields; `isNew` leaves out what only a change needs.
  func fields(isNew: Bool) -> [Field] {
    let kinds = ItemKind.allCases.map { Choice($0.rawValue, text("kind.\($0.rawValue)")) }
    let content = [
      Field("title", .line, text("field.title"), required: true),
      Field("rapporteur", .line, text("field.rapporteur"), help: text("field.rapporteur.help")),
      Field("kind", .choice, text("field.kind"), required: true, choices: kinds),
      Field(
        "body", .text, text("field.body"), help: text("field.markdown"), maxLength: MeetingFileReader.maxBody),
      Field("closed", .confirmation, text("field.closed"), help: text("field.closed.help")),
    ]
    return isNew ? content : [hiddenRevision] + content + [replaceBox]
  }

  /// The revision that the person read before writing.
  var hiddenRevision: Field { Field("revision", .hidden, text("field.revision"), required: true) }

  /// Saves over a newer version, which stays in the history.
  var replaceBox: Field { Field("replace", .confirmation, text("field.replace"), help: text("field.replace.help")) }

  /// What the fields show for an item.
  func values(of item: AgendaItem) -> [String: [String]] {
    var values = [
      "revision": [String(item.revision)], "title": [item.title], "rapporteur": [item.text.rapporteur],
      "kind": [item.kind.rawValue], "body": [item.text.body],
    ]
    if item.text.isClosed { values["closed"] = ["true"] }
    return values
  }

  /// Reads what was sent. The minutes stay as they were, and so does what the file calls who presents the item, unless
  /// it is somebody else now.
  /// - Throws: ``Problem`` for what must be corrected.
  func read(_ form: Submission, before: ItemText? = nil) throws -> ItemText {
    let title = ByteText.singleLine(form.text("title"))
    guard !title.isEmpty else { throw Problem.invalid("title", text("error.title")) }
    guard let kind = ItemKind(rawValue: form.text("kind")) else { throw Problem.invalid("kind", text("error.kind")) }
    let body = MeetingFileWords.tidy(form.text("body"))
    try MarkdownCheck(site: site, locale: locale).check(body, field: "body")
    let rapporteur = ByteText.singleLine(form.text("rapporteur"))
    return ItemText(
      title: title, rapporteur: rapporteur,
      isRapporteuse: before.map { $0.isRapporteuse && $0.rapporteur == rapporteur } ?? false, kind: kind,
      isClosed: form.bool("closed"), body: body, minutes: before?.minutes ?? "")
  }
}
