import Glibc
import ParticipationKit
import Testing

@testable import Incidents

@Suite("The demonstration commune")
struct DemonstrationTests {
  /// A file of `Content/` beside the modules.
  private func file(_ path: String) throws -> [UInt8] {
    let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
    let handle = try #require(fopen("/\(root)/Content/\(path)", "r"))
    defer { fclose(handle) }
    var bytes: [UInt8] = []
    var next = fgetc(handle)
    while next != EOF {
      bytes.append(UInt8(truncatingIfNeeded: next))
      next = fgetc(handle)
    }
    return bytes
  }

  private func records() throws -> [ReportRecord] {
    try file("reports.ndjson").split(separator: 0x0A).map { try ReportRecordReader.record($0) }
  }

  @Test("every line is a report that the importer accepts, over twelve services and in every publication state")
  func reports() throws {
    let records = try records()
    #expect(records.count >= 60)
    #expect(Set(records.map(\.reference)).count == records.count)
    #expect(Set(records.map(\.service)).count == 12)
    #expect(Set(records.map(\.publication)) == [.pending, .published, .withheld])
    #expect(zip(records, records.dropFirst()).allSatisfy { $0.received <= $1.received })
    for record in records {
      #expect(zip(record.history, record.history.dropFirst()).allSatisfy { $0.at <= $1.at }, "\(record.reference)")
      if let published = record.published { #expect(published >= record.received, "\(record.reference)") }
    }
  }

  @Test("every point of a report lies in the commune, and the whole map is readable")
  func map() throws {
    let rings = try GeoJSONReader(file: "outline").outline(try file("map/outline.geojson"))
    let shape = try #require(Outline(rings: rings))
    #expect(try GeoJSONReader(file: "roads").features(try file("map/roads.geojson")).count > 20)
    for record in try records() {
      if let point = record.point { #expect(shape.contains(point), "\(record.reference)") }
    }
  }
}
