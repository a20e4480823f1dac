/// The bytes of a file that nobody vouches for. Every read says whether it was inside; nothing traps.
struct ELFBytes: Sendable {
  let bytes: [UInt8]

  /// A number of 1 to 8 bytes, least significant first.
  func number(at offset: Int, size: Int) -> UInt64? {
    guard offset >= 0, size > 0, size <= 8, offset <= bytes.count - size else { return nil }
    var value: UInt64 = 0
    for index in (0..<size).reversed() { value = value << 8 | UInt64(bytes[offset + index]) }
    return value
  }

  func u16(_ offset: Int) -> Int? { number(at: offset, size: 2).map { Int($0) } }

  func u32(_ offset: Int) -> Int? { number(at: offset, size: 4).map { Int($0) } }

  /// A 64-bit number that must be an offset or a size of a file.
  func length(_ offset: Int) -> Int? { number(at: offset, size: 8).flatMap { Int(exactly: $0) } }

  /// The range of a part of the file; nil when it is not whole inside.
  func range(_ offset: Int, _ size: Int) -> Range<Int>? {
    guard offset >= 0, size >= 0, offset <= bytes.count, size <= bytes.count - offset else { return nil }
    return offset..<offset + size
  }

  /// The bytes up to the next zero, inside a table of names.
  func name(at offset: Int, in table: Range<Int>) -> ArraySlice<UInt8>? {
    guard offset >= 0, offset < table.count else { return nil }
    let start = table.lowerBound + offset
    guard let end = bytes[start..<table.upperBound].firstIndex(of: 0) else { return nil }
    return bytes[start..<end]
  }
}
