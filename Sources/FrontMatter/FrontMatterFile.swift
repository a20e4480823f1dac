/// A Markdown file that may begin with YAML between two lines `---`.
public struct FrontMatterFile: Equatable, Sendable {
  /// The mapping at the head of the file; an empty mapping when there is none.
  public let frontMatter: YAMLValue

  /// Whether the file has a head, even an empty one.
  public let hasFrontMatter: Bool

  /// The Markdown after the head, byte for byte.
  public let body: String

  /// The line of the file on which the body begins, from 1.
  public let bodyLine: Int

  /// Reads a file.
  ///
  /// The head ends at a line `---` or `...`. A byte order mark at the very start is dropped.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8.
  ///   - file: the name that errors show.
  /// - Throws: ``FrontMatterError`` for the first thing that cannot be read.
  public static func parse(_ bytes: [UInt8], file: String) throws(FrontMatterError) -> FrontMatterFile {
    try SourceText.check(bytes, file: file)
    let content = bytes[SourceText.start(of: bytes)...]
    let opening = line(at: content.startIndex, in: content)
    guard isMarker(content[opening.text], dots: false) else {
      return FrontMatterFile(
        frontMatter: YAMLValue(.mapping([]), line: 1, column: 1), hasFrontMatter: false,
        body: String(decoding: content, as: UTF8.self), bodyLine: 1)
    }
    guard let end = closing(after: opening.next, in: content) else {
      throw FrontMatterError(file, 1, 1, .unterminatedFrontMatter)
    }
    let value = try YAMLDocument.parse(content[opening.next..<end.start], file: file, firstLine: 2)
    guard value.entries != nil || value.isNull else {
      throw FrontMatterError(file, value.line, value.column, .notAMapping(found: Wording(kindOf: value)))
    }
    return FrontMatterFile(
      frontMatter: value.isNull ? YAMLValue(.mapping([]), line: 1, column: 1) : value, hasFrontMatter: true,
      body: String(decoding: content[end.next...], as: UTF8.self), bodyLine: end.number + 1)
  }

  /// The text of a file with this head and body; ``parse(_:file:)`` gives both back.
  ///
  /// - Parameter frontMatter: a mapping.
  public static func write(frontMatter: YAMLValue, body: String) -> String {
    precondition(frontMatter.entries != nil, "front matter is a mapping")
    let head = frontMatter.entries == [] ? "" : YAMLWriter.write(frontMatter)
    return "---\n\(head)---\n\(body)"
  }

  /// The closing line: where it starts, its number from 1, and where the body starts.
  private static func closing(
    after start: Int, in content: ArraySlice<UInt8>
  ) -> (start: Int, number: Int, next: Int)? {
    var position = start
    var number = 2
    while position < content.endIndex {
      let line = line(at: position, in: content)
      if isMarker(content[line.text], dots: true) { return (position, number, line.next) }
      position = line.next
      number += 1
    }
    return nil
  }

  /// The bytes of the line at a position without its end, and where the next line starts.
  private static func line(at start: Int, in content: ArraySlice<UInt8>) -> (text: Range<Int>, next: Int) {
    guard let end = content[start...].firstIndex(of: UInt8(ascii: "\n")) else {
      return (start..<content.endIndex, content.endIndex)
    }
    return (start..<end, end + 1)
  }

  /// Whether a line is `---`, or `...` where that may stand; white space may follow.
  private static func isMarker(_ line: ArraySlice<UInt8>, dots: Bool) -> Bool {
    let isDashes = line.starts(with: "---".utf8)
    guard isDashes || (dots && line.starts(with: "...".utf8)) else { return false }
    return line.dropFirst(3).allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
  }
}
