import ParticipationKit

extension ModerationCounts {
  /// One kind of words that people send, and when the commune reads them.
  struct KindRule: Sendable {
    let module: String
    let kind: String
    /// Where the settings look first.
    let scope: String
    let mode: ModerationSettings.Mode
    /// The scope whose rule decides; empty for the commune's own.
    let decidedBy: String
  }

  /// Every kind of the modules in service, and comments, with the rule that holds for it.
  func kindRules(_ settings: ModerationSettings) -> [KindRule] {
    let kinds =
      [(module: "host", kind: "comment")]
      + host.registry.entries.flatMap { entry in
        entry.instance.moderatedKinds.map { (module: entry.manifest.id, kind: $0.kind) }
      }
    return kinds.map { module, kind in
      let scope = ModerationSettings.scope(module, kind, "")
      return KindRule(
        module: module, kind: kind, scope: scope, mode: settings.mode(scope), decidedBy: settings.rule(for: scope))
    }
  }

  /// The kinds as JSON.
  func kindsValue(_ settings: ModerationSettings) -> JSONValue {
    .array(
      kindRules(settings).map { rule in
        .object([
          ("module", .string(rule.module)), ("kind", .string(rule.kind)), ("mode", .string(rule.mode.rawValue)),
          ("rule", .string(rule.decidedBy)),
        ])
      })
  }

  /// The kinds as a table: what is sent, when it is read, and by which rule.
  func kindsTable(_ settings: ModerationSettings, _ locale: String) -> HTMLNode {
    let words = host.words
    let rows = kindRules(settings).map { rule -> [HTMLNode] in
      [
        .text(host.scopeTitle(rule.scope, locale)), .text(words.text("mod.kinds.\(rule.mode.rawValue)", locale)),
        .text(
          rule.decidedBy.isEmpty ? words.text("mod.kinds.commune", locale) : host.scopeTitle(rule.decidedBy, locale)),
      ]
    }
    return .table(
      caption: words.text("mod.kinds", locale),
      headings: ["kind", "mode", "rule"].map { words.text("mod.kinds.head.\($0)", locale) }, rows: rows)
  }
}
