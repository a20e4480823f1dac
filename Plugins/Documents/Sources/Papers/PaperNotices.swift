import ParticipationKit

/// What people can follow, and what they are told.
struct PaperNotices {
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
      FollowableKind("folder") { context in
        try PaperTable(ledger: context.ledger).folder(context.key).map {
          FollowTarget(title: $0.name, document: site.subject("folder", $0.key))
        }
      },
      FollowableKind("paper") { context in
        guard let paper = try PaperTable(ledger: context.ledger).find(context.key), !paper.isWithdrawn else {
          return nil
        }
        return FollowTarget(title: paper.text.title, document: site.subject("paper", paper.key))
      },
    ]
  }

  /// A new document, or a new version of one.
  func announce(_ paper: Paper, note: String, _ context: ActionContext) throws {
    var words: [String: Event.Words] = [:]
    for locale in site.commune.languages {
      let kind = say("kind.\(paper.text.kind.rawValue)", locale)
      let key = paper.version == 1 ? "notice.new" : "notice.version"
      let arguments = ["kind": kind, "title": paper.text.title, "number": String(paper.version)]
      words[locale] = Event.Words(title: say(key, locale, arguments), text: note)
    }
    try context.announce(
      Event(
        paper.version == 1 ? .published : .changed, about: site.subject("paper", paper.key),
        within: [list, site.subject("folder", paper.text.folderKey)], words: words,
        once: "\(paper.version)/\(paper.key)"))
  }
}
