import ParticipationKit
import Testing

@testable import Incidents

@Suite("The files a clerk keeps")
struct ContentTests {
  private func findings(
    services: [ContentFile] = Fixtures.services, streets: [ContentFile] = [Fixtures.streets],
    data: [String: [UInt8]]? = nil
  ) throws -> [Diagnostic] {
    do {
      _ = try Fixtures.module(services: services, streets: streets, data: data)
      return []
    } catch let error as ContentError { return error.diagnostics }
  }

  @Test("good files are accepted, and services stand in the order of their position")
  func good() throws {
    let module = try Fixtures.module()
    #expect(module.content.services.all.map(\.code) == ["voirie", "eau"])
    #expect(module.content.services.name("eau", "en") == "Water")
    #expect(module.content.services.name("voirie", "en") == "Route")
    #expect(module.content.services.name("gone", "fr") == "gone")
    #expect(module.content.map != nil)
  }

  @Test("a commune without any file of its own still starts")
  func nothing() throws {
    let module = try Fixtures.module(services: [], streets: [], data: [:])
    #expect(module.content.map == nil)
    #expect(module.content.streets.isEmpty)
  }

  @Test("an unknown or missing field is told with file and line, in French and English")
  func fields() throws {
    let file = Fixtures.service([
      Fixtures.text("code", "eau", line: 2), Fixtures.text("nom", "Eau", line: 3),
      Fixtures.text("description", "Fuite", line: 4),
    ])
    let found = try findings(services: [file])
    #expect(found.map(\.line) == [3, 1])
    #expect(found.allSatisfy { $0.file == "content/services/x.md" })
    #expect(found.first?.message("fr").contains("« nom »") == true)
    #expect(found.last?.message("en").contains("“name”") == true)
  }

  @Test("two services cannot have one code, and a code is a plain word")
  func codes() throws {
    let twice = try findings(services: [Fixtures.services[0], Fixtures.services[0]])
    #expect(twice.map(\.line) == [2])
    #expect(twice.first?.message("fr").contains("content/services/eau.md") == true)
    let odd = Fixtures.service([
      Fixtures.text("code", "Éclairage public", line: 2), Fixtures.text("name", "É", line: 3),
      Fixtures.text("description", "x", line: 4),
    ])
    #expect(try findings(services: [odd]).map(\.line) == [2])
  }

  @Test("a position that is no number and an emergency text that is too long are told")
  func values() throws {
    let base = [
      Fixtures.text("code", "eau", line: 2), Fixtures.text("name", "Eau", line: 3),
      Fixtures.text("description", "Fuite", line: 4),
    ]
    let position = Fixtures.service(base + [Fixtures.text("position", "first", line: 5)])
    #expect(try findings(services: [position]).map(\.line) == [5])
    let long = String(repeating: "a", count: MarkdownPolicy.editor.maxLength + 1)
    let emergency = Fixtures.service(base + [Fixtures.text("emergency", long, line: 6)])
    #expect(try findings(services: [emergency]).map(\.line) == [6])
    let mapping = Fixtures.service(base + [("agency", .mapping([Fixtures.text("a", "b", line: 8)], line: 7))])
    #expect(try findings(services: [mapping]).map(\.line) == [7])
  }

  @Test("streets: a double id, an unknown hamlet, half a point and a reserved id are each told at their line")
  func streets() throws {
    let file = ContentFile(
      path: "content/map/streets.yaml", name: "streets",
      fields: .mapping(
        [
          (
            "streets",
            .list(
              [
                .mapping([Fixtures.text("id", "a", line: 2), Fixtures.text("name", "A", line: 3)], line: 2),
                .mapping([Fixtures.text("id", "a", line: 4), Fixtures.text("name", "B", line: 5)], line: 4),
                .mapping(
                  [
                    Fixtures.text("id", "c", line: 6), Fixtures.text("name", "C", line: 7),
                    Fixtures.text("hamlet", "nowhere", line: 8),
                  ], line: 6),
                .mapping(
                  [
                    Fixtures.text("id", "d", line: 9), Fixtures.text("name", "D", line: 10),
                    Fixtures.number("lat", "48.8", line: 11),
                  ], line: 9),
                .mapping([Fixtures.text("id", "other", line: 12), Fixtures.text("name", "E", line: 13)], line: 12),
              ], line: 1)
          )
        ], line: 1), body: "", bodyLine: 1)
    let found = try findings(streets: [file])
    #expect(found.compactMap(\.line).sorted() == [4, 6, 11, 12])
  }

  @Test("broken JSON is told with its line")
  func brokenJSON() throws {
    let found = try findings(data: ["map/outline.geojson": Array("{\n  \"type\": \"Polygon\",\n  oops\n}".utf8)])
    #expect(found.map(\.line) == [3])
    #expect(found.first?.file == "content/map/outline.geojson")
  }

  @Test(
    "GeoJSON that is not what the map needs is refused with the place in the file",
    arguments: [
      ("{\"type\":\"LineString\",\"coordinates\":[[5,48],[5.1,48]]}", "Polygon"),
      ("{\"type\":\"Polygon\",\"coordinates\":[[[5,48],[5.1,48]]]}", "4"),
      ("{\"type\":\"Polygon\",\"coordinates\":[[[5,480],[5.1,48],[5,48.1],[5,480]]]}", "longitude"),
      ("{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\"}]}", "features[0]"),
      ("{\"type\":\"FeatureCollection\",\"features\":[]}", "outline"), ("[]", "geometry.type"),
    ])
  func wrongOutline(json: String, words: String) throws {
    let found = try findings(data: ["map/outline.geojson": Array(json.utf8)])
    #expect(found.count == 1)
    #expect(found.first?.message("en").contains(words) == true)
  }

  @Test("a feature of an unknown kind is refused, and all files are reported in one go")
  func manyFiles() throws {
    let roads = """
      {"type":"FeatureCollection","features":[{"type":"Feature","properties":{"kind":"motorway"},\
      "geometry":{"type":"Point","coordinates":[5.2,48.8]}}]}
      """
    let found = try findings(
      services: [Fixtures.service([])],
      data: ["map/roads.geojson": Array(roads.utf8), "map/outline.geojson": Array("x".utf8)])
    #expect(Set(found.map(\.file)).count == 3)
    #expect(found.contains { $0.message("fr").contains("motorway") })
  }
}
