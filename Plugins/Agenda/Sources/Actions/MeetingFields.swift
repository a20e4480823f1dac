import ParticipationKit

/// The fields of a meeting in forms: made, filled and read in one place.
struct MeetingFields {
  let site: Site
  let locale: String

  private func text(_ key: String) -> String { site.words.text(key, locale) }

  /// The fields; `isNew` leaves the revision out.
  func fields(isNew: Bool) -> [Field] {
    let revision = Field("revision", .hidden, text("field.revision"), required: true)
    return (isNew ? [] : [revision]) + [
      Field("title", .line, text("field.title"), help: text("field.title.meetingHelp"), required: true),
      Field("assembly", .line, text("field.assembly"), help: text("field.assembly.help")),
      Field("starts", .dateTime, text("field.starts"), required: true),
      Field("place", .line, text("field.place"), required: true),
      Field("comments_until", .dateTime, text("field.commentsUntil"), help: text("field.commentsUntil.help")),
      Field("intro", .text, text("field.intro"), help: text("field.markdown")),
      Field("public", .confirmation, text("field.public")),
    ]
  }

  /// What the fields show for a meeting.
  func values(of meeting: Meeting) -> [String: [String]] {
    var values = [
      "revision": [String(meeting.revision)], "title": [meeting.title], "assembly": [meeting.assembly],
      "starts": [site.zone.civil(meeting.startsAt).formValue], "place": [meeting.place], "intro": [meeting.intro],
    ]
    if let until = meeting.commentsCloseAt { values["comments_until"] = [site.zone.civil(until).formValue] }
    if meeting.isPublic { values["public"] = ["true"] }
    return values
  }

  /// Reads what was sent.
  /// - Throws: ``Problem`` for what must be corrected.
  func read(_ form: Submission) throws -> MeetingText {
    guard let starts = instant(form.text("starts")) else { throw Problem.invalid("starts", text("error.dateTime")) }
    var until: Timestamp?
    if let given = form.optionalText("comments_until") {
      guard let instant = instant(given) else { throw Problem.invalid("comments_until", text("error.dateTime")) }
      guard instant <= starts else { throw Problem.invalid("comments_until", text("error.commentsUntil")) }
      until = instant
    }
    let title = ByteText.singleLine(form.text("title"))
    guard !title.isEmpty else { throw Problem.invalid("title", text("error.title")) }
    let place = ByteText.singleLine(form.text("place"))
    guard !place.isEmpty else { throw Problem.invalid("place", text("error.place")) }
    let assembly = ByteText.singleLine(form.text("assembly"))
    let intro = MeetingFileWords.tidy(form.text("intro"))
    try MarkdownCheck(site: site, locale: locale).check(intro, field: "intro")
    return MeetingText(
      title: title, assembly: assembly.isEmpty ? text("assembly.default") : assembly, starts: starts, place: place,
      intro: intro, commentsUntil: until, isPublic: form.bool("public"))
  }

  private func instant(_ text: String) -> Timestamp? { CivilDateTime(text).map(site.zone.instant) }
}

/// Tells a person which text is too long or too deeply nested, before anything is stored.
struct MarkdownCheck {
  let site: Site
  let locale: String

  /// Checks a text by the policy for editors.
  /// - Throws: ``Problem`` with the field.
  func check(_ text: String, field: String) throws {
    do {
      _ = try site.markdown(text, .editor)
    } catch let refusal as MarkdownRefusal {
      throw Problem.invalid(
        field,
        site.words.text(
          "error.markdown.\(refusal.limit)", locale,
          ["found": String(refusal.found), "allowed": String(refusal.allowed)]))
    }
  }
}
