/// Files of a module as Swift: the same `PackageResources` that SwiftPM writes for a bundled module, so that one source
/// compiles both ways.
struct EmbeddedFiles {
  /// The Swift of some files.
  static func swift(_ files: [(name: String, bytes: [UInt8])]) -> String {
    var out = "struct PackageResources {\n"
    for file in files {
      out += "  static let \(identifier(file.name)): [UInt8] = "
      out += isText(file.bytes) ? "Array(\(literal(file.bytes)).utf8)\n" : "\(file.bytes)\n"
    }
    return out + "}\n"
  }

  /// As SwiftPM names it: `fr.json` is `fr_json`.
  static func identifier(_ name: String) -> String {
    var out = ""
    for scalar in name.unicodeScalars {
      let isName = scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "_"
      out.unicodeScalars.append(isName ? scalar : "_")
    }
    return out.unicodeScalars.first.map { ("0"..."9").contains($0) } ?? true ? "_" + out : out
  }

  private static func isText(_ bytes: [UInt8]) -> Bool { String(validating: bytes, as: UTF8.self) != nil }

  /// A text in quotes. One token is compiled a hundred times faster than a list of its bytes.
  static func literal(_ bytes: [UInt8]) -> String {
    var out = "\""
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      switch scalar {
      case "\"", "\\": out += "\\\(scalar)"
      case "\n": out += "\\n"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F: out += "\\u{\(String(scalar.value, radix: 16))}"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }
}
