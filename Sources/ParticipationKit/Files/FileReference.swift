/// A file that came with an act or an import. The host keeps its bytes, once, under their digest; a module keeps
/// ``stored`` in a column of its own, and says with ``Document/carrying(_:)`` where the file is public.
///
/// Until a document carries it, nobody can fetch it; when none does any more, it leaves the site.
public struct FileReference: Sendable, Hashable {
  /// SHA-256 of the bytes (FIPS 180-4), 64 hexadecimal digits.
  public let sha256: String
  /// The name that it had where it came from, as `PLU.pdf`.
  public let name: String
  /// What it is.
  public let kind: FileKind
  /// How many bytes it has.
  public let size: Int

  /// Makes a reference. Only the host does, for bytes that it has.
  package init(sha256: String, name: String, kind: FileKind, size: Int) {
    self.sha256 = sha256
    self.name = FileReference.plainName(name, kind)
    self.kind = kind
    self.size = size
  }

  /// The reference as one text, for a column.
  public var stored: String { "\(sha256) \(kind.suffix) \(size) \(name)" }

  /// Reads what ``stored`` gave; nil for anything else, as for an empty text.
  public init?(stored: String) {
    let parts = stored.utf8.split(separator: 0x20, maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count == 4, parts[0].count == 64, parts[0].allSatisfy(FileReference.isDigit),
      let kind = FileKind.all.first(where: { $0.suffix.utf8.elementsEqual(parts[1]) }),
      let size = ByteText.decimal(parts[2]), !parts[3].isEmpty
    else { return nil }
    sha256 = String(Substring(parts[0]))
    name = FileReference.plainName(String(Substring(parts[3])), kind)
    self.kind = kind
    self.size = size
  }

  /// Where the file lies in the site while a document carries it: the same for ever, since it names the content.
  public var path: SitePath { SitePath(FileReference.folder + "\(slug)-\(sha256.prefix(16)).\(kind.suffix)") }

  /// The folder of files in a site, with its slash.
  package static let folder = "files/"

  /// `PDF, 2,1 Mo`: what people are told before they fetch a file (RGAA 13.3).
  public func facts(_ locale: String) -> String {
    let units = locale == "en" ? ["kB", "MB"] : ["ko", "Mo"]
    let tenths = size / 100_000
    guard tenths >= 10 else { return "\(kind.label), \(max(1, size / 1000))\u{A0}\(units[0])" }
    let mark = locale == "en" ? "." : ","
    return "\(kind.label), \(tenths / 10)\(mark)\(tenths % 10)\u{A0}\(units[1])"
  }

  private var slug: String {
    let suffix = "." + kind.suffix
    let base = name.hasSuffix(suffix) ? String(name.dropLast(suffix.utf8.count)) : name
    let slug = ByteText.slug(base).utf8.prefix(60)
    return slug.isEmpty ? "fichier" : String(Substring(slug))
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte) }

  /// A name without folders, controls and excess, with the suffix of what the file is.
  private static func plainName(_ name: String, _ kind: FileKind) -> String {
    let last = name.utf8.split { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }.last.map {
      String(Substring($0))
    }
    let line = ByteText.singleLine(last ?? "", scalars: 120)
    let suffix = "." + kind.suffix
    let bytes = Array(line.utf8)
    // The suffix in capitals is the same suffix.
    let has =
      bytes.count > suffix.utf8.count
      && zip(bytes.suffix(suffix.utf8.count), suffix.utf8).allSatisfy { found, wanted in
        found == wanted || ((0x41...0x5A).contains(found) && found | 0x20 == wanted)
      }
    if has { return String(line.unicodeScalars.dropLast(suffix.utf8.count)) + suffix }
    return (line.isEmpty ? "fichier" : line) + suffix
  }
}

/// What a program read in a file, for search and for people who cannot open it. It is not part of the document.
public struct FileText: Sendable, Hashable {
  /// How reading went.
  public struct State: Sendable, Hashable {
    /// The name, as the database keeps it.
    public let name: String
    /// There is text.
    public static let read = State(name: "read")
    /// The file has no text, as pictures of pages from a scanner.
    public static let empty = State(name: "empty")
    /// The file could not be read in the time and room that it is given.
    public static let failed = State(name: "failed")
    /// The program that reads such files is not installed.
    public static let noProgram = State(name: "no-program")
    /// Nobody reads files of this kind.
    public static let unread = State(name: "unread")

    package init(name: String) { self.name = name }
  }

  /// The text; empty unless ``state`` is ``State/read``.
  public let text: String
  /// How reading went.
  public let state: State

  package init(text: String, state: State) {
    self.text = text
    self.state = state
  }

  /// Nothing was read.
  public static let none = FileText(text: "", state: .unread)
}

extension Field {
  /// A field that takes a file from the device. Only forms of staff have one; a script that sends JSON cannot fill it.
  ///
  /// The form shows a file that is there already when its value is given as ``FileReference/stored``; it stays unless
  /// another is chosen or it is taken out. What came is ``Submission/file(_:)``.
  /// - Parameters:
  ///   - name: The name in the form.
  ///   - label: What the person is asked.
  ///   - help: A sentence under the label; the host adds which kinds and how much.
  ///   - required: Whether there must be one.
  ///   - accepts: The kinds of files that are taken.
  public static func file(
    _ name: String, _ label: String, help: String = "", required: Bool = false, accepts: [FileKind] = FileKind.all
  ) -> Field {
    var field = Field(name, .file, label, help: help, required: required, maxBytes: 1024)
    field.accepts = accepts
    return field
  }
}

extension Submission {
  /// The file of a field; nil when there is none.
  public func file(_ name: String) -> FileReference? { FileReference(stored: text(name)) }
}

extension Document {
  /// The same document with files: they are public as long as it is, at ``FileReference/path``, and leave the site with
  /// it. Only files that came to this module can be carried.
  public func carrying(_ files: [FileReference]) -> Document {
    var document = self
    document.files = files
    return document
  }
}

extension RenderContext {
  /// What was read automatically in a file of this module.
  /// - Throws: The store's error.
  public func text(of file: FileReference) throws -> FileText { try readingOf(file) }
}

extension ImportContext {
  /// A file that stands beside the imported one, under a plain name.
  /// - Throws: ``ImportError`` when there is none, or it is too large or of no known kind.
  public func file(named name: String) throws -> FileReference { try neighbour(name) }
}

extension View {
  /// The link to a file that the document carries: what it is called, its kind and its size.
  /// - Parameters:
  ///   - file: The file.
  ///   - label: What the link says, as `Ouvrir la délibération signée`.
  public func file(_ file: FileReference, _ label: String) -> HTMLNode {
    var attributes: [HTMLAttribute] = [.class("button quiet"), .named("type", file.kind.mediaType)]
    if !file.kind.isShown { attributes.append(.named("download", file.name)) }
    return .p([.class("file")], [.a(file.path, "\(label) (\(file.facts(locale)))", attributes)])
  }
}

extension Site {
  /// What the JSON of a document says of a file that it carries. Whoever checks the site finds files by these members.
  public func value(of file: FileReference) -> JSONValue {
    .object([
      ("name", .string(file.name)), ("type", .string(file.kind.mediaType)), ("size", .integer(file.size)),
      ("sha256", .string(file.sha256)), ("file", .string(file.path.path)),
      ("url", .string(commune.address + file.path.path)),
    ])
  }
}
