/// Codes of communes and departments (code officiel géographique of the INSEE).
public struct InseeCode: Sendable {
  private init() {}

  /// Whether a text can be the code of a commune: five digits, or `2A` or `2B` and three digits for Corsica.
  public static func isCommune(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    let rest = isCorsican(bytes) ? bytes.dropFirst(2) : bytes[...]
    return bytes.count == 5 && rest.allSatisfy { (0x30...0x39).contains($0) }
  }

  /// Whether a text can be the code of a department: two digits, three overseas, or `2A` or `2B`.
  public static func isDepartment(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    if isCorsican(bytes) { return bytes.count == 2 }
    return (2...3).contains(bytes.count) && bytes.allSatisfy { (0x30...0x39).contains($0) }
  }

  private static func isCorsican(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: "2A".utf8) || bytes.starts(with: "2B".utf8)
  }
}
