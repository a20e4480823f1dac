import ParticipationKit

/// The fields of a document in forms: made, filled and read in one place.
struct PaperFields {
  let site: Site
  let locale: String

  /// The longest text that the Markdown of editors takes.
  static let longestBody = 16_384

  private func text(_ key: String, _ arguments: [String: String] = [:]) -> String {
    site.words.text(key, locale, arguments)
  }

  /// The fields, with the names of the folders that there are.
  func fields(folders: [Folder]) -> [Field] {
    let names = folders.prefix(12).map(\.name).joined(separator: " · ")
    let help = folders.isEmpty ? text("field.folder.help") : text("field.folder.known", ["names": names])
    return [
      Field(
        "kind", .choice, text("field.kind"), required: true,
        choices: PaperKind.allCases.map { Choice($0.rawValue, text("kind.\($0.rawValue)")) }),
      Field("folder", .line, text("field.folder"), help: help, required: true, maxLength: 100),
      Field("title", .line, text("field.title"), required: true),
      Field("number", .line, text("field.number"), help: text("field.number.help"), maxLength: 40),
      Field("adopted", .date, text("field.adopted"), help: text("field.adopted.help")),
      .file("file", text("field.file"), help: text("field.file.help")),
      Field("body", .text, text("field.body"), help: text("field.body.help"), maxLength: Self.longestBody),
      Field("original", .line, text("field.original"), help: text("field.original.help"), maxLength: 500),
      Field("note", .line, text("field.note"), help: text("field.note.help")),
    ]
  }

  /// What the fields show for a document.
  func values(of paper: Paper) -> [String: [String]] {
    [
      "revision": [String(paper.revision)], "kind": [paper.text.kind.rawValue], "folder": [paper.text.folder],
      "title": [paper.text.title], "number": [paper.text.number],
      "adopted": paper.text.adopted.map { [$0.description] } ?? [], "body": [paper.text.body],
      "original": [paper.text.original], "file": paper.text.file.map { [$0.stored] } ?? [],
    ]
  }

  /// Reads what was sent.
  /// - Throws: ``Problem`` for what must be corrected.
  func read(_ form: Submission) throws -> PaperText {
    guard let kind = PaperKind(rawValue: form.text("kind")) else { throw Problem.invalid("kind", text("error.kind")) }
    let folder = ByteText.singleLine(form.text("folder"))
    guard !folder.isEmpty else { throw Problem.invalid("folder", text("error.folder")) }
    let title = ByteText.singleLine(form.text("title"))
    guard !title.isEmpty else { throw Problem.invalid("title", text("error.title")) }
    var adopted: LocalDate?
    if let given = form.optionalText("adopted") {
      guard let date = LocalDate(given) else { throw Problem.invalid("adopted", text("error.adopted")) }
      adopted = date
    }
    let body = ByteText.trimmed(form.text("body"))
    guard (try? site.markdown(body, .editor)) != nil else { throw Problem.invalid("body", text("error.body")) }
    let original = ByteText.trimmed(form.text("original"))
    guard original.isEmpty || Original.isAddress(original) else {
      throw Problem.invalid("original", text("error.original"))
    }
    let file = form.file("file")
    guard !body.isEmpty || !original.isEmpty || file != nil else {
      throw Problem.invalid("body", text("error.nothing"))
    }
    return PaperText(
      kind: kind, folder: folder, number: ByteText.singleLine(form.text("number")), title: title, adopted: adopted,
      body: body, original: original, file: file)
  }
}

/// The address of a signed original.
struct Original {
  /// Whether a text is a plain address of the web.
  static func isAddress(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard bytes.starts(with: "https://".utf8) || bytes.starts(with: "http://".utf8), bytes.count <= 500 else {
      return false
    }
    return bytes.count > 10 && bytes.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"\"<>\\^`{|}".utf8.contains($0) }
  }
}
