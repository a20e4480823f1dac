extension Rule {
  /// No invisible differences: encoding, line ends, trailing blanks, control and direction characters.
  static let whitespace = Rule("whitespace") { tree, report in
    for file in tree.files where !["/Fixtures/", "/Golden/"].contains(where: file.path.contains) {
      if String(validating: file.bytes, as: UTF8.self) == nil { report(file.path, 1, "not UTF-8 — save it as UTF-8") }
      if let last = file.bytes.last, last != UInt8(ascii: "\n") {
        report(file.path, file.lineCount, "no line end at the end of the file — add one")
      }
      for line in file.trailingBlankLines where !file.path.hasSuffix(".md") {
        report(file.path, line, "trailing blanks — delete them")
      }
      for line in file.invisibleLines {
        report(file.path, line, "a control or direction character — write it as an escape, or delete it")
      }
    }
  }
}

extension TextFile {
  fileprivate var trailingBlankLines: [Int] {
    let ends = [" \n", "\t\n"].flatMap { occurrences(of: $0) }
    return Set(ends.map(line)).sorted()
  }

  /// Lines with C0 controls but for tab and line end, DEL, a byte order mark or bidirectional overrides ("Trojan
  /// Source", CVE-2021-42574). Tabs are found in Swift only: other formats may need them.
  fileprivate var invisibleLines: [Int] {
    let tab: UInt8 = 9
    let refused = (UInt8(1)...31).filter { $0 != 10 && ($0 != tab || path.hasSuffix(".swift")) } + [127]
    let controls = refused.map { String(UnicodeScalar($0)) }
    let directions = (Array(0x202A...0x202E) + Array(0x2066...0x2069) + [0xFEFF]).compactMap(UnicodeScalar.init)
    let found = (controls + directions.map { String($0) }).flatMap { occurrences(of: $0) }
    return Set(found.map(line)).sorted()
  }
}
