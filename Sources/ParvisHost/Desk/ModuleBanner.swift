import ParticipationKit

/// A module that `commune.yaml` asks for and that is not in service.
public struct ModuleOutageNote: Sendable {
  /// The id.
  public let module: String
  /// Why, and what to do, by locale; names files of the server.
  public let texts: [String: String]

  /// Makes a note.
  public init(module: String, texts: [String: String]) {
    self.module = module
    self.texts = texts
  }
}

// What is said above the screens of the desk while a module does not work. The public reads what was published.
extension DeskRoom {
  /// A line for each module that is left out or does not answer; nothing while all work.
  var moduleBanner: [HTMLNode] {
    let isManaging = may(ModuleScreen.permission)
    var lines: [(id: String, text: String, more: String)] = host.ports.moduleOutages().map { outage in
      (
        id: outage.module, text: text("modules.out", ["module": outage.module]),
        more: SitePick.text(outage.texts, locale)
      )
    }
    for entry in host.registry.entries {
      guard let state = entry.instance.process?.state(), !state.isFine else { continue }
      let name = SitePick.text(entry.manifest.names, locale)
      lines.append(
        (
          id: entry.manifest.id, text: text("modules.failing", ["module": name]),
          more: SitePick.text(state.texts, locale) + " " + text("modules.failing.do", ["module": entry.manifest.id])
        ))
    }
    if lines.isEmpty { return [] }
    return lines.map { line in
      // Files of the server and names of failures are for those who can do something about them.
      let more: [HTMLNode] =
        isManaging
        ? [.p(line.more), .p([], [.a(SitePath("desk/modules", fragment: "module-\(line.id)"), text("desk.modules"))])]
        : [.p(text("modules.tell"))]
      return .div([.class("told"), .named("role", "status")], [.p([], [.strong(line.text)])] + more)
    }
  }
}
