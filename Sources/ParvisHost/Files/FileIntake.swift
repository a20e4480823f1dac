import ParticipationKit

/// Takes the files of a form of the desk, and keeps those of a refused form, so that nobody chooses them twice.
///
/// A file that the store has goes along in the form as a hidden text: what it is, sealed for one person and module, so
/// that nobody can name a file that they were not given.
struct FileIntake: Sendable {
  let host: Host
  let module: String
  let person: Int
  let locale: String

  /// What follows the name of a file's field for the box that takes it out.
  static let noneSuffix = "_none"

  // MARK: What comes

  /// The submission with its files: what was just sent, or what was sent before and is kept.
  func adopt(_ raw: RawSubmission, _ incoming: [IncomingFile], _ form: Form) -> RawSubmission {
    var taken = raw
    for field in form.fields where field.kind == .file {
      let given = raw.first(field.name)
      let isNone = !raw.first(field.name + FileIntake.noneSuffix).isEmpty
      taken.values[field.name + FileIntake.noneSuffix] = nil
      taken.values[field.name] = nil
      if let file = incoming.last(where: { $0.field == field.name }) {
        take(file, field, into: &taken)
      } else if !given.isEmpty, !isNone || field.isRequired {
        keep(given, field, into: &taken)
      }
    }
    return taken
  }

  private func take(_ file: IncomingFile, _ field: Field, into raw: inout RawSubmission) {
    func refuse(_ key: String, _ arguments: [String: String] = [:]) {
      let kinds = field.accepts.map(\.label).joined(separator: ", ")
      let all = arguments.merging(["name": FileIntake.short(file.name), "kinds": kinds]) { own, _ in own }
      raw.fileProblems[field.name] = host.words.text(key, locale, all)
    }
    switch file.state {
    case .tooLarge: return refuse("error.file.size", ["limit": String(host.ports.files.mostBytes >> 20)])
    case .unwritable: return refuse("error.file.disk")
    case .dropped: return refuse("error.file.again")
    case .whole: break
    }
    let kept: FileReference?
    do {
      kept = try file.keep()
    } catch {
      host.ports.log("a file could not be kept: \(type(of: error))")
      return refuse("error.file.disk")
    }
    guard let reference = kept, field.accepts.contains(reference.kind) else {
      return refuse("error.file.kind")
    }
    raw.files[field.name] = reference
    raw.values[field.name] = [reference.stored]
  }

  private func keep(_ given: String, _ field: Field, into raw: inout RawSubmission) {
    if let file = reference(given), host.ports.files.has(file.sha256) {
      raw.files[field.name] = file
      raw.values[field.name] = [file.stored]
    } else {
      let name = FileIntake.named(given)?.name ?? given
      raw.fileProblems[field.name] = host.words.text("error.file.again", locale, ["name": FileIntake.short(name)])
    }
  }

  private static func short(_ name: String) -> String { ByteText.singleLine(name, scalars: 80) }

  // MARK: What goes along

  /// The values of a form with its files as the form carries them.
  func shown(_ values: [String: [String]], _ form: Form) -> [String: [String]] {
    var values = values
    for field in form.fields where field.kind == .file {
      let file = values[field.name]?.first.flatMap { FileReference(stored: $0) }
      values[field.name] = file.map { ["\(seal($0)) \($0.stored)"] }
    }
    return values
  }

  private func seal(_ file: FileReference) -> String {
    let bytes = Array("\(module)\u{0}\(person)\u{0}\(file.stored)".utf8)
    return hexadecimal(host.secrets.derive("kept-file", bytes))
  }

  private func reference(_ text: String) -> FileReference? {
    guard let file = FileIntake.named(text), host.constantTimeEqual(text, "\(seal(file)) \(file.stored)") else {
      return nil
    }
    return file
  }

  /// The file that a form carries, whether or not its seal is good.
  static func named(_ text: String) -> FileReference? {
    guard let space = text.utf8.firstIndex(of: 0x20) else { return nil }
    return FileReference(stored: String(text[text.utf8.index(after: space)...]))
  }
}
