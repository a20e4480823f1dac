import Glibc
import ParticipationKit

// Golden pages: an emitted page is compared with a committed file, so that a change that nobody meant is seen.
extension TestCommune {
  /// Whether new golden pages are written instead of compared: `PARVIS_REVIEW=1` in the environment.
  public static var isReviewing: Bool { getenv("PARVIS_REVIEW").map { String(cString: $0) } == "1" }

  /// Compares an emitted file with a committed one.
  ///
  /// A page is compared by what stands in its `main`, one tag or text a line, so that a golden file can be read and a
  /// new menu of the host changes none. Other files are compared line by line as they are.
  ///
  /// With `PARVIS_REVIEW=1` the new text is written to the committed file and the difference is shown; look at it with
  /// `git diff` before it is committed.
  ///
  ///     #expect(try commune.goldenDifference("suggestions/index.html", name: "box.txt") == nil)
  ///
  /// - Parameters:
  ///   - path: The emitted file, below the site's folder.
  ///   - name: The name of the golden file.
  ///   - test: The file of the test: golden files lie in `Golden` beside it.
  ///   - isReview: Whether it is written instead of compared.
  /// - Returns: What differs, line by line; nil when nothing does, and in a review.
  /// - Throws: When the page was not emitted, or the golden file cannot be written.
  public func goldenDifference(
    _ path: String, name: String, _ test: String = #filePath, isReview: Bool = TestCommune.isReviewing
  ) throws -> String? {
    guard let text = file(path) else { throw Failure(description: "\(path) was not emitted") }
    let lines = path.hasSuffix(".html") ? GoldenPage(Array(text.utf8)).lines : TestCommune.lines(text)
    var folder = test[...]
    if let slash = folder.utf8.lastIndex(of: UInt8(ascii: "/")) { folder = folder[..<slash] }
    let file = "\(folder)/Golden/\(name)"
    let golden = TestCommune.read(file).map { TestCommune.lines(String(decoding: $0, as: UTF8.self)) }
    if golden == lines { return nil }
    let difference = GoldenPage.difference(from: golden ?? [], to: lines)
    guard isReview else {
      let what = golden == nil ? "\(file) is missing" : "\(path) is not \(file)"
      return "\(what); look, then run the test with PARVIS_REVIEW=1 to take the new page\n\(difference)"
    }
    try TestCommune.write(lines.joined(separator: "\n") + "\n", to: file)
    let shown = Array("\(file) is written anew:\n\(difference)\n".utf8)
    _ = Glibc.write(STDERR_FILENO, shown, shown.count)
    return nil
  }

  private static func lines(_ text: String) -> [String] {
    // By bytes: a carriage return and a line feed are one Character.
    var lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
      String(decoding: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self)
    }
    if lines.last == "" { lines.removeLast() }
    return lines
  }
}

/// A page as a person can read and compare it: one tag or text a line, indented.
struct GoldenPage {
  private(set) var lines: [String] = []

  init(_ bytes: [UInt8]) {
    var depth = 0
    var isInside = !bytes.holds("<main")
    for piece in MarkupScan.pieces(bytes) {
      switch piece {
      case .start(let tag):
        if tag.name == "main" { isInside = true }
        if isInside { add(GoldenPage.words(tag), depth) }
        if isInside, !GoldenPage.void.contains(tag.name) { depth += 1 }
      case .end(let name):
        if isInside { depth = max(0, depth - 1) }
        if name == "main" { isInside = false }
      case .text(let text):
        let trimmed = ByteText.singleLine(text)
        if isInside, !trimmed.isEmpty { add(trimmed, depth) }
      }
    }
  }

  private static let void: Set<String> = ["br", "hr", "img", "input", "link", "meta", "wbr"]

  private mutating func add(_ text: String, _ depth: Int) {
    lines.append(String(repeating: "  ", count: depth) + text)
  }

  private static func words(_ tag: MarkupTag) -> String {
    let attributes = tag.attributes.map { $0.value.isEmpty ? $0.name : "\($0.name)=\"\($0.value)\"" }
    return "<" + ([tag.name] + attributes).joined(separator: " ") + ">"
  }

  /// The lines that go and come, in order, each with two lines of what stays around it.
  static func difference(from old: [String], to new: [String]) -> String {
    let changes = new.difference(from: old)
    var removed: Set<Int> = []
    var added: Set<Int> = []
    for change in changes {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, _, _): added.insert(offset)
      }
    }
    var marked: [(mark: String, text: String)] = []
    var (left, right) = (0, 0)
    while left < old.count || right < new.count {
      if removed.contains(left) {
        marked.append(("-", old[left]))
        left += 1
      } else if added.contains(right) {
        marked.append(("+", new[right]))
        right += 1
      } else {
        marked.append((" ", old[left]))
        left += 1
        right += 1
      }
    }
    let near = marked.indices.filter { index in
      marked[max(0, index - 2)...min(marked.count - 1, index + 2)].contains { $0.mark != " " }
    }
    return near.map { "\(marked[$0].mark) \(marked[$0].text)" }.joined(separator: "\n")
  }
}
