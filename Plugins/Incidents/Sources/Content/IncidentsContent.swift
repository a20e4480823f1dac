internal import ParticipationKit

/// What the module read from `content/`: services, streets, the outline and the map.
struct IncidentsContent: Sendable {
  let services: ServiceList
  let streets: StreetList
  /// The boundary of the commune; nil when `content/map/outline.geojson` is not there.
  let outline: Outline?
  /// The drawing; nil without outline.
  let map: CommuneMap?

  /// Reads everything, and only then says what is wrong, so that a clerk corrects all in one go.
  /// - Throws: ``ContentError``; the host's read error.
  init(_ site: Site) throws {
    var findings: [Diagnostic] = []
    let reader = ServiceReader { try site.markdown($0, .editor) }
    let (services, serviceFindings) = try reader.read(try site.content.files(in: "services"))
    findings += serviceFindings
    self.services = ServiceList(services)

    var streets = StreetList.empty
    if let file = try site.content.files(in: "map").first(where: { $0.name == "streets" }) {
      let (list, streetFindings) = StreetReader.read(file)
      streets = list
      findings += streetFindings
    }
    self.streets = streets

    var rings: [[GeoPoint]] = []
    var features: [MapFeature] = []
    do {
      if let bytes = try site.content.data("map/outline.geojson") {
        rings = try GeoJSONReader(file: "content/map/outline.geojson").outline(bytes)
      }
    } catch let error as ContentError { findings += error.diagnostics }
    do {
      if let bytes = try site.content.data("map/roads.geojson") {
        features = try GeoJSONReader(file: "content/map/roads.geojson").features(bytes)
      }
    } catch let error as ContentError { findings += error.diagnostics }
    guard findings.isEmpty else { throw ContentError(findings) }
    outline = Outline(rings: rings)
    map = outline.map { CommuneMap(outline: $0, features: features) }
  }
}
