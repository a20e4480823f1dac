import ParticipationKit
import ParvisHost
import Testing

@testable import ParticipationTesting

@Suite("The desk’s screen of modules")
struct ModuleScreenTests {
  private static func check(stale: Bool) -> ModuleGrade.Check {
    ModuleGrade.Check(
      at: "2026-11-20T08:00:00Z", moduleVersion: "0.9.0", programVersion: "0.1.0", isStale: stale, level: "silver",
      kept: 41,
      broken: [
        ModuleGrade.Note(
          rule: "weight", titles: ["fr": "Trop lourd", "en": "Too heavy"], lines: ["box/index.html: <400 kB>"])
      ],
      exempted: [ModuleGrade.Note(rule: "queries", titles: ["fr": "Requêtes", "en": "Queries"], lines: ["Une carte."])])
  }

  private func commune(_ grade: ModuleGrade) throws -> TestCommune {
    try TestCommune.showing([grade], [BrokenModule.box])
  }

  @Test("an administrator reads level, broken rules and exemptions; nobody else finds the screen")
  func graded() throws {
    let commune = try commune(ModuleGrade(module: "box", declaration: [], check: Self.check(stale: false)))
    let page = try commune.desk(role: Role.administrator).get("/desk/modules")
    #expect(page.status == 200)
    for words in [
      "Boîte", "1.0.0", "Argent", "41 règles", "Trop lourd", "box/index.html: &lt;400 kB&gt;", "Une carte.",
    ] {
      #expect(page.body.contains(words), "\(words) is not on the screen")
    }
    #expect(!page.body.contains("autre version"))
    #expect(PageReading(Array(page.body.utf8)).problems == [])
    for role in [Role.clerk, Role.councillor, Role.agent] {
      #expect(try commune.desk(role: role).get("/desk/modules").status == 403)
    }
    #expect(try commune.desk(role: Role.administrator).get("/desk").body.contains("desk/modules"))
    #expect(try !commune.desk(role: Role.clerk).get("/desk").body.contains("desk/modules"))
  }

  @Test("a result of another version says so, and how to renew it")
  func stale() throws {
    let commune = try commune(ModuleGrade(module: "box", declaration: [], check: Self.check(stale: true)))
    let page = try commune.desk(role: Role.administrator).get("/desk/modules?lang=en").body
    #expect(page.contains("another version (module 0.9.0, program 0.1.0)"))
    #expect(page.contains("parvis module check box"))
  }

  @Test("a module that was never checked says so, with what its declaration lacks")
  func never() throws {
    let note = ModuleGrade.Note(rule: "owner", titles: ["fr": "Un responsable"], lines: ["Manifest.owner: is empty"])
    let commune = try commune(ModuleGrade(module: "box", declaration: [note], check: nil))
    let page = try commune.desk(role: Role.administrator).get("/desk/modules").body
    #expect(page.contains("Jamais vérifié") && page.contains("Manifest.owner: is empty"))
  }
}
