import ParticipationKit

/// What people can follow, and what followers and those who signed up are told.
struct SessionNotices {
  let site: Site

  private var list: Subject { site.subject("list", "index") }

  private func say(_ key: String, _ locale: String, _ arguments: [String: String] = [:]) -> String {
    site.words.text(key, locale, arguments)
  }

  var kinds: [FollowableKind] {
    [
      FollowableKind("list") { context in
        context.key == "index" ? FollowTarget(title: say("follow.all", context.locale), document: list) : nil
      },
      FollowableKind("session") { context in
        try SessionTable(ledger: context.ledger).find(context.key).map {
          FollowTarget(title: $0.text.title, document: site.subject("session", $0.key))
        }
      },
    ]
  }

  /// A new session.
  func announce(_ session: Session, _ context: ActionContext) throws {
    let words = self.words("notice.new", session.text) { when(session.text, $0) }
    try context.announce(
      Event(
        .published, about: site.subject("session", session.key), within: [list], words: words,
        once: "new/\(session.key)"))
  }

  /// Somebody who waited has a place. Only they hear of it, and the words do not say who they are.
  func tellPromotion(of signup: Signup, _ session: Session, _ context: ActionContext) throws {
    let words = self.words("notice.promoted", session.text) { locale in
      say("notice.promoted.text", locale) + "\n\n" + when(session.text, locale)
    }
    try context.announce(
      Event(
        .changed, about: site.subject("signup", signup.id), document: site.subject("session", session.key),
        words: words, once: "promoted/\(signup.id)"))
  }

  /// Another time or another place.
  func tellMove(of session: Session, to text: SessionText, _ context: ActionContext) throws {
    let words = self.words("notice.moved", text) { when(text, $0) }
    try tellEverybody(.changed, of: session, words, once: "", context)
  }

  /// It is called off.
  func tellCancellation(of session: Session, note: String, _ context: ActionContext) throws {
    let words = self.words("notice.cancelled", session.text) { locale in
      [note, when(session.text, locale)].filter { !$0.isEmpty }.joined(separator: "\n\n")
    }
    try tellEverybody(.closed, of: session, words, once: "cancelled", context)
  }

  /// Tells those who follow the session or all of them, and each who signed up: the host tells the author of a record
  /// only what is about that very record.
  private func tellEverybody(
    _ kind: Event.Kind, of session: Session, _ words: [String: Event.Words], once: String, _ context: ActionContext
  ) throws {
    let document = site.subject("session", session.key)
    func key(_ of: String) -> String { once.isEmpty ? "" : "\(once)/\(of)" }
    try context.announce(Event(kind, about: document, within: [list], words: words, once: key(session.key)))
    for signup in try SignupTable(ledger: context.ledger).all(of: session.key) where signup.email != nil {
      try context.announce(
        Event(
          kind, about: site.subject("signup", signup.id), document: document, words: words,
          once: key(String(signup.id))))
    }
  }

  private func when(_ text: SessionText, _ locale: String) -> String {
    let date = DateWords(locale: locale).longWithTime(site.zone.civil(text.starts))
    return say("notice.when", locale, ["date": date, "place": text.place])
  }

  private func words(_ key: String, _ text: SessionText, _ body: (String) -> String) -> [String: Event.Words] {
    var all: [String: Event.Words] = [:]
    for locale in site.commune.languages {
      all[locale] = Event.Words(title: say(key, locale, ["title": text.title]), text: body(locale))
    }
    return all
  }
}
