public import ParticipationKit

/// The public page of what was decided: by month, kind and reason, with appeals and what became of them, and the rules
/// that hold.
struct ModerationCounts: Sendable {
  /// Changes with every decision, appeal and setting.
  static let subject = Subject("host", "moderation", "counts")

  let host: Host

  private struct Line: Sendable {
    let month: String
    let module: String
    let kind: String
    let measure: String
    let reason: String
    let count: Int
    /// How many of them were decided before leaves said so.
    let earlier: Int
  }

  private struct Tally: Sendable {
    let lines: [Line]
    let appeals: [String: Int]
    let flags: [String: Int]
    let settings: ModerationSettings
    let updated: Timestamp
  }

  var family: DocumentFamily {
    .single(
      "decisions",
      titles: ["fr": host.words.text("mod.counts", "fr"), "en": host.words.text("mod.counts", "en")],
      path: "moderation/index"
    ) { context in
      let tally = try tally(context.ledger)
      return Document(
        value: value(tally), dependsOn: [ModerationCounts.subject], updated: tally.updated,
        search: SearchEntry(
          title: host.words.text("mod.counts", host.facts.languages[0]),
          text: host.words.text("mod.counts.lead", host.facts.languages[0]))
      ) { view in page(tally, view.locale) }
    }
  }

  private func tally(_ ledger: Ledger) throws -> Tally {
    let lines = try ledger.rows(
      "SELECT * FROM host_decision_count ORDER BY month DESC, module, kind, measure, reason LIMIT 5000"
    ).map {
      Line(
        month: try $0.text("month"), module: try $0.text("module"), kind: try $0.text("kind"),
        measure: try $0.text("measure"), reason: try $0.text("reason"), count: try $0.int("count"),
        earlier: try $0.int("earlier"))
    }
    func states(_ table: String) throws -> [String: Int] {
      var counts: [String: Int] = [:]
      for row in try ledger.rows("SELECT state, count(*) AS n FROM \(table) GROUP BY state") {
        counts[try row.text("state")] = try row.int("n")
      }
      return counts
    }
    let last = try ledger.row("SELECT at FROM host_decision ORDER BY id DESC LIMIT 1")?.optionalTimestamp("at")
    let ledgers = Ledgers { _ in ledger }
    return Tally(
      lines: lines, appeals: try states("host_appeal"), flags: try states("host_flag"),
      settings: try host.moderation.settings(in: ledgers), updated: last ?? Timestamp(milliseconds: 0))
  }

  private func value(_ tally: Tally) -> JSONValue {
    func object(_ counts: [String: Int], _ names: [String]) -> JSONValue {
      .object(names.map { ($0, .integer(counts[$0] ?? 0)) })
    }
    return .object([
      (
        "decisions",
        .array(
          tally.lines.map { line in
            .object(
              [
                ("month", .string(line.month)), ("module", .string(line.module)), ("kind", .string(line.kind)),
                ("measure", .string(line.measure)), ("reason", line.reason.isEmpty ? .null : .string(line.reason)),
                ("count", .integer(line.count)),
              ] + (line.earlier > 0 ? [("earlier", .integer(line.earlier))] : []))
          })
      ),
      ("appeals", object(tally.appeals, ["open", "confirmed", "reversed"])),
      ("flags", object(tally.flags, ["open", "upheld", "dismissed"])),
      (
        "rules",
        .object([
          ("mode", .string(tally.settings.mode("").rawValue)),
          (
            "exceptions",
            .object(
              tally.settings.modes.filter { !$0.key.isEmpty }.sorted { $0.key < $1.key }.map {
                ($0.key, .string($0.value.rawValue))
              })
          ),
          ("kinds", kindsValue(tally.settings)),
          ("hideAfterFlags", .integer(tally.settings.hideAfterFlags)),
          ("undoMinutes", .integer(tally.settings.undoMinutes)),
        ])
      ),
      (
        "charter",
        .array(
          host.charter.reasons.map { reason in
            .object([
              ("id", .string(reason.id)),
              ("title", .object(reason.titles.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
            ])
          })
      ),
    ])
  }

  // MARK: The page

  private func page(_ tally: Tally, _ locale: String) -> Page {
    let words = host.words
    func text(_ key: String, _ arguments: [String: String] = [:]) -> String { words.text(key, locale, arguments) }
    var body: [HTMLNode] = [
      .p(text("mod.counts.lead"), [.class("lead")]), .p(text("mod.counts.proof"), [.class("hint")]),
      rules(tally.settings, locale), kindsTable(tally.settings, locale),
    ]
    let earlier = tally.lines.reduce(0) { $0 + $1.earlier }
    if earlier > 0 { body.insert(.p(text("mod.counts.declared", ["count": String(earlier)]), [.class("told")]), at: 2) }
    if tally.lines.isEmpty { body.append(.p(text("mod.counts.none"))) }
    var months: [String] = []
    for line in tally.lines where months.last != line.month { months.append(line.month) }
    for month in months {
      body.append(.h2(name(of: month, locale)))
      body.append(table(tally.lines.filter { $0.month == month }, month, locale))
    }
    body.append(.h2(text("mod.counts.appeals")))
    body.append(list(["open", "confirmed", "reversed"], tally.appeals, "mod.appeal.state", locale))
    body.append(.h2(text("mod.counts.flags")))
    body.append(list(["open", "upheld", "dismissed"], tally.flags, "mod.flag.state", locale))
    body.append(.h2(text("mod.counts.charter"), [.id("charte")]))
    body.append(
      .element(
        .dl, [],
        host.charter.reasons.flatMap { reason in
          [
            HTMLNode.element(.dt, [], [.strong(Charter.pick(reason.titles, locale))]),
            .element(.dd, [], [.text(Charter.pick(reason.grounds, locale))]),
          ]
        }))
    return Page(title: text("mod.counts"), summary: text("mod.counts.lead"), body: body)
  }

  private func rules(_ settings: ModerationSettings, _ locale: String) -> HTMLNode {
    let words = host.words
    var items = [words.text("mod.counts.mode.\(settings.mode("").rawValue)", locale)]
    for (scope, mode) in settings.modes.sorted(by: { $0.key < $1.key }) where !scope.isEmpty {
      items.append(
        words.text("mod.counts.exception.\(mode.rawValue)", locale, ["scope": host.scopeTitle(scope, locale)]))
    }
    items.append(
      settings.hideAfterFlags == 0
        ? words.text("mod.counts.neverHidden", locale)
        : words.text("mod.counts.hidden", locale, ["count": String(settings.hideAfterFlags)]))
    items.append(words.text("mod.counts.appealRule", locale))
    return .ul(items: items.map { .text($0) })
  }

  private func table(_ lines: [Line], _ month: String, _ locale: String) -> HTMLNode {
    let words = host.words
    let headings = ["kind", "measure", "reason", "count"].map { words.text("mod.counts.\($0)", locale) }
    let rows = lines.map { line -> [HTMLNode] in
      [
        .text(host.kindTitle(line.module, line.kind, locale)), .text(words.text("mod.measure.\(line.measure)", locale)),
        .text(line.reason.isEmpty ? "–" : host.reasonTitle(line.reason, locale)), .text(count(line, locale)),
      ]
    }
    return .table(
      caption: words.text("mod.counts.caption", locale, ["month": name(of: month, locale)]), headings: headings,
      rows: rows)
  }

  private func count(_ line: Line, _ locale: String) -> String {
    guard line.earlier > 0 else { return String(line.count) }
    let arguments = ["count": String(line.count), "earlier": String(line.earlier)]
    return host.words.text("mod.counts.earlier", locale, arguments)
  }

  private func list(_ states: [String], _ counts: [String: Int], _ key: String, _ locale: String) -> HTMLNode {
    .ul(
      items: states.map { state in
        .text(host.words.text("\(key).\(state)", locale, ["count": String(counts[state] ?? 0)]))
      })
  }

  /// `novembre 2026`: the words of a day of that month, without the day.
  private func name(of month: String, _ locale: String) -> String {
    guard let date = LocalDate(month + "-02") else { return month }
    return DateWords(locale: locale).medium(date).split(separator: " ").dropFirst().joined(separator: " ")
  }
}

extension Host {
  /// The documents of the host's own, beside those of modules.
  public var documents: [(module: String, family: DocumentFamily)] { [(Flags.id, ModerationCounts(host: self).family)] }

  /// What a moderated kind is called.
  func kindTitle(_ module: String, _ kind: String, _ locale: String) -> String {
    guard let titles = moderation.kind(module, kind)?.titles else { return kind }
    return titles[locale] ?? titles["fr"] ?? kind
  }

  /// What a category is called: for comments the module that they are about; else as the module keeps it.
  func categoryTitle(_ module: String, _ kind: String, _ category: String, _ locale: String) -> String {
    guard module == "host", kind == "comment", let first = category.split(separator: "/").first else { return category }
    return registry.entry(String(first))?.manifest.names[locale] ?? category
  }

  /// What a scope of the settings is called: the names of its module and kind, and the category as the module keeps it.
  func scopeTitle(_ scope: String, _ locale: String) -> String {
    let steps = scope.split(separator: "/").map(String.init)
    guard let first = steps.first else { return words.text("mod.scope.all", locale) }
    func module(_ id: String) -> String { registry.entry(id)?.manifest.names[locale] ?? id }
    if first == Comments.id {
      var rest = steps.count > 1 ? [module(steps[1])] : []
      // The kind is a word of the program: it is named only where a module has more than one to comment.
      let kinds = steps.count > 1 ? registry.entry(steps[1])?.instance.commentableKinds.count ?? 0 : 0
      if kinds != 1 { rest += steps.dropFirst(2) }
      return ([words.text("mod.scope.comments", locale)] + rest).joined(separator: " – ")
    }
    var names = [module(first)]
    if steps.count > 1 { names.append(kindTitle(first, steps[1], locale)) }
    return (names + steps.dropFirst(2)).joined(separator: " – ")
  }
}
