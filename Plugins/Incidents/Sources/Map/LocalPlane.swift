internal import Glibc
internal import ParticipationKit

/// The plane that touches the Earth at a place: metres east and north of it.
///
/// Equirectangular with the cosine of the origin's latitude: within 0.1 % over 10 km, which is a commune.
struct LocalPlane: Sendable {
  let origin: GeoPoint
  /// Metres in one degree of longitude at the origin.
  private let metresEast: Double

  /// Metres in one degree of latitude on a sphere with the mean radius 6,371,008.8 m (IUGG).
  static let metresNorth = 6_371_008.8 * Double.pi / 180

  init(origin: GeoPoint) {
    self.origin = origin
    metresEast = Self.metresNorth * cos(origin.latitude * .pi / 180)
  }

  /// Metres east and north of the origin.
  func metres(_ point: GeoPoint) -> (x: Double, y: Double) {
    ((point.longitude - origin.longitude) * metresEast, (point.latitude - origin.latitude) * Self.metresNorth)
  }

  /// The place so many metres east and north of the origin; the origin itself beyond the poles.
  func point(x: Double, y: Double) -> GeoPoint {
    GeoPoint(
      latitude: origin.latitude + y / Self.metresNorth, longitude: origin.longitude + x / max(metresEast, 1))
      ?? origin
  }

  /// Metres between two places near the origin.
  func distance(_ a: GeoPoint, _ b: GeoPoint) -> Double {
    let (ax, ay) = metres(a)
    let (bx, by) = metres(b)
    return hypot(bx - ax, by - ay)
  }
}
