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
      var met: Set<String> = []
      for file in try set.files(snapshot.context(set.module)) {
        guard CheckedPath.isPlain(file.path) else {
          throw PublicationError.path(module: set.module, kind: "~file", key: set.name, found: file.path)
        }
        met.insert(file.path)
        if !isFull, file.isFixed, stored.contains(file.path), !damaged.contains(file.path) { continue }
        try publishFile(set.name, file.path, try file.bytes())
      }
      // A full publication finds by itself which files it did not meet.
      guard !isFull else { continue }
      for path in stored.subtracting(met).sorted() {
        if let file = try PublicationTables.file(path, snapshot.ledger) { goneFiles.append(file) }
      }
    }
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
