internal import Glibc
internal import Synchronization

/// A file that came in a form (RFC 7578). What nobody took is removed with this value, so that a refused request leaves
/// nothing behind.
public final class ReceivedFile: Sendable {
  /// What became of it on the way.
  public enum State: Sendable, Equatable {
    /// It lies whole in ``ReceivedFile/path``.
    case whole
    /// It is larger than is taken; what came of it was thrown away.
    case tooLarge
    /// The disk refused it, with the number of the reason.
    case unwritable(Int32)
    /// Files are not taken from who sent it.
    case dropped
  }

  /// The field of the form.
  public let field: String
  /// The name that the sender gave: to be shown, never to be used as a path.
  public let name: String
  /// Where it lies; empty unless it is whole.
  public let path: String
  /// How many bytes it has.
  public let size: Int
  /// What became of it.
  public let state: State
  private let isTaken = Mutex(false)

  /// A file that lies somewhere; public for tests.
  public init(field: String, name: String, path: String, size: Int, state: State = .whole) {
    self.field = field
    self.name = name
    self.path = path
    self.size = size
    self.state = state
  }

  /// Says that whoever calls this moved or removed the file: it is not looked after here any more.
  public func take() { isTaken.withLock { $0 = true } }

  deinit {
    if !path.isEmpty, !isTaken.withLock({ $0 }) { unlink(path) }
  }
}

/// A form that came as `multipart/form-data` (RFC 7578).
public struct MultipartForm: Sendable {
  /// Names and texts in the order they came.
  public let values: [(String, String)]
  /// The files.
  public let files: [ReceivedFile]
}

/// Whether and how files are taken from whoever sends a form.
public struct UploadRules: Sendable {
  /// The folder in which files are written while they come; nil to throw them away and keep the texts.
  public let folder: String?
  /// The most bytes of one file.
  public let mostBytes: Int

  /// Makes the rules.
  public init(folder: String?, mostBytes: Int) {
    self.folder = folder
    self.mostBytes = mostBytes
  }

  /// How much is read of a request whose file is too large, so that its sender gets the form back with what they typed
  /// and not a broken connection.
  var mostTransferred: Int { max(64 << 20, 8 * mostBytes) }
  /// The most bytes of all texts.
  static let mostText = 512 << 10
  /// The most parts of a form.
  static let mostParts = 500
  /// The most files of a form.
  static let mostFiles = 8
}
