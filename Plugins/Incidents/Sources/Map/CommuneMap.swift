internal import ParticipationKit

/// One report on the map.
struct MapPin: Sendable {
  let point: GeoPoint
  let look: ReportState.Look
  /// The number beside it in the list; empty on the map of one report.
  let label: String
  /// What it is, for those who do not see the map and for the pointer.
  let title: String
  /// Its page; nil on the map of one report.
  let page: SitePath?
}

/// The map of the commune as SVG: outline, woods, water, roads, names, pins. Works without script and prints.
///
/// Classes are those of the theme, whose strokes and letters are meant for a drawing about 640 wide.
/// Coordinates are written with one decimal, so the same content gives the same bytes.
struct CommuneMap: Sendable {
  static let width = 640.0
  private static let padding = 20.0
  /// Pins of the northern edge stand above it.
  private static let headroom = 36.0
  /// The row of the legend; on small screens the theme draws pins 1.6 times as large.
  private static let legendHeight = 72.0

  /// Height of the drawing without legend, in its own units; the width is ``width``.
  let height: Double
  private let outline: Outline
  private let unitsPerMetre: Double
  private let top: Double
  private let left: Double
  private var background: [HTMLNode] = []
  private var names: [(text: String, x: Double, y: Double, area: PinPlacement.Area)] = []

  init(outline: Outline, features: [MapFeature]) {
    self.outline = outline
    let (west, south) = outline.plane.metres(outline.southWest)
    let (east, north) = outline.plane.metres(outline.northEast)
    unitsPerMetre = (Self.width - 2 * Self.padding) / max(east - west, (north - south) / 2, 1)
    left = west
    top = north
    height = ((north - south) * unitsPerMetre + 2 * Self.padding + Self.headroom).rounded()
    names = features.compactMap { feature in
      guard !feature.name.isEmpty, let point = feature.point ?? middle(feature) else { return nil }
      let (x, y) = position(point)
      return (feature.name, x, y, PinPlacement.Area(name: feature.name, x: x, y: y))
    }
    background = drawing(features)
  }

  /// The place of a point in the drawing.
  func position(_ point: GeoPoint) -> (x: Double, y: Double) {
    let (x, y) = outline.plane.metres(point)
    return ((x - left) * unitsPerMetre + Self.padding, (top - y) * unitsPerMetre + Self.padding + Self.headroom)
  }

  /// The map of several reports: a group of links in the order of the list beside it. The links are out of
  /// the tab order, because the list gives the same ones to the keyboard.
  /// - Parameters:
  ///   - pins: The reports.
  ///   - title: The name of the map.
  ///   - legend: What the four looks mean, in the order of ``ReportState/Look``.
  func overview(pins: [MapPin], title: String, legend: [(look: ReportState.Look, text: String)]) -> HTMLNode {
    let places = PinPlacement.spread(
      pins.map { position($0.point) }, width: Self.width, height: height, keepingClear: names.map(\.area))
    var children: [HTMLNode] = [.element(.title, [], [.text(title)])] + background
    // Later pins are drawn over earlier ones; the newest report comes last, on top.
    for (pin, place) in zip(pins, places).reversed() {
      children.append(link(pin, at: place, from: position(pin.point)))
    }
    children.append(
      .element(.g, [.class("legend")], PinDrawing.legend(legend, y: height + Self.legendHeight - 14)))
    return svg(children, height: height + Self.legendHeight, [.named("role", "group"), .aria("label", title)])
  }

  /// The map on which a place is chosen, without any pin.
  var picking: FieldMap {
    let drawing = svg(background, height: height, [.aria("hidden", "true")])
    return FieldMap(drawing: drawing, northWest: place(x: 0, y: 0), southEast: place(x: Self.width, y: height))
  }

  /// The place of a point of the drawing, to a tenth of a metre.
  private func place(x: Double, y: Double) -> GeoPoint {
    let corner = outline.plane.point(
      x: left + (x - Self.padding) / unitsPerMetre, y: top - (y - Self.padding - Self.headroom) / unitsPerMetre)
    func rounded(_ degrees: Double) -> Double { (degrees * 1_000_000).rounded() / 1_000_000 }
    return GeoPoint(latitude: rounded(corner.latitude), longitude: rounded(corner.longitude)) ?? corner
  }

  /// The map of one report.
  func single(_ pin: MapPin, title: String) -> HTMLNode {
    let (x, y) = position(pin.point)
    let shape = HTMLNode.element(
      .g, [.class("pin \(pin.look.rawValue)")], [PinDrawing.shape(pin.look, x, y)])
    return svg(
      [.element(.title, [], [.text(title)])] + background + [shape], height: height,
      [.named("role", "img"), .aria("label", title)])
  }

  private func svg(_ children: [HTMLNode], height: Double, _ attributes: [HTMLAttribute]) -> HTMLNode {
    let box = "0 0 \(Coordinate.text(Self.width)) \(Coordinate.text(height))"
    return .element(.svg, [.named("viewBox", box), .named("focusable", "false")] + attributes, children)
  }

  private func link(_ pin: MapPin, at place: (x: Double, y: Double), from: (x: Double, y: Double)) -> HTMLNode {
    var parts: [HTMLNode] = [.element(.title, [], [.text(pin.title)])]
    parts.append(PinDrawing.shape(pin.look, place.x, place.y))
    parts.append(PinDrawing.label(pin.label, pin.look, place.x, place.y))
    let attributes: [HTMLAttribute] = [
      .class("pin \(pin.look.rawValue)"), .named("tabindex", "-1"), .aria("label", pin.title),
    ]
    let node = HTMLNode.element(.a, attributes + (pin.page.map { [.href($0)] } ?? []), parts)
    guard abs(place.x - from.x) > 0.5 || abs(place.y - from.y) > 0.5 else { return node }
    let lead = "M\(Coordinate.pair(from.x, from.y))L\(Coordinate.pair(place.x, place.y))"
    return .fragment([.element(.path, [.class("lane"), .named("d", lead)]), node])
  }

  // MARK: Background

  /// Areas lie below lines, lines below names, whatever the order of the file.
  private func drawing(_ features: [MapFeature]) -> [HTMLNode] {
    var nodes = [path("land", outline.rings, closed: true)]
    for kind in ["wood", "water", "lane", "road", "built"] {
      for feature in features where feature.kind == kind && !feature.lines.isEmpty {
        nodes.append(path(kind, feature.lines, closed: feature.isArea))
      }
    }
    for name in names {
      nodes.append(
        .element(
          .svgText,
          [
            .named("x", Coordinate.text(name.x)), .named("y", Coordinate.text(name.y)),
            .named("text-anchor", "middle"), .aria("hidden", "true"),
          ], [.text(name.text)]))
    }
    return nodes
  }

  private func middle(_ feature: MapFeature) -> GeoPoint? {
    feature.lines.first.flatMap { $0.isEmpty ? nil : $0[$0.count / 2] }
  }

  private func path(_ kind: String, _ lines: [[GeoPoint]], closed: Bool) -> HTMLNode {
    var d = ""
    for line in lines {
      for (index, point) in line.enumerated() {
        let (x, y) = position(point)
        d += (index == 0 ? "M" : "L") + Coordinate.pair(x, y)
      }
      if closed { d += "z" }
    }
    return .element(.path, [.class(kind), .named("d", d)])
  }
}

/// Numbers in drawings: at most one decimal, a point, no exponent, whatever the machine's language.
enum Coordinate {
  static func text(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e12 else { return "0" }
    let tenths = Int((value * 10).rounded())
    let sign = tenths < 0 ? "-" : ""
    let size = abs(tenths)
    return size % 10 == 0 ? "\(sign)\(size / 10)" : "\(sign)\(size / 10).\(size % 10)"
  }

  static func pair(_ x: Double, _ y: Double) -> String { "\(text(x)) \(text(y))" }
}
