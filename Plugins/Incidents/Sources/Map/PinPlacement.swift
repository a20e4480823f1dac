internal import Glibc

/// Where pins stand when several reports lie at the same place: the first at its place, the others beside it; none on
/// the name of a place.
///
/// The order of the pins alone decides, so the same reports give the same map.
struct PinPlacement {
  /// How far apart two pins stand at least, in units of the drawing: as much as the theme's larger pins of a telephone
  /// are high.
  static let distance = 56.0

  /// A rectangle of the drawing.
  struct Area: Sendable {
    let x: ClosedRange<Double>
    let y: ClosedRange<Double>

    /// What the name of a place takes, centred on `x` with its foot at `y`, in the theme's larger letters of a
    /// telephone: 24 units high, a letter half as wide.
    init(name: String, x: Double, y: Double) {
      let half = Double(name.unicodeScalars.count) * 6 + 4
      self.x = (x - half)...(x + half)
      self.y = (y - 22)...(y + 6)
    }

    /// Whether a pin whose tip is at a place, as large as a telephone shows it, covers some of it.
    func meets(pin place: (x: Double, y: Double)) -> Bool {
      x.overlaps((place.x - 20)...(place.x + 20)) && y.overlaps((place.y - 50)...place.y)
    }
  }

  /// Moves what would cover another pin, or a name, to the nearest free place of a few rings, inside
  /// `width` × `height`.
  static func spread(
    _ places: [(x: Double, y: Double)], width: Double, height: Double, keepingClear names: [Area] = []
  ) -> [(x: Double, y: Double)] {
    var taken: [(x: Double, y: Double)] = []
    for place in places {
      let apart = candidates(around: place).filter { candidate in
        candidate.x >= 16 && candidate.x <= width - 16 && candidate.y >= 44 && candidate.y <= height - 4
          && taken.allSatisfy { hypot($0.x - candidate.x, $0.y - candidate.y) >= distance - 0.01 }
      }
      // Where all is full, a covered name is less of a loss than a covered pin.
      let free = apart.first { candidate in !names.contains { $0.meets(pin: candidate) } } ?? apart.first
      taken.append(free ?? place)
    }
    return taken
  }

  private static func candidates(around place: (x: Double, y: Double)) -> [(x: Double, y: Double)] {
    var found = [place]
    for ring in 1...8 {
      let count = (ring + 1) / 2 * 6
      for step in 0..<count {
        let angle = Double(step) / Double(count) * 2 * .pi
        let radius = Double(ring) / 2 * distance
        found.append((place.x + radius * cos(angle), place.y + radius * sin(angle)))
      }
    }
    return found
  }
}
