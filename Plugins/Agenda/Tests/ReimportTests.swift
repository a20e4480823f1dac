import ParticipationKit
import ParticipationTesting
import Testing

@testable import Agenda

/// Meetings that come from files more than once, in a commune with the host around.
@Suite("Importing a meeting again")
struct ReimportTests {
  /// 21 November 2026, 12:00 UTC is now.
  let commune: TestCommune
  let desk: TestDesk

  init() throws {
    commune = try TestCommune([ModuleDescriptor(AgendaModule.self)])
    desk = try commune.desk(role: "clerk")
  }

  struct Item {
    var title: String
    var body = "Texte."
    var minutes = ""
    var isClosed = false
    var kind = "délibération"
  }

  static func file(
    _ state: String, starts: String = "2026-11-27T20:00", sent: String = "2026-11-20T17:30",
    minuted: String = "2026-11-21T10:00", more: String = "", _ items: [Item]
  ) -> String {
    var out = "---\nid: conseil\ntitle: Conseil\nstarts: \(starts)\nplace: Mairie\nstate: \(state)\n\(more)"
    if state != "draft" { out += "sent: \(sent)\n" }
    if state == "minuted" { out += "minuted: \(minuted)\n" }
    out += "---\n"
    for item in items {
      out += "\n## \(item.title) {#\(item.title.lowercased())}\n\nNature : \(item.kind)\n"
      if item.isClosed { out += "Huis clos : oui\n" }
      out += "\n\(item.body)\n"
      if !item.minutes.isEmpty { out += "\n### Procès-verbal\n\n\(item.minutes)\n" }
    }
    return out
  }

  /// The words of the refusal; empty when the file is taken.
  private func refusal(_ text: String) -> String {
    do {
      try commune.importText("meeting", text)
      return ""
    } catch {
      return "\(error)"
    }
  }

  private let held = "2026-11-19T20:00"
  private let left = "2026-11-12T17:30"

  @Test("a file without minutes leaves those that were written here, and says so")
  func minutesStay() throws {
    let file = Self.file("held", starts: held, sent: left, [Item(title: "Budget"), Item(title: "Voirie")])
    try commune.importText("meeting", file)
    #expect(
      desk.act("agenda", "record-minutes", key: "conseil--budget", [("revision", "1"), ("minutes", "Adopté MARK.")])
        .status == 303)
    let again = try commune.importText("meeting", file)
    #expect(again.skippedCount == 1 && again.updated == 0)
    #expect(again.skipped.first?.fr.contains("budget") == true)
    #expect(try commune.exportText("meeting", options: ["id": "conseil"]).contains("Adopté MARK."))
  }

  @Test("published minutes are not changed by a file, as they are not at the desk")
  func minutesArePublished() throws {
    func file(_ minutes: String) -> String {
      Self.file("minuted", starts: held, sent: left, [Item(title: "Budget", minutes: minutes)])
    }
    #expect(
      refusal(file("")).contains("minutes of item 1"), "a deliberation without minutes is not published by a file")
    try commune.importText("meeting", file("Adopté."))
    #expect(refusal(file("Rejeté.")).contains("are published"))
    let again = try commune.importText("meeting", file(""))
    #expect(again.skippedCount == 1)
    try commune.publish()
    #expect(commune.file("agenda/conseil.html")?.contains("Adopté.") == true)
  }

  @Test("a file keeps the rules of the desk: no notice after the meeting began, no meeting held before it")
  func rules() throws {
    #expect(refusal(Self.file("held", [Item(title: "Budget")])).contains("not begun"))
    #expect(refusal(Self.file("sent", sent: "2026-11-28T17:30", [Item(title: "Budget")])).contains("starts"))
    #expect(refusal(Self.file("sent", [])) != "")
    #expect(refusal(Self.file("draft", [Item(title: "Budget")]).replacing("id: conseil", with: "id: index")) != "")
  }

  @Test("items that are not in the file keep it from freezing the agenda, so that it can be imported twice")
  func incomplete() throws {
    try commune.importText("meeting", Self.file("draft", [Item(title: "Budget")]))
    #expect(
      desk.act("agenda", "add-item", key: "conseil", [("title", "École"), ("kind", "deliberation")]).status == 303)
    let file = Self.file("sent", [Item(title: "Budget")])
    #expect(refusal(file).contains("ecole"))
    #expect(desk.act("agenda", "remove-item", key: "conseil--ecole", []).status == 303)
    #expect(refusal(file) == "")
    let again = try commune.importText("meeting", file)
    #expect(again.added + again.updated + again.skippedCount == 0)
  }

  @Test("a text that only goes on is refused with the line that is more; what lies beside the text is named")
  func frozen() throws {
    let items = [Item(title: "Budget"), Item(title: "Agents", body: "Secret.", isClosed: true)]
    try commune.importText("meeting", Self.file("sent", items))
    let longer = refusal(Self.file("sent", items + [Item(title: "Voirie")]))
    #expect(longer.contains("Voirie"), "\(longer)")
    let beside = Self.file(
      "sent", sent: "2026-11-19T17:30", more: "comments_until: 2026-11-25T12:00\n",
      [Item(title: "Budget"), Item(title: "Agents", body: "Autre secret.", isClosed: true)])
    let report = try commune.importText("meeting", beside)
    let named = report.skipped.map(\.fr).joined(separator: "\n")
    for what in ["comments_until", "sent", "agents"] { #expect(named.contains("« \(what) »"), "\(what): \(named)") }
    #expect(report.updated == 0 && report.unchanged == 2)
  }
}
