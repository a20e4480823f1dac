/// A value of a content file's front matter, with the line where it stands.
public struct ContentValue: Sendable {
  enum Storage: Sendable {
    case scalar(String, quoted: Bool)
    case list([ContentValue])
    case mapping([(name: String, value: ContentValue)])
  }

  let storage: Storage
  /// The line in the file, counted from 1.
  public let line: Int

  /// Text, a number, a date or a boolean as written.
  public static func scalar(_ text: String, quoted: Bool = false, line: Int) -> ContentValue {
    ContentValue(storage: .scalar(text, quoted: quoted), line: line)
  }
  /// A list.
  public static func list(_ values: [ContentValue], line: Int) -> ContentValue {
    ContentValue(storage: .list(values), line: line)
  }
  /// Named values in the order of the file.
  public static func mapping(_ members: [(name: String, value: ContentValue)], line: Int) -> ContentValue {
    ContentValue(storage: .mapping(members), line: line)
  }

  /// The text of a scalar; nil for lists, mappings and an unquoted `null`, `~` or nothing.
  public var text: String? {
    guard case .scalar(let text, let quoted) = storage else { return nil }
    if !quoted, text.isEmpty || text == "null" || text == "~" { return nil }
    return text
  }
  /// The integer of an unquoted scalar.
  public var int: Int? { if case .scalar(let text, quoted: false) = storage { Int(text) } else { nil } }
  /// The number of an unquoted scalar.
  public var number: Double? { if case .scalar(let text, quoted: false) = storage { Double(text) } else { nil } }
  /// `true` or `false`, unquoted; nothing else is a boolean.
  public var bool: Bool? {
    guard case .scalar(let text, quoted: false) = storage else { return nil }
    return text == "true" ? true : text == "false" ? false : nil
  }
  /// The elements of a list; a scalar counts as a list of one.
  public var list: [ContentValue] {
    switch storage {
    case .list(let values): values
    case .scalar: text == nil ? [] : [self]
    case .mapping: [self]
    }
  }
  /// The members of a mapping, in the order of the file.
  public var members: [(name: String, value: ContentValue)] {
    if case .mapping(let members) = storage { members } else { [] }
  }
  /// The member of a mapping by name.
  public subscript(_ name: String) -> ContentValue? { members.first { $0.name == name }?.value }
}

/// One file of `content/`: front matter and a Markdown body, or front matter alone.
public struct ContentFile: Sendable {
  /// The path below the commune's folder, as `content/services/voirie.md`.
  public let path: String
  /// The file's name without suffix, as `voirie`.
  public let name: String
  /// The front matter, or the whole of a YAML file.
  public let fields: ContentValue
  /// The Markdown after the front matter.
  public let body: String
  /// The line where the body starts, counted from 1.
  public let bodyLine: Int

  /// Makes a file.
  public init(path: String, name: String, fields: ContentValue, body: String, bodyLine: Int) {
    self.path = path
    self.name = name
    self.fields = fields
    self.body = body
    self.bodyLine = bodyLine
  }

  /// An error at a line of this file.
  public func error(line: Int, fr: String, en: String) -> Diagnostic {
    Diagnostic(.error, file: path, line: line, fr: fr, en: en)
  }

  /// Errors for members of the front matter that are not in `known`, and for those of `required` that are missing.
  public func checkFields(known: [String], required: [String]) -> [Diagnostic] {
    if fields.members.isEmpty, !required.isEmpty, let missing = missingHead(required) { return [missing] }
    var findings: [Diagnostic] = []
    for member in fields.members where !known.contains(member.name) {
      let list = known.joined(separator: ", ")
      findings.append(
        error(
          line: member.value.line, fr: "champ inconnu « \(member.name) » ; attendu : \(list)",
          en: "unknown field “\(member.name)”; expected: \(list)"))
    }
    for name in required where fields[name]?.text == nil && (fields[name]?.list.isEmpty ?? true) {
      findings.append(
        error(line: fields.line, fr: "champ manquant « \(name) »", en: "missing field “\(name)”"))
    }
    return findings
  }
}

extension ContentFile {
  /// A file that is empty or begins without front matter is told so in one line, and not field by field: whoever began
  /// a file or forgot its head reads what it looks like.
  private func missingHead(_ required: [String]) -> Diagnostic? {
    let lines = required.map { "\($0): …" }.joined(separator: ", ")
    let isYAML = [".yaml", ".yml"].contains { path.hasSuffix($0) }
    let isEmpty = ByteText.trimmed(body).isEmpty
    if isYAML {
      return error(
        line: 1, fr: "aucun champ ; attendu : des lignes « clé: valeur » (\(lines))",
        en: "no field; expected: lines “key: value” (\(lines))")
    }
    // A head that is there and empty ends on line 2 at the earliest.
    guard bodyLine == 1 else { return nil }
    return error(
      line: 1,
      fr: (isEmpty ? "fichier vide" : "pas d’en-tête")
        + " ; attendu : une ligne « --- », les champs (\(lines)), une ligne « --- », puis le texte",
      en: (isEmpty ? "empty file" : "no front matter")
        + "; expected: a line “---”, the fields (\(lines)), a line “---”, then the text")
  }
}

/// Reads the files of `content/` that a commune keeps: services, questionnaires, streets, pages.
public struct ContentReader: Sendable {
  private let list: @Sendable (String) throws -> [ContentFile]
  private let read: @Sendable (String) throws -> [UInt8]?

  /// Makes a reader from the host's closures.
  public init(
    files: @escaping @Sendable (String) throws -> [ContentFile],
    data: @escaping @Sendable (String) throws -> [UInt8]?
  ) {
    list = files
    read = data
  }

  /// The Markdown and YAML files of a folder of `content/`, sorted by name; none when there is no such folder.
  /// - Throws: ``ContentError`` when a file cannot be read as what it is.
  public func files(in folder: String) throws -> [ContentFile] { try list(folder) }

  /// The bytes of any file of `content/`, as `map/outline.geojson`; nil when there is none.
  /// - Throws: The host's error when the file exists and cannot be read.
  public func data(_ path: String) throws -> [UInt8]? { try read(path) }
}
