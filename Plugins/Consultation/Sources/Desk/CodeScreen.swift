internal import ParticipationKit

// Access codes at the desk: batches of a consultation, and the sheet of a batch until it is printed.

extension ConsultationModule {
  var codesScreen: DeskScreen {
    DeskScreen(
      "codes", titles: ["fr": "Codes d’accès", "en": "Access codes"], permission: Self.codesPermission
    ) { context in
      if context.key.isEmpty { return codesList(context) }
      if let id = Int(context.key) { return try sheet(id, context) }
      return try consultations[context.key].map { try batches($0, context) }
    }
  }

  private func codesList(_ context: DeskContext) -> DeskContent {
    let view = context.view
    let rows = consultations.all.map { consultation in
      HTMLNode.fragment([
        .a(context.path("codes", consultation.id), consultation.title.text(view.locale)),
        .p([.class("meta")], [stateMark(consultation, context.rendering.now, view)]),
      ])
    }
    return DeskContent(
      title: view.text("desk.codes"),
      body: [.p(view.text("desk.codes.lead"), [.class("lead")]), .ol([.class("rows")], items: rows)])
  }

  private func batches(_ consultation: Consultation, _ context: DeskContext) throws -> DeskContent {
    let view = context.view
    let batches = try CodeTable(site: site, ledger: context.rendering.ledger).batches(of: consultation.id)
    let title = view.text("desk.codes.of", ["title": consultation.title.text(view.locale)])
    let headings = ["number", "made", "size", "used", "revoked"].map { view.text("desk.batch.\($0)") }
    let rows: [[HTMLNode]] = batches.map { batch in
      [
        .a(context.path("codes", String(batch.id)), view.text("desk.batch", ["number": String(batch.number)])),
        .text("\(batch.madeOn), \(batch.madeBy)"), .text(String(batch.size)), .text(String(batch.used)),
        .text(String(batch.revoked)),
      ]
    }
    let table: HTMLNode =
      batches.isEmpty ? .p(view.text("desk.codes.none")) : .table(caption: title, headings: headings, rows: rows)
    return DeskContent(
      title: title,
      body: [table, try view.form("make-codes", key: consultation.id, options: View.FormOptions(id: "make"))])
  }

  private func sheet(_ id: Int, _ context: DeskContext) throws -> DeskContent? {
    let table = CodeTable(site: site, ledger: context.rendering.ledger)
    guard let batch = try table.batch(id), let consultation = consultations[batch.consultation] else { return nil }
    let view = context.view
    let key = String(id)
    var body: [HTMLNode] = [
      .p([.class("no-print")], [.a(context.path("codes", consultation.id), view.text("desk.codes.back"))])
    ]
    if let codes = try table.sheet(of: id) {
      body.append(.p(view.text("desk.sheet.lead"), [.class("told no-print")]))
      body += codes.enumerated().map { index, code in slip(code, index + 1, consultation, view) }
      body.append(
        .div([.class("no-print")], [try view.form("forget-sheet", key: key, options: View.FormOptions(id: "forget"))]))
    } else {
      body.append(.p(view.text("desk.sheet.gone"), [.class("told")]))
    }
    body.append(
      .div([.class("no-print")], [try view.form("revoke-codes", key: key, options: View.FormOptions(id: "revoke"))]))
    return DeskContent(title: view.text("desk.sheet.title", ["number": String(batch.number)]), body: body)
  }

  /// What a household receives: cut along the lines.
  private func slip(_ code: AccessCode, _ number: Int, _ consultation: Consultation, _ view: View) -> HTMLNode {
    let arguments = [
      "commune": site.commune.name, "address": site.commune.address + "consultation/\(consultation.id).html",
      "closes": words(consultation.closes, view.locale), "number": String(number),
    ]
    return .section(
      [.class("sheet slip")],
      [
        .p(view.text("desk.slip.kind", arguments), [.class("kind")]), .h2(consultation.title.text(view.locale)),
        .p([], [.element(.strong, [.class("code")], [.text(code.printed)])]),
        .p(view.text("desk.slip.how", arguments)), .p(view.text("desk.slip.number", arguments), [.class("small")]),
      ])
  }
}
