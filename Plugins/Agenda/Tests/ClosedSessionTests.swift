import ParticipationKit
import ParticipationTesting
import Testing

@testable import Agenda

/// What people quoted of a text that is no longer public.
@Suite("Items of a closed session")
struct ClosedSessionTests {
  let commune: TestCommune

  init() throws {
    commune = try TestCommune([ModuleDescriptor(AgendaModule.self)])
    try commune.importText("meeting", file(isClosed: false))
  }

  private func file(isClosed: Bool) -> String {
    ReimportTests.file("draft", [.init(title: "Agents", body: "Le dossier de MARKER.", isClosed: isClosed)])
  }

  private func holding(_ text: String) throws -> [String] {
    (commune.files() + (try commune.fullBuild())).filter {
      String(decoding: $0.bytes, as: UTF8.self).contains(text)
    }.map(\.path)
  }

  private func comment() throws {
    try commune.publish()
    let data = try JSONValue.parse(Array((commune.file("api/v1/agenda/conseil.json") ?? "").utf8))
    let block = data["items"]?.asArray?.first?["blocks"]?.asArray?.first?["id"]?.asString ?? ""
    let form = [("kind", "comment"), ("body", "Pourquoi ?"), ("block", block)]
    #expect(commune.post("/api/v1/comments/add/agenda/item/conseil--agents", form).status == 303)
    try commune.approveAll()
    try commune.publish()
    #expect(try !holding("Pourquoi").isEmpty && !holding("MARKER").isEmpty)
  }

  @Test("moved there at the desk, no page, data or register file holds what comments quoted of it")
  func atTheDesk() throws {
    try comment()
    let desk = try commune.desk(role: "clerk")
    let sent = desk.act(
      "agenda", "edit-item", key: "conseil--agents",
      [
        ("revision", "1"), ("title", "Agents"), ("kind", "deliberation"), ("closed", "true"),
        ("body", "Le dossier de MARKER."),
      ])
    #expect(sent.status == 303, "\(sent.body)")
    try commune.signHead()
    #expect(try holding("MARKER") == [])
    #expect(try !holding("Pourquoi").isEmpty, "the comment itself stays")
    #expect(try commune.registerFindings() == [], "the register commits to the comment as it stands now")
  }

  @Test("moved there by a file, the same holds; and a quotation of a closed item does not come in")
  func byFile() throws {
    try comment()
    try commune.importText("meeting", file(isClosed: true))
    let line =
      #"{"reference":"c1","meeting":"conseil","item":"agents","block_quote":"dossier de MARKER","kind":"comment","#
      + #""sent":"2026-11-20T10:00","text":"Encore","state":"published"}"#
    #expect(try commune.importText("meeting-comments", line).skippedCount == 1)
    try commune.signHead()
    #expect(try holding("MARKER") == [])
    #expect(try commune.registerFindings() == [])
  }
}
