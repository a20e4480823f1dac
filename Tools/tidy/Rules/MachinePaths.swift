extension Rule {
  /// A path of one developer's machine is broken on every other.
  static let machinePaths = Rule("machine-paths") { tree, report in
    // tidy: allow machine-paths because these are the paths that the rule looks for
    let needles = ["/work/", "/opt/swift", "../.library", "/root/"]
    for file in tree.files {
      for needle in needles {
        for offset in file.occurrences(of: needle) where file.startsPath(at: offset) {
          report(file.path, file.line(at: offset), "`\(needle)` — name it from the root of the repository")
        }
      }
    }
  }
}

extension TextFile {
  /// Whether a path begins at an offset, and it is not the middle of an address or of a longer path.
  fileprivate func startsPath(at offset: Int) -> Bool {
    guard offset > 0 else { return true }
    let before = bytes[offset - 1]
    return !Bytes.isName(before) && !".-/".utf8.contains(before)
  }
}
