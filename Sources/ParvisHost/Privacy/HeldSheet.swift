import ParticipationKit

/// What is held, as lists that people read: the same for the person and at the counter.
struct HeldSheet {
  let host: Host
  let locale: String

  private func text(_ key: String, _ arguments: [String: String] = [:]) -> String {
    host.words.text(key, locale, arguments)
  }

  /// The text of a key; nil when there is none.
  private func known(_ key: String) -> String? {
    let found = text(key)
    return found == key ? nil : found
  }

  /// The contributions, each with its way to be erased alone, then what else there is.
  func nodes(_ held: HeldData, erase: (HeldEntry) -> HTMLNode) -> [HTMLNode] {
    if held.isEmpty { return [.p(text("privacy.nothing"), [.class("lead")])] }
    var nodes: [HTMLNode] = [.p(text("privacy.mine.lead"), [.class("lead")])]
    if !held.entries.isEmpty {
      nodes.append(.h2(text("privacy.contributions")))
      nodes.append(.ul([.class("rows")], items: held.entries.map { row($0, erase) }))
    }
    for (name, value) in (held.host.asObject ?? []).map({ ($0.name, $0.value) })
      + held.modules.map({ ($0.id, $0.value) })
    {
      nodes.append(.h2(title(name)))
      let own = host.registry.entry(name)?.instance.personalData
      let items = (value.asArray ?? [value]).map { self.value($0, [name], own) }
      nodes.append(items.count == 1 ? items[0] : .ul([.class("rows")], items: items))
    }
    return nodes
  }

  private func row(_ entry: HeldEntry, _ erase: (HeldEntry) -> HTMLNode) -> HTMLNode {
    var meta: [HTMLNode] = [.text(host.day(entry.sent, locale))]
    if let day = entry.received {
      meta.append(.text(text("privacy.arrived", ["date": DateWords(locale: locale).long(day)])))
    }
    if !entry.number.isEmpty { meta.append(.text(text("privacy.receipt", ["number": entry.number]))) }
    if entry.state != "none" { meta.append(.text(text("privacy.state.\(entry.state)"))) }
    let words: HTMLNode = entry.erased.map { host.erasedNotice($0, locale) } ?? .p(entry.excerpt)
    return .fragment([
      .h3(entry.title), words, .ul([.class("meta")], items: meta), entry.erased == nil ? erase(entry) : .empty,
    ])
  }

  private func title(_ name: String) -> String {
    if let entry = host.registry.entry(name) { return SitePick.text(entry.manifest.names, locale) }
    return text("privacy.part.\(name)")
  }

  // MARK: Values

  /// A value as people read it: an object as names with their values, a list as a list, a time as a day and an hour.
  /// - Parameters:
  ///   - path: The names of the members that lead to it; the last one says how a bare word is told.
  ///   - own: The module's own words.
  private func value(_ value: JSONValue, _ path: [String], _ own: PersonalData?) -> HTMLNode {
    if let members = value.asObject { return facts(members, path, own) }
    if let items = value.asArray { return .ul(items: items.map { self.value($0, path, own) }) }
    return words(value, path, own)
  }

  /// Names and values; what is empty is left out, since the copy to keep says that too.
  private func facts(
    _ members: [(name: String, value: JSONValue)], _ path: [String], _ own: PersonalData?
  ) -> HTMLNode {
    .facts(
      members.filter { !$0.value.isNull && $0.value.asString != "" && $0.value.asArray?.isEmpty != true }.map {
        (label($0.name, path, own), value($0.value, path + [$0.name], own))
      })
  }

  /// What a member is called: by its module, by the host, or by its own name.
  private func label(_ name: String, _ path: [String], _ own: PersonalData?) -> String {
    own?.label(name, locale) ?? known("privacy.field.\(path.first ?? "").\(name)") ?? known("privacy.field.\(name)")
      ?? name.split(separator: "_").joined(separator: " ")
  }

  private func words(_ value: JSONValue, _ path: [String], _ own: PersonalData?) -> HTMLNode {
    let name = path.last ?? ""
    if let flag = value.asBool {
      return .text(own?.label("\(name).\(flag)", locale) ?? text(flag ? "privacy.yes" : "privacy.no"))
    }
    guard let text = value.asString else { return .text(value.text) }
    if let told = own?.label("\(name).\(text)", locale) ?? known("privacy.field.\(name).\(text)") {
      return .text(told)
    }
    // The host's own words, which the desk has for the same things.
    if own == nil, path == ["messages", "kind"], let told = known("maildesk.kind.\(text)") { return .text(told) }
    if own == nil, path == ["acts", "action"] { return .text(action(text)) }
    if let time = Timestamp(rfc3339: text) {
      let shown = DateWords(locale: locale).longWithTime(host.zone.civil(time))
      return .element(.time, [.datetime(time.rfc3339)], [.text(shown)])
    }
    if let subject = Subject(text), let told = about(subject) { return told }
    return .element(.div, [.class("typed")], [.text(text)])
  }

  private func action(_ what: String) -> String {
    let parts = what.split(separator: "/", maxSplits: 1).map(String.init)
    return parts.count == 2 ? host.actionTitle(parts[0], parts[1], locale) : what
  }

  /// What a record is called, with the way to its page: by its title while it is public, else by its kind. Nil for what
  /// only looks like the name of a record.
  private func about(_ subject: Subject) -> HTMLNode? {
    let title = try? host.ports.store.reading { ledgers -> String? in
      guard try host.moderation.isShown(subject, in: ledgers) != false else { return nil }
      return try host.follows.target(subject, locale: locale, in: ledgers)?.title
        ?? host.comments.target(subject, locale: locale, in: ledgers)?.title
    }
    if let page = host.pagePath(subject, locale) { return .a(page, title ?? text("privacy.page")) }
    let kind =
      subject.isVoice
      ? known("mod.\(subject.kind).action")
      : (host.moderation.kind(subject.module, subject.kind)?.titles).map { SitePick.text($0, locale) }
    return (title ?? kind).map { .text($0) }
  }
}
