internal import Glibc

/// Where pins stand when several reports lie at the same place: the first at its place, the others beside it.
///
/// The order of the pins alone decides, so the same reports give the same map.
struct PinPlacement {
  /// How far apart two pins stand at least, in units of the drawing.
  static let distance = 42.0

  /// Moves what would cover another pin to the nearest free place of a few rings, inside `width` × `height`.
  static func spread(
    _ places: [(x: Double, y: Double)], width: Double, height: Double
  ) -> [(x: Double, y: Double)] {
    var taken: [(x: Double, y: Double)] = []
    for place in places {
      let free = candidates(around: place).first { candidate in
        candidate.x >= 16 && candidate.x <= width - 16 && candidate.y >= 44 && candidate.y <= height - 4
          && taken.allSatisfy { hypot($0.x - candidate.x, $0.y - candidate.y) >= distance - 0.01 }
      }
      taken.append(free ?? place)
    }
    return taken
  }

  private static func candidates(around place: (x: Double, y: Double)) -> [(x: Double, y: Double)] {
    var found = [place]
    for ring in 1...4 {
      let count = ring * 6
      for step in 0..<count {
        let angle = Double(step) / Double(count) * 2 * .pi
        let radius = Double(ring) * distance
        found.append((place.x + radius * cos(angle), place.y + radius * sin(angle)))
      }
    }
    return found
  }
}
