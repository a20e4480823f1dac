import Glibc
import ParticipationKit

/// Tells what a file is by its content. A name decides nothing, except for tables, which have no mark of their own.
struct FileSniffer {
  private let descriptor: Int32
  private let path: String
  private let size: Int

  init(descriptor: Int32, path: String) throws {
    self.descriptor = descriptor
    self.path = path
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw Files.unreadable(path, errno) }
    size = Int(status.st_size)
  }

  /// The kind; nil for everything that is not taken.
  func kind(named name: String) throws -> FileKind? {
    let head = try bytes(from: 0, count: 128)
    if head.starts(with: "%PDF-".utf8) { return .pdf }
    if head.starts(with: [0x50, 0x4B, 0x03, 0x04]) { return try packed(head) }
    let ending = name.utf8.suffix(4).map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    guard ending.elementsEqual(".csv".utf8), try isTable() else { return nil }
    return .csv
  }

  /// ODT (ISO 26300, part 3, §3.3: its type stands first and uncompressed) or DOCX; both are ZIP.
  private func packed(_ head: [UInt8]) throws -> FileKind? {
    let mark = Array("mimetypeapplication/vnd.oasis.opendocument.text".utf8)
    // `…text-template` and others go on with a hyphen.
    if head.count > 30 + mark.count, head[30..<30 + mark.count].elementsEqual(mark) {
      return head[30 + mark.count] == UInt8(ascii: "-") ? nil : .odt
    }
    // The names of a ZIP's entries stand at its end.
    let tail = try bytes(from: max(0, size - (64 << 10)), count: 64 << 10)
    guard holds(tail, "word/document.xml"), holds(tail, "[Content_Types].xml"), !holds(tail, "vbaProject.bin") else {
      return nil
    }
    return .docx
  }

  /// Text in UTF-8 without controls, that does not begin as a page or a program does.
  private func isTable() throws -> Bool {
    guard size > 0 else { return false }
    var rest: [UInt8] = []
    var at = 0
    while at < size {
      var piece = rest + (try bytes(from: at, count: 256 << 10))
      if piece.count == rest.count { return false }
      at += piece.count - rest.count
      if at - piece.count <= 0, let first = piece.first(where: { $0 > 0x20 && $0 != 0xEF && $0 != 0xBB && $0 != 0xBF }),
        [UInt8(ascii: "<"), UInt8(ascii: "#"), UInt8(ascii: "%"), UInt8(ascii: "{")].contains(first)
      {
        return false
      }
      // A scalar that is cut belongs to the next piece.
      rest = at < size ? Array(piece.suffix(FileSniffer.unfinished(piece))) : []
      piece.removeLast(rest.count)
      let isPlain = piece.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
      guard isPlain, String(validating: piece, as: UTF8.self) != nil else { return false }
    }
    return rest.isEmpty
  }

  /// How many bytes at the end are the beginning of a scalar.
  private static func unfinished(_ bytes: [UInt8]) -> Int {
    for back in 1...3 where back <= bytes.count {
      let byte = bytes[bytes.count - back]
      if byte & 0xC0 == 0x80 { continue }
      let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
      return length > back ? back : 0
    }
    return 0
  }

  private func holds(_ bytes: [UInt8], _ text: String) -> Bool {
    let wanted = Array(text.utf8)
    return bytes.withUnsafeBytes { all in
      wanted.withUnsafeBytes { FileSniffer.has(all, $0) }
    }
  }

  private static func has(_ all: UnsafeRawBufferPointer, _ wanted: UnsafeRawBufferPointer) -> Bool {
    guard let first = wanted.first, all.count >= wanted.count else { return false }
    for start in 0...(all.count - wanted.count) where all[start] == first {
      if all[start..<start + wanted.count].elementsEqual(wanted) { return true }
    }
    return false
  }

  private func bytes(from offset: Int, count: Int) throws -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      let got = buffer[filled...].withUnsafeMutableBytes {
        pread(descriptor, $0.baseAddress, $0.count, off_t(offset + filled))
      }
      if got == 0 { break }
      if got < 0 {
        if errno == EINTR { continue }
        throw Files.unreadable(path, errno)
      }
      filled += got
    }
    return Array(buffer[0..<filled])
  }
}
