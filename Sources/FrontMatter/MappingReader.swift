/// Reads the keys of one mapping by name and type, and collects everything that is wrong instead of the
/// first thing.
///
/// A required reading that fails records an error and gives a stand-in (empty text, 0, nothing);
/// ``finish()`` then throws, so a stand-in never leaves the function that reads. Keys that nothing asked
/// for are errors too, with the nearest known key.
///
/// ```swift let reader = MappingReader(file.frontMatter, file: "content/seances/2026-06-12.md") let meeting
/// = Meeting(title: reader.text("titre"), day: reader.date("date"), hall: reader.optionalText("lieu")) try
/// reader.finish() ```
public final class MappingReader {
  /// The line where the mapping starts, from 1.
  public let line: Int

  let file: String
  let column: Int
  private let entries: [YAMLEntry]
  private var asked: [String] = []
  private var errors: [FrontMatterError] = []
  private var children: [MappingReader] = []
  private var acceptsUnknownKeys = false

  /// The most unknown keys told for one mapping: a file of another kind must not give a hundred thousand lines.
  private static let unknownKeysMax = 20

  /// A reader of a value that should be a mapping.
  ///
  /// - Parameter file: the name that errors show.
  public init(_ value: YAMLValue, file: String) {
    self.file = file
    line = value.line
    column = value.column
    entries = value.entries ?? []
    guard value.entries == nil, !value.isNull else { return }
    // One error is enough for a value of the wrong kind: nothing in it can be asked for.
    errors = [FrontMatterError(file, line, column, .notAMapping(found: Wording(kindOf: value)))]
  }

  /// The keys in the order of the file.
  public var keys: [String] { entries.map(\.key) }

  /// The raw value of a key, or nil when it is absent or null. The key counts as known.
  public func optionalValue(_ key: String) -> YAMLValue? {
    if !asked.contains(key) { asked.append(key) }
    guard let value = entries.first(where: { $0.key == key })?.value, !value.isNull else { return nil }
    return value
  }

  /// Leaves keys that nothing asks for alone, when somebody else reads them.
  public func acceptUnknownKeys() { acceptsUnknownKeys = true }

  /// Records that the value of a key breaks a rule of the caller's own.
  ///
  /// - Parameter expected: what should stand there, as the end of "expected: …".
  public func report(_ key: String, expected: Wording) {
    guard let entry = entries.first(where: { $0.key == key }) else {
      return missing(key, expected: expected)
    }
    let problem = FrontMatterError.Problem.wrongValue(
      key: key, found: Wording(contentOf: entry.value), expected: expected)
    errors.append(FrontMatterError(file, entry.value.line, entry.value.column, problem))
  }

  /// Records that one element of a list breaks a rule of the caller's own.
  ///
  /// - Parameters:
  ///   - element: its place in the list, from 0.
  ///   - expected: what should stand there, as the end of "expected: …".
  public func report(_ key: String, element: Int, expected: Wording) {
    guard let list = entries.first(where: { $0.key == key })?.value.sequence, list.indices.contains(element) else {
      return report(key, expected: expected)
    }
    let value = list[element]
    let problem = FrontMatterError.Problem.wrongValue(
      key: key, found: Wording(contentOf: value), expected: expected)
    errors.append(FrontMatterError(file, value.line, value.column, problem))
  }

  /// Ends the reading of this mapping and of those inside it.
  ///
  /// - Throws: everything that was wrong, in the order of the lines.
  public func finish() throws(FrontMatterErrors) {
    let all = collected().enumerated().sorted {
      ($0.element.line, $0.element.column, $0.offset) < ($1.element.line, $1.element.column, $1.offset)
    }
    guard all.isEmpty else { throw FrontMatterErrors(errors: all.map(\.element)) }
  }

  func missing(_ key: String, expected: Wording) {
    // A mapping that is not one was reported already; its keys are not missing.
    if errors.contains(where: { if case .notAMapping = $0.problem { true } else { false } }) { return }
    errors.append(FrontMatterError(file, max(line, 1), max(column, 1), .missingKey(key, expected: expected)))
  }

  func child(_ value: YAMLValue) -> MappingReader {
    let reader = MappingReader(value, file: file)
    children.append(reader)
    return reader
  }

  /// A reader for a mapping that is missing: its keys are not asked for again.
  func standIn() -> MappingReader {
    MappingReader(.mapping([]), file: file)
  }

  private func collected() -> [FrontMatterError] {
    let unknown = acceptsUnknownKeys ? [] : entries.filter { !asked.contains($0.key) }.prefix(Self.unknownKeysMax)
    return errors
      + unknown.map { entry in
        let meant = NearestName.suggestions(for: entry.key, among: asked)
        return FrontMatterError(file, entry.line, entry.column, .unknownKey(entry.key, meant: meant))
      } + children.flatMap { $0.collected() }
  }
}
