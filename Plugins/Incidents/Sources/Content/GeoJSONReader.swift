internal import ParticipationKit

/// One thing drawn on the map.
struct MapFeature: Sendable {
  /// What it is: `road`, `lane`, `water`, `wood`, `built` or `place`.
  let kind: String
  /// The words beside it; empty for none.
  let name: String
  /// Its lines, or the rings of its areas.
  let lines: [[GeoPoint]]
  let isArea: Bool
  /// Its point, for a place.
  let point: GeoPoint?
}

/// Reads the two GeoJSON files (RFC 7946) of `content/map/`.
struct GeoJSONReader {
  let file: String

  static let kinds = ["road", "lane", "water", "wood", "built", "place"]

  /// The rings of the outline: one Polygon or MultiPolygon, alone or in a Feature or FeatureCollection.
  /// - Throws: ``ContentError``.
  func outline(_ bytes: [UInt8]) throws -> [[GeoPoint]] {
    var rings: [[GeoPoint]] = []
    for (geometry, _, place) in try geometries(bytes) {
      let (lines, isArea, _) = try shape(geometry, place)
      guard isArea else {
        throw error(place, "attendu un Polygon ou un MultiPolygon", "expected a Polygon or a MultiPolygon")
      }
      rings += lines
    }
    guard !rings.isEmpty else { throw error("", "aucun contour", "no outline") }
    return rings
  }

  /// The features of the map: each with a property `kind` and perhaps `name`.
  /// - Throws: ``ContentError``.
  func features(_ bytes: [UInt8]) throws -> [MapFeature] {
    try geometries(bytes).map { geometry, properties, place in
      let (lines, isArea, point) = try shape(geometry, place)
      let kind = properties?["kind"]?.asString ?? ""
      guard Self.kinds.contains(kind) else {
        let list = Self.kinds.joined(separator: ", ")
        throw error(
          "\(place).properties.kind", "« \(kind) » ; attendu : \(list)", "“\(kind)”; expected: \(list)")
      }
      return MapFeature(
        kind: kind, name: properties?["name"]?.asString ?? "", lines: lines, isArea: isArea, point: point)
    }
  }

  private func geometries(
    _ bytes: [UInt8]
  ) throws -> [(geometry: JSONValue, properties: JSONValue?, place: String)] {
    let value: JSONValue
    do {
      value = try JSONValue.parse(bytes)
    } catch let syntax as JSONSyntaxError {
      let line = 1 + bytes.prefix(syntax.offset).count { $0 == 0x0A }
      let message = "JSON : \(syntax.reason("fr"))"
      throw ContentError([Diagnostic(.error, file: file, line: line, fr: message, en: "JSON: \(syntax.reason)")])
    }
    switch value["type"]?.asString {
    case "FeatureCollection":
      guard let features = value["features"]?.asArray else {
        throw error("features", "attendu une liste", "expected a list")
      }
      return try features.enumerated().map { try feature($1, "features[\($0)]") }
    case "Feature": return [try feature(value, "")]
    default: return [(value, nil, "")]
    }
  }

  private func feature(
    _ value: JSONValue, _ place: String
  ) throws -> (geometry: JSONValue, properties: JSONValue?, place: String) {
    guard value["type"]?.asString == "Feature", let geometry = value["geometry"], geometry.asObject != nil else {
      throw error(place, "attendu une Feature avec sa « geometry »", "expected a Feature with its “geometry”")
    }
    return (geometry, value["properties"], place)
  }

  private func shape(
    _ geometry: JSONValue, _ place: String
  ) throws -> (lines: [[GeoPoint]], isArea: Bool, point: GeoPoint?) {
    let coordinates = geometry["coordinates"] ?? .null
    switch geometry["type"]?.asString {
    case "Point": return ([], false, try point(coordinates, place))
    case "LineString": return ([try line(coordinates, place, atLeast: 2)], false, nil)
    case "MultiLineString": return (try lines(coordinates, place, atLeast: 2), false, nil)
    case "Polygon": return (try lines(coordinates, place, atLeast: 4), true, nil)
    case "MultiPolygon":
      guard let parts = coordinates.asArray else { throw error(place, "attendu une liste", "expected a list") }
      return (try parts.flatMap { try lines($0, place, atLeast: 4) }, true, nil)
    default:
      let list = "Point, LineString, MultiLineString, Polygon, MultiPolygon"
      throw error("\(place).geometry.type", "attendu : \(list)", "expected: \(list)")
    }
  }

  private func lines(_ value: JSONValue, _ place: String, atLeast count: Int) throws -> [[GeoPoint]] {
    guard let parts = value.asArray else { throw error(place, "attendu une liste", "expected a list") }
    return try parts.map { try line($0, place, atLeast: count) }
  }

  private func line(_ value: JSONValue, _ place: String, atLeast count: Int) throws -> [GeoPoint] {
    let points = try (value.asArray ?? []).map { try point($0, place) }
    guard points.count >= count else {
      throw error(
        place, "\(points.count) position(s) ; attendu : au moins \(count)",
        "\(points.count) position(s); expected: at least \(count)")
    }
    return points
  }

  private func point(_ value: JSONValue, _ place: String) throws -> GeoPoint {
    guard let pair = value.asArray, pair.count >= 2, let longitude = pair[0].asNumber, let latitude = pair[1].asNumber,
      let point = GeoPoint(latitude: latitude, longitude: longitude)
    else {
      throw error(
        place, "attendu des positions [longitude, latitude] en degrés",
        "expected positions [longitude, latitude] in degrees")
    }
    return point
  }

  private func error(_ place: String, _ french: String, _ english: String) -> ContentError {
    let (lead, leadEnglish) = place.isEmpty ? ("", "") : ("\(place) : ", "\(place): ")
    return ContentError([Diagnostic(.error, file: file, line: nil, fr: lead + french, en: leadEnglish + english)])
  }
}
