internal import ParticipationKit

// The files of `content/` can be edited at any time. So what people were told when a consultation opened, its closing
// and its questionnaire, is kept, said in the register, and compared with the file; and what is counted stays counted.

/// What was said when a consultation opened.
struct Announced: Sendable {
  let closes: Timestamp
  /// SHA-256 of the questionnaire as the consultation's JSON gives it, in hexadecimal.
  let questionnaire: String
}

extension ConsultationModule {
  var openingJob: ClockJob {
    ClockJob(
      "opening", times: { _, _ in consultations.all.map { ($0.id, $0.opens) } },
      perform: { context in
        let subject = site.subject("consultation", context.key)
        guard let consultation = consultations[context.key] else { return ClockOutcome(subject: subject, changed: []) }
        let digest = questionnaireDigest(consultation)
        try context.ledger.execute(
          """
          INSERT INTO consultation_announced (consultation, closes, questionnaire) VALUES (?, ?, ?)
          ON CONFLICT (consultation) DO NOTHING
          """, [.text(consultation.id), .timestamp(consultation.closes), .text(digest)])
        let line = JSONValue.object([
          ("consultation", .string(subject.description)), ("opens", .timestamp(consultation.opens)),
          ("closes", .timestamp(consultation.closes)), ("questionnaire_sha256", .string(digest)),
          // By this a check of the register knows that the results may be absent until then.
          ("sealed", .string(site.subject("results", consultation.id).description)),
        ])
        return ClockOutcome(subject: subject, changed: [subject], published: [line.text])
      })
  }

  /// What was said at the opening; nil before.
  func announced(_ consultation: String, _ ledger: Ledger) throws -> Announced? {
    try ledger.row(
      "SELECT closes, questionnaire FROM consultation_announced WHERE consultation = ?", [.text(consultation)]
    ).map { Announced(closes: try $0.timestamp("closes"), questionnaire: try $0.text("questionnaire")) }
  }

  func questionnaireDigest(_ consultation: Consultation) -> String {
    let bytes = JSONValue.array(sections(of: consultation)).bytes
    return site.digest(bytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// What differs from what was said at the opening, in words with dates.
  func changes(of consultation: Consultation, since announced: Announced?, _ view: View) -> [HTMLNode] {
    guard let announced else { return [] }
    var nodes: [HTMLNode] = []
    if announced.closes != consultation.closes {
      let date = words(announced.closes, view.locale)
      nodes.append(.p(view.text("consultation.changed.closes", ["date": date]), [.class("told")]))
    }
    if !consultation.questions.isEmpty, announced.questionnaire != questionnaireDigest(consultation) {
      nodes.append(.p(view.text("consultation.changed.questions"), [.class("told")]))
    }
    return nodes
  }

  // MARK: Counted once

  /// Notes that the rows of a consultation are published: a later answer could be read off the next list.
  func noteCounted(_ consultation: String, _ context: ActionContext) throws {
    try context.ledger.execute(
      "INSERT INTO consultation_counted (consultation, at) VALUES (?, ?) ON CONFLICT (consultation) DO NOTHING",
      [.text(consultation), .timestamp(context.now)])
  }

  func isCounted(_ consultation: String, _ ledger: Ledger) throws -> Bool {
    try ledger.row("SELECT 1 FROM consultation_counted WHERE consultation = ?", [.text(consultation)]) != nil
  }

  /// Refuses answers once they are counted, whatever closing the file gives now.
  /// - Throws: ``Problem`` 409.
  func checkNotCounted(_ consultation: String, _ ledger: Ledger, _ locale: String) throws {
    guard try isCounted(consultation, ledger) else { return }
    throw Problem.conflict(text("error.counted", locale))
  }
}
