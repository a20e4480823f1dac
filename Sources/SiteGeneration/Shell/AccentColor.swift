/// The commune's colour, corrected so that everything written in it or on it can be read.
///
/// Contrast is that of WCAG 2.2 (relative luminance). Words on the colour reach 4.5 : 1, and so do words in the
/// colour on every ground of the theme, in light and in dark.
public struct AccentColor: Sendable, Hashable {
  /// A colour in sRGB, 8 bits a channel.
  struct RGB: Sendable, Hashable {
    let red: UInt8
    let green: UInt8
    let blue: UInt8

    var hex: String {
      [red, green, blue].reduce(into: "#") { text, channel in
        let digits = String(channel, radix: 16)
        text += digits.utf8.count == 1 ? "0" + digits : digits
      }
    }

    /// Relative luminance (WCAG 2.2).
    var luminance: Double {
      0.2126 * RGB.linear(red) + 0.7152 * RGB.linear(green) + 0.0722 * RGB.linear(blue)
    }

    /// The contrast with another colour, 1 to 21.
    func contrast(_ other: RGB) -> Double {
      let (a, b) = (luminance, other.luminance)
      return (max(a, b) + 0.05) / (min(a, b) + 0.05)
    }

    /// The colour moved towards another by so many 255ths.
    func mixed(_ other: RGB, _ part: Int) -> RGB {
      func channel(_ a: UInt8, _ b: UInt8) -> UInt8 {
        UInt8((Int(a) * (255 - part) + Int(b) * part + 127) / 255)
      }
      return RGB(
        red: channel(red, other.red), green: channel(green, other.green), blue: channel(blue, other.blue))
    }

    private static func linear(_ channel: UInt8) -> Double { table[Int(channel)] }

    /// ((c + 0.055) / 1.055) ^ 2.4, by squaring and a cube root of a fifth power found by Newton's method: the same
    /// on every machine, and without a library of mathematics.
    private static let table: [Double] = (0...255).map { value in
      let c = Double(value) / 255
      guard c > 0.04045 else { return c / 12.92 }
      let base = (c + 0.055) / 1.055
      // base^2.4 = (base^12)^(1/5)
      let target = base * base * base * base * base * base * base * base * base * base * base * base
      var root = base
      for _ in 0..<60 {
        let fourth = root * root * root * root
        root -= (fourth * root - target) / (5 * fourth)
      }
      return root
    }
  }

  let chosen: RGB

  /// Reads `#rrggbb`; nil for anything else.
  public init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count == 7, bytes[0] == UInt8(ascii: "#") else { return nil }
    var channels: [UInt8] = []
    for start in [1, 3, 5] {
      let pair = bytes[start...start + 1]
      guard pair.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0 | 0x20) }),
        let value = UInt8(String(decoding: pair, as: UTF8.self), radix: 16)
      else { return nil }
      channels.append(value)
    }
    chosen = RGB(red: channels[0], green: channels[1], blue: channels[2])
  }

  private init(_ chosen: RGB) { self.chosen = chosen }

  /// The theme's own colour, a dark plum.
  public static let fallback = AccentColor(RGB(red: 0x6D, green: 0x2A, blue: 0x55))

  /// The three colours of one scheme.
  struct Scheme: Sendable {
    let accent: RGB
    let ink: RGB
    let text: RGB
  }

  static let white = RGB(red: 255, green: 255, blue: 255)
  static let black = RGB(red: 0, green: 0, blue: 0)
  /// The grounds of parvis.css: stone, stone-deep, paper.
  static let lightGrounds = [
    RGB(red: 0xF0, green: 0xEB, blue: 0xE0), RGB(red: 0xE4, green: 0xDC, blue: 0xCB),
    RGB(red: 0xFF, green: 0xFD, blue: 0xF8),
  ]
  static let darkGrounds = [
    RGB(red: 0x1B, green: 0x21, blue: 0x27), RGB(red: 0x26, green: 0x2E, blue: 0x35),
    RGB(red: 0x25, green: 0x2D, blue: 0x34),
  ]

  /// White words are always possible on the accent: it is darkened until they can be read.
  var light: Scheme {
    let accent = AccentColor.moved(chosen, towards: AccentColor.black) { $0.contrast(AccentColor.white) >= 4.5 }
    return Scheme(accent: accent, ink: AccentColor.white, text: AccentColor.text(chosen, on: AccentColor.lightGrounds))
  }

  /// On dark grounds the accent is as light as white words allow, so that it also stands out from the ground.
  var dark: Scheme {
    let darkened = AccentColor.moved(chosen, towards: AccentColor.black) { $0.contrast(AccentColor.white) >= 4.5 }
    var accent = darkened
    for part in 0...255 {
      let next = darkened.mixed(AccentColor.white, part)
      if next.contrast(AccentColor.white) < 4.5 { break }
      accent = next
      if AccentColor.darkGrounds.allSatisfy({ next.contrast($0) >= 3 }) { break }
    }
    return Scheme(accent: accent, ink: AccentColor.white, text: AccentColor.text(chosen, on: AccentColor.darkGrounds))
  }

  private static func text(_ color: RGB, on grounds: [RGB]) -> RGB {
    let isLight = grounds[0].luminance > 0.5
    return moved(color, towards: isLight ? black : white) { candidate in
      grounds.allSatisfy { candidate.contrast($0) >= 4.5 }
    }
  }

  private static func moved(_ color: RGB, towards end: RGB, until isEnough: (RGB) -> Bool) -> RGB {
    for part in 0...255 {
      let candidate = color.mixed(end, part)
      if isEnough(candidate) { return candidate }
    }
    return end
  }

  /// The file `commune.css`: the colours as custom properties for light and dark.
  public var css: [UInt8] {
    var out = Array(":root{\(AccentColor.rules(light))}\n".utf8)
    // Paper is always light, hence `screen and`.
    out.add("@media screen and (prefers-color-scheme:dark){:root{\(AccentColor.rules(dark))}}\n")
    return out
  }

  /// The file `icon.svg` for the browser's tab: a fan of setts in the commune's colour.
  public var icon: [UInt8] {
    var out = Array("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\">".utf8)
    out.add("<rect width=\"32\" height=\"32\" rx=\"6\" fill=\"\(light.accent.hex)\"/>")
    out.add("<g fill=\"none\" stroke=\"\(light.ink.hex)\" stroke-width=\"3.4\">")
    for radius in [19, 12] {
      let setts = radius == 19 ? "5.4 2" : "4.2 1.8"
      out.add("<path d=\"M\(16 - radius) 27a\(radius) \(radius) 0 0 1 \(2 * radius) 0\"")
      out.add(" stroke-dasharray=\"\(setts)\"/>")
    }
    out.add("</g><circle cx=\"16\" cy=\"26\" r=\"4\" fill=\"\(light.ink.hex)\"/></svg>\n")
    return out
  }

  private static func rules(_ scheme: Scheme) -> String {
    "--accent:\(scheme.accent.hex);--accent-ink:\(scheme.ink.hex);--accent-text:\(scheme.text.hex)"
  }
}
