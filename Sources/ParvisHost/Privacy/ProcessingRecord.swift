import ParticipationKit

/// The record of processing activities (RGPD, article 30), made from what the modules say of themselves and from what
/// the host does. It says what is, in words that a clerk can read out.
public struct ProcessingRecord: Sendable {
  private struct Activity {
    let title: String
    /// Pairs of a heading and what it says.
    let lines: [(label: String, value: String)]
    let periods: [(what: String, days: Int)]
  }

  let host: Host

  /// Makes the record of a host.
  public init(host: Host) { self.host = host }

  private static let own: [(name: String, clocks: [String])] = [
    ("contributions", ["receipts", "refused", "pending", "moderation", "likeness"]),
    ("mail", ["contacts", "messages", "events", "sent", "held"]),
    ("accounts", ["sessions", "inactive"]), ("staff", ["disabled", "access"]), ("register", []),
  ]

  private func activities(_ locale: String) -> [Activity] {
    let text = { (key: String) in host.words.text(key, locale) }
    let periods = host.privacyStatement.lines
    func periodsOf(_ owner: String, _ names: [String]?) -> [(what: String, days: Int)] {
      periods.filter { $0.owner == owner && (names?.contains($0.name) ?? true) }
        .map { (SitePick.text($0.titles, locale), $0.days) }
    }
    let common = [
      (label: text("record.basis"), value: text("record.basis.text")),
      (label: text("record.recipients"), value: text("record.recipients.text")),
      (label: text("record.transfers"), value: text("record.transfers.text")),
    ]
    let own = ProcessingRecord.own.map { entry in
      Activity(
        title: text("record.\(entry.name)"),
        lines: [
          (text("record.purpose"), text("record.\(entry.name).purpose")),
          (text("record.data"), text("record.\(entry.name).data")),
        ] + common + (entry.name == "mail" ? webhooks(locale) : []), periods: periodsOf("host", entry.clocks))
    }
    let modules = host.registry.entries.map { entry in
      let statement = entry.manifest.personalData
      return Activity(
        title: SitePick.text(entry.manifest.names, locale),
        lines: [
          (
            text(statement.storesPersonalData ? "record.data" : "record.none"),
            SitePick.text(statement.texts, locale)
          )
        ] + (statement.storesPersonalData ? common : []), periods: periodsOf(entry.manifest.id, nil))
    }
    return own + modules
  }

  /// The other programs that are told of events, by the names in `commune.yaml`; none when there are none.
  private func webhooks(_ locale: String) -> [(label: String, value: String)] {
    let names = host.outgoing.webhooks.map(\.name).joined(separator: ", ")
    if names.isEmpty { return [] }
    return [
      (host.words.text("record.webhooks", locale), host.words.text("record.webhooks.text", locale, ["names": names]))
    ]
  }

  private func heading(_ locale: String) -> [(label: String, value: String)] {
    let text = { (key: String) in host.words.text(key, locale) }
    let officer = host.privacySettings.officer
    return [
      (text("record.controller"), "\(host.facts.name) (INSEE \(host.facts.inseeCode))"),
      (text("record.officer"), officer.isEmpty ? text("record.officer.none") : officer),
      (text("record.made"), host.day(host.ports.now(), locale)),
      (text("record.security"), text("record.security.text")),
    ]
  }

  /// The record as a page.
  func node(_ locale: String) -> HTMLNode {
    var nodes: [HTMLNode] = [ProcessingRecord.facts(heading(locale))]
    for activity in activities(locale) {
      nodes.append(.h2(activity.title))
      nodes.append(ProcessingRecord.facts(activity.lines))
      guard !activity.periods.isEmpty else { continue }
      nodes.append(.h3(host.words.text("record.periods", locale)))
      nodes.append(
        .ul(
          items: activity.periods.map {
            .text("\($0.what) : " + host.words.text("privacy.days", locale, ["days": String($0.days)]))
          }))
    }
    return .fragment(nodes)
  }

  private static func facts(_ lines: [(label: String, value: String)]) -> HTMLNode {
    .facts(lines.map { ($0.label, .text($0.value)) })
  }

  /// The record as Markdown, to be kept, printed or sent to whoever asks.
  public func markdown(_ locale: String) -> String {
    var text = "# \(host.words.text("record.title", locale))\n\n"
    for line in heading(locale) { text += "- **\(line.label)** : \(line.value)\n" }
    for activity in activities(locale) {
      text += "\n## \(activity.title)\n\n"
      for line in activity.lines { text += "- **\(line.label)** : \(line.value)\n" }
      if !activity.periods.isEmpty {
        text += "- **\(host.words.text("record.periods", locale))** :\n"
        for period in activity.periods {
          text += "  - \(period.what) : \(host.words.text("privacy.days", locale, ["days": String(period.days)]))\n"
        }
      }
    }
    return text
  }
}
