import ParticipationKit

/// The fields of an alert in forms: made, filled and read in one place.
struct AlertFields {
  let site: Site
  let locale: String

  /// An alert that is meant to stand for ever is a page of the site.
  static let longestDays: Int64 = 366

  private func text(_ key: String, _ arguments: [String: String] = [:]) -> String {
    site.words.text(key, locale, arguments)
  }

  /// The fields. When it begins can be said until it has begun.
  func fields(of alert: Alert?) -> [Field] {
    let starts = Field("starts", .dateTime, text("field.starts"), help: text("field.starts.help"))
    return [
      Field(
        "level", .choice, text("field.level"), required: true,
        choices: AlertLevel.allCases.map {
          Choice($0.rawValue, text("level.\($0.rawValue)") + " – " + text("level.\($0.rawValue).help"))
        }),
      Field("title", .line, text("field.title"), help: text("field.title.help"), required: true),
      Field("body", .text, text("field.body"), help: text("field.body.help"), maxLength: 2000),
    ] + (alert?.isShown == true ? [] : [starts]) + [
      Field("ends", .dateTime, text("field.ends"), help: text("field.ends.help"), required: true)
    ]
  }

  /// What the fields show for an alert.
  func values(of alert: Alert) -> [String: [String]] {
    [
      "revision": [String(alert.revision)], "level": [alert.text.level.rawValue], "title": [alert.text.title],
      "body": [alert.text.body], "starts": [formValue(alert.text.starts)], "ends": [formValue(alert.text.ends)],
    ]
  }

  /// Reads what was sent.
  /// - Throws: ``Problem`` for what must be corrected.
  func read(_ form: Submission, of alert: Alert?, now: Timestamp) throws -> AlertText {
    guard let level = AlertLevel(rawValue: form.text("level")) else {
      throw Problem.invalid("level", text("error.level"))
    }
    let title = ByteText.singleLine(form.text("title"))
    guard !title.isEmpty else { throw Problem.invalid("title", text("error.title")) }
    let body = ByteText.trimmed(form.text("body"))
    guard (try? site.markdown(body, .editor)) != nil else { throw Problem.invalid("body", text("error.body")) }
    var starts = alert?.text.starts ?? now
    if alert?.isShown != true, let given = form.optionalText("starts") { starts = try instant(given, "starts") }
    let ends = try instant(form.text("ends"), "ends")
    guard ends > now, ends > starts else { throw Problem.invalid("ends", text("error.ends")) }
    guard ends <= starts.adding(seconds: Self.longestDays * 86_400) else {
      throw Problem.invalid("ends", text("error.tooLong"))
    }
    return AlertText(level: level, title: title, body: body, starts: starts, ends: ends)
  }

  private func instant(_ given: String, _ field: String) throws -> Timestamp {
    guard let civil = CivilDateTime(given) else { throw Problem.invalid(field, text("error.dateTime")) }
    return site.zone.instant(civil)
  }

  private func formValue(_ instant: Timestamp) -> String {
    String(decoding: site.zone.civil(instant).description.utf8.prefix(16), as: UTF8.self)
  }
}
