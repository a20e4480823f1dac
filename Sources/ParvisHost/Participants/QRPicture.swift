import ParticipationKit

/// A QR code as a picture within the page: nothing is fetched, and it prints at its size.
struct QRPicture: Sendable {
  /// Modules of light that the standard asks for around the code.
  private static let quiet = 4

  let size: Int
  private let path: String

  /// Draws a text; nil when it is too long for a QR code.
  init?(_ text: String, ports: AccountPorts) {
    guard let code = ports.matrixCode(text) else { return nil }
    size = code.size + 2 * QRPicture.quiet
    var path = ""
    for row in 0..<code.size {
      var column = 0
      while column < code.size {
        guard code.isDark[row * code.size + column] else {
          column += 1
          continue
        }
        let start = column
        while column < code.size, code.isDark[row * code.size + column] { column += 1 }
        path += "M\(start + QRPicture.quiet) \(row + QRPicture.quiet)h\(column - start)v1h-\(column - start)z"
      }
    }
    self.path = path
  }

  /// The picture, with words for who does not see it.
  func node(label: String, millimetres: Int = 44) -> HTMLNode {
    .element(
      .svg,
      [
        .class("qr"), .named("role", "img"), .aria("label", label), .named("viewBox", "0 0 \(size) \(size)"),
        .named("width", "\(millimetres)mm"), .named("height", "\(millimetres)mm"),
        .named("shape-rendering", "crispEdges"),
      ],
      [
        .element(
          .rect, [.named("width", String(size)), .named("height", String(size)), .named("fill", "#fff")]),
        .element(.path, [.named("d", path), .named("fill", "#000")]),
      ])
  }
}
