import ParticipationKit

/// Where a link or an image of a text may lead, after everything else was refused.
///
/// Addresses are judged on the bytes that libcmark has decoded (entities, backslashes), by what is allowed.
enum LinkTarget {
  /// Another site, a mailbox or a telephone, percent-encoded.
  case external(String)
  /// A file of this site.
  case site(SitePath)
  /// A place on the same page.
  case fragment(String)

  /// The address that a link may have; nil when it is not allowed.
  init?(_ bytes: UnsafeBufferPointer<UInt8>, isEditor: Bool) {
    guard !bytes.isEmpty, bytes.count <= 2048, !bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return nil }
    if let external = Self.external(bytes, isEditor: isEditor) {
      self = .external(external)
    } else if isEditor, let target = Self.inside(bytes) {
      self = target
    } else {
      return nil
    }
  }

  /// The file of this site that an image may show; nil for every other address.
  static func image(_ bytes: UnsafeBufferPointer<UInt8>) -> SitePath? {
    guard !bytes.isEmpty, bytes.count <= 2048, case .site(let path)? = inside(bytes, isImage: true),
      path.fragment == nil
    else { return nil }
    return path
  }

  // MARK: Other sites

  private static let webSchemes: [[UInt8]] = ["https://", "http://"].map { Array($0.utf8) }
  private static let mailScheme = Array("mailto:".utf8)
  private static let telephoneScheme = Array("tel:".utf8)

  private static func external(_ bytes: UnsafeBufferPointer<UInt8>, isEditor: Bool) -> String? {
    if let scheme = webSchemes.first(where: { starts(bytes, with: $0) }) {
      return hasPlainHost(bytes.dropFirst(scheme.count)) ? encoded(bytes) : nil
    }
    let isAllowed = starts(bytes, with: mailScheme) || (isEditor && starts(bytes, with: telephoneScheme))
    guard isAllowed, bytes.last != UInt8(ascii: ":") else { return nil }
    return encoded(bytes)
  }

  private static func starts(_ bytes: UnsafeBufferPointer<UInt8>, with scheme: [UInt8]) -> Bool {
    guard bytes.count >= scheme.count else { return false }
    for (found, wanted) in zip(bytes, scheme) where found != wanted {
      guard (0x41...0x5A).contains(found), found | 0x20 == wanted else { return false }
    }
    return true
  }

  /// Whether a host follows, without a user name before it: `https://mairie.fr@evil.example` leads elsewhere than it
  /// says.
  private static func hasPlainHost(_ rest: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    guard let first = rest.first else { return false }
    let isHostByte = LinkTarget.isLetterOrDigit(first) || first >= 0x80 || first == UInt8(ascii: "[")
    guard isHostByte else { return false }
    for byte in rest {
      switch byte {
      case UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"): return true
      case UInt8(ascii: "@"), UInt8(ascii: "\\"): return false
      default: break
      }
    }
    return true
  }

  // MARK: This site

  /// `/agenda/`, `/agenda/2026.html#item-3`, `agenda.html` and `#item-3`; never a way out of the site.
  private static func inside(_ bytes: UnsafeBufferPointer<UInt8>, isImage: Bool = false) -> LinkTarget? {
    let parts = bytes.split(separator: UInt8(ascii: "#"), maxSplits: 1, omittingEmptySubsequences: false)
    let fragment = parts.count == 2 ? encoded(UnsafeBufferPointer(rebasing: parts[1])) : nil
    guard let first = parts.first, fragment != "" else { return nil }
    if first.isEmpty { return fragment.map { .fragment($0) } }
    guard first.allSatisfy(isPathByte) else { return nil }
    let isRooted = first.first == UInt8(ascii: "/")
    var path = Array(isRooted ? first.dropFirst() : first)
    if path.isEmpty || path.last == UInt8(ascii: "/") { path += Array("index.html".utf8) }
    let segments = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard segments.allSatisfy({ !$0.isEmpty && !$0.allSatisfy { $0 == UInt8(ascii: ".") } }) else { return nil }
    if !isRooted {
      // `exemple.fr/page.html` is meant as another site, `page` or `www.exemple.fr` may be anything.
      let isFile = endsAs(path, isImage ? imageEndings : [".html"])
      guard isFile, segments.count == 1 || !segments[0].contains(UInt8(ascii: ".")) else { return nil }
    } else if isImage, !endsAs(path, imageEndings) {
      return nil
    }
    let text = path.withUnsafeBufferPointer { encoded($0) }
    return .site(SitePath(text, fragment: fragment))
  }

  private static let imageEndings = [".jpg", ".jpeg", ".png", ".webp", ".avif", ".gif", ".svg"]

  private static func endsAs(_ path: [UInt8], _ endings: [String]) -> Bool {
    endings.contains { ending in
      path.count > ending.utf8.count
        && zip(path.suffix(ending.utf8.count), ending.utf8).allSatisfy { found, wanted in
          found == wanted || ((0x41...0x5A).contains(found) && found | 0x20 == wanted)
        }
    }
  }

  /// Letters, digits, `- . _ ~ / %` and everything beyond ASCII: no colon, so no scheme, and no backslash.
  private static func isPathByte(_ byte: UInt8) -> Bool {
    if isLetterOrDigit(byte) || byte >= 0x80 { return true }
    switch byte {
    case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "/"),
      UInt8(ascii: "%"), UInt8(ascii: " "):
      return true
    default: return false
    }
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
  }

  // MARK: Encoding

  /// The bytes that an address may hold as they are, as libcmark's own HTML has them: all others become `%XX`.
  private static let plain: [Bool] = {
    var table = [Bool](repeating: false, count: 256)
    for byte in 0x21..<0x7F { table[byte] = true }
    for byte in Array("\"<>\\^`{|}".utf8) { table[Int(byte)] = false }
    for byte in Array("[]".utf8) { table[Int(byte)] = false }
    return table
  }()

  private static func encoded(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    if bytes.allSatisfy({ plain[Int($0)] }) { return String(decoding: bytes, as: UTF8.self) }
    let digits = Array("0123456789ABCDEF".utf8)
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count + 32)
    var index = 0
    while index < bytes.count {
      let isPipe = SourceScan.isEscapedPipe(bytes, at: index)
      let byte = isPipe ? UInt8(ascii: "|") : bytes[index]
      index += isPipe ? 3 : 1
      if plain[Int(byte)] {
        out.append(byte)
      } else {
        out.append(UInt8(ascii: "%"))
        out.append(digits[Int(byte >> 4)])
        out.append(digits[Int(byte & 15)])
      }
    }
    return String(decoding: out, as: UTF8.self)
  }
}
