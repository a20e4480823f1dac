import Glibc
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

  @Test("what a check could not look at is on the screen, with what was missing")
  func missed() throws {
    let note = ModuleGrade.Note(rule: "feeds", titles: ["fr": "Flux valables"], lines: ["box/feed.atom has no entry"])
    let check = ModuleGrade.Check(
      at: "2026-11-20T08:00:00Z", moduleVersion: "1.0.0", programVersion: "0.1.0", isStale: false, level: "silver",
      kept: 41, broken: [], missed: [note], exempted: [])
    let commune = try commune(ModuleGrade(module: "box", declaration: [], check: check))
    let page = try commune.desk(role: Role.administrator).get("/desk/modules").body
    #expect(page.contains("rien à vérifier") && page.contains("box/feed.atom has no entry"))
    #expect(!page.contains("par exemption"))
  }

  @Test("a module that is not in service is told above each screen; only administrators read why and what to do")
  func outage() throws {
    let folder = try TestCommune.temporaryFolder()
    try TestCommune.configure(folder, modules: [BrokenModule.box])
    let yaml = String(decoding: try #require(TestCommune.read(folder + "/commune.yaml")), as: UTF8.self)
    try TestCommune.write(yaml + "  ghost:\n", to: folder + "/commune.yaml")
    try TestCommune.write("{}", to: folder + "/data/modules/ghost/1.0.0-00000000/module.json")
    try #require(symlink("1.0.0-00000000", folder + "/data/modules/ghost/current") == 0)
    let commune = try TestCommune(folder: folder, modules: [BrokenModule.box], now: TestCommune.noon)
    let banner = "Le module «\u{202F}ghost\u{202F}» n’est pas en service."
    for path in ["/desk", "/desk/moderation", "/desk/m/box/ideas"] {
      let admin = try commune.desk(role: Role.administrator).get(path)
      #expect(admin.body.contains(banner) && admin.body.contains("load-sidecar"), "\(path)")
      #expect(PageReading(Array(admin.body.utf8)).problems == [])
      let clerk = try commune.desk(role: Role.clerk).get(path).body
      #expect(clerk.contains(banner) && !clerk.contains("load-sidecar") && !clerk.contains(folder), "\(path)")
    }
    #expect(try commune.desk(role: Role.administrator).get("/desk/modules").body.contains("id=\"module-ghost\""))
    try commune.publish()
    #expect(commune.files().allSatisfy { !$0.bytes.holds(banner) })
    #expect(!commune.get("/desk/sign-in").body.contains(banner))
  }

  @Test("a module that was never checked says so, with what its declaration lacks")
  func never() throws {
    let note = ModuleGrade.Note(rule: "owner", titles: ["fr": "Un responsable"], lines: ["Manifest.owner: is empty"])
    let commune = try commune(ModuleGrade(module: "box", declaration: [note], check: nil))
    let page = try commune.desk(role: Role.administrator).get("/desk/modules").body
    #expect(page.contains("Jamais vérifié") && page.contains("Manifest.owner: is empty"))
  }
}
