import ParticipationKit
import ParticipationTesting
import ParvisCommune
import Testing

@testable import ParvisHost

@Suite("Acts in which nothing is typed, as a support")
struct BareActTests {
  let commune: TestCommune

  init() throws {
    commune = try TestCommune([ModuleDescriptor(Applause.self)])
    // Counted for one connection on one day, so a test must not begin just before midnight.
    commune.now = TestCommune.noon
  }

  private func clap(
    _ key: String = "1", _ fields: [(String, String)] = [], named: String? = nil, from address: String = "192.0.2.7"
  ) -> TestCommune.Answer {
    let body = JSONValue.object(fields.map { ($0.0, .string($0.1)) }).bytes
    let headers = [("Content-Type", "application/json"), ("Accept", "application/json")]
    return commune.send(
      "POST", "/api/v1/applause/clap/\(key)", body, headers + (named.map { [("Idempotency-Key", $0)] } ?? []),
      from: address)
  }

  private func claps(_ key: String = "1") throws -> Int {
    try commune.count("SELECT coalesce(sum(claps), 0) FROM applause_clap WHERE id = \(key)", in: "applause")
  }

  @Test("support, reload, support is one support: another key of the script says nothing new")
  func reload() throws {
    let first = clap(named: "k1")
    #expect(first.status == 201)
    for (number, fields) in [[], [("lang", "en")], [("website", "")], [("access_code", "")]].enumerated() {
      let again = clap("1", fields, named: "k\(number + 2)")
      #expect(again.status == 200 && again.json["receipt"]?["repeated"]?.asBool == true, "\(fields): \(again.body)")
      #expect(again.header("Location") == first.header("Location"))
    }
    #expect(clap("1", [("lang", "en")]).header("Location") == first.header("Location"))
    #expect(try claps() == 1)
  }

  @Test("later that day the same connection is told that it counted, and what a letter code is for")
  func onceADay() throws {
    #expect(clap(named: "k1").status == 201)
    commune.now = commune.now.adding(seconds: 3600)
    let again = clap(named: "k2")
    #expect(again.status == 409 && again.body.contains("avec le code de votre courrier"), "\(again.body)")
    #expect(clap(named: "k3", from: "198.51.100.9").status == 201, "another connection")
    #expect(clap("2", named: "k4").status == 201, "another record")
    let code = try commune.codes()[0]
    #expect(clap("1", [("access_code", code)], named: "k5").status == 201, "a code counts for its holder")
    #expect(try claps() == 3)
    commune.now = commune.now.adding(seconds: 86_400)
    #expect(clap(named: "k6").status == 201, "a connection is known for a day")
    #expect(try claps() == 4)
  }

  @Test("a clerk at the counter enters as many as come")
  func counter() throws {
    let clerk = try commune.desk(role: "clerk")
    for number in 1...3 {
      let answer = clerk.post(
        "/desk/counter/do/applause/clap/1", [("counter_channel", "counter"), ("counter_once", "n\(number)")])
      #expect(answer.status == 303)
    }
    #expect(try claps() == 3)
  }
}

extension TestCommune {
  /// The codes of a new batch of letters.
  fileprivate func codes() throws -> [String] {
    let clerk = try desk(role: "clerk")
    let made = clerk.post(
      "/desk/letters/make", [("label", "Bourg"), ("count", "2"), ("kind", "person"), ("until", "2027-12-31")])
    return TestCommune.codes(in: clerk.get(made.header("Location") ?? "").body)
  }
}

/// A module with one button.
struct Applause: ParticipationModule, SchemaProviding, ActionProviding {
  static let manifest = Manifest(
    id: "applause", version: "1.0.0", names: ["fr": "Bravos", "en": "Applause"], owner: "Tests",
    licence: "EUPL-1.2", permissions: [], personalData: .none(because: ["fr": "Rien.", "en": "Nothing."]))
  static let migrations = [
    Migration(
      1, "applause", ["CREATE TABLE applause_clap(id INTEGER PRIMARY KEY, claps INTEGER NOT NULL) STRICT"])
  ]

  let site: Site

  init(settings: Settings, site: Site) throws { self.site = site }

  var actions: [Action] {
    [
      Action(
        "clap", audience: .anyoneOrResident, titles: ["fr": "Applaudir", "en": "Clap"], hourlyLimit: 60,
        form: { _ in Form(title: "Bravo", fields: [], submit: "Bravo") },
        perform: { context, _ in
          try context.ledger.execute(
            "INSERT INTO applause_clap VALUES(?, 1) ON CONFLICT(id) DO UPDATE SET claps = claps + 1",
            [.integer(Int(context.key) ?? 0)])
          return Outcome(subject: site.subject("clap", context.key), changed: [], message: "Bravo.")
        })
    ]
  }
}
