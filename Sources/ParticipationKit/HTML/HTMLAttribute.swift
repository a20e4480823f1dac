/// One attribute of an element. Names come from a closed set and values are escaped by the writer.
public struct HTMLAttribute: Sendable, Hashable {
  enum Value: Sendable, Hashable {
    case text(String)
    case path(SitePath)
    case flag
  }

  let name: String
  let value: Value

  init(_ name: String, _ value: Value) {
    self.name = name
    self.value = value
  }

  /// `class`: one or more names separated by spaces.
  public static func `class`(_ names: String) -> HTMLAttribute { HTMLAttribute("class", .text(names)) }
  /// `id`.
  public static func id(_ id: String) -> HTMLAttribute { HTMLAttribute("id", .text(id)) }
  /// `href` to a place inside the site, written relative to the page.
  public static func href(_ path: SitePath) -> HTMLAttribute { HTMLAttribute("href", .path(path)) }
  /// `href` to a fragment of the same page.
  public static func href(fragment: String) -> HTMLAttribute { HTMLAttribute("href", .text("#" + fragment)) }
  /// `href` to another site, a mailbox or a telephone; anything but `http`, `https`, `mailto` and `tel` becomes `#`.
  public static func href(external address: String) -> HTMLAttribute {
    HTMLAttribute("href", .text(ExternalAddress.isAllowed(address) ? address : "#"))
  }
  /// `src` of a file inside the site, written relative to the page.
  public static func src(_ path: SitePath) -> HTMLAttribute { HTMLAttribute("src", .path(path)) }
  /// An `aria-…` attribute.
  public static func aria(_ name: StaticString, _ value: String) -> HTMLAttribute {
    HTMLAttribute("aria-" + name.description, .text(value))
  }
  /// A `data-…` attribute.
  public static func data(_ name: StaticString, _ value: String = "") -> HTMLAttribute {
    HTMLAttribute("data-" + name.description, .text(value))
  }
  /// Any attribute by name with a text value.
  ///
  /// Event handlers, `style`, `srcdoc` and attributes that hold an address are refused: the attribute is then written
  /// as `data-refused`, which the conformance kit reports.
  public static func named(_ name: StaticString, _ value: String) -> HTMLAttribute {
    let text = name.description
    return HTMLAttribute(isPlain(text) ? text : "data-refused", .text(value))
  }
  /// An attribute whose name comes from outside the program; without value when it is nil. Nil for names that
  /// ``named(_:_:)`` refuses: who asked is told, since nobody compiled it.
  package static func checked(_ name: String, _ value: String?) -> HTMLAttribute? {
    isPlain(name) ? HTMLAttribute(name, value.map { .text($0) } ?? .flag) : nil
  }
  /// An attribute without value, as `required`.
  public static func flag(_ name: StaticString) -> HTMLAttribute {
    let text = name.description
    return HTMLAttribute(isPlain(text) ? text : "data-refused", .flag)
  }
  /// `lang`: the language of the text inside, as `en`.
  public static func lang(_ code: String) -> HTMLAttribute { HTMLAttribute("lang", .text(code)) }
  /// `rel` of a link.
  public static func rel(_ value: StaticString) -> HTMLAttribute { HTMLAttribute("rel", .text(value.description)) }
  /// `datetime` of a `time` element, in RFC 3339 or as a date.
  public static func datetime(_ value: String) -> HTMLAttribute { HTMLAttribute("datetime", .text(value)) }
  /// `action` and `method=post` of a form go together: the host writes them, see ``View/form(_:key:values:options:)``.
  public static func action(_ address: String) -> HTMLAttribute {
    HTMLAttribute("action", .text(ExternalAddress.isAllowedAction(address) ? address : "#"))
  }
  /// `action` of a form that goes to a place inside the site or its server.
  public static func action(_ path: SitePath) -> HTMLAttribute { HTMLAttribute("action", .path(path)) }

  private static let refused: [[UInt8]] = [
    "style", "srcdoc", "src", "href", "action", "formaction", "srcset", "ping", "background", "poster", "cite", "data",
    "xlink:href", "http-equiv", "content",
  ].map { Array($0.utf8) }

  /// Whether a name is made of letters, digits and hyphens, and none that runs code or holds an address.
  private static func isPlain(_ name: String) -> Bool {
    let bytes = name.utf8
    guard let first = bytes.first, (0x61...0x7A).contains(first | 0x20) else { return false }
    for byte in bytes {
      guard (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-") else {
        return false
      }
    }
    if first | 0x20 == UInt8(ascii: "o"), bytes.dropFirst().first.map({ $0 | 0x20 }) == UInt8(ascii: "n") {
      return false
    }
    for name in refused where name.count == bytes.count && name[0] == first | 0x20 {
      if zip(name, bytes).allSatisfy({ $0 == $1 | 0x20 }) { return false }
    }
    return true
  }

  /// About how many bytes the attribute takes.
  var room: Int {
    switch value {
    case .flag: name.utf8.count + 1
    case .text(let text): name.utf8.count + text.utf8.count + 8
    case .path(let path): name.utf8.count + path.path.utf8.count + (path.fragment?.utf8.count ?? 0) + 8
    }
  }
}

/// Which addresses may leave the site.
struct ExternalAddress {
  static let schemes: [[UInt8]] = ["http://", "https://", "mailto:", "tel:"].map { Array($0.utf8) }

  static func isAllowed(_ address: String) -> Bool {
    let bytes = Array(address.utf8)
    guard !bytes.contains(where: { $0 < 0x21 || $0 == 0x7F }) else { return false }
    return schemes.contains { scheme in
      bytes.count > scheme.count
        && zip(bytes, scheme).allSatisfy { found, wanted in
          found == wanted || ((0x41...0x5A).contains(found) && found | 0x20 == wanted)
        }
    }
  }

  static func isAllowedAction(_ address: String) -> Bool {
    let start = address.prefix(7).lowercased()
    return isAllowed(address) && !start.hasPrefix("mailto:") && !start.hasPrefix("tel:")
  }
}
