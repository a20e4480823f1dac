import ParticipationKit
import Testing

@testable import Incidents

@Suite("Where a point lies")
struct PlaceTests {
  private func outline(_ rings: [[GeoPoint]]) throws -> Outline { try #require(Outline(rings: rings)) }

  @Test("distances agree with the sphere to within a metre over a kilometre")
  func distances() {
    let plane = LocalPlane(origin: Fixtures.middle)
    #expect(abs(plane.distance(Fixtures.middle, Fixtures.point(48.81, 5.2)) - 1111.95) < 0.1)
    #expect(abs(plane.distance(Fixtures.middle, Fixtures.point(48.8, 5.21)) - 732.43) < 0.1)
  }

  @Test("inside, outside and the distance to the boundary")
  func square() throws {
    let outline = try outline([Fixtures.square(metres: 1000)])
    #expect(outline.contains(Fixtures.middle))
    #expect(outline.metresOutside(Fixtures.middle) == 0)
    let far = Fixtures.point(48.8 + 1500 / LocalPlane.metresNorth, 5.2)
    #expect(!outline.contains(far))
    #expect(abs(outline.metresOutside(far) - 500) < 1)
  }

  @Test("a hole in the commune is not the commune")
  func hole() throws {
    let outline = try outline([Fixtures.square(metres: 1000), Fixtures.square(metres: 200)])
    #expect(!outline.contains(Fixtures.middle))
    #expect(outline.contains(Fixtures.point(48.8 + 500 / LocalPlane.metresNorth, 5.2)))
    #expect(abs(outline.metresOutside(Fixtures.middle) - 200) < 1)
  }

  @Test("an outline of several parts holds points of each part")
  func parts() throws {
    let other = Fixtures.square(metres: 300).map { Fixtures.point($0.latitude + 0.05, $0.longitude) }
    let outline = try outline([Fixtures.square(metres: 1000), other])
    #expect(outline.contains(Fixtures.point(48.85, 5.2)))
    #expect(!outline.contains(Fixtures.point(48.83, 5.2)))
  }

  @Test("no position, no outline")
  func empty() {
    #expect(Outline(rings: []) == nil)
    #expect(Outline(rings: [[]]) == nil)
  }

  @Test("the margin lets a point stand just outside, and no further")
  func margin() throws {
    let check = PointCheck(outline: try outline([Fixtures.square(metres: 1000)]), marginMetres: 300)
    #expect(check.check(Fixtures.point(48.8 + 1290 / LocalPlane.metresNorth, 5.2)) == .inside)
    #expect(check.check(Fixtures.point(48.8 + 1400 / LocalPlane.metresNorth, 5.2)) == .outside(metres: 400))
  }

  @Test("latitude and longitude in the wrong order are recognised as that")
  func swapped() throws {
    let check = PointCheck(outline: try outline([Fixtures.square(metres: 1000)]), marginMetres: 0)
    #expect(check.check(Fixtures.point(5.2, 48.8)) == .swapped)
  }

  @Test("without outline every point is accepted")
  func noOutline() {
    #expect(PointCheck(outline: nil, marginMetres: 0).check(Fixtures.point(-33, 151)) == .inside)
  }

  @Test("a point is kept to about a metre")
  func rounding() {
    #expect(PointCheck.rounded(Fixtures.point(48.772345678, 5.1600049)) == Fixtures.point(48.77235, 5.16))
  }

  @Test(
    "distances are said as people say them",
    arguments: [
      (0, "10\u{A0}m", "10\u{A0}m"), (347, "350\u{A0}m", "350\u{A0}m"), (3240, "3,2\u{A0}km", "3.2\u{A0}km"),
      (12_000, "12\u{A0}km", "12\u{A0}km"), (412_345, "412\u{A0}km", "412\u{A0}km"),
    ])
  func words(metres: Int, french: String, english: String) {
    #expect(PointCheck.words(metres: metres, locale: "fr") == french)
    #expect(PointCheck.words(metres: metres, locale: "en") == english)
  }

  @Test("a street's first word is lower case within a sentence, a proper name is not")
  func sentence() {
    #expect(IncidentsModule.inSentence("Rue Haute") == "rue Haute")
    #expect(IncidentsModule.inSentence("Allée des Oies") == "allée des Oies")
    #expect(IncidentsModule.inSentence("Grande-Rue") == "Grande-Rue")
    #expect(IncidentsModule.inSentence("Bellegoutte") == "Bellegoutte")
  }
}
