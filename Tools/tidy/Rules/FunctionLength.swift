extension Rule {
  /// Functions, initialisers, accessors and closures kept in constants.
  static let functionLength = Rule("function-length") { tree, report in
    let linesMax = 70
    for file in tree.swift {
      for body in BodyScan.bodies(in: file.code) where body.lines > linesMax {
        report(file.path, body.line, "\(body.lines) lines — move leaves out, to at most \(linesMax)")
      }
    }
  }
}

/// Finds bodies in braces by the last declaration word before them.
private enum BodyScan {
  private static let functions: Set<String> = ["func", "init", "deinit", "subscript", "var", "let"]
  private static let types: Set<String> = ["struct", "class", "enum", "protocol", "extension", "actor"]

  /// The line of a declaration word and the lines from there to the closing brace.
  static func bodies(in code: TextFile) -> [(line: Int, lines: Int)] {
    var bodies: [(line: Int, lines: Int)] = []
    var open: [Int?] = []
    var declaration: Int?
    var word: [UInt8] = []
    var afterDot = false
    var line = 1
    for byte in code.bytes {
      if Bytes.isName(byte) {
        word.append(byte)
        continue
      }
      if !word.isEmpty {
        let name = afterDot ? "" : String(decoding: word, as: UTF8.self)
        if functions.contains(name) { declaration = line }
        if types.contains(name) { declaration = nil }
        word = []
      }
      afterDot = byte == UInt8(ascii: ".")
      switch byte {
      case UInt8(ascii: "\n"): line += 1
      case UInt8(ascii: "{"):
        open.append(declaration)
        declaration = nil
      case UInt8(ascii: "}"):
        if let start = open.popLast() ?? nil { bodies.append((start, line - start + 1)) }
        declaration = nil
      default: break
      }
    }
    return bodies
  }
}
