public import ParticipationKit

// A consultation is a file; what people did in it is in the database. Without its file nothing of it is shown, counted
// or moderated, and nobody would notice.

extension ConsultationModule {
  /// The consultations that people took part in and whose file is gone.
  public func findings(in ledger: Ledger) throws -> [Diagnostic] {
    let rows = try ledger.rows(
      """
      SELECT consultation, sum(proposals) AS proposals, sum(answers) AS answers FROM (
        SELECT consultation, count(*) AS proposals, 0 AS answers FROM consultation_proposal GROUP BY consultation
        UNION ALL
        SELECT consultation, 0, count(*) FROM consultation_submission GROUP BY consultation
      ) GROUP BY consultation ORDER BY consultation
      """)
    return try rows.compactMap { row in
      let id = try row.text("consultation")
      guard consultations[id] == nil else { return nil }
      let (proposals, answers) = (try row.int("proposals"), try row.int("answers"))
      return Diagnostic(
        .error, file: "content/consultations/\(id).md", line: nil,
        fr: "ce fichier manque, et la base garde \(proposals) proposition(s) et \(answers) réponse(s) de cette "
          + "consultation, qui ne sont plus publiées ; remettez le fichier",
        en: "this file is missing, and the database holds \(proposals) proposal(s) and \(answers) answer(s) of this "
          + "consultation, which are no longer public; put the file back")
    }
  }
}
