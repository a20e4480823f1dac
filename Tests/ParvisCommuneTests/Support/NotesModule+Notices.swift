import ParticipationKit

extension NotesModule {
  /// When time alone makes something happen: three days after the noon at which tests begin.
  static let fair = Timestamp(seconds: 1_795_262_400 + 3 * 86_400)

  var followableKinds: [FollowableKind] {
    [
      FollowableKind("note") { context in
        let count = try context.ledger.count(
          "SELECT count(*) FROM notes_note WHERE id = ? AND publication = 'published'", [.text(context.key)])
        return count == 0
          ? nil : FollowTarget(title: "Mot \(context.key)", document: site.subject("note", context.key))
      },
      FollowableKind("all") { context in
        context.key == "all"
          ? FollowTarget(title: "Tous les mots", document: site.subject("index", "index")) : nil
      },
    ]
  }

  var timedEvents: TimedEvents {
    TimedEvents { _, after, now in
      guard Self.fair > after, Self.fair <= now else { return [] }
      return [
        Event(
          .opened, about: all, document: site.subject("index", "index"),
          words: ["fr": Event.Words(title: "La foire aux mots est ouverte")], once: "fair")
      ]
    }
  }
}
