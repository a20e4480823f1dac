import ParticipationKit

/// A document as a Markdown file with front matter: as a clerk keeps it.
struct PaperTransfer {
  let site: Site
  private static let titles = ["fr": "Document en Markdown", "en": "Document in Markdown"]

  var importer: Importer {
    Importer("document", titles: Self.titles, read: { context, source in try read(context, source) })
  }

  var exporter: Exporter {
    Exporter(
      "document", titles: Self.titles,
      options: [("id", "The document's id, as 2026-09-18-cantine; without it, the newest document.")],
      write: { context, options, write in
        let table = PaperTable(ledger: context.ledger)
        let paper = try options["id"].map { try table.find($0) } ?? table.newest(1).first
        guard let paper else {
          throw ExportError { site.words.text("export.none", $0, ["id": options["id"] ?? ""]) }
        }
        try write(file(paper))
      })
  }

  /// The file that ``importer`` reads. A JSON string is a string of YAML in double quotes.
  private func file(_ paper: Paper) -> [UInt8] {
    let text = paper.text
    func quoted(_ text: String) -> String { JSONValue.string(text).text }
    var lines = [
      "---", "id: \(paper.key)", "title: \(quoted(text.title))", "kind: \(text.kind.rawValue)",
      "folder: \(quoted(text.folder))",
    ]
    if !text.number.isEmpty { lines.append("number: \(quoted(text.number))") }
    if let day = text.adopted { lines.append("adopted: \(day)") }
    if let attached = text.file { lines.append("file: \(quoted(attached.name))") }
    if !text.original.isEmpty { lines.append("original: \(quoted(text.original))") }
    if paper.isWithdrawn { lines.append("withdrawn: \(quoted(paper.reason))") }
    return Array((lines + ["---", "", text.body, ""]).joined(separator: "\n").utf8)
  }

  private func read(_ context: ImportContext, _ source: ImportSource) throws -> ImportReport {
    let bytes = try source.bytes(maxBytes: 1 << 20)
    let content = try context.contentFile(bytes, name: source.name)
    var file = try PaperFile(content, site: site)
    if !file.fileName.isEmpty { file.text.file = try context.file(named: file.fileName) }
    let now = context.action.now
    let table = PaperTable(ledger: context.action.ledger)
    var report = ImportReport()
    let old = try table.find(file.key)
    // A file that says nothing of a withdrawal does not undo one: the desk alone puts a text back.
    let reason = file.withdrawn.isEmpty ? old?.reason ?? "" : file.withdrawn
    if let old, old.text == file.text, old.reason == reason {
      report.unchanged = 1
      return report
    }
    if try table.isFull(for: file.text, movingFrom: old?.text) {
      throw ImportError(
        line: nil, fr: "dossier plein : \(PaperTable.mostInFolder) documents au plus ; prenez-en un autre",
        en: "folder is full: at most \(PaperTable.mostInFolder) documents; take another one")
    }
    if let old {
      _ = try table.save(file.text, over: old, note: file.note, now: now)
      report.updated = 1
    } else {
      try table.add(file.text, key: file.key, note: file.note, now: now)
      report.added = 1
    }
    if reason != old?.reason ?? "" { try table.setWithdrawn(now, reason: reason, file.key, now: now) }
    try context.include(bytes)
    let folders = Set([file.text.folderKey, old?.text.folderKey].compactMap(\.self))
    report.changed = PaperActions.changed(
      file.key, folders: folders, versions: try table.find(file.key)?.version ?? 1, site: site)
    return report
  }
}

/// A file of a document, checked.
struct PaperFile {
  static let known = ["id", "title", "kind", "folder", "number", "adopted", "file", "original", "note", "withdrawn"]

  let key: String
  var text: PaperText
  /// The file that stands beside; empty for none.
  let fileName: String
  let note: String
  /// Why it is to be withdrawn; empty when the file says nothing of it.
  let withdrawn: String

  init(_ content: ContentFile, site: Site) throws {
    var findings = content.checkFields(known: Self.known, required: ["id", "title", "kind", "folder"])
    func value(_ name: String) -> String { ByteText.singleLine(content.fields[name]?.text ?? "") }
    func fault(_ name: String, fr: String, en: String) {
      let line = content.fields[name]?.line ?? content.fields.line
      findings.append(content.error(line: line, fr: "« \(name) » : \(fr)", en: "“\(name)”: \(en)"))
    }
    key = value("id")
    if ByteText.slug(key) != key || key == "index" {
      fault("id", fr: "lettres minuscules, chiffres et tirets attendus", en: "expected a–z, 0–9 and hyphens")
    }
    let kind = PaperKind(rawValue: value("kind"))
    if kind == nil {
      let all = PaperKind.allCases.map(\.rawValue).joined(separator: ", ")
      fault("kind", fr: "attendu : \(all)", en: "expected one of \(all)")
    }
    let adopted = LocalDate(value("adopted"))
    if adopted == nil, !value("adopted").isEmpty {
      fault("adopted", fr: "jour attendu, comme 2026-09-18", en: "expected a day, as 2026-09-18")
    }
    let original = value("original")
    if !original.isEmpty, !Original.isAddress(original) {
      fault("original", fr: "adresse https attendue", en: "expected an https address")
    }
    let body = ByteText.trimmed(content.body)
    do {
      _ = try site.markdown(body, .editor)
    } catch let refusal as MarkdownRefusal {
      findings.append(
        content.error(
          line: content.bodyLine,
          fr: "Markdown refusé (\(refusal.limit)) : \(refusal.found) ; attendu : \(refusal.allowed) au plus",
          en: "Markdown refused (\(refusal.limit)): \(refusal.found); expected: at most \(refusal.allowed)"))
    }
    fileName = value("file")
    if body.isEmpty, original.isEmpty, fileName.isEmpty {
      findings.append(
        content.error(
          line: content.bodyLine, fr: "ni texte, ni « file », ni « original » : l’un d’eux est attendu",
          en: "neither text nor “file” nor “original”: one of them is expected"))
    }
    if !findings.isEmpty { throw ContentError(findings) }
    text = PaperText(
      kind: kind ?? .other, folder: value("folder"), number: value("number"), title: value("title"), adopted: adopted,
      body: body, original: original, file: nil)
    note = value("note")
    withdrawn = value("withdrawn")
  }
}
