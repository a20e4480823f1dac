/// What a request target says, decoded once and by this code alone.
///
/// libmicrohttpd decodes `%2e%2e`, cuts at NUL and tolerates spaces; its own reading is never used.
struct RequestTarget {
  /// The target as it was sent.
  let raw: String
  /// The percent-decoded path, starting with `/`, or `*`.
  let path: String
  /// The decoded names and values of the query.
  let query: [(String, String)]
  /// The authority of an absolute target, else nil.
  let authority: ArraySlice<UInt8>?

  /// The longest target accepted, in bytes.
  static let longest = 8192

  /// Reads the raw bytes of a target.
  init(_ bytes: [UInt8]) throws(Refusal) {
    guard bytes.count <= Self.longest else { throw .targetTooLong }
    // 0x23 is `#`: a fragment is never sent (RFC 9112 §3.2).
    guard !bytes.isEmpty, bytes.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != 0x23 }),
      let raw = String(validating: bytes, as: UTF8.self)
    else { throw .target }
    self.raw = raw
    if bytes == [0x2A] {
      (path, query, authority) = ("*", [], nil)
      return
    }
    let (authority, rest) = try Self.splitAuthority(bytes)
    self.authority = authority
    let mark = rest.firstIndex(of: 0x3F) ?? rest.endIndex
    path = try Self.path(rest[..<mark])
    query = try mark == rest.endIndex ? [] : Self.query(rest[(mark + 1)...])
  }

  /// Takes `http://host` off an absolute target (RFC 9112 §3.2.2).
  private static func splitAuthority(
    _ bytes: [UInt8]
  ) throws(Refusal) -> (ArraySlice<UInt8>?, ArraySlice<UInt8>) {
    if bytes[0] == 0x2F { return (nil, bytes[...]) }
    for scheme in ["http://", "https://"] {
      let length = scheme.utf8.count
      guard HTTPBytes.equalIgnoringCase(bytes.prefix(length), scheme.utf8) else { continue }
      let rest = bytes[length...]
      let end = rest.firstIndex { $0 == 0x2F || $0 == 0x3F } ?? rest.endIndex
      let authority = rest[..<end]
      guard !authority.isEmpty, authority.allSatisfy(HTTPBytes.isAuthority) else { throw .target }
      return (authority, rest[end...])
    }
    throw .target
  }

  /// The decoded path. Refused: control bytes, backslash, an encoded slash, `.` and `..` segments, bad UTF-8.
  private static func path(_ bytes: ArraySlice<UInt8>) throws(Refusal) -> String {
    if bytes.isEmpty { return "/" }
    let decoded = try percentDecoded(bytes, plusIsSpace: false) { $0 != 0x2F }
    var segment = 0
    var dots = 0
    for (index, byte) in decoded.enumerated() {
      let isC1 = byte == 0xC2 && index + 1 < decoded.count && decoded[index + 1] < 0xA0
      guard byte >= 0x20, byte != 0x7F, byte != 0x5C, !isC1 else { throw .target }
      if byte == 0x2F {
        guard !(segment == dots && (dots == 1 || dots == 2)) else { throw .target }
        (segment, dots) = (0, 0)
      } else {
        segment += 1
        if byte == 0x2E { dots += 1 }
      }
    }
    guard !(segment == dots && (dots == 1 || dots == 2)) else { throw .target }
    guard let text = String(validating: decoded, as: UTF8.self) else { throw .target }
    return text
  }

  /// Decodes `name=value&name=value` as HTML forms write it; also used for form bodies.
  static func query(_ bytes: ArraySlice<UInt8>) throws(Refusal) -> [(String, String)] {
    var pairs: [(String, String)] = []
    for part in bytes.split(separator: 0x26) {
      let equals = part.firstIndex(of: 0x3D)
      let name = try component(part[..<(equals ?? part.endIndex)])
      let value = try equals.map { (index) throws(Refusal) in try component(part[(index + 1)...]) } ?? ""
      pairs.append((name, value))
    }
    return pairs
  }

  /// One decoded name or value: line breaks and tabs are text people type, other controls are refused.
  private static func component(_ bytes: ArraySlice<UInt8>) throws(Refusal) -> String {
    let decoded = try percentDecoded(bytes, plusIsSpace: true) { _ in true }
    let isText = decoded.allSatisfy {
      ($0 >= 0x20 && $0 != 0x7F) || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D
    }
    guard isText, let text = String(validating: decoded, as: UTF8.self) else { throw .target }
    return text
  }

  private static func percentDecoded(
    _ bytes: ArraySlice<UInt8>, plusIsSpace: Bool, accepts: (UInt8) -> Bool
  ) throws(Refusal) -> [UInt8] {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(bytes.count)
    var index = bytes.startIndex
    while index < bytes.endIndex {
      let byte = bytes[index]
      if byte == 0x25 {
        guard index + 2 < bytes.endIndex, let high = HTTPBytes.hexadecimal(bytes[index + 1]),
          let low = HTTPBytes.hexadecimal(bytes[index + 2])
        else { throw .target }
        let value = high << 4 | low
        guard accepts(value) else { throw .target }
        decoded.append(value)
        index += 3
      } else {
        decoded.append(plusIsSpace && byte == 0x2B ? 0x20 : byte)
        index += 1
      }
    }
    return decoded
  }
}
