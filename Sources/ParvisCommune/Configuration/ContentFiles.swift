import FrontMatter
import ParticipationKit

/// Reads `content/` for modules and for the host's pages.
struct ContentFiles: Sendable {
  /// The commune's folder.
  let folder: String

  /// The reader that modules are lent.
  var reader: ContentReader {
    ContentReader(files: { try files(in: $0) }, data: { try data($0) })
  }

  private func files(in subfolder: String) throws -> [ContentFile] {
    let relative = "content/" + subfolder
    guard ContentFiles.isPlain(subfolder) else { return [] }
    var files: [ContentFile] = []
    var findings: [Diagnostic] = []
    for name in try Files.names("\(folder)/\(relative)") {
      guard let suffix = ["md", "yaml", "yml"].first(where: { name.hasSuffix("." + $0) }),
        let bytes = try Files.read("\(folder)/\(relative)/\(name)")
      else { continue }
      do {
        files.append(
          try ContentFiles.parse(
            bytes, path: "\(relative)/\(name)", name: String(name.dropLast(suffix.utf8.count + 1)),
            isYAML: suffix != "md"))
      } catch let error as ContentError {
        findings += error.diagnostics
      }
    }
    if !findings.isEmpty { throw ContentError(findings) }
    return files
  }

  private func data(_ path: String) throws -> [UInt8]? {
    guard ContentFiles.isPlain(path) else { return nil }
    return try Files.read("\(folder)/content/\(path)")
  }

  /// A path of plain names below the folder: no step upwards, nothing hidden.
  private static func isPlain(_ path: String) -> Bool {
    path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { segment in
      !segment.isEmpty && segment.utf8.first != UInt8(ascii: ".") && !segment.utf8.contains(0)
    }
  }

  /// Reads one file.
  /// - Throws: `ContentError` with line and expectation.
  static func parse(_ bytes: [UInt8], path: String, name: String, isYAML: Bool) throws -> ContentFile {
    do {
      if isYAML {
        let value = try YAMLDocument.parse(bytes, file: path)
        return ContentFile(path: path, name: name, fields: contentValue(value), body: "", bodyLine: 1)
      }
      let file = try FrontMatterFile.parse(bytes, file: path)
      return ContentFile(
        path: path, name: name, fields: contentValue(file.frontMatter), body: file.body, bodyLine: file.bodyLine)
    } catch {
      throw ContentError([diagnostic(error)])
    }
  }

  static func diagnostic(_ error: FrontMatterError) -> Diagnostic {
    Diagnostic(
      .error, file: error.file, line: error.line, fr: strip(error.message(locale: "fr"), error),
      en: strip(error.message(locale: "en"), error))
  }

  /// The message without its `file:line:column: ` head, which a diagnostic writes itself.
  private static func strip(_ message: String, _ error: FrontMatterError) -> String {
    let head = "\(error.file):\(error.line):\(error.column): "
    return message.utf8.starts(with: head.utf8) ? String(message.dropFirst(head.count)) : message
  }

  private static func contentValue(_ value: YAMLValue) -> ContentValue {
    if let elements = value.sequence { return .list(elements.map(contentValue), line: value.line) }
    if let entries = value.entries {
      return .mapping(entries.map { (name: $0.key, value: contentValue($0.value)) }, line: value.line)
    }
    if value.isNull { return .scalar("", line: value.line) }
    let text = value.text ?? ""
    let isPlain = value.int != nil || value.double != nil || value.bool != nil
    return .scalar(text, quoted: !isPlain, line: value.line)
  }
}
