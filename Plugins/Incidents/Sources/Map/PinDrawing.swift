internal import ParticipationKit

/// The four shapes of pins. Each look has a shape of its own, so the map is read without colours.
enum PinDrawing {
  /// The path of a pin whose tip is at a place: a drop (new), a flag (under way), a diamond (done), a disc (closed).
  static func shape(_ look: ReportState.Look, _ x: Double, _ y: Double) -> HTMLNode {
    let rest =
      switch look {
      case .open: "c-4-11-15-16-15-27a15 15 0 0 1 30 0c0 11-11 16-15 27z"
      case .wait: "l-5-9h-9v-27h28v27h-9z"
      case .done: "l-17-19 17-19 17 19z"
      case .over: "a14 14 0 0 1 0-28a14 14 0 0 1 0 28z"
      }
    return .element(.path, [.named("d", "M\(Coordinate.pair(x, y))\(rest)")])
  }

  /// The number in the middle of a pin whose tip is at a place.
  static func label(_ text: String, _ look: ReportState.Look, _ x: Double, _ y: Double) -> HTMLNode {
    let rise =
      switch look {
      case .open: 22.0
      case .wait: 18.0
      case .done: 14.5
      case .over: 9.5
      }
    return .element(
      .svgText, [.named("x", Coordinate.text(x)), .named("y", Coordinate.text(y - rise)), .aria("hidden", "true")],
      [.text(text)])
  }

  /// The four shapes with their words, in one row below the map, their tips at `y`.
  static func legend(_ entries: [(look: ReportState.Look, text: String)], y: Double) -> [HTMLNode] {
    let step = (CommuneMap.width - 20) / Double(max(entries.count, 1))
    return entries.enumerated().map { index, entry in
      let x = 30 + Double(index) * step
      let shape = HTMLNode.element(.g, [.class("pin \(entry.look.rawValue)")], [shape(entry.look, x, y)])
      let words = HTMLNode.element(
        .svgText, [.named("x", Coordinate.text(x + 28)), .named("y", Coordinate.text(y - 10))], [.text(entry.text)])
      return .fragment([shape, words])
    }
  }
}
