import ParticipationKit
import Testing

@testable import SiteGeneration

/// Programs find every act and every resource in the description, and nothing of the desk.
@Suite struct APIDescriptionTests {
  private let facts = CommuneFacts(
    name: "Vaubrisey", inseeCode: "55999", population: 752, department: "55", languages: ["fr"],
    address: "https://v.example/", isDemonstration: false)

  private func action(_ name: String, _ audience: Audience = .anyone) -> Action {
    Action(name, audience: audience, titles: ["fr": "Signaler", "en": "Report"], form: { _ in nil }) { _, _ in
      Outcome(subject: Subject("toy", "x", "1"), changed: [], message: "")
    }
  }

  static let form = Form(
    title: "",
    fields: [
      Field("title", .line, "Titre", required: true, maxLength: 80),
      Field("kind", .choice, "Genre", required: true, choices: [Choice("a", "A"), Choice("b", "B")]),
      Field("tags", .choices, "Sujets", choices: [Choice("x", "X")], allowsOther: true, maxChoices: 2),
      Field("n", .number, "Nombre", range: 1...9), Field("ok", .confirmation, "Oui"),
    ], submit: "")

  func document(server: String? = nil) -> JSONValue {
    APIDescription(facts: facts, serverAddress: server).document(
      actions: [
        ("toy", [action("report"), action("close", .staff("toy.close")), action("vow", .confirmed)])
      ],
      hosted: [
        APIDescription.HostedAct(
          module: "comments", name: "add", titles: ["en": "Comment"], parameters: ["module", "kind", "key"],
          form: APIDescriptionTests.form)
      ],
      families: ToyModule.families.map { PublishedFamily(module: "toy", family: $0) },
      streams: ToyModule.streams.map { ("toy", $0) }, form: { _, _ in APIDescriptionTests.form })
  }

  @Test func everyPublicActAndResourceHasAPath() throws {
    let paths = try #require(document()["paths"])
    #expect(paths["/api/v1/toy/report"]?["post"] != nil)
    #expect(paths["/api/v1/toy/report/{key}"]?["post"]?["parameters"]?.asArray?.first?["name"]?.asString == "key")
    #expect(paths["/api/v1/toy/close"] == nil)
    #expect(paths["/api/v1/toy/item-{key}.json"]?["get"] != nil)
    #expect(paths["/api/v1/toy/index.json"]?["get"]?["parameters"] == nil)
    #expect(paths["/toy/news.geojson"]?["get"] != nil)
    #expect(paths["/api/v1/comments/add/{module}/{kind}/{key}"]?["post"] != nil)
  }

  @Test func fieldsAreDescribedAsTheyAreChecked() throws {
    let post = document()["paths"]?["/api/v1/toy/report"]?["post"]
    let schema = try #require(post?["requestBody"]?["content"]?["application/json"]?["schema"])
    #expect(schema["required"]?.asArray?.compactMap(\.asString) == ["title", "kind"])
    let properties = try #require(schema["properties"])
    #expect(properties["title"]?["maxLength"]?.asInteger == 80)
    #expect(properties["kind"]?["enum"]?.asArray?.compactMap(\.asString) == ["a", "b"])
    #expect(properties["tags"]?["maxItems"]?.asInteger == 2)
    #expect(properties["tags_other"]?["type"]?.asString == "string")
    #expect(properties["n"]?["maximum"]?.asInteger == 9)
    #expect(properties["ok"]?["type"]?.asString == "boolean")
  }

  @Test func anActThatWaitsForAMailSaysSo() throws {
    let paths = try #require(document()["paths"])
    #expect(paths["/api/v1/toy/vow"]?["post"]?["responses"]?["202"] != nil)
    #expect(paths["/api/v1/toy/vow"]?["post"]?["responses"]?["201"] == nil)
    #expect(paths["/api/v1/toy/report"]?["post"]?["responses"]?["202"] == nil)
    #expect(paths["/api/v1/toy/report"]?["post"]?["responses"]?["201"] != nil)
  }

  @Test func actsNameTheServerWhenItIsElsewhere() {
    let path = document(server: "https://actes.example/")["paths"]?["/api/v1/toy/report"]
    #expect(path?["servers"]?.asArray?.first?["url"]?.asString == "https://actes.example")
    #expect(document()["paths"]?["/api/v1/toy/report"]?["servers"] == nil)
  }

  @Test func theIndexLeadsToEverything() throws {
    let streams = ToyModule.streams.map { PublishedSite.ModuleStream(module: "toy", stream: $0) }
    let bytes = APIIndex(facts: facts).bytes(
      families: ToyModule.families.map { PublishedFamily(module: "toy", family: $0) }, streams: streams)
    let value = try JSONValue.parse(bytes)
    #expect(value["families"]?.asArray?.first?["url"]?.asString == "https://v.example/api/v1/toy/item-{key}.json")
    #expect(value["streams"]?.asArray?.count == 4)
  }
}
