/// One thing in a file that cannot be read as meant: where it stands, what was found and what was expected.
public struct FrontMatterError: Error, Equatable, Sendable {
  /// The file, as the caller named it.
  public let file: String

  /// The line, from 1.
  public let line: Int

  /// The column in Unicode scalars, from 1.
  public let column: Int

  /// The fact, without words.
  public let problem: Problem

  /// An error at a place; for rules of a caller use ``MappingReader/report(_:expected:)``.
  init(_ file: String, _ line: Int, _ column: Int, _ problem: Problem) {
    self.file = file
    self.line = line
    self.column = column
    self.problem = problem
  }

  /// What can be wrong.
  public enum Problem: Equatable, Sendable {
    /// A byte that is not UTF-8, with its offset from the start of the file.
    case invalidUTF8(byteOffset: Int, byte: UInt8)
    /// More bytes than accepted.
    case tooLarge(bytes: Int, bytesMax: Int)
    /// More sequences and mappings inside each other than accepted.
    case tooDeep(depthMax: Int)
    /// A first line `---` without a closing one.
    case unterminatedFrontMatter
    /// A document that should be a mapping and is something else.
    case notAMapping(found: Wording)
    /// A tab where spaces show the structure.
    case tabIndentation
    /// A key that stands twice in one mapping.
    case duplicateKey(String, firstLine: Int)
    /// A key that is a list or a mapping.
    case keyIsNotText
    /// `*name`; aliases are not supported because a few lines of them can stand for gigabytes.
    case alias
    /// `!name`; tags are not supported.
    case tag(String)
    /// A second document after `---`.
    case severalDocuments
    /// What libyaml could not read, in its own words.
    case syntax(String)
    /// A key that nothing reads, with the keys that the author may have meant.
    case unknownKey(String, meant: [String])
    /// A key that must be there.
    case missingKey(String, expected: Wording)
    /// A value of another kind or outside its limits.
    case wrongValue(key: String, found: Wording, expected: Wording)
  }
}

/// One phrase in the two languages of messages.
public struct Wording: Equatable, Sendable {
  /// The phrase in French.
  public let french: String

  /// The phrase in English.
  public let english: String

  /// A phrase in both languages.
  public init(fr french: String, en english: String) {
    self.french = french
    self.english = english
  }

  /// The phrase for a locale: `"fr"` gives French, anything else English.
  public func text(locale: String) -> String { locale == "fr" ? french : english }
}

/// Everything that is wrong in one file, in the order of its lines.
public struct FrontMatterErrors: Error, Equatable, Sendable, CustomStringConvertible {
  /// At least one error.
  public let errors: [FrontMatterError]

  /// One line an error.
  ///
  /// - Parameter locale: `"fr"` for French; anything else gives English.
  public func message(locale: String) -> String {
    errors.map { $0.message(locale: locale) }.joined(separator: "\n")
  }

  /// The English lines.
  public var description: String { message(locale: "en") }
}
