import ParticipationKit
import ParticipationTesting
import ParvisCommune
import Testing

@testable import ParvisHost

/// Who writes a program reads the description and nothing else: every field it names is taken, and every field that is
/// taken is named, those of the host among them.
@Suite("The description of the API and what the server takes")
struct APIFieldTests {
  private func paths(_ commune: TestCommune) throws -> [(name: String, value: JSONValue)] {
    let text = try #require(commune.file("api/v1/openapi.json"))
    return try #require(try JSONValue.parse(Array(text.utf8))["paths"]?.asObject?.map { ($0.name, $0.value) })
  }

  private func fields(_ path: JSONValue) -> Set<String> {
    let schema = path["post"]?["requestBody"]?["content"]?["application/json"]?["schema"]
    return Set((schema?["properties"]?.asObject ?? []).map(\.name))
  }

  /// The fields that the server does not know, of those that it was sent.
  private func unknown(_ commune: TestCommune, _ path: String, _ names: Set<String>) -> Set<String> {
    // A value of a wrong type is refused for every name that is known, so nothing is done.
    let body = JSONValue.object(names.sorted().map { ($0, .object([])) })
    let answer = commune.send(
      "POST", path, body.bytes, [("Content-Type", "application/json"), ("Accept", "application/json")])
    #expect(answer.status == 422, "\(path): \(answer.status) \(answer.body.prefix(200))")
    let errors = answer.json["errors"]?.asArray ?? []
    return Set(
      errors.filter { $0["detail"]?.asString?.contains("n’existe pas") == true }
        .compactMap { $0["pointer"]?.asString.map { String($0.split(separator: "/").last ?? "") } })
  }

  @Test("each described field is taken, each taken field is described, and an undescribed one is refused")
  func compared() throws {
    let commune = try NotesCommune.make()
    try commune.publishNote("un mot")
    try commune.work()
    var compared = 0
    for (path, value) in try paths(commune) where value["post"] != nil {
      let described = fields(value)
      let parts = path.split(separator: "/").map(String.init)
      let (module, name) = (parts[2], parts[3])
      guard module == "notes" || path.hasPrefix("/api/v1/comments/") else { continue }
      let address =
        path.replacing("{module}", with: "notes").replacing("{kind}", with: "note").replacing("{key}", with: "1")
      let action = try #require(commune.opened.host.action(module, name))
      let key = parts.count > 4 ? (module == "comments" ? "notes/note/1" : "1") : ""
      guard let form = try? commune.opened.host.runner.form(action, key: key, locale: "fr") else { continue }
      var taken = Set(form.fields.map(\.name))
      for field in form.fields where field.allowsOther { taken.insert(field.name + "_other") }
      // A block can be named only where the text has some.
      let needless: Set<String> = ["lang", "website", "block"]
      // The form of an action that needs a key is known with the key; the host’s fields are known without.
      let isKnown = (try? commune.opened.host.runner.form(action, key: "", locale: "fr")) ?? nil != nil
      let named = isKnown || module == "comments" ? taken : taken.intersection(["access_code", "confirm_email"])
      #expect(named.isSubset(of: described), "\(path): \(named.subtracting(described))")
      if parts.count == 4 { #expect(described.subtracting(taken).isSubset(of: needless), "\(path)") }
      #expect(unknown(commune, address, taken.union(["lang", "undescribed"])) == ["undescribed"], "\(path)")
      compared += 1
    }
    #expect(compared >= 8)
  }

  @Test(
    "the letter code and the address to confirm are described where the host asks for them, with whether they must be")
  func hostFields() throws {
    let commune = try NotesCommune.make()
    try commune.publish()
    func required(_ name: String) throws -> [String] {
      let path = try #require(try paths(commune).first { $0.name == "/api/v1/notes/\(name)" }).value
      let schema = path["post"]?["requestBody"]?["content"]?["application/json"]?["schema"]
      return (schema?["required"]?.asArray ?? []).compactMap(\.asString)
    }
    #expect(try required("vow").contains("confirm_email"))
    #expect(try required("vote").contains("access_code"))
    #expect(try !required("wish").contains("access_code"))
    let wish = try #require(try paths(commune).first { $0.name == "/api/v1/notes/wish" }).value
    #expect(fields(wish).contains("access_code"))
    let write = try #require(try paths(commune).first { $0.name == "/api/v1/notes/write" }).value
    #expect(fields(write).isDisjoint(with: ["access_code", "confirm_email"]))
  }
}
