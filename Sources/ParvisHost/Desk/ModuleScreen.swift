import ParticipationKit

/// `/desk/modules`: the modules of the commune, who keeps them, and what the conformance kit says of each.
struct ModuleScreen: Sendable {
  static let permission = RoleBook.managing

  let room: DeskRoom

  private var host: Host { room.host }

  func get() throws -> WebResponse {
    try room.require(ModuleScreen.permission)
    let grades = Dictionary(host.ports.moduleGrades().map { ($0.module, $0) }, uniquingKeysWith: { first, _ in first })
    var body: [HTMLNode] = [.p(room.text("modules.lead"), [.class("lead")])]
    for outage in host.ports.moduleOutages() {
      body.append(
        .section([.id("module-\(outage.module)")], [.h2(outage.module), .p(SitePick.text(outage.texts, room.locale))]))
    }
    for entry in host.registry.entries {
      body.append(section(entry.manifest, entry.instance.process, grades[entry.manifest.id]))
    }
    return room.page(200, title: room.text("desk.modules"), body)
  }

  private func section(_ manifest: Manifest, _ process: ModuleProcessPort?, _ grade: ModuleGrade?) -> HTMLNode {
    var nodes: [HTMLNode] = [
      .h2("\(SitePick.text(manifest.names, room.locale)) (\(manifest.id) \(manifest.version))"),
      .p(room.text("modules.owner", ["owner": manifest.owner, "licence": manifest.licence])),
      .p(SitePick.text(manifest.personalData.texts, room.locale)),
    ]
    if let state = process?.state() {
      let words = room.text("modules.process", ["state": SitePick.text(state.texts, room.locale)])
      nodes.append(.p(words, state.isFine ? [] : [.class("told")]))
    }
    guard let check = grade?.check else {
      nodes.append(.p(room.text("modules.never", ["module": manifest.id])))
      return .section([.id("module-\(manifest.id)")], nodes + notes(grade?.declaration ?? [], "modules.declaration"))
    }
    var level = room.text(check.level.isEmpty ? "modules.level.none" : "modules.level.\(check.level)")
    if !check.level.isEmpty, !check.exempted.isEmpty {
      level += " " + room.text("modules.except", ["rules": check.exempted.map(\.rule).joined(separator: ", ")])
    }
    nodes.append(
      .p(
        [],
        [
          .strong(level), " ", .text(room.text("modules.kept", ["count": String(check.kept)])),
          " ", checked(check),
        ]))
    if check.isStale {
      nodes.append(
        .p(
          room.text(
            "modules.stale",
            ["module": check.moduleVersion, "program": check.programVersion, "id": manifest.id]), [.class("told")]))
    }
    nodes += notes(grade?.declaration ?? [], "modules.declaration")
    nodes += notes(check.broken, "modules.broken") + notes(check.missed, "modules.missed")
    nodes += notes(check.exempted, "modules.exempted")
    return .section([.id("module-\(manifest.id)")], nodes)
  }

  private func checked(_ check: ModuleGrade.Check) -> HTMLNode {
    guard let at = Timestamp(rfc3339: check.at) else { return .text(check.at) }
    return .fragment([.text(room.text("modules.checked")), " ", room.moment(at), "."])
  }

  private func notes(_ notes: [ModuleGrade.Note], _ heading: String) -> [HTMLNode] {
    if notes.isEmpty { return [] }
    let items = notes.map { note in
      HTMLNode.fragment([
        .strong(SitePick.text(note.titles, room.locale)), .text(" (\(note.rule))"),
        .ul(items: note.lines.map { .text($0) }),
      ])
    }
    return [.h3(room.text(heading)), .ul(items: items)]
  }
}
