import ParticipationKit
import Testing

@testable import Incidents

@Suite("The map")
struct MapTests {
  private func map(_ features: [MapFeature] = []) throws -> CommuneMap {
    CommuneMap(outline: try #require(Outline(rings: [Fixtures.square(metres: 1000)])), features: features)
  }

  private let legend = ReportState.Look.allCases.map { ($0, $0.rawValue) }

  @Test("numbers have one decimal at most, a point and no exponent")
  func numbers() {
    #expect(Coordinate.text(0) == "0")
    #expect(Coordinate.text(-0.04) == "0")
    #expect(Coordinate.text(-0.06) == "-0.1")
    #expect(Coordinate.text(12.34) == "12.3")
    #expect(Coordinate.text(1_000_000) == "1000000")
    #expect(Coordinate.text(.nan) == "0")
    #expect(Coordinate.text(.infinity) == "0")
  }

  @Test("north is up, east is right, and both have the same scale")
  func projection() throws {
    let map = try map()
    let middle = map.position(Fixtures.middle)
    let north = map.position(Fixtures.point(48.8 + 500 / LocalPlane.metresNorth, 5.2))
    let east = map.position(Fixtures.point(48.8, 5.2 + 500 / LocalPlane.metresNorth / 0.6586894))
    #expect(abs(middle.x - 320) < 0.1)
    #expect(north.y < middle.y)
    #expect(east.x > middle.x)
    #expect(abs((middle.y - north.y) - (east.x - middle.x)) < 0.1)
  }

  @Test("the map of one report, byte for byte")
  func golden() throws {
    let road = MapFeature(
      kind: "road", name: "", lines: [[Fixtures.middle, Fixtures.point(48.804, 5.2)]], isArea: false, point: nil)
    let place = MapFeature(kind: "place", name: "Le <Moulin>", lines: [], isArea: false, point: Fixtures.middle)
    let pin = MapPin(point: Fixtures.middle, look: .done, label: "", title: "", page: nil)
    // Names and lines are drawn in an order of their own, whatever that of the file.
    let drawn = try map([place, road]).single(pin, title: "Carte : rue Haute").rendered
    #expect(
      drawn == """
        <svg viewBox="0 0 640 676" focusable="false" role="img" aria-label="Carte : rue Haute">\
        <title>Carte : rue Haute</title>\
        <path class="land" d="M20 656L620 656L620 56L20 56L20 656z"></path>\
        <path class="road" d="M320 356L320 222.6"></path>\
        <text x="320" y="356" text-anchor="middle" aria-hidden="true">Le &lt;Moulin&gt;</text>\
        <g class="pin done"><path d="M320 356l-17-19 17-19 17 19z"></path></g></svg>
        """)
  }

  @Test("every pin of the overview is a link with words, out of the tab order, and the legend names all four shapes")
  func overview() throws {
    let pins = ReportState.Look.allCases.enumerated().map { index, look in
      MapPin(
        point: Fixtures.middle, look: look, label: String(index + 1), title: "Signalement \(index + 1)",
        page: SitePath("incidents/2026-000\(index + 1).html"))
    }
    let drawn = try map().overview(pins: pins, title: "Carte", legend: legend).rendered
    for pin in 1...4 {
      #expect(drawn.contains("href=\"incidents/2026-000\(pin).html\""))
      #expect(drawn.contains("<title>Signalement \(pin)</title>"))
    }
    #expect(drawn.components(of: "tabindex=\"-1\"") == 4)
    for look in ReportState.Look.allCases { #expect(drawn.contains(">\(look.rawValue)</text>")) }
    // The shapes themselves differ, so colour is never needed.
    let shapes = Set(ReportState.Look.allCases.map { PinDrawing.shape($0, 0, 0).rendered })
    #expect(shapes.count == 4)
  }

  @Test("pins at the same place are set apart, in the same way each time")
  func spreading() {
    let places = [(x: Double, y: Double)](repeating: (200, 200), count: 20)
    let spread = PinPlacement.spread(places, width: 640, height: 400)
    #expect(spread[0].x == 200 && spread[0].y == 200)
    for (index, a) in spread.enumerated() {
      for b in spread[(index + 1)...] {
        let apart = ((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y)).squareRoot()
        #expect(apart >= PinPlacement.distance - 0.1)
      }
    }
    let again = PinPlacement.spread(places, width: 640, height: 400)
    #expect(zip(spread, again).allSatisfy { $0 == $1 })
  }

  @Test("no pin covers the name of a place while there is room beside it")
  func names() {
    let name = PinPlacement.Area(name: "Le Moulin", x: 300, y: 200)
    let places: [(x: Double, y: Double)] = [(300, 205), (320, 215), (280, 195), (40, 390)]
    let spread = PinPlacement.spread(places, width: 640, height: 400, keepingClear: [name])
    #expect(name.meets(pin: places[0]))
    #expect(spread.allSatisfy { !name.meets(pin: $0) })
    // What covers nothing stands where it is.
    #expect(spread[3].x == 40 && spread[3].y == 390)
  }

  @Test("more pins than there is room for are still drawn")
  func crowded() {
    let places = [(x: Double, y: Double)](repeating: (20, 50), count: 200)
    #expect(PinPlacement.spread(places, width: 640, height: 60).count == 200)
  }
}

extension String {
  /// How often a text occurs.
  fileprivate func components(of text: String) -> Int {
    let own = Array(utf8)
    let wanted = Array(text.utf8)
    guard own.count >= wanted.count else { return 0 }
    return (0...(own.count - wanted.count)).count { own[$0...].starts(with: wanted) }
  }
}
