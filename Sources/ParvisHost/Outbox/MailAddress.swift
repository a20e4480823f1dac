/// An e-mail address that is safe in a header and as an argument: the `dot-atom` form of RFC 5322 §3.4.1, ASCII only.
///
/// Quoted local parts, comments and address literals are valid by the standard and refused here: no mailbox of today
/// needs them, and each of them has carried an injection.
public struct MailAddress: Sendable, Hashable, CustomStringConvertible {
  /// The address as written, `local@domain`.
  public let description: String

  /// Checks an address; nil when it is none. White space around it is the caller's to remove.
  public init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count <= 254, let at = bytes.lastIndex(of: UInt8(ascii: "@")), MailAddress.isLocal(bytes[..<at]),
      MailAddress.isDomain(bytes[(at + 1)...])
    else { return nil }
    description = text
  }

  /// The part after `@`.
  public var domain: String {
    description.utf8.lastIndex(of: UInt8(ascii: "@")).map { String(description[description.utf8.index(after: $0)...]) }
      ?? ""
  }

  /// As it is compared: mailboxes that differ by case alone are one in practice.
  var normalised: String { description.lowercased() }

  /// As staff see it in lists: enough to recognise, not enough to copy.
  var masked: String {
    let first = description.unicodeScalars.first.map { String($0) } ?? ""
    return "\(first)…@\(domain)"
  }

  /// A dot-atom of at most 64 bytes (RFC 5321 §4.5.3.1.1). One that starts with `-` could be read as an option.
  private static func isLocal(_ local: ArraySlice<UInt8>) -> Bool {
    guard !local.isEmpty, local.count <= 64, local.first != UInt8(ascii: "-") else { return false }
    return local.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { atom in
      !atom.isEmpty && atom.allSatisfy { isWord($0) || "!#$%&'*+/=?^_`{|}~-".utf8.contains($0) }
    }
  }

  /// Two labels or more of letters, digits and inner hyphens (RFC 1035 §2.3.1).
  private static func isDomain(_ domain: ArraySlice<UInt8>) -> Bool {
    let labels = domain.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return labels.count >= 2
      && labels.allSatisfy { label in
        !label.isEmpty && label.count <= 63 && label.allSatisfy { isWord($0) || $0 == UInt8(ascii: "-") }
          && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
      }
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
  }
}
