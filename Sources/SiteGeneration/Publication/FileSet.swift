public import ParticipationKit

/// Files that the host makes besides documents and streams, as those of the register: many, mostly written once.
public struct FileSet: Sendable {
  /// One file of a set.
  public struct File {
    /// The path below the site.
    public let path: String
    /// Whether the file, once written, never changes: a publication of what is queued then leaves it alone.
    public let isFixed: Bool
    /// Makes the bytes; asked only when they are needed.
    public let bytes: () throws -> [UInt8]

    /// Makes a file.
    public init(path: String, isFixed: Bool, bytes: @escaping () throws -> [UInt8]) {
      self.path = path
      self.isFixed = isFixed
      self.bytes = bytes
    }
  }

  /// The name of the set among others: lower-case letters.
  public let name: String
  /// The subject whose change makes the set change.
  public let subject: Subject
  /// The module whose context the files are made from; `host` for the host.
  public let module: String
  /// All files of the set.
  public let files: @Sendable (RenderContext) throws -> [File]

  /// Makes a set.
  public init(
    name: String, subject: Subject, module: String, files: @escaping @Sendable (RenderContext) throws -> [File]
  ) {
    self.name = name
    self.subject = subject
    self.module = module
    self.files = files
  }
}

extension PublicationPass {
  /// Publishes the files of the sets that are named, or of all of them.
  /// - Parameters:
  ///   - indices: Which sets; nil for all.
  ///   - damaged: Paths that must be written again though they never change.
  func publishFileSets(_ indices: Set<Int>?, damaged: Set<String> = []) throws {
    for (index, set) in site.fileSets.enumerated() where indices?.contains(index) ?? true {
      let stored = Set(
        try snapshot.ledger.rows("SELECT path FROM publication_file WHERE origin = ?", [.text(set.name)])
          .map { try $0.text("path") })
      let files: [FileSet.File]
      do {
        files = try self.files(of: set)
      } catch {
        fail(set, stored, error)
        continue
      }
      var met: Set<String> = []
      for file in files {
        met.insert(file.path)
        if !isFull, file.isFixed, stored.contains(file.path), !damaged.contains(file.path),
          !suspects.contains(file.path)
        {
          continue
        }
        let bytes: [UInt8]
        do {
          bytes = try file.bytes()
        } catch {
          fail(set, stored, error)
          met = stored
          break
        }
        try publishFile(set.name, file.path, bytes)
      }
      // A full publication finds by itself which files it did not meet.
      guard !isFull else { continue }
      for path in stored.subtracting(met).sorted() {
        if let file = try PublicationTables.file(path, snapshot.ledger) { goneFiles.append(file) }
      }
    }
  }

  private func files(of set: FileSet) throws -> [FileSet.File] {
    let files = try set.files(snapshot.context(set.module))
    for file in files where !CheckedPath.isPlain(file.path) {
      throw PublicationError.path(module: set.module, kind: "~file", key: set.name, found: file.path)
    }
    return files
  }

  /// A set that cannot be made keeps its files, is said in the report and stays in the queue; the others go on.
  private func fail(_ set: FileSet, _ stored: Set<String>, _ error: any Error) {
    keptFiles.formUnion(stored)
    let subject = Subject(set.module, MarkKind.file, set.name)
    report.failures.append(PublicationFailure(subject: subject, reason: FailureReason.text(error)))
    if !isDry { pending.marks.append(set.subject) }
  }

  /// The sets that a mark names: by their subject, or by one of their files.
  func fileSets(named subject: Subject) throws -> Set<Int> {
    guard subject.module == "host" else { return [] }
    if subject.kind == MarkKind.file {
      guard let origin = try PublicationTables.file(subject.key, snapshot.ledger)?.origin else { return [] }
      return Set(site.fileSets.indices.filter { site.fileSets[$0].name == origin })
    }
    return Set(site.fileSets.indices.filter { site.fileSets[$0].subject == subject })
  }
}
