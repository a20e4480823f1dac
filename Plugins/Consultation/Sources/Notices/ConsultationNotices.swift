internal import ParticipationKit

// What people can follow in consultations, and what they are told: opening, closing soon, results, new proposals.

extension ConsultationModule {
  /// How long before its end a consultation closes soon, in seconds: two days.
  static let soonSeconds: Int64 = 2 * 86_400

  var follows: [FollowableKind] {
    [
      FollowableKind("index") { context in
        context.key == "index"
          ? FollowTarget(title: text("follow.all", context.locale), document: indexSubject) : nil
      },
      FollowableKind("consultation") { context in
        consultations[context.key].map {
          FollowTarget(title: $0.title.text(context.locale), document: site.subject("consultation", $0.id))
        }
      },
      FollowableKind("proposal") { context in
        guard let id = Int(context.key), let found = try ProposalTable(ledger: context.ledger).publicTitle(id) else {
          return nil
        }
        return FollowTarget(title: found.title, document: site.subject("proposal", id))
      },
    ]
  }

  /// Openings, closings that are near and closings after one instant and not after another.
  func due(after: Timestamp, now: Timestamp) -> [Event] {
    consultations.all.flatMap { consultation -> [Event] in
      let soon = consultation.closes.adding(seconds: -Self.soonSeconds)
      let end: Event.Kind = consultation.questions.isEmpty ? .closed : .results
      var moments: [(at: Timestamp, kind: Event.Kind)] = [(consultation.opens, .opened), (consultation.closes, end)]
      // A consultation of a few days needs no reminder two days after it was announced.
      if soon > consultation.opens.adding(seconds: Self.soonSeconds) { moments.append((soon, .closing)) }
      return moments.filter { $0.at > after && $0.at <= now }.sorted { $0.at < $1.at }.map {
        event($0.kind, consultation)
      }
    }
  }

  private func event(_ kind: Event.Kind, _ consultation: Consultation) -> Event {
    var words: [String: Event.Words] = [:]
    for locale in site.commune.languages {
      words[locale] = Event.Words(
        title: text("notice.\(kind.name)", locale, ["title": consultation.title.text(locale)]),
        text: [
          consultation.summary.text(locale),
          text("notice.until", locale, ["date": self.words(consultation.closes, locale)]),
        ].filter { !$0.isEmpty }.joined(separator: "\n\n"))
    }
    let subject = site.subject("consultation", consultation.id)
    return Event(
      kind, about: subject, within: [indexSubject],
      document: kind == .results ? site.subject("results", consultation.id) : subject, words: words,
      once: "\(kind.name)/\(consultation.id)/\(consultation.closes.milliseconds)")
  }

  /// A proposal became public.
  func announcePublication(_ proposal: Proposal, _ context: ActionContext) throws {
    let body = (try? site.markdown(proposal.body, .resident).plainText) ?? proposal.body
    var words: [String: Event.Words] = [:]
    for locale in site.commune.languages {
      words[locale] = Event.Words(title: text("notice.proposal", locale, ["title": proposal.title]), text: body)
    }
    try context.announce(
      Event(
        .published, about: site.subject("proposal", proposal.id),
        within: [site.subject("consultation", proposal.consultation)], words: words, once: "proposal/\(proposal.id)"))
  }
}
