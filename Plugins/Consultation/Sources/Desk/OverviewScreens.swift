internal import ParticipationKit

// How consultations go, and what was proposed. Counts of people only: what they chose stays sealed until closing,
// for staff too.

extension ConsultationModule {
  var overviewScreen: DeskScreen {
    DeskScreen(
      "consultations", titles: ["fr": "Consultations", "en": "Consultations"], permission: Self.followPermission
    ) { context in
      guard context.key.isEmpty else { return nil }
      let view = context.view
      let rows = try consultations.all.map { try overviewRow($0, context) }
      return DeskContent(
        title: view.text("index.title"),
        body: [
          rows.isEmpty
            ? .p(view.text("index.empty"))
            // A list and no table: on a telephone the last columns would stand off the screen.
            : .ul([.class("rows")], items: rows)
        ])
    }
  }

  private func overviewRow(_ consultation: Consultation, _ context: DeskContext) throws -> HTMLNode {
    let ledger = context.rendering.ledger
    let view = context.view
    let people = try AnswerTable(ledger: ledger).participation(consultation.id)
    let table = ProposalTable(ledger: ledger)
    let published = try table.tally(consultation.id).published
    let hidden = try table.hidden(consultation.id)
    let proposals = view.text(
      "desk.overview.proposals-of",
      ["published": String(published), "pending": String(hidden.pending), "withheld": String(hidden.withheld)])
    func count(_ key: String, _ number: Int) -> HTMLNode {
      .text(view.text("desk.overview.\(key)", ["count": String(number)]))
    }
    return .fragment([
      .h2(consultation.title.text(view.locale)),
      .p([], [stateMark(consultation, context.rendering.now, view)]),
      .ul([.class("meta")], items: [count("verified", people.verified), count("unverified", people.unverified)]),
      .p([], [.a(context.path("proposals", consultation.id), proposals)]),
    ])
  }

  var proposalsScreen: DeskScreen {
    DeskScreen(
      "proposals", titles: ["fr": "Propositions", "en": "Proposals"], permission: Self.followPermission
    ) { context in
      let view = context.view
      guard let consultation = context.key.isEmpty ? consultations.all.first : consultations[context.key] else {
        return context.key.isEmpty
          ? DeskContent(title: view.text("desk.proposals"), body: [.p(view.text("index.empty"))]) : nil
      }
      let newest = try context.rendering.ledger.rows(
        """
        SELECT \(Proposal.columns) FROM consultation_proposal WHERE consultation = ? ORDER BY id DESC LIMIT 100
        """, [.text(consultation.id)]
      ).map { try Proposal($0) }
      let filters = consultations.all.map { other in
        HTMLNode.a(
          context.path("proposals", other.id), other.title.text(view.locale),
          other.id == consultation.id ? [.aria("current", "true")] : [])
      }
      return DeskContent(
        title: view.text("desk.proposals"),
        body: [
          .ul([.class("filters"), .aria("label", view.text("index.title"))], items: filters),
          newest.isEmpty
            ? .p(view.text("proposals.none")) : .ol([.class("rows")], items: newest.map { deskRow($0, view) }),
        ])
    }
  }

  private func deskRow(_ proposal: Proposal, _ view: View) -> HTMLNode {
    let mark = [Publication.pending: "wait", .published: "done", .withheld: "stop"][proposal.publication] ?? "wait"
    let title: HTMLNode =
      proposal.publication == .published
      ? .a(view.path("proposal", String(proposal.id)), proposal.title) : .text(proposal.title)
    return .fragment([
      .element(.h2, [], [title]), .p(excerpt(proposal.body)),
      .ul(
        [.class("meta")],
        items: [
          .span(view.text("publication.\(proposal.publication.rawValue)"), [.class("state \(mark)")]),
          .text(view.text("support.verified", ["count": String(proposal.verifiedSupports)])),
          .text(view.text("support.unverified", ["count": String(proposal.unverifiedSupports)])),
        ]),
    ])
  }
}
