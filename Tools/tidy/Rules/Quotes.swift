extension Rule {
  /// Code in a guide is the code that is compiled: after a line `<!-- quote: PATH -->`, the next code fence holds the
  /// whole of that file.
  static let quotes = Rule("quotes") { tree, report in
    for guide in tree.files where guide.path.hasSuffix(".md") {
      for quote in Quote.all(in: guide) {
        guard let source = tree.file(quote.path) else {
          report(guide.path, quote.line, "quotes \(quote.path), which is not there — name a file from the root")
          continue
        }
        guard let fence = quote.fence else {
          report(guide.path, quote.line, "no code fence follows — quote the file between ``` lines")
          continue
        }
        if let line = firstDifference(guide, fence, source) {
          report(guide.path, line, "differs from \(quote.path) — copy the file again")
        }
      }
    }
  }

  /// The first line of a fence that is not what the file has there; its closing line when the file goes on.
  private static func firstDifference(_ guide: TextFile, _ fence: Range<Int>, _ source: TextFile) -> Int? {
    for (index, line) in fence.enumerated() {
      guard index < source.lineCount, guide.bytes(line: line) == source.bytes(line: index + 1) else { return line }
    }
    return fence.count < source.lineCount ? fence.upperBound : nil
  }
}

/// A marker in a guide and what follows it.
private struct Quote {
  let path: String
  /// The line of the marker.
  let line: Int
  /// The lines inside the code fence after the marker, without those that open and close it.
  let fence: Range<Int>?

  static func all(in guide: TextFile) -> [Quote] {
    let (opening, closing) = ("<!-- quote: ", " -->")
    return Set(guide.occurrences(of: opening).map(guide.line)).sorted().compactMap { line in
      let text = guide.text(line: line)
      guard text.hasPrefix(opening), text.hasSuffix(closing) else { return nil }
      let path = String(text.dropFirst(opening.utf8.count).dropLast(closing.utf8.count))
      return Quote(path: path, line: line, fence: fence(after: line, in: guide))
    }
  }

  private static func fence(after marker: Int, in guide: TextFile) -> Range<Int>? {
    let isFence = { (line: Int) in guide.bytes(line: line).starts(with: "```".utf8) }
    var line = marker + 1
    while line <= guide.lineCount, guide.bytes(line: line).isEmpty { line += 1 }
    guard line <= guide.lineCount, isFence(line) else { return nil }
    let first = line + 1
    line = first
    while line <= guide.lineCount, !isFence(line) { line += 1 }
    return line <= guide.lineCount ? first..<line : nil
  }
}
