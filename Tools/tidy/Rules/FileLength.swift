extension Rule {
  /// Anyone can hold a file whole.
  static let fileLength = Rule("file-length") { tree, report in
    let linesMax = 400
    for file in tree.swift where file.file.lineCount > linesMax {
      report(file.path, linesMax + 1, "\(file.file.lineCount) lines — split by concern to at most \(linesMax)")
    }
  }
}
