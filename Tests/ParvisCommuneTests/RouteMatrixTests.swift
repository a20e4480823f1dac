import ParticipationTesting
import ParvisCommune
import ParvisHost
import Testing

@Suite("Every route with every role")
struct RouteMatrixTests {
  @Test("each role gets its own routes and nobody else any, as the host’s table and the modules say")
  func matrix() throws {
    let commune = try NotesCommune.make()
    commune.write("un mot")
    let administrator = try commune.desk(role: "administrator")
    _ = administrator.post(
      "/desk/roles/new", [("title", "Voirie"), ("permissions", "host.moderate"), ("areas", "notes/roads")])
    _ = administrator.post("/desk/roles/new", [("title", "Rien")])
    let found = try commune.routeFindings()
    #expect(found == [], "\(found)")
    #expect(commune.deskRoutes.count > 40)
    #expect(commune.opened.host.roles.all.count == 6)
  }

  @Test("what is not in the table does not exist, whatever the role")
  func unknown() throws {
    let commune = try NotesCommune.make()
    let desk = try commune.desk(role: "administrator")
    for path in ["/desk/x", "/desk/role", "/desk/peopleX", "/desk/sign-out/x", "/desk/security/x", "/desk/counter/x"] {
      #expect(desk.get(path).status == 404, "\(path)")
    }
    for path in ["/desk", "/desk/decided", "/desk/m/notes/all", "/desk/security/x", "/desk/letters/1/x"] {
      #expect(desk.post(path, []).status == 404, "\(path)")
    }
  }
}
