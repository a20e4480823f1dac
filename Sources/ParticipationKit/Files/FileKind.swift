/// A kind of file that people may attach, told by its content and never by its name.
///
/// Pictures and everything that can hold a script of a page (HTML, SVG) are not among them.
public struct FileKind: Sendable, Hashable {
  /// The suffix under which it is published, without point.
  public let suffix: String
  /// Its media type (IANA).
  public let mediaType: String
  /// What people call it, as `PDF`.
  public let label: String
  /// Whether a browser shows it by itself; others are saved.
  public let isShown: Bool

  /// PDF (ISO 32000).
  public static let pdf = FileKind(suffix: "pdf", mediaType: "application/pdf", label: "PDF", isShown: true)
  /// A text of OpenDocument (ISO 26300).
  public static let odt = FileKind(
    suffix: "odt", mediaType: "application/vnd.oasis.opendocument.text", label: "ODT", isShown: false)
  /// A text of Office Open XML (ISO 29500), without macros.
  public static let docx = FileKind(
    suffix: "docx", mediaType: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    label: "DOCX", isShown: false)
  /// A table as text in UTF-8 (RFC 4180).
  public static let csv = FileKind(suffix: "csv", mediaType: "text/csv", label: "CSV", isShown: false)

  /// All kinds.
  public static let all = [pdf, odt, docx, csv]
}
