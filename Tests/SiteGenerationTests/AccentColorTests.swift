import Testing

@testable import SiteGeneration

/// Whatever colour a commune chooses, people can read what is written in it and on it.
@Suite struct AccentColorTests {
  @Test func contrastIsEnoughForEveryColour() throws {
    for red in stride(from: 0, through: 255, by: 15) {
      for green in stride(from: 0, through: 255, by: 15) {
        for blue in stride(from: 0, through: 255, by: 15) {
          let hex = AccentColor.RGB(red: UInt8(red), green: UInt8(green), blue: UInt8(blue)).hex
          let color = try #require(AccentColor(hex))
          for (scheme, grounds) in [
            (color.light, AccentColor.lightGrounds), (color.dark, AccentColor.darkGrounds),
          ] {
            let ink = scheme.accent.contrast(scheme.ink)
            let text = grounds.map { scheme.text.contrast($0) }.min() ?? 0
            let ground = grounds.map { scheme.accent.contrast($0) }.min() ?? 0
            if ink < 4.5 || text < 4.5 || ground < 2.9 { Issue.record("\(hex): ink \(ink), text \(text), \(ground)") }
          }
        }
      }
    }
  }

  @Test func aColourThatCanBeReadStaysAsItWasChosen() throws {
    let color = try #require(AccentColor("#6D2A55"))
    #expect(color.light.accent.hex == "#6d2a55")
    #expect(color.light.text.hex == "#6d2a55")
  }

  @Test func luminanceIsThatOfWCAG() {
    #expect(abs(AccentColor.white.luminance - 1) < 1e-9)
    #expect(AccentColor.black.luminance == 0)
    #expect(abs(AccentColor.white.contrast(AccentColor.black) - 21) < 1e-9)
    // #777777 on white is the usual example just below the limit: 4.48.
    let grey = AccentColor.RGB(red: 0x77, green: 0x77, blue: 0x77)
    #expect(abs(grey.contrast(AccentColor.white) - 4.478) < 0.001)
  }

  @Test(arguments: ["", "#fff", "6d2a55", "#6d2a5", "#6d2a555", "#6d2a5g", "#+6d2a5", "red", "#６d2a5"])
  func anythingElseIsNoColour(_ text: String) {
    #expect(AccentColor(text) == nil)
  }

  @Test func theSheetHasBothSchemes() {
    let css = String(decoding: AccentColor.fallback.css, as: UTF8.self)
    #expect(css.hasPrefix(":root{--accent:#6d2a55;--accent-ink:#ffffff;--accent-text:#6d2a55}\n"))
    #expect(css.contains("@media screen and (prefers-color-scheme:dark){:root{--accent:"))
  }
}
