public import ParticipationKit

/// What the publisher needs from the commune, as closures.
public struct PublicationPorts: Sendable {
  /// Gives one namespace's tables within a snapshot.
  public typealias Ledgers = (_ namespace: String) -> Ledger

  /// Runs the body on one snapshot of the database, in which all namespaces are seen at the same instant.
  public let read: @Sendable (_ body: (_ ledgers: @escaping Ledgers) throws -> Void) throws -> Void
  /// Runs the body in one transaction on the tables of the namespace `publication`; returns after the commit.
  public let write: @Sendable (_ body: @escaping @Sendable (Ledger) throws -> Void) throws -> Void
  /// Makes what a module's documents are made from. The module `host` is asked for the host's own pages.
  public let context: @Sendable (_ module: String, _ ledgers: @escaping Ledgers, _ now: Timestamp) -> RenderContext
  /// Makes the view of a module in a language, whose forms are read from the same snapshot. Asked once a snapshot.
  public let view:
    @Sendable (_ module: String, _ locale: String, _ ledgers: @escaping Ledgers, _ now: Timestamp) -> View
  /// When the last act within a snapshot was recorded, which bulk dumps give as their "as of"; nil before the first.
  public let lastAct: @Sendable (_ ledgers: @escaping Ledgers) throws -> Timestamp?
  /// The bytes of a file that came to a module; throws when it has no such file, or its bytes are not there.
  public let file: @Sendable (_ module: String, _ file: FileReference, _ ledgers: @escaping Ledgers) throws -> [UInt8]
  /// BLAKE2b-256 of some bytes (RFC 7693).
  public let digest: @Sendable ([UInt8]) -> [UInt8]

  /// Makes the ports.
  public init(
    read: @escaping @Sendable (_ body: (_ ledgers: @escaping Ledgers) throws -> Void) throws -> Void,
    write: @escaping @Sendable (_ body: @escaping @Sendable (Ledger) throws -> Void) throws -> Void,
    context: @escaping @Sendable (_ module: String, _ ledgers: @escaping Ledgers, _ now: Timestamp) -> RenderContext,
    view:
      @escaping @Sendable (
        _ module: String, _ locale: String, _ ledgers: @escaping Ledgers, _ now: Timestamp
      ) -> View,
    lastAct: @escaping @Sendable (_ ledgers: @escaping Ledgers) throws -> Timestamp? = { _ in nil },
    file:
      @escaping @Sendable (
        _ module: String, _ file: FileReference, _ ledgers: @escaping Ledgers
      ) throws -> [UInt8] = { _, file, _ in throw MissingFile(file: file) },
    digest: @escaping @Sendable ([UInt8]) -> [UInt8]
  ) {
    self.read = read
    self.write = write
    self.context = context
    self.view = view
    self.lastAct = lastAct
    self.file = file
    self.digest = digest
  }
}

/// A document carries a file that its module does not have.
public struct MissingFile: Error, CustomStringConvertible {
  let file: FileReference

  /// Makes the error.
  public init(file: FileReference) { self.file = file }

  /// Which file, and what to do.
  public var description: String {
    "file \(file.path) (SHA-256 \(file.sha256)) is missing, was altered, or did not come to this module; bring "
      + "data/uploads back from a backup"
  }
}

/// A family of documents with the module that declared it.
public struct PublishedFamily: Sendable {
  /// The module's id.
  public let module: String
  /// The family.
  public let family: DocumentFamily

  /// Makes the pair.
  public init(module: String, family: DocumentFamily) {
    self.module = module
    self.family = family
  }
}

/// A document that could not be made; its page stays as it was, and its subject stays queued.
public struct PublicationFailure: Sendable, Equatable {
  /// The document's subject; `module/~stream/name` for a stream, `module/~family/kind` for a family whose keys could
  /// not be had, `module/~file/name` for a set of files.
  public let subject: Subject
  /// Why, for the log and the command: the kind of the failure and what it says of itself, never the words of a
  /// contribution.
  public let reason: String

  /// Makes a failure.
  public init(subject: Subject, reason: String) {
    self.subject = subject
    self.reason = reason
  }
}

/// What a publication did.
public struct PublicationReport: Sendable, Equatable {
  /// How many files were written.
  public internal(set) var written = 0
  /// How many files were found as they should be.
  public internal(set) var unchanged = 0
  /// How many files were removed.
  public internal(set) var deleted = 0
  /// How many documents were made.
  public internal(set) var documents = 0
  /// How many subjects still wait, because acts arrived meanwhile.
  public internal(set) var pending = 0
  /// The documents that could not be made. The others were published all the same.
  public internal(set) var failures: [PublicationFailure] = []
  /// The paths written and removed, in order; at most 1,000 of them. What a dry run would do.
  public internal(set) var paths: [String] = []

  /// Makes an empty report.
  public init() {}

  mutating func note(_ path: String) {
    if paths.count < 1000 { paths.append(path) }
  }
}
