/// Facts about the bytes of a file: encoding, places, indentation.
enum SourceText {
  private static let newline = UInt8(ascii: "\n")

  /// Refuses a file that is not UTF-8, and says where.
  static func check(_ bytes: [UInt8], file: String) throws(FrontMatterError) {
    do {
      _ = try UTF8Span(validating: bytes.span)
    } catch {
      let offset = error.byteOffsets.lowerBound
      let place = place(of: offset, in: bytes)
      throw FrontMatterError(
        file, place.line, place.column, .invalidUTF8(byteOffset: offset, byte: bytes[offset]))
    }
  }

  /// Where the text starts: after a byte order mark, which Windows editors write.
  static func start(of bytes: [UInt8]) -> Int {
    bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  /// The line and column, from 1, of a byte; the column counts Unicode scalars.
  static func place(of offset: Int, in bytes: some Sequence<UInt8>) -> (line: Int, column: Int) {
    var line = 1
    var column = 1
    for byte in bytes.prefix(offset) {
      if byte == newline {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    return (line, column)
  }

  /// Whether the white space at the start of a line, counted from 0, holds a tab.
  static func hasTabIndentation(line: Int, in bytes: some Sequence<UInt8>) -> Bool {
    var number = 0
    for byte in bytes {
      if byte == newline {
        number += 1
      } else if number == line, byte != UInt8(ascii: " ") {
        return byte == UInt8(ascii: "\t")
      }
    }
    return false
  }
}
