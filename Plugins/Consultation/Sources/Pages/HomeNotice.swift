internal import ParticipationKit

// The notice on the front page: while a consultation is announced or open, and for thirty days after.

extension ConsultationModule {
  static var noticeSecondsAfterClosing: Int64 { 30 * 86_400 }

  func homeNotice(_ consultation: Consultation) -> SlotContribution {
    SlotContribution(.home, order: 30) { context in
      let ends = consultation.closes.adding(seconds: Self.noticeSecondsAfterClosing)
      let now = context.now
      guard now < ends else { return nil }
      let proposals = try ProposalTable(ledger: context.ledger).tally(consultation.id).published
      return SlotContent(
        dependsOn: [indexSubject], changesAt: consultation.changesAt(after: now) ?? ends
      ) { view in notice(consultation, proposals: proposals, now, view) }
    }
  }

  private func notice(_ consultation: Consultation, proposals: Int, _ now: Timestamp, _ view: View) -> HTMLNode {
    let isOver = consultation.phase(at: now) == .over && !consultation.questions.isEmpty
    let go =
      isOver
      ? HTMLNode.a(view.path("results", consultation.id), view.text("results.read"), [.class("go")])
      : .a(
        view.path("consultation", consultation.id),
        view.text(consultation.questions.isEmpty ? "notice.propose" : "notice.answer"), [.class("go")])
    return .article(
      [.class("notice")],
      [
        .p(view.text("consultation.kicker"), [.class("kind")]),
        .element(
          .h3, [],
          [.element(.a, [.href(view.path("consultation", consultation.id))], [node(consultation.title, view)])]),
        .p([], [node(consultation.summary, view)]), .p([], [stateMark(consultation, now, view)]),
        proposals == 0 ? .empty : .p(view.text("proposals", ["count": String(proposals)]), [.class("meta")]), go,
      ])
  }
}
