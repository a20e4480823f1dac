import ParticipationKit
import ParticipationTesting
import ParvisCommune
import ParvisHost
import Testing

/// An agent for roads sees and handles what is about roads: in the queue, in the modules' own screens, in their forms
/// and verbs, and nowhere else.
@Suite("Roles that hold in one category, on every route of a module")
struct ScopedRoleTests {
  private func make() throws -> (commune: TestCommune, roads: TestDesk) {
    let commune = try NotesCommune.make()
    commune.write("MARK-ROADS", [("label", "roads"), ("email", "roads@essai.example")])
    commune.write("MARK-TREES", [("label", "trees"), ("email", "trees@essai.example")])
    let made = try commune.desk(role: "administrator").post(
      "/desk/roles/new",
      [("title", "Voirie"), ("permissions", "notes.edit"), ("permissions", "host.moderate"), ("areas", "notes/roads")])
    #expect(made.status == 303)
    return (commune, try commune.desk(role: "voirie"))
  }

  @Test("the module’s list shows its own records, the screen of another’s is refused, and so is every form and verb")
  func screens() throws {
    let (commune, desk) = try make()
    let list = desk.get("/desk/m/notes/all")
    #expect(list.status == 200 && list.body.contains("roads@") && !list.body.contains("trees@"))
    #expect(desk.get("/desk/m/notes/all/1").status == 200)
    let other = desk.get("/desk/m/notes/all/2")
    #expect(other.status == 403 && !other.body.contains("trees"))
    #expect(desk.get("/desk/m/notes/all/99").status == 404)
    #expect(desk.act("notes", "headline", key: "2", [("headline", "roads")]).status == 403)
    #expect(
      try commune.rows("SELECT headline FROM notes_note WHERE id = 2", in: "notes")[0].text("headline") == "trees")
    #expect(desk.act("notes", "headline", key: "1", [("headline", "")]).status == 422, "a form of one’s own comes back")
  }

  @Test("what a module did not divide is closed to a role of one category, and not offered to it")
  func undivided() throws {
    let (commune, desk) = try make()
    #expect(desk.get("/desk/m/notes/one/1").status == 403)
    #expect(desk.act("notes", "codes", []).status == 403)
    #expect(!desk.get("/desk/m/notes/all").body.contains("desk/do/notes/codes"))
    let home = desk.get("/desk").body
    #expect(home.contains("desk/m/notes/all") && !home.contains("desk/do/notes/codes"))
    #expect(try commune.desk(role: "clerk").get("/desk").body.contains("desk/do/notes/codes"))
    #expect(home.contains("<b>1</b>"), "what waits is counted where the role holds")
  }

  @Test("a record that is handed to another category leaves the list and the queue of who gave it away")
  func moved() throws {
    let (_, desk) = try make()
    #expect(desk.get("/desk/moderation/1").status == 200)
    #expect(desk.act("notes", "headline", key: "1", [("headline", "trees")]).status == 303)
    #expect(desk.get("/desk/m/notes/all/1").status == 403)
    #expect(desk.get("/desk/moderation/1").status == 403)
    #expect(!desk.get("/desk/m/notes/all").body.contains("roads@"))
    #expect(!desk.get("/desk/moderation").body.contains("MARK-ROADS"))
  }

  @Test("a role of another module’s area reaches nothing here, and an administrator everything")
  func elsewhere() throws {
    let (commune, _) = try make()
    let made = try commune.desk(role: "administrator").post(
      "/desk/roles/new", [("title", "Questions"), ("permissions", "notes.edit"), ("areas", "comments")])
    if made.status == 303 {
      let desk = try commune.desk(role: "questions")
      for path in ["/desk/m/notes/all", "/desk/m/notes/all/1", "/desk/m/notes/one/1"] {
        #expect(desk.get(path).status == 403, "\(path)")
      }
    }
    let administrator = try commune.desk(role: "administrator")
    for path in ["/desk/m/notes/all", "/desk/m/notes/all/2", "/desk/m/notes/one/1"] {
      #expect(administrator.get(path).status == 200, "\(path)")
    }
  }

  @Test("every route of the desk keeps to the matrix also for a role of one category")
  func matrix() throws {
    let (commune, _) = try make()
    #expect(try commune.routeFindings() == [])
  }
}
