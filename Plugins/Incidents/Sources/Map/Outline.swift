internal import Glibc
internal import ParticipationKit

/// The boundary of the commune: rings in degrees. A place is inside when it lies in an odd number of rings, so holes
/// and several parts work alike.
struct Outline: Sendable {
  let rings: [[GeoPoint]]
  /// The smallest box around the boundary.
  let southWest: GeoPoint
  let northEast: GeoPoint
  /// Metres around the middle of the box.
  let plane: LocalPlane
  private let metres: [[(x: Double, y: Double)]]

  /// Makes an outline; nil without any position.
  init?(rings: [[GeoPoint]]) {
    let all = rings.flatMap { $0 }
    guard let south = all.map(\.latitude).min(), let north = all.map(\.latitude).max(),
      let west = all.map(\.longitude).min(), let east = all.map(\.longitude).max(),
      let southWest = GeoPoint(latitude: south, longitude: west),
      let northEast = GeoPoint(latitude: north, longitude: east),
      let middle = GeoPoint(latitude: (south + north) / 2, longitude: (west + east) / 2)
    else { return nil }
    self.rings = rings
    self.southWest = southWest
    self.northEast = northEast
    let plane = LocalPlane(origin: middle)
    self.plane = plane
    metres = rings.map { $0.map { plane.metres($0) } }
  }

  /// Whether a place is inside (even-odd rule, a ray to the east).
  func contains(_ point: GeoPoint) -> Bool {
    let (x, y) = plane.metres(point)
    var isInside = false
    for ring in metres {
      guard var previous = ring.last else { continue }
      for corner in ring {
        if (corner.y > y) != (previous.y > y) {
          let crossing = corner.x + (y - corner.y) / (previous.y - corner.y) * (previous.x - corner.x)
          if x < crossing { isInside.toggle() }
        }
        previous = corner
      }
    }
    return isInside
  }

  /// Metres from a place to the nearest point of the boundary.
  func distanceToBoundary(_ point: GeoPoint) -> Double {
    let (x, y) = plane.metres(point)
    var best = Double.infinity
    for ring in metres {
      guard var previous = ring.last else { continue }
      for corner in ring {
        best = min(best, Self.distance(x, y, from: previous, to: corner))
        previous = corner
      }
    }
    return best
  }

  /// Metres outside the boundary; 0 inside.
  func metresOutside(_ point: GeoPoint) -> Double { contains(point) ? 0 : distanceToBoundary(point) }

  private static func distance(
    _ x: Double, _ y: Double, from a: (x: Double, y: Double), to b: (x: Double, y: Double)
  ) -> Double {
    let (dx, dy) = (b.x - a.x, b.y - a.y)
    let length = dx * dx + dy * dy
    let along = length == 0 ? 0 : max(0, min(1, ((x - a.x) * dx + (y - a.y) * dy) / length))
    return hypot(x - a.x - along * dx, y - a.y - along * dy)
  }
}
