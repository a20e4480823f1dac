import ParticipationKit
import ParticipationTesting
import ParvisCommune
import Testing

@testable import ParvisHost

@Suite("Appeals")
struct AppealTests {
  let commune: TestCommune

  init() throws { commune = try NotesCommune.make(languages: ["fr", "en"]) }

  /// A refused note: the name of its receipt.
  private func refused(by desk: TestDesk) throws -> String {
    let sent = commune.write("mon avis")
    _ = desk.post("/desk/moderation/1", [("decision", "refuse"), ("reason", "off-topic")])
    return String((sent.header("Location") ?? "").dropFirst("/receipt/".count))
  }

  private func appeal(_ receipt: String, _ body: String = "Relisez, s’il vous plaît.") -> TestCommune.Answer {
    commune.post("/api/v1/moderation/appeal/\(receipt)", [("body", body)])
  }

  @Test("the author appeals from the receipt, another moderator reverses, and both receipts say so")
  func reversed() throws {
    let decider = try commune.desk(role: "councillor")
    let other = try commune.desk(role: "councillor")
    let receipt = try refused(by: decider)
    #expect(commune.get("/receipt/\(receipt)").body.contains("moderation/appeal/\(receipt)"))
    let sent = appeal(receipt)
    #expect(sent.status == 303)
    #expect(appeal(receipt, "encore").status == 409)
    #expect(!commune.get("/receipt/\(receipt)").body.contains("moderation/appeal/"))
    #expect(other.get("/desk/appeals").body.contains("Relisez"))
    let own = decider.post("/desk/appeals/1", [("answer", "confirm"), ("note", "non")])
    #expect(own.status == 403)
    #expect(other.post("/desk/appeals/1", [("answer", "reverse"), ("note", "")]).status == 422)
    #expect(other.post("/desk/appeals/1", [("answer", "reverse"), ("note", "Vous avez raison.")]).status == 303)
    #expect(other.post("/desk/appeals/1", [("answer", "confirm"), ("note", "non")]).status == 409)
    try commune.publish()
    #expect(commune.file("notes/1.html")?.contains("mon avis") == true)
    for name in ["/receipt/\(receipt)", sent.header("Location") ?? ""] {
      let page = commune.get(name).body
      #expect(page.contains("La décision est levée") && page.contains("Vous avez raison."))
    }
    let value = try JSONValue.parse(Array((commune.file("api/v1/moderation/index.json") ?? "").utf8))
    #expect(value["appeals"]?["reversed"]?.asInteger == 1)
  }

  @Test("a decision that stands says where else to turn; what the appeal says is in no file")
  func confirmed() throws {
    let decider = try commune.desk(role: "councillor")
    let other = try commune.desk(role: "clerk")
    let receipt = try refused(by: decider)
    _ = appeal(receipt, "MARKER appeal")
    #expect(other.post("/desk/appeals/1", [("answer", "confirm"), ("note", "MARKER answer")]).status == 303)
    try commune.publish()
    #expect(commune.filesHolding("MARKER").isEmpty)
    #expect(commune.filesHolding("mon avis").isEmpty)
    let page = commune.get("/receipt/\(receipt)").body
    #expect(page.contains("La décision est maintenue") && page.contains("Défenseur des droits"))
  }

  @Test("when nobody else moderates the desk says so, and an administrator may answer, which the author reads")
  func onlyOne() throws {
    let clerk = try commune.desk(role: "clerk")
    let receipt = try refused(by: clerk)
    _ = appeal(receipt)
    let refusal = clerk.post("/desk/appeals/1", [("answer", "confirm"), ("note", "non")])
    #expect(refusal.status == 403 && refusal.body.contains("personne d’autre ne modère"))
    let administrator = try commune.desk(role: "administrator")
    #expect(administrator.post("/desk/appeals/1", [("answer", "confirm"), ("note", "Relu.")]).status == 303)
    // An administrator alone answers even what he decided himself.
    let alone = try NotesCommune.make()
    let desk = try alone.desk(role: "administrator")
    let sent = alone.write("mon avis")
    _ = desk.post("/desk/moderation/1", [("decision", "refuse"), ("reason", "off-topic")])
    let name = String((sent.header("Location") ?? "").dropFirst("/receipt/".count))
    alone.post("/api/v1/moderation/appeal/\(name)", [("body", "Relisez")])
    #expect(desk.post("/desk/appeals/1", [("answer", "confirm"), ("note", "Relu.")]).status == 303)
    #expect(alone.get("/receipt/\(name)").body.contains("la même a dû relire"))
  }

  @Test("only the author’s receipt appeals: not a forged one, not another’s, not a supporter’s, not after six months")
  func whose() throws {
    let desk = try commune.desk(role: "councillor")
    let receipt = try refused(by: desk)
    let position = receipt.split(separator: "-")[0]
    for forged in ["\(position)-\(String(repeating: "0", count: 32))", "x", "0", "-1-0", "99-\(receipt.dropFirst(2))"] {
      #expect(appeal(forged).status == 404, "\(forged)")
    }
    let other = commune.write("autre mot")
    #expect(appeal(String((other.header("Location") ?? "").dropFirst("/receipt/".count))).status == 409)
    commune.now = commune.now.adding(seconds: 184 * 86_400 + 1)
    #expect(appeal(receipt).status == 409)
    #expect(!commune.get("/receipt/\(receipt)").body.contains("moderation/appeal/"))
    commune.now = commune.now.adding(seconds: -2)
    #expect(appeal(receipt).status == 303)
  }

  @Test("somebody who cheered a note reads nothing of the reasons that its author got")
  func supporters() throws {
    try commune.publishNote("un mot")
    let cheer = commune.post("/api/v1/notes/cheer/1", [("code", "abc")])
    let desk = try commune.desk(role: "councillor")
    _ = desk.post("/desk/moderation/1", [("decision", "refuse"), ("reason", "insult"), ("note", "à l’auteur seul")])
    let page = commune.get(cheer.header("Location") ?? "").body
    #expect(!page.contains("Pourquoi cette décision") && !page.contains("moderation/appeal"))
    #expect(!page.contains("à l’auteur seul") && !page.contains("insultants"))
    let value = commune.receipt(cheer)
    #expect(value["note"]?.isNull == true && value["reason"]?.isNull == true)
    let author = try #require(try commune.rows("SELECT receipt FROM host_moderation").first?.int("receipt"))
    let own = commune.get("/receipt/\(author)-\(commune.opened.host.receiptTokenForTest(author))").body
    #expect(own.contains("à l’auteur seul"), "the author reads it")
  }
}

@Suite("Nobody answers the appeal against their own decision")
struct AppealDisposalTests {
  let commune: TestCommune

  init() throws { commune = try NotesCommune.make(configuration: "moderation:\n  hide_after_flags: 1") }

  private func last() throws -> Int { try commune.count("SELECT max(id) FROM host_decision") }

  private func appeal(_ receipt: String) -> TestCommune.Answer {
    commune.post("/api/v1/moderation/appeal/\(receipt)", [("body", "Relisez")])
  }

  @Test("who refused cannot undo once the author appealed; somebody else can, and the appeal is won")
  func undo() throws {
    let decider = try commune.desk(role: "clerk")
    let other = try commune.desk(role: "clerk")
    let sent = commune.write("mon avis")
    _ = decider.post("/desk/moderation/1", [("decision", "refuse"), ("reason", "off-topic")])
    #expect(decider.get("/desk/moderation/1").body.contains("desk/undo/"))
    #expect(appeal(String((sent.header("Location") ?? "").dropFirst("/receipt/".count))).status == 303)
    #expect(!decider.get("/desk/moderation/1").body.contains("desk/undo/"))
    #expect(decider.post("/desk/undo/\(try last())", []).status == 409)
    #expect(try commune.count("SELECT count(*) FROM host_appeal WHERE state = 'open'") == 1)
    #expect(other.post("/desk/undo/\(try last())", []).status == 303)
    let row = try #require(try commune.rows("SELECT state, handled_by FROM host_appeal").first)
    #expect(try row.text("state") == "reversed" && row.optionalInt("handled_by") != nil)
  }

  @Test("who refused what a rule had hidden does not answer the appeal against the hiding")
  func hidden() throws {
    try commune.publishNote("un mot public")
    let author = try #require(try commune.rows("SELECT receipt FROM host_moderation").first?.int("receipt"))
    let flag = commune.post(
      "/api/v1/moderation/flag/notes/note/1", [("item", "notes/note/1"), ("reason", "insult")])
    #expect(flag.status == 303)
    #expect(try commune.count("SELECT count(*) FROM host_decision WHERE measure = 'hidden'") == 1)
    #expect(appeal("\(author)-\(commune.opened.host.receiptTokenForTest(author))").status == 303)
    let decider = try commune.desk(role: "councillor")
    let other = try commune.desk(role: "councillor")
    _ = decider.post("/desk/moderation/1", [("decision", "refuse"), ("reason", "insult")])
    #expect(decider.post("/desk/appeals/1", [("answer", "confirm"), ("note", "non")]).status == 403)
    #expect(other.post("/desk/appeals/1", [("answer", "confirm"), ("note", "Relu.")]).status == 303)
  }

  @Test("where the only others may not moderate there, nobody else is waited for: an administrator answers")
  func area() throws {
    let sent = commune.write("mon avis")
    let host = commune.opened.host
    let role = StaffRole(id: "elsewhere", title: "Ailleurs", permissions: ["host.moderate"], areas: ["agenda"])
    let now = commune.now
    try host.ports.store.perform { try host.roles.store(role, at: now, host: host, in: $0) }
    try host.ports.store.reading { try host.roles.reload(in: $0) }
    #expect(host.roles.may("elsewhere", "host.moderate"))
    let administrator = try commune.desk(role: "administrator")
    _ = try commune.desk(role: "elsewhere")
    _ = administrator.post("/desk/moderation/1", [("decision", "refuse"), ("reason", "off-topic")])
    #expect(appeal(String((sent.header("Location") ?? "").dropFirst("/receipt/".count))).status == 303)
    #expect(administrator.post("/desk/appeals/1", [("answer", "confirm"), ("note", "Relu.")]).status == 303)
  }

  @Test("a publication is taken back for ten minutes; later it needs a decision with a reason")
  func unpublish() throws {
    let desk = try commune.desk(role: "councillor")
    commune.write("mon avis")
    _ = desk.post("/desk/moderation/1", [("decision", "approve")])
    commune.now = commune.now.adding(seconds: 11 * 60)
    #expect(desk.post("/desk/undo/\(try last())", []).status == 409)
    try commune.publish()
    #expect(commune.file("notes/1.html") != nil)
    commune.write("un autre")
    _ = desk.post("/desk/moderation/2", [("decision", "refuse"), ("reason", "off-topic")])
    commune.now = commune.now.adding(seconds: 11 * 60)
    #expect(desk.post("/desk/undo/\(try last())", []).status == 303)
  }
}
