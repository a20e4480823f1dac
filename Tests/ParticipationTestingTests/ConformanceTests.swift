import ParticipationKit
import Testing

@testable import ParticipationTesting

@Suite("The conformance kit")
struct ConformanceTests {
  private static func words(_ report: ConformanceReport) -> String {
    report.broken.map { result in
      ([result.rule.id] + result.findings.map { "\($0.place): \($0.text)" }).joined(separator: "\n  ")
    }.joined(separator: "\n")
  }

  @Test("a module that keeps every rule is platinum, and each rule has looked at something")
  func plain() throws {
    let folder = try ModuleFiles.folder()
    defer { TestCommune.remove(folder.path) }
    let report = Conformance.check(BrokenModule.box, folder: folder)
    #expect(report.level == .platinum, "\(Self.words(report))")
    let idle = report.results.filter { $0.state == .notConcerned }.map(\.rule.id)
    #expect(idle == [], "rules that were not tried on the module that breaks none")
    #expect(report.missed.map(\.evidence) == [])
  }

  @Test("each broken module fails exactly its rule", arguments: BrokenModule.all)
  func broken(_ module: BrokenModule) throws {
    let folder = try ModuleFiles.folder(module.files)
    defer {
      TestCommune.remove(folder.path)
      OpenedByTests.close()
    }
    let report = Conformance.check(module.descriptor, folder: folder)
    #expect(report.broken.map(\.rule.id) == [module.rule], "\(Self.words(report))")
    let rule = try #require(Conformance.rules.first { $0.id == module.rule })
    #expect(!report.reaches(rule.level), "a broken rule costs its level")
  }

  @Test("what could not be done or met is said, and no such module is better than silver")
  func missed() throws {
    func report(_ change: @escaping @Sendable (inout ModuleInstance, PlainBox) throws -> Void) throws
      -> ConformanceReport
    {
      let folder = try ModuleFiles.folder()
      defer { TestCommune.remove(folder.path) }
      return Conformance.check(BrokenModule.box("", change: change).descriptor, folder: folder)
    }
    let closed = try report { instance, _ in
      instance.replaceEffect("sign") { _, _ in throw Problem.conflict("Closed.") }
    }
    #expect(closed.broken.isEmpty && closed.level == .silver, "\(closed.lines("en").joined(separator: "\n"))")
    let input = try #require(closed.missed.first { $0.rule.id == "input" })
    let sign = "no act of sign was accepted (answers: 409)"
    #expect(input.evidence == sign + "; no act of unsign was accepted (answers: 422)")
    #expect(closed.lines("fr").contains { $0.hasPrefix("○ input (bronze)  rien à vérifier, argent au plus : ") })
    let value = closed.value["rules"]?.asArray?.first { $0["id"]?.asString == "input" }
    #expect(value?["state"]?.asString == "not-exercised" && closed.value["level"]?.asString == "silver")
    let quiet = try report { instance, _ in
      instance.streams = instance.streams.map {
        Stream($0.name, $0.format, titles: $0.titles, dependsOn: $0.dependsOn) { _ in [] }
      }
    }
    #expect(quiet.missed.map(\.rule.id) == ["feeds"] && quiet.level == .silver)
    #expect(quiet.missed.first?.evidence == "box/feed.atom has no entry; box/ideas.csv has no entry")
  }

  @Test("an act that falls says why: a person is told a number, an author needs the reason, and each finding once")
  func reasonOfAFall() throws {
    let folder = try ModuleFiles.folder()
    defer { TestCommune.remove(folder.path) }
    let module = BrokenModule.box("") { instance, _ in
      instance.replaceEffect("suggest") { context, _ in
        try context.ledger.execute("UPDATE box_idea SET wordz = ''")
        return Outcome(subject: Subject("box", "idea", "1"), changed: [], message: "")
      }
    }
    let report = Conformance.check(module.descriptor, folder: folder, upTo: .bronze)
    let findings = try #require(report.broken.first { $0.rule.id == "input" }).findings
    #expect(findings.contains { $0.text.contains("answers 500") && $0.text.contains("no such column: wordz") })
    #expect(Set(findings.map { "\($0.place) \($0.text)" }).count == findings.count)
  }

  @Test("every rule has a module that breaks it, its words in both languages, and an id of its own")
  func rules() {
    #expect(Set(Conformance.rules.map(\.id)) == Set(BrokenModule.all.map(\.rule)))
    #expect(Set(Conformance.rules.map(\.id)).count == Conformance.rules.count)
    for rule in Conformance.rules {
      for words in [rule.titles, rule.reasons, rule.fixes] {
        #expect(
          words["fr"]?.isEmpty == false && words["en"]?.isEmpty == false && words["fr"] != words["en"], "\(rule.id)")
      }
    }
  }

  @Test("a module that cannot start breaks one rule, with the reason, and hides nothing behind thirty others")
  func cannotStart() throws {
    let broken = ModuleDescriptor(BrokenModule.box, make: { _, _ in throw Oops() })
    let report = Conformance.check(broken)
    #expect(report.broken.map(\.rule.id) == ["start"])
    #expect(report.broken.first?.findings.first?.text.contains("Oops") == true)
    #expect(report.level == nil)
  }

  @Test("an exemption from silver is shown with its reason; one from bronze is refused and costs the level")
  func exemptions() throws {
    let module = try #require(BrokenModule.all.first { $0.rule == "weight" })
    func report(_ rule: String, _ reason: String) throws -> ConformanceReport {
      let entry = JSONValue.object([("rule", .string(rule)), ("reason", .string(reason))])
      let folder = try ModuleFiles.folder(["module.json": ModuleFiles.json(more: [("exemptions", .array([entry]))])])
      defer { TestCommune.remove(folder.path) }
      return Conformance.check(module.descriptor, folder: folder)
    }
    let exempted = try report("weight", "Une carte entière.")
    #expect(exempted.level == .platinum && exempted.value["except"]?.asArray?.map(\.asString) == ["weight"])
    #expect(exempted.lines("fr").first == "box 1.0.0 : platinum, sauf weight")
    let result = try #require(exempted.results.first { $0.state == .exempted })
    #expect(result.rule.id == "weight" && result.exemption == "Une carte entière." && !result.findings.isEmpty)
    #expect(exempted.lines("fr").contains { $0.contains("exempté : Une carte entière.") })
    #expect(try report("weight", " ").level == nil, "an exemption without reason is refused like one from bronze")
    let refused = try report("escaping", "Nous n’aimons pas.")
    #expect(refused.level == nil && refused.refusedExemptions.first?.text.contains("bronze") == true)
    let untried = try report("input/sign", "The kit has no letter code.")
    #expect(untried.level == nil && untried.refusedExemptions.count == 1, "what was not tried is not excused")
    #expect(try report("nothing", "x").refusedExemptions.first?.text.contains("no such rule") == true)
  }

  @Test("the declaration alone is checked in moments, and finds what is declared wrongly")
  func declaration() throws {
    #expect(Conformance.checkDeclaration(BrokenModule.box).broken.isEmpty)
    for rule in Conformance.rules where rule.isStatic {
      let module = try #require(BrokenModule.all.first { $0.rule == rule.id })
      #expect(Conformance.checkDeclaration(module.descriptor).broken.map(\.rule.id) == [rule.id])
    }
    #expect(Conformance.rules.contains { $0.isStatic })
  }

  @Test("the report for programs holds level, rules, findings and words")
  func json() throws {
    let module = try #require(BrokenModule.all.first { $0.rule == "owner" })
    let value = Conformance.checkDeclaration(module.descriptor).value
    #expect(value["module"]?.asString == "box" && value["level"]?.isNull == true)
    let rule = try #require(value["rules"]?.asArray?.first { $0["id"]?.asString == "owner" })
    #expect(rule["state"]?.asString == "broken" && rule["findings"]?.asArray?.count == 1)
    #expect(rule["fix"]?["fr"]?.asString?.isEmpty == false)
  }
}
