import ParticipationKit
import Testing

@testable import Incidents

@Suite("Reporting")
struct ReportFormTests {
  private func form(_ module: IncidentsModule, key: String = "", locale: String = "fr") throws -> Form? {
    let context = FormContext(ledger: Fixtures.noLedger, key: key, locale: locale, now: Timestamp(seconds: 0))
    return try Fixtures.action(module, "report")?.form(context)
  }

  private func refused(
    _ values: [String: [String]], key: String = "", locale: String = "fr"
  ) throws -> [String: String] {
    let action = try #require(Fixtures.action(try Fixtures.module(), "report"))
    do {
      _ = try action.perform(Fixtures.context(key: key, locale: locale), Submission(values: values))
      return [:]
    } catch let problem as Problem {
      return Dictionary(problem.fieldErrors.map { ($0.field, $0.message) }, uniquingKeysWith: { first, _ in first })
    }
  }

  private let good: [String: [String]] = [
    "service": ["eau"], "street": ["rue-haute"], "description": ["De l’eau coule."], "not_emergency": ["true"],
  ]

  @Test("the form asks for service, place and text, and nothing about the person is required")
  func fields() throws {
    let form = try #require(try form(try Fixtures.module()))
    #expect(
      form.fields.filter(\.isRequired).map(\.name) == ["service", "street", "description", "not_emergency"])
    #expect(form.fields.contains { $0.name == "contact_email" && !$0.isRequired })
    let street = try #require(form.fields.first { $0.name == "street" })
    #expect(street.choices.map(\.value) == ["rue-haute", "moulin", "gue", "other"])
    #expect(street.choices.map(\.group) == ["Bourg", "Le Moulin", "Le Moulin", ""])
  }

  @Test("the form of one service does not ask for it, and shows its warning alone")
  func oneService() throws {
    let module = try Fixtures.module()
    let form = try #require(try form(module, key: "voirie"))
    #expect(!form.fields.contains { $0.name == "service" })
    #expect(!form.intro.plainText.contains("Appelez le 112."))
    #expect(try self.form(module, key: "eau")?.intro.plainText.contains("Appelez le 112.") == true)
    #expect(try self.form(module)?.intro.plainText.contains("Appelez le 112.") == true)
    #expect(try self.form(module, key: "nothing") == nil)
  }

  @Test("every form says to call instead of writing when there is danger", arguments: ["fr", "en"])
  func warning(locale: String) throws {
    #expect(try form(try Fixtures.module(), key: "voirie", locale: locale)?.intro.plainText.contains("112") == true)
  }

  @Test("without services the form says so instead of offering an empty list")
  func noService() throws {
    let module = try Fixtures.module(services: [])
    #expect(throws: Problem.self) { try form(module) }
  }

  @Test("without a street list the place is asked in words")
  func noStreets() throws {
    let form = try #require(try form(try Fixtures.module(streets: [])))
    #expect(!form.fields.contains { $0.name == "street" })
    #expect(form.fields.first { $0.name == "place_text" }?.isRequired == true)
  }

  @Test("a wrong report changes nothing and names every field to correct")
  func wrong() throws {
    #expect(
      try refused(["service": ["eau"], "street": ["other"]]).keys.sorted() == [
        "description", "not_emergency", "place_text",
      ])
    #expect(try refused(good.merging(["service": ["gone"]]) { $1 }).keys.sorted() == ["service"])
    #expect(try refused(good.merging(["street": ["rue-basse"]]) { $1 }).keys.sorted() == ["street"])
    #expect(try refused(good.merging(["description": ["   court \n   "]]) { $1 }).keys.sorted() == ["description"])
    #expect(try refused(good.merging(["not_emergency": ["false"]]) { $1 }).keys.sorted() == ["not_emergency"])
    let long = String(repeating: "a", count: 4097)
    #expect(try refused(good.merging(["description": [long]]) { $1 }).keys.sorted() == ["description"])
  }

  @Test("a text counts by its characters, not by its bytes")
  func shortText() throws {
    #expect(try refused(good.merging(["description": ["ééééé"]]) { $1 }).keys.sorted() == ["description"])
  }

  @Test("a point outside the commune is refused with the distance, in the person's language")
  func point() throws {
    let outside = try refused(good.merging(["point": ["48.83, 5.2"]]) { $1 })
    #expect(outside["point"]?.contains("2,3\u{A0}km") == true)
    let english = try refused(good.merging(["point": ["48.83, 5.2"]]) { $1 }, locale: "en")
    #expect(english["point"]?.contains("2.3\u{A0}km") == true)
    #expect(try refused(good.merging(["point": ["5.2, 48.8"]]) { $1 })["point"]?.contains("inversées") == true)
    #expect(try refused(good.merging(["point": ["here"]]) { $1 }).keys.sorted() == ["point"])
  }

  @Test("a right report goes on to the database")
  func right() throws {
    let action = try #require(Fixtures.action(try Fixtures.module(), "report"))
    #expect(throws: Fixtures.Touched.self) { try action.perform(Fixtures.context(), Submission(values: good)) }
    var noService = good
    noService["service"] = nil
    #expect(throws: Fixtures.Touched.self) {
      try action.perform(Fixtures.context(key: "eau"), Submission(values: noService))
    }
  }

  @Test("handling is for staff only, reporting for everyone")
  func audiences() throws {
    let module = try Fixtures.module()
    #expect(Fixtures.action(module, "report")?.audience.isPublic == true)
    #expect(Fixtures.action(module, "update-report")?.audience.permission == "incidents.handle")
  }
}
