import ParticipationKit

/// What differs between two sites.
struct Difference {
  static func between(
    _ first: [(path: String, bytes: [UInt8])], _ second: [(path: String, bytes: [UInt8])], _ firstName: String,
    _ secondName: String
  ) -> [ConformanceFinding] {
    var other = Dictionary(second.map { ($0.path, $0.bytes) }, uniquingKeysWith: { first, _ in first })
    var findings: [ConformanceFinding] = []
    for file in first {
      guard let bytes = other.removeValue(forKey: file.path) else {
        findings.append(ConformanceFinding(file.path, "is there \(firstName) and not \(secondName)"))
        continue
      }
      if bytes != file.bytes {
        findings.append(ConformanceFinding(file.path, "differs: \(firstLine(file.bytes, bytes))"))
      }
    }
    for path in other.keys.sorted() {
      findings.append(ConformanceFinding(path, "is there \(secondName) and not \(firstName)"))
    }
    return findings
  }

  /// The first line that differs, with what stands there in each.
  static func firstLine(_ first: [UInt8], _ second: [UInt8]) -> String {
    var start = 0
    while start < min(first.count, second.count), first[start] == second[start] { start += 1 }
    let line = 1 + first[..<start].count { $0 == 0x0A }
    func around(_ bytes: [UInt8]) -> String {
      String(decoding: bytes[max(0, start - 20)..<min(bytes.count, start + 40)], as: UTF8.self)
    }
    return "line \(line): “\(around(first))” and “\(around(second))”"
  }
}
