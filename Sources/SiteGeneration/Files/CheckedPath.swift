/// Paths of documents and streams, checked before any file is touched.
struct CheckedPath {
  /// Whether a path is made of segments of `a-z 0-9 - _ .`, none empty or beginning with a point, at most 200 bytes.
  static func isPlain(_ path: String) -> Bool {
    var segmentLength = 0
    var total = 0
    for byte in path.utf8 {
      total += 1
      switch byte {
      case UInt8(ascii: "/"):
        if segmentLength == 0 { return false }
        segmentLength = 0
      case UInt8(ascii: "."):
        if segmentLength == 0 { return false }
        segmentLength += 1
      case 0x61...0x7A, 0x30...0x39, UInt8(ascii: "-"), UInt8(ascii: "_"): segmentLength += 1
      default: return false
      }
    }
    return segmentLength > 0 && total <= 200
  }

  /// Whether a path is plain and is the module's folder or below it.
  static func belongs(_ path: String, to module: String) -> Bool {
    guard isPlain(path), path.utf8.starts(with: module.utf8) else { return false }
    let rest = path.utf8.dropFirst(module.utf8.count)
    return rest.first == UInt8(ascii: "/")
  }
}
