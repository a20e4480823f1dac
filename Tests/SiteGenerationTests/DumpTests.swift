import ParticipationKit
import Testing

@testable import SiteGeneration

/// Bulk dumps are written on a schedule: whoever counts them must know as of when they are.
@Suite struct DumpTests {
  private let facts = CommuneFacts(
    name: "Vaubrisey", inseeCode: "55999", population: 752, department: "55", languages: ["fr"],
    address: "https://vaubrisey.example/", isDemonstration: false)

  private func stream(_ format: ParticipationKit.Stream.Format, isBulk: Bool = true) -> PublishedSite.ModuleStream {
    PublishedSite.ModuleStream(
      module: "toy",
      stream: Stream("dump", format, titles: ["fr": "Toutes les fiches"], dependsOn: [], isBulk: isBulk) { _ in [] })
  }

  private let asOf = Timestamp(seconds: 1_780_000_000)
  private var writer: StreamWriter { StreamWriter(facts: facts, locale: "fr") }

  @Test func aTableHasAFileBesideByTheRulesOfTheW3C() throws {
    let csv = stream(.csv)
    #expect(csv.files == ["toy/dump.csv", "toy/dump.csv-metadata.json"])
    let value = try JSONValue.parse(writer.metadata(csv, count: 3, asOf: asOf))
    #expect(value["@context"]?.asString == "http://www.w3.org/ns/csvw")
    #expect(value["url"]?.asString == "dump.csv")
    #expect(value["dc:modified"]?["@value"]?.asString == asOf.rfc3339)
    let lines = stream(.ndjson)
    #expect(lines.files == ["toy/dump.ndjson", "toy/dump.ndjson-metadata.json"])
    let other = try JSONValue.parse(writer.metadata(lines, count: 3, asOf: asOf))
    #expect(other["as_of"]?.asString == asOf.rfc3339 && other["entries"]?.asInteger == 3)
  }

  @Test func geoJSONSaysItWithinAndOtherStreamsSayNothing() throws {
    let map = stream(.geoJSON)
    #expect(map.files == ["toy/dump.geojson"])
    var known = FeedMemory()
    #expect(try JSONValue.parse(writer.bytes(map, asOf: asOf, &known) { _ in })["as_of"]?.asString == asOf.rfc3339)
    #expect(try JSONValue.parse(writer.bytes(map, &known) { _ in })["as_of"] == nil)
    for format in [.csv, .geoJSON, .ndjson, .atom] as [ParticipationKit.Stream.Format] {
      #expect(stream(format, isBulk: false).files.count == 1)
    }
    #expect(stream(.atom).files.count == 1)
  }

  @Test func aRecordConcernsTheDumpsThatNameItOrAllOfAModuleThatDoesNotSay() {
    func dump(_ module: String, _ name: String, _ dependsOn: [Subject], isBulk: Bool = true)
      -> PublishedSite.ModuleStream
    {
      PublishedSite.ModuleStream(
        module: module, stream: Stream(name, .csv, titles: [:], dependsOn: dependsOn, isBulk: isBulk) { _ in [] })
    }
    let index = Subject("toy", "index", "index")
    let dumps = BulkDumps([
      dump("toy", "toys", [index, .every("toy", "toy")]), dump("toy", "games", [index, Subject("toy", "game", "go")]),
      dump("toy", "feed", [.every("toy", "toy")], isBulk: false), dump("book", "books", [], isBulk: true),
      dump("album", "album", [.every("toy", "toy")]),
    ])
    func names(_ records: Subject...) -> [String] { dumps.concerned(by: records).map(\.stream.name) }
    #expect(names(Subject("toy", "toy", "1")) == ["toys", "album"])
    #expect(names(Subject("toy", "game", "go")) == ["games"])
    #expect(names(Subject("toy", "game", "chess")) == ["toys", "games"], "no dump says whether it holds it")
    #expect(names(Subject("book", "book", "1")) == ["books"])
    #expect(names(Subject("book", "book", "1"), Subject("toy", "toy", "2")) == ["toys", "books", "album"])
    #expect(names(Subject("host", "flag", "1")) == [] && names() == [])
  }

  @Test func beforeTheFirstActThereIsNoTime() throws {
    #expect(try JSONValue.parse(writer.metadata(stream(.csv), count: 0, asOf: nil))["dc:modified"] == nil)
    #expect(try JSONValue.parse(writer.metadata(stream(.ndjson), count: 0, asOf: nil))["as_of"]?.isNull == true)
  }
}
