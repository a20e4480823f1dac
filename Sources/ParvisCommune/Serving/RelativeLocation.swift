import HTTPListener
import ParticipationKit

/// Redirections of a server that stands below a path of its host, as `https://mairie.example/participer/`.
///
/// The proxy in front takes that path away, so the server never sees it. A reference that is relative to what was asked
/// (RFC 3986 §4.2, RFC 9110 §10.2.2) is right through the proxy and right on the server's own port.
enum RelativeLocation {
  /// Whether an address has a path of its own.
  static func isNeeded(_ address: String) -> Bool { WebAddress(address).path != "/" }

  /// A reply whose `Location` is relative to the path that was asked.
  static func set(_ reply: HTTPReply, asked path: String) -> HTTPReply {
    var reply = reply
    reply.headers = reply.headers.map { $0.0 == "Location" ? ($0.0, from(path, to: $0.1)) : $0 }
    return reply
  }

  /// `target`, a path from the server's root with its query, as it is written from the page at `path`. Addresses with a
  /// host stay as they are.
  static func from(_ path: String, to target: String) -> String {
    guard target.utf8.first == UInt8(ascii: "/"), !target.utf8.starts(with: "//".utf8) else { return target }
    let end = target.utf8.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") } ?? target.endIndex
    let here = steps(path[...]).dropLast()
    let there = steps(target[..<end])
    let shared = zip(here, there.dropLast()).prefix { $0 == $1 }.count
    let rest = there.dropFirst(shared).joined(separator: "/")
    let up = String(repeating: "../", count: here.count - shared)
    return (up.isEmpty && (rest.isEmpty || rest.utf8.contains(UInt8(ascii: ":"))) ? "./" : up) + rest + target[end...]
  }

  private static func steps(_ path: Substring) -> [Substring] {
    Array(path.split(separator: "/", omittingEmptySubsequences: false).dropFirst())
  }
}
