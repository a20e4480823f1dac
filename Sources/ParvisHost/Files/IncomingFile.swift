public import ParticipationKit

/// A file that came with a request and that nobody took yet.
public struct IncomingFile: Sendable {
  /// What became of it on the way.
  public enum State: Sendable {
    /// It is there.
    case whole
    /// It is larger than is taken.
    case tooLarge
    /// The disk refused it.
    case unwritable
    /// Files are not taken from who sent it, as after the end of a session.
    case dropped
  }

  /// The field of the form.
  public let field: String
  /// The name that the sender gave.
  public let name: String
  /// What became of it on the way.
  public let state: State
  /// Tells its kind by its content and brings it into the store, on disk. Nil when it is of no kind that is taken.
  public let keep: @Sendable () throws -> FileReference?

  /// Makes a file.
  public init(
    field: String, name: String, state: State, keep: @escaping @Sendable () throws -> FileReference?
  ) {
    self.field = field
    self.name = name
    self.state = state
    self.keep = keep
  }
}

/// The store of files, as the host uses it. Files lie under their digest, beside the database.
public struct FilePort: Sendable {
  /// The most bytes of one file.
  public let mostBytes: Int
  /// Whether the bytes of a digest are there; keeps them from being removed as forgotten for two days.
  public let has: @Sendable (_ sha256: String) -> Bool
  /// Reads the text of a file by another program; takes seconds, and never fails.
  public let text: @Sendable (FileReference) -> FileText
  /// Removes what no act took: files that came two days ago or earlier, unless they are among the digests.
  public let removeForgotten: @Sendable (_ kept: Set<String>) throws -> Void

  /// Makes the port.
  public init(
    mostBytes: Int, has: @escaping @Sendable (_ sha256: String) -> Bool,
    text: @escaping @Sendable (FileReference) -> FileText,
    removeForgotten: @escaping @Sendable (_ kept: Set<String>) throws -> Void
  ) {
    self.mostBytes = mostBytes
    self.has = has
    self.text = text
    self.removeForgotten = removeForgotten
  }

  /// A store that has nothing and takes nothing.
  public static let none = FilePort(
    mostBytes: 0, has: { _ in false }, text: { _ in .none }, removeForgotten: { _ in })
}
