/// A place inside the emitted site: a path from the site's root to a file, with an optional fragment.
///
/// Links between documents are site paths and never texts, because a page writes them relative to itself:
/// so a copied site works under any address and from `file://`.
public struct SitePath: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
  /// The path from the root without leading slash, as `agenda/2026-03-12.html`.
  public let path: String
  /// The fragment without `#`, as `item-3`.
  public let fragment: String?

  /// Makes a path. Leading slashes and backslashes are dropped, and blanks and controls with them, which
  /// browsers and the writer leave out: so a path never leads to another host.
  public init(_ path: String, fragment: String? = nil) {
    self.path = String(Substring(path.utf8.drop(while: SitePath.isSkipped)))
    self.fragment = fragment
  }

  private static func isSkipped(_ byte: UInt8) -> Bool {
    byte <= 0x20 || byte == 0x7F || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "\\")
  }

  /// Makes a path; a `#` starts the fragment.
  public init(stringLiteral value: String) {
    if let hash = value.utf8.firstIndex(of: UInt8(ascii: "#")) {
      self.init(String(value[..<hash]), fragment: String(value[value.utf8.index(after: hash)...]))
    } else {
      self.init(value)
    }
  }

  /// The same file with another fragment.
  public func at(_ fragment: String) -> SitePath { SitePath(path, fragment: fragment) }

  /// The path and the fragment, from the root.
  public var description: String { fragment.map { "\(path)#\($0)" } ?? path }

  /// How many folders deep the file lies: `a/b.html` is 1.
  public var depth: Int { path.utf8.reduce(0) { $1 == UInt8(ascii: "/") ? $0 + 1 : $0 } }
}
