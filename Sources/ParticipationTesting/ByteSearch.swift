import Glibc

extension [UInt8] {
  /// Whether a text stands somewhere in the bytes.
  package func holds(_ text: String) -> Bool { firstRange(of: Array(text.utf8)) != nil }

  /// Where some bytes stand for the first time.
  package func firstRange(of mark: [UInt8]) -> Range<Int>? {
    guard !mark.isEmpty else { return nil }
    // The C library: a check looks for some dozen words in every file of a site.
    let start = withUnsafeBytes { all -> Int? in
      mark.withUnsafeBytes { part -> Int? in
        guard let base = all.baseAddress, let wanted = part.baseAddress, mark.count <= count else { return nil }
        var index = 0
        while index + part.count <= all.count {
          guard let next = memchr(base + index, Int32(part[0]), all.count - index - part.count + 1) else { return nil }
          if memcmp(next, wanted, part.count) == 0 { return UnsafeRawPointer(next) - base }
          index = UnsafeRawPointer(next) - base + 1
        }
        return nil
      }
    }
    return start.map { $0..<($0 + mark.count) }
  }
}
