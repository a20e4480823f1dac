import ParticipationKit

/// An event as it is told.
struct ToldEvent: Sendable {
  let id: Int
  let kind: String
  let subject: Subject
  let at: Timestamp
  let words: [String: Event.Words]
  let page: @Sendable (String) -> SitePath?

  /// The words in a language, or in the first one there is.
  func words(_ locale: String, _ host: Host) -> Event.Words {
    words[locale] ?? words[host.facts.languages[0]] ?? words.sorted { $0.key < $1.key }.first?.value
      ?? Event.Words(title: subject.description)
  }

  /// The event as another program gets it. Only what is public.
  func json(_ host: Host) -> JSONValue {
    let first = host.facts.languages[0]
    return .object([
      ("id", .integer(id)), ("event", .string(kind)), ("commune", .string(host.facts.inseeCode)),
      ("subject", .string(subject.description)), ("at", .timestamp(at)),
      ("url", .string(page(first).map { host.facts.address + $0.description })),
      (
        "words",
        .object(
          words.sorted { $0.key < $1.key }.map {
            ($0.key, .object([("title", .string($0.value.title)), ("text", .string($0.value.text))]))
          })
      ),
    ])
  }
}

/// Makes messages of events: one at once, many as a digest. The words stand in the message itself.
struct EventLetters: Sendable {
  let host: Host

  /// The most words of one event in a digest; the page has all of them.
  private static let mostText = 1200

  /// An event, unless it was withdrawn or what it speaks of is not public any more.
  func event(_ id: Int, in ledgers: Ledgers) throws -> ToldEvent? {
    guard
      let row = try ledgers.host.row("SELECT * FROM host_event WHERE id = ? AND withdrawn = 0", [.integer(id)]),
      let subject = Subject(try row.text("subject")), try isShown(subject, in: ledgers)
    else { return nil }
    if let source = Subject(try row.text("source")), try !isShown(source, in: ledgers) { return nil }
    let document = Subject(try row.text("document"))
    let anchor = try row.text("anchor")
    let host = host
    var words: [String: Event.Words] = [:]
    for (locale, value) in (try? JSONValue.parse(Array(try row.text("words").utf8)))?.asObject ?? [] {
      words[locale] = Event.Words(title: value["title"]?.asString ?? "", text: value["text"]?.asString ?? "")
    }
    return ToldEvent(
      id: id, kind: try row.text("kind"), subject: subject, at: try row.timestamp("at"), words: words,
      page: { locale in
        let path = document.flatMap { host.pagePath($0, locale) }
        return anchor.isEmpty ? path : path?.at(anchor)
      })
  }

  /// A record that waits for a moderator, or that one withheld, is not spoken of.
  private func isShown(_ subject: Subject, in ledgers: Ledgers) throws -> Bool {
    try host.moderation.entry(for: subject, in: ledgers).map(\.isShown) ?? true
  }

  /// The message of some events; nil when none of them can be told any more.
  func letter(_ ids: [Int], frequency: String, locale: String, in ledgers: Ledgers) throws -> Outbox.Letter? {
    let events = try ids.compactMap { try event($0, in: ledgers) }
    guard let first = events.first else { return nil }
    let words = host.words
    if events.count == 1 {
      let said = first.words(locale, host)
      return Outbox.Letter(subject: Outbox.subjectLine(said.title), blocks: blocks(first, locale, isAlone: true))
    }
    let subject = words.text(
      "mail.digest.\(frequency)", locale, ["commune": host.facts.name, "count": String(events.count)])
    return Outbox.Letter(
      subject: Outbox.subjectLine(subject),
      blocks: [.paragraph(words.text("mail.digest.intro", locale, ["count": String(events.count)]))]
        + events.flatMap { blocks($0, locale, isAlone: false) })
  }

  private func blocks(_ event: ToldEvent, _ locale: String, isAlone: Bool) -> [MailBlock] {
    let said = event.words(locale, host)
    let when = DateWords(locale: locale).longWithTime(host.zone.civil(event.at))
    var blocks: [MailBlock] = [isAlone ? .paragraph(said.title) : .heading(said.title)]
    if !said.text.isEmpty { blocks.append(.quote(Self.shortened(said.text))) }
    blocks.append(.paragraph(when))
    if let page = event.page(locale) {
      blocks.append(.link(host.words.text("mail.event.read", locale), page: page))
    }
    return blocks
  }

  /// The first words, at a word’s end, paragraphs kept.
  static func shortened(_ text: String) -> String {
    let scalars = text.unicodeScalars
    guard scalars.count > mostText else { return text }
    let head = scalars.prefix(mostText)
    let cut = head.lastIndex { $0 == " " || $0 == "\n" } ?? head.endIndex
    return String(scalars[..<cut]) + "…"
  }
}
