import ParticipationKit

@testable import Incidents

/// A small commune made of values: a square of two kilometres around 48.8, 5.2, two streets, a hamlet, two services.
struct Fixtures {
  static let middle = point(48.8, 5.2)

  static func point(_ latitude: Double, _ longitude: Double) -> GeoPoint {
    guard let point = GeoPoint(latitude: latitude, longitude: longitude) else {
      preconditionFailure("a test names a place that does not exist")
    }
    return point
  }

  /// A square whose sides lie so many metres from the middle.
  static func square(metres: Double) -> [GeoPoint] {
    let north = metres / LocalPlane.metresNorth
    // 0.658… is the cosine of 48.8°.
    let east = north / 0.6586894
    return [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0), (-1.0, -1.0)].map { x, y in
      point(48.8 + y * north, 5.2 + x * east)
    }
  }

  static func service(
    _ fields: [(name: String, value: ContentValue)], name: String = "x", body: String = ""
  ) -> ContentFile {
    ContentFile(
      path: "content/services/\(name).md", name: name, fields: .mapping(fields, line: 1), body: body, bodyLine: 9)
  }

  static func text(_ name: String, _ text: String, line: Int) -> (name: String, value: ContentValue) {
    (name, .scalar(text, quoted: true, line: line))
  }

  static func number(_ name: String, _ text: String, line: Int) -> (name: String, value: ContentValue) {
    (name, .scalar(text, line: line))
  }

  static let services = [
    service(
      [
        text("code", "eau", line: 2), text("name", "Eau", line: 3), text("name_en", "Water", line: 4),
        text("group", "Réseaux", line: 5), text("description", "Fuite", line: 6),
        text("emergency", "Appelez le 112.", line: 7),
      ], name: "eau"),
    service(
      [
        text("code", "voirie", line: 2), text("name", "Route", line: 3), text("description", "Trou", line: 4),
        number("position", "5", line: 5),
      ], name: "voirie"),
  ]

  static let streets = ContentFile(
    path: "content/map/streets.yaml", name: "streets",
    fields: .mapping(
      [
        (
          "hamlets",
          .list([.mapping([text("id", "moulin", line: 3), text("name", "Le Moulin", line: 4)], line: 3)], line: 2)
        ),
        (
          "streets",
          .list(
            [
              .mapping(
                [
                  text("id", "rue-haute", line: 6), text("name", "Rue Haute", line: 7),
                  number("lat", "48.801", line: 8), number("lon", "5.201", line: 9),
                ], line: 6),
              .mapping(
                [
                  text("id", "gue", line: 10), text("name", "Route du Gué", line: 11),
                  text("hamlet", "moulin", line: 12),
                ], line: 10),
            ], line: 5)
        ),
      ], line: 1), body: "", bodyLine: 1)

  static let outlineJSON: [UInt8] = {
    let ring = square(metres: 1000).map { JSONValue.array([.number($0.longitude), .number($0.latitude)]) }
    return JSONValue.object([("type", "Polygon"), ("coordinates", .array([.array(ring)]))]).bytes
  }()

  /// The module over some files; those above unless told otherwise.
  static func module(
    services: [ContentFile] = services, streets: [ContentFile] = [streets], data: [String: [UInt8]]? = nil,
    settings: [String: SQLValue] = [:]
  ) throws -> IncidentsModule {
    let files = data ?? ["map/outline.geojson": outlineJSON]
    var values = settings
    for field in IncidentsModule.settings where values[field.name] == nil { values[field.name] = field.defaultValue }
    let reader = ContentReader(
      files: { $0 == "services" ? services : $0 == "map" ? streets : [] }, data: { files[$0] })
    let facts = CommuneFacts(
      name: "Vaubrisey", inseeCode: "55999", population: 752, department: "55", languages: ["fr", "en"],
      address: "https://vaubrisey.example/", isDemonstration: true)
    let words = Words(try IncidentsModule.catalogues.map { try Catalogue(locale: $0.locale, json: $0.json) })
    let site = Site(
      module: "incidents", commune: facts, zone: .utc, content: reader, words: words,
      markdown: { text, policy in
        guard ByteText.length(text) <= policy.maxLength else {
          throw MarkdownRefusal(limit: "length", allowed: policy.maxLength, found: ByteText.length(text))
        }
        return MarkdownText(blocks: [], node: .p(text))
      }, digest: { $0 }, seal: { $0 })
    return try IncidentsModule(settings: Settings(values), site: site)
  }

  /// A ledger that must not be touched.
  static var noLedger: Ledger {
    Ledger(
      forEach: { sql, _, _ in throw Touched(sql: sql) }, execute: { sql, _ in throw Touched(sql: sql) })
  }

  struct Touched: Error { let sql: String }

  static func action(_ module: IncidentsModule, _ name: String) -> Action? {
    module.actions.first { $0.name == name }
  }

  static func context(key: String = "", locale: String = "fr") -> ActionContext {
    ActionContext(
      ledger: noLedger, key: key, actor: .anyone, locale: locale, now: Timestamp(seconds: 1_780_000_000),
      random: { [UInt8](repeating: 0, count: $0) }, moderate: { _, _, _ in })
  }
}
