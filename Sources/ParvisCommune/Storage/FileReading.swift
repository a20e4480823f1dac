import Glibc
import ModuleProcess
import ParticipationKit

/// Reads the text of a PDF by `pdftotext` (poppler-utils), as a confined process: PDF is a large format, and what reads
/// it must reach nothing.
struct FileReading: Sendable {
  let store: FileStore

  /// The most bytes of text that are kept.
  static let mostBytes = 128 << 10

  static let program = ConfinedProgram(
    "pdftotext", arguments: ["-q", "-enc", "UTF-8", "-nopgbrk", "-l", "300", "-", "-"])

  func text(of file: FileReference) -> FileText {
    guard file.kind == .pdf else { return .none }
    let descriptor = open(store.path(file.sha256), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return FileText(text: "", state: .failed) }
    defer { close(descriptor) }
    switch FileReading.program.run(input: descriptor, folder: "/usr") {
    case .absent: return FileText(text: "", state: .noProgram)
    case .failed: return FileText(text: "", state: .failed)
    case .output(let bytes):
      let text = FileReading.plain(bytes)
      return FileText(text: text, state: text.isEmpty ? .empty : .read)
    }
  }

  /// Lines without controls and without blanks at their ends, at most one empty line after another.
  static func plain(_ bytes: [UInt8]) -> String {
    var lines: [String] = []
    var count = 0
    for line in String(decoding: bytes, as: UTF8.self).utf8.split(separator: 0x0A, omittingEmptySubsequences: false) {
      let text = ByteText.singleLine(String(Substring(line)))
      if text.isEmpty, lines.last?.isEmpty ?? true { continue }
      count += text.utf8.count + 1
      if count > mostBytes { break }
      lines.append(text)
    }
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines.joined(separator: "\n")
  }
}
