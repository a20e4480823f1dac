import ParticipationKit

/// A document with the file of a paper: what it carries is public while the document is.
func document(
  of title: String, _ file: FileReference, updated: Timestamp, site: Site, _ context: RenderContext
) throws -> Document {
  Document(
    value: .object([("attachment", site.value(of: file))]), updated: updated,
    search: SearchEntry(title: title, text: try context.text(of: file).text),
    page: { view in Page(title: title, summary: title, body: [view.file(file, "Ouvrir le document")]) }
  ).carrying([file])
}
