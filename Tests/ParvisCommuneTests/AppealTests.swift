import ParticipationKit
import ParticipationTesting
import Testing

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
  }
}
