public import ParticipationKit

/// What the public page on personal data says beside the modules' statements: how to see and erase one's own data, how
/// long everything is kept, and when that was last enforced.
public struct PrivacyStatement: Sendable {
  let registry: ModuleRegistry
  let settings: PrivacySettings
  let words: HostWords
  let zone: TimeZoneRules

  /// What pages that show the state of the clocks depend on.
  public static let subject = Retention.subject

  /// Makes a statement.
  public init(registry: ModuleRegistry, settings: PrivacySettings, words: HostWords, zone: TimeZoneRules) {
    self.registry = registry
    self.settings = settings
    self.words = words
    self.zone = zone
  }

  /// All clocks: the host's, then the modules'.
  public var lines: [RetentionLine] {
    let own = PrivacySettings.periods.map { period in
      RetentionLine(
        owner: "host", name: period.name,
        titles: [
          "fr": words.text("privacy.clock.\(period.name)", "fr"),
          "en": words.text("privacy.clock.\(period.name)", "en"),
        ], days: settings.days(period.name))
    }
    return own
      + registry.entries.flatMap { entry in
        (entry.instance.personalData?.clocks ?? []).map {
          RetentionLine(owner: entry.manifest.id, name: $0.name, titles: $0.titles, days: $0.days)
        }
      }
  }

  /// The form that asks for the link to one's own data.
  public func askForm(_ locale: String) -> Form {
    Form(
      title: words.text("privacy.ask.title", locale), intro: .p(words.text("privacy.ask.intro", locale)),
      fields: [
        Field(
          "email", .email, words.text("privacy.ask.email", locale), help: words.text("privacy.ask.help", locale),
          required: true, autocomplete: "email")
      ], submit: words.text("privacy.ask.submit", locale))
  }

  /// The sections, from the host's tables of one snapshot.
  /// - Throws: The store's error.
  public func nodes(_ context: RenderContext, _ locale: String, form: HTMLNode) throws -> [HTMLNode] {
    let text = { (key: String, arguments: [String: String]) in words.text(key, locale, arguments) }
    let rows = lines.map { line -> [HTMLNode] in
      [.text(SitePick.text(line.titles, locale)), .text(text("privacy.days", ["days": String(line.days)]))]
    }
    var nodes: [HTMLNode] = [
      .h2(text("privacy.own", [:]), [.id("mes-donnees")]), form, .h2(text("privacy.clocks", [:])),
      .p(text("privacy.clocks.lead", [:])),
      .table(
        caption: text("privacy.clocks", [:]), headings: [text("privacy.what", [:]), text("privacy.time", [:])],
        rows: rows),
    ]
    if let last = try PrivacyStatement.lastRun(context.ledger) {
      nodes.append(.p(text("privacy.last", ["date": day(last.at, locale)]), [.class("meta")]))
      nodes.append(counts(last, locale))
    }
    return nodes + [
      .h2(text("privacy.follows", [:])), .p(text("privacy.follows.text", [:])),
      .h2(text("privacy.cookies", [:])), .p(text("privacy.cookies.text", [:])), .h2(text("privacy.stays", [:])),
      .p(text("privacy.stays.text", [:])),
    ]
  }

  /// What the last turn removed, in counts.
  func counts(_ run: RetentionRun, _ locale: String) -> HTMLNode {
    let known = Dictionary(lines.map { ("\($0.owner)/\($0.name)", $0.titles) }, uniquingKeysWith: { first, _ in first })
    let items = run.counts.map { entry -> HTMLNode in
      .text("\(known[entry.name].map { SitePick.text($0, locale) } ?? entry.name) : \(entry.count)")
    }
    return items.isEmpty ? .p(words.text("privacy.last.none", locale), [.class("meta")]) : .ul(items: items)
  }

  /// The last turn; nil before the first.
  static func lastRun(_ ledger: Ledger) throws -> RetentionRun? {
    try ledger.row("SELECT at, counts, position FROM host_retention_run ORDER BY day DESC LIMIT 1").map { row in
      let counts = (try? JSONValue.parse(Array(try row.text("counts").utf8)).asObject) ?? []
      return RetentionRun(
        at: try row.timestamp("at"), counts: counts.map { ($0.name, Int($0.value.asInteger ?? 0)) },
        position: row.optionalInt("position"))
    }
  }

  func day(_ instant: Timestamp, _ locale: String) -> String {
    DateWords(locale: locale).long(zone.civil(instant).date)
  }
}
