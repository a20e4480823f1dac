import ParticipationKit

/// The fields of a session in forms: made, filled and read in one place.
struct SessionFields {
  let site: Site
  let locale: String

  private func text(_ key: String) -> String { site.words.text(key, locale) }

  var fields: [Field] {
    [
      Field("title", .line, text("field.title"), help: text("field.title.help"), required: true),
      Field("body", .text, text("field.body"), help: text("field.body.help")),
      Field("place", .line, text("field.place"), required: true),
      Field("starts", .dateTime, text("field.starts"), required: true),
      Field("ends", .dateTime, text("field.ends"), required: true),
      Field("places", .number, text("field.places"), help: text("field.places.help"), required: true, range: 1...500),
      Field("fee", .line, text("field.fee"), help: text("field.fee.help")),
      Field("closes", .dateTime, text("field.closes"), help: text("field.closes.help")),
    ]
  }

  /// What the fields show for a session.
  func values(of session: Session) -> [String: [String]] {
    let text = session.text
    return [
      "revision": [String(session.revision)], "title": [text.title], "body": [text.body], "place": [text.place],
      "starts": [formValue(text.starts)], "ends": [formValue(text.ends)], "closes": [formValue(text.closes)],
      "places": [String(text.places)], "fee": [text.fee],
    ]
  }

  /// Reads what was sent.
  /// - Throws: ``Problem`` for what must be corrected.
  func read(_ form: Submission, now: Timestamp) throws -> SessionText {
    let title = ByteText.singleLine(form.text("title"))
    guard !title.isEmpty else { throw Problem.invalid("title", text("error.title")) }
    let place = ByteText.singleLine(form.text("place"))
    guard !place.isEmpty else { throw Problem.invalid("place", text("error.place")) }
    let body = ByteText.trimmed(form.text("body"))
    guard (try? site.markdown(body, .editor)) != nil else { throw Problem.invalid("body", text("error.body")) }
    let starts = try instant(form.text("starts"), "starts")
    let ends = try instant(form.text("ends"), "ends")
    guard ends > starts else { throw Problem.invalid("ends", text("error.ends")) }
    guard ends > now else { throw Problem.invalid("ends", text("error.past")) }
    let closes = try form.optionalText("closes").map { try instant($0, "closes") } ?? starts
    guard closes <= ends else { throw Problem.invalid("closes", text("error.closes")) }
    guard let places = form.int("places"), places > 0 else { throw Problem.invalid("places", text("error.places")) }
    return SessionText(
      title: title, body: body, place: place, starts: starts, ends: ends, closes: closes, places: places,
      fee: ByteText.singleLine(form.text("fee")))
  }

  private func instant(_ given: String, _ field: String) throws -> Timestamp {
    guard let civil = CivilDateTime(given) else { throw Problem.invalid(field, text("error.dateTime")) }
    return site.zone.instant(civil)
  }

  private func formValue(_ instant: Timestamp) -> String {
    String(decoding: site.zone.civil(instant).description.utf8.prefix(16), as: UTF8.self)
  }
}
