internal import Glibc
internal import ParticipationKit

/// Whether a place that a person gave may be in the commune.
struct PointCheck {
  let outline: Outline?
  /// How far outside the boundary a place may lie: roads and woods do not end there, and receivers err.
  let marginMetres: Double

  /// What was found.
  enum Finding: Hashable {
    case inside
    /// So many metres outside, rounded for people.
    case outside(metres: Int)
    /// Outside, and inside when latitude and longitude change places: the usual slip.
    case swapped
  }

  func check(_ point: GeoPoint) -> Finding {
    guard let outline else { return .inside }
    let metres = outline.metresOutside(point)
    if metres <= marginMetres { return .inside }
    if let swapped = GeoPoint(latitude: point.longitude, longitude: point.latitude),
      outline.metresOutside(swapped) <= marginMetres
    {
      return .swapped
    }
    return .outside(metres: Int(min(metres, 40_000_000).rounded()))
  }

  /// A place to about a metre: more digits would only say which doorstep, and differ between devices.
  static func rounded(_ point: GeoPoint) -> GeoPoint {
    func round(_ degrees: Double) -> Double { (degrees * 100_000).rounded() / 100_000 }
    return GeoPoint(latitude: round(point.latitude), longitude: round(point.longitude)) ?? point
  }

  /// A distance as people say it: `350 m` or `3,2 km`.
  static func words(metres: Int, locale: String) -> String {
    if metres < 1000 { return "\(max(10, (metres + 5) / 10 * 10))\u{A0}m" }
    let tenths = (metres + 50) / 100
    if tenths >= 1000 || tenths % 10 == 0 { return "\((tenths + 5) / 10)\u{A0}km" }
    return "\(tenths / 10)\(locale == "en" ? "." : ",")\(tenths % 10)\u{A0}km"
  }
}
