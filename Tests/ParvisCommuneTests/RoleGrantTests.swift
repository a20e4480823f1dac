import ParticipationKit
import ParticipationTesting
import ParvisCommune
import Testing

@testable import ParvisHost

@Suite("Nobody makes somebody of more rights than they have")
struct RoleGrantTests {
  let commune: TestCommune

  /// A role that manages accounts of one topic and does nothing else.
  init() throws {
    commune = try NotesCommune.make()
    let administrator = try commune.desk(role: "administrator")
    #expect(
      administrator.post(
        "/desk/roles/new", [("title", "Accueil"), ("permissions", "host.people"), ("areas", "notes/roads")]
      ).status == 303)
    for (name, role) in [("clerk", "clerk"), ("front", "accueil")] {
      _ = try commune.opened.people.add(
        email: "\(name)@essai.example", name: name, role: role, password: "une phrase assez longue", locale: "fr")
    }
  }

  @Test("a role with accounts alone invites its like, and neither a clerk nor an administrator")
  func invite() throws {
    let front = try commune.desk(role: "accueil")
    let list = front.get("/desk/people").body
    #expect(list.contains("value=\"accueil\"") && !list.contains("value=\"clerk\""))
    for role in ["clerk", "councillor", "administrator"] {
      let answer = front.post("/desk/people/invite", [("role", role)])
      #expect(answer.status == 422 && !answer.body.contains("/desk/setup/"), "\(role): \(answer.status)")
    }
    #expect(front.post("/desk/people/invite", [("role", "accueil")]).body.contains("/desk/setup/"))
  }

  @Test("nor does it give such a role, or touch who has one")
  func change() throws {
    let front = try commune.desk(role: "accueil")
    #expect(front.post("/desk/people/role", [("email", "front@essai.example"), ("role", "clerk")]).status == 422)
    for step in ["disable", "reset-factor"] {
      #expect(front.post("/desk/people/\(step)", [("email", "clerk@essai.example")]).status == 409, "\(step)")
    }
    let given = front.post("/desk/people/role", [("email", "clerk@essai.example"), ("role", "accueil")])
    #expect(given.status == 409 && given.body.contains("des droits que vous n’avez pas"))
  }

  @Test("the same rights in a smaller part lie within a role; a larger part, or everywhere, does not")
  func areas() throws {
    let roles = commune.opened.host.roles
    let administrator = try commune.desk(role: "administrator")
    for (title, areas) in [("Module", ["notes"]), ("Deux", ["notes/roads", "notes/trees"]), ("Partout", [])] {
      _ = administrator.post(
        "/desk/roles/new", [("title", title), ("permissions", "host.people")] + areas.map { ("areas", $0) })
    }
    #expect(roles.covers("module", "accueil") && roles.covers("deux", "accueil") && roles.covers("partout", "module"))
    #expect(
      !roles.covers("accueil", "module") && !roles.covers("accueil", "deux") && !roles.covers("module", "partout"))
    #expect(roles.covers("clerk", "councillor") && roles.covers("clerk", "agent") && roles.covers("clerk", "accueil"))
    #expect(!roles.covers("councillor", "clerk") && !roles.covers("clerk", "administrator"))
  }
}
