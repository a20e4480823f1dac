/// A place inside the emitted site: a path from the site's root to a file, with an optional fragment.
///
/// Links between documents are site paths and never texts, because a page writes them relative to itself: so a
/// copied site works under any address and from `file://`.
public struct SitePath: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
  /// The path from the root without leading slash, as `agenda/2026-03-12.html`.
  public let path: String
  /// The fragment without `#`, as `item-3`.
  public let fragment: String?

  /// Makes a path. Leading slashes and backslashes are dropped, so that a path never leads to another host.
  public init(_ path: String, fragment: String? = nil) {
    var bytes = path.utf8[...]
    while let first = bytes.first, first == UInt8(ascii: "/") || first == UInt8(ascii: "\\") { bytes.removeFirst() }
    self.path = String(Substring(bytes))
    self.fragment = fragment
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
