extension Rule {
  /// Also comments and strings, which the formatter leaves alone. The limit is the formatter's own.
  static let lineLength = Rule("line-length") { tree, report in
    let columnsMax = tree.file(".swift-format").flatMap(formatterLimit) ?? 110
    for file in tree.swift.map(\.file) {
      for line in 1..<(file.lineCount + 1) where file.bytes(line: line).count > columnsMax {
        let columns = file.bytes(line: line).count { $0 & 0xC0 != 0x80 }
        if columns > columnsMax { report(file.path, line, "\(columns) columns — wrap at \(columnsMax)") }
      }
    }
  }

  private static func formatterLimit(_ file: TextFile) -> Int? {
    file.firstLine(of: "\"lineLength\":").flatMap { line in Int(file.text(line: line).filter(\.isNumber)) }
  }
}
