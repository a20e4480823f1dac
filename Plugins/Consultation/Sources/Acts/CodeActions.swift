internal import ParticipationKit

// Access codes: made and revoked by the clerk. The codes themselves are shown by the desk's screen and never stand in
// an outcome, because outcomes are kept with the receipt.

extension ConsultationModule {
  var makeCodesAction: Action {
    Action(
      "make-codes", audience: .staff(Self.codesPermission),
      titles: ["fr": "Faire des codes d’accès", "en": "Make access codes"],
      form: { context in
        guard let consultation = consultations[context.key] else { return nil }
        if consultation.phase(at: context.now) == .over { try checkOpen(consultation, context.now, context.locale) }
        return Form(
          title: text("form.codes.title", context.locale),
          fields: [
            Field(
              "count", .number, text("form.codes.count", context.locale),
              help: text("form.codes.count.help", context.locale), required: true, range: 1...CodeTable.mostInBatch)
          ], submit: text("form.codes.submit", context.locale))
      },
      perform: { context, submission in
        let consultation = try consultation(context.key, context.locale)
        guard let count = submission.int("count"), (1...CodeTable.mostInBatch).contains(count) else {
          throw Problem.invalid("count", text("form.codes.count.help", context.locale))
        }
        let batch = try CodeTable(site: site, ledger: context.ledger).make(count, for: consultation.id, context)
        return Outcome(
          subject: site.subject("batch", batch.id), changed: [],
          message: text("outcome.codes", context.locale, ["count": String(count), "number": String(batch.number)]),
          lines: [(text("label.consultation", context.locale), consultation.title.text(context.locale))])
      })
  }

  var forgetSheetAction: Action {
    batchAction(
      "forget-sheet", ["fr": "Feuille de codes imprimée", "en": "Sheet of codes printed"], form: "form.forget"
    ) { batch, table, locale in
      try table.forgetSheet(of: batch.id)
      return text("outcome.forget", locale)
    }
  }

  var revokeCodesAction: Action {
    batchAction(
      "revoke-codes", ["fr": "Révoquer les codes inutilisés", "en": "Revoke the unused codes"], form: "form.revoke"
    ) { batch, table, locale in
      let count = try table.revoke(batch.id)
      try table.forgetSheet(of: batch.id)
      return text("outcome.revoke", locale, ["count": String(count)])
    }
  }

  private func batchAction(
    _ name: String, _ titles: [String: String], form: String,
    effect: @escaping @Sendable (CodeBatch, CodeTable, String) throws -> String
  ) -> Action {
    Action(
      name, audience: .staff(Self.codesPermission), titles: titles,
      form: { context in
        guard let id = Int(context.key), try CodeTable(site: site, ledger: context.ledger).batch(id) != nil else {
          return nil
        }
        let sure = Field("sure", .confirmation, text("\(form).sure", context.locale), required: true)
        return Form(
          title: text("\(form).title", context.locale), fields: [sure], submit: text("\(form).submit", context.locale))
      },
      perform: { context, _ in
        let table = CodeTable(site: site, ledger: context.ledger)
        guard let id = Int(context.key), let batch = try table.batch(id) else {
          throw Problem.notFound(text("error.unknown-batch", context.locale))
        }
        return Outcome(
          subject: site.subject("batch", batch.id), changed: [], message: try effect(batch, table, context.locale))
      })
  }
}
