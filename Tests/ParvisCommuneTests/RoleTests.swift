import ParticipationKit
import ParticipationTesting
import ParvisCommune
import ParvisHost
import Testing

@Suite("Roles of the commune: what they allow, where they hold")
struct RoleTests {
  private func commune() throws -> TestCommune { try NotesCommune.make() }

  private func make(
    _ commune: TestCommune, title: String, permissions: [String], areas: [String] = []
  ) throws -> TestCommune.Answer {
    let desk = try commune.desk(role: "administrator")
    return desk.post(
      "/desk/roles/new",
      [("title", title)] + permissions.map { ("permissions", $0) } + areas.map { ("areas", $0) })
  }

  @Test("a role of the commune’s own gives what it says and nothing else, with a leaf for the change")
  func ownRole() throws {
    let commune = try commune()
    let leaves = try commune.count("SELECT count(*) FROM host_register")
    #expect(try make(commune, title: "Élue à l’accueil", permissions: ["host.moderate"]).status == 303)
    #expect(try commune.count("SELECT count(*) FROM host_register") == leaves + 1)
    #expect(try commune.rows("SELECT leaf FROM host_register").last?.text("leaf").contains("host/role/elue") == true)
    let id = try #require(commune.opened.host.roles.all.last?.id)
    let desk = try commune.desk(role: id)
    #expect(desk.get("/desk/moderation").status == 200)
    for path in ["/desk/people", "/desk/answers", "/desk/roles", "/desk/m/notes/all"] {
      #expect(desk.get(path).status == 403, "\(path)")
    }
  }

  @Test("a built-in role can be narrowed, and the change holds for who is signed in already")
  func narrowed() throws {
    let commune = try commune()
    let councillor = try commune.desk(role: "councillor")
    #expect(councillor.get("/desk/moderation").status == 200)
    let administrator = try commune.desk(role: "administrator")
    #expect(administrator.post("/desk/roles/councillor", [("permissions", "host.answer")]).status == 303)
    #expect(councillor.get("/desk/moderation").status == 403)
    #expect(councillor.get("/desk/answers").status == 200)
  }

  @Test("a role that holds in one category moderates that one and never sees the rest")
  func category() throws {
    let commune = try commune()
    commune.write("MARK-ROADS", [("label", "roads")])
    commune.write("MARK-TREES", [("label", "trees")])
    _ = try make(commune, title: "Voirie", permissions: ["host.moderate", "host.answer"], areas: ["notes/roads"])
    let desk = try commune.desk(role: "voirie")
    let list = desk.get("/desk/moderation").body
    #expect(list.contains("MARK-ROADS") && !list.contains("MARK-TREES"))
    #expect(desk.get("/desk/moderation/1").status == 200)
    let other = desk.get("/desk/moderation/2")
    #expect(other.status == 403 && !other.body.contains("MARK-TREES"))
    #expect(desk.post("/desk/moderation/2", [("decision", "approve")]).status == 403)
    #expect(desk.post("/desk/moderation/1", [("decision", "approve")]).status == 303)
    #expect(try commune.count("SELECT count(*) FROM host_moderation WHERE state = 'approved'") == 1)
    try commune.approveAll()
    #expect(desk.get("/desk/answers/notes/note/1").status == 200)
    #expect(desk.get("/desk/answers/notes/note/2").status == 403)
    let fields = [("body", "Oui"), ("author", "La mairie")]
    #expect(desk.post("/desk/do/answers/publish/notes/note/2", fields).status == 403)
    #expect(try commune.count("SELECT count(*) FROM host_answer") == 0)
  }

  @Test("what no role can be given, and roles that cannot be made")
  func refusals() throws {
    let commune = try commune()
    #expect(try make(commune, title: "Chef", permissions: ["host.roles"]).status == 422)
    #expect(try make(commune, title: "Chef", permissions: ["nothing.such"]).status == 422)
    #expect(try make(commune, title: "Chef", permissions: [], areas: ["nothing"]).status == 422)
    #expect(try make(commune, title: "clerk", permissions: []).status == 422)
    #expect(try make(commune, title: "…", permissions: []).status == 422)
    let administrator = try commune.desk(role: "administrator")
    #expect(administrator.post("/desk/roles/administrator", []).status == 404)
    #expect(administrator.get("/desk/roles/administrator").status == 404)
    #expect(commune.opened.host.roles.all.count == 4)
  }

  @Test("the last administrator stays one, and clerks touch no administrator")
  func administrators() throws {
    let commune = try commune()
    let clerk = try commune.desk(role: "clerk")
    let administrator = try commune.desk(role: "administrator")
    let second = "test1@essai.example"
    for step in ["disable", "role", "reset-factor"] {
      #expect(clerk.post("/desk/people/\(step)", [("email", second), ("role", "agent")]).status == 409, "\(step)")
    }
    #expect(clerk.post("/desk/people/role", [("email", "test0@essai.example"), ("role", "agent")]).status == 409)
    #expect(clerk.post("/desk/people/invite", [("role", "administrator")]).status == 422)
    #expect(throws: Problem.self) {
      try commune.opened.people.setRole(email: second, role: "agent", locale: "fr")
    }
    #expect(throws: Problem.self) { try commune.opened.people.setDisabled(email: second, true, locale: "fr") }
    #expect(administrator.get("/desk/roles").status == 200)
    _ = try commune.desk(role: "administrator")
    try commune.opened.people.setDisabled(email: second, true, locale: "fr")
    #expect(administrator.get("/desk").status == 303)
  }
}
