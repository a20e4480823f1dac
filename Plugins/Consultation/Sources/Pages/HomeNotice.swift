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

  /// On the front page of the desk: how many people answered the consultations that are open.
  var deskTile: SlotContribution {
    SlotContribution(.desk, order: 25) { context in
      let open = consultations.all.filter { $0.phase(at: context.now) == .open && !$0.questions.isEmpty }
      let table = AnswerTable(ledger: context.ledger)
      let counts = try open.map { ($0.title, try table.participation($0.id).total) }
      return SlotContent(dependsOn: [indexSubject]) { view in
        .fragment(
          counts.map { title, count in
            let words = HTMLNode.fragment([
              .text(view.text("desk.tile", ["count": String(count)])), .element(.br), node(title, view),
            ])
            return .p([.class("count")], [.element(.b, [], [.text(String(count))]), " ", .element(.span, [], [words])])
          })
      }
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
