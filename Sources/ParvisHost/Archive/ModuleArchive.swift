public import ParticipationKit

/// The modules that are no longer in service, with what they published. Their code is gone: what is kept are the words
/// of their pages, their JSON and their feeds, as they were when the module left.
public struct ModuleArchive: Sendable {
  /// One module that left.
  public struct Module: Sendable {
    /// The id.
    public let id: String
    /// The name by locale.
    public let names: [String: String]
    /// When it left.
    public let left: Timestamp
    /// The path of each document, by subject.
    let paths: [Subject: String]

    /// The path of the module's front page; nil when it had none.
    public var front: String? {
      let path = "\(id)/index"
      return paths.values.contains(path) ? path : nil
    }
  }

  /// A document of a module that leaves.
  public struct Page: Sendable {
    /// The subject that it belonged to.
    public let subject: Subject
    /// The path without language and suffix.
    public let path: String
    /// When its content last changed.
    public let updated: Timestamp
    /// The JSON resource as it was, without what the host adds; nil for none.
    public let value: JSONValue?
    /// The title in search results; nil for a document that is not searched.
    public let searchTitle: String?
    /// What stood on the page, by locale.
    public let texts: [(locale: String, title: String, summary: String, body: [UInt8])]
    /// The files that it carried.
    public let files: [FileReference]

    /// Makes a document.
    public init(
      subject: Subject, path: String, updated: Timestamp, value: JSONValue?, searchTitle: String?,
      texts: [(locale: String, title: String, summary: String, body: [UInt8])], files: [FileReference] = []
    ) {
      self.files = files
      self.subject = subject
      self.path = path
      self.updated = updated
      self.value = value
      self.searchTitle = searchTitle
      self.texts = texts
    }
  }

  /// The modules, sorted by id.
  public let modules: [Module]

  /// No module has left.
  public static let none = ModuleArchive(modules: [])

  /// The subject of the archive as a whole.
  public static let subject = Subject("host", "archive", "index")

  private init(modules: [Module]) { self.modules = modules }

  /// Reads the archive.
  /// - Throws: The store's error.
  public init(_ store: StorePort) throws {
    modules = try store.reading { ledgers in
      let ledger = ledgers.host
      return try ledger.rows("SELECT module, names, left_at FROM host_archive ORDER BY module").map { row in
        let id = try row.text("module")
        var paths: [Subject: String] = [:]
        try ledger.forEach("SELECT kind, key, path FROM host_archive_document WHERE module = ?", [.text(id)]) { row in
          paths[Subject(id, try row.text(at: 0), try row.text(at: 1))] = try row.text(at: 2)
          return true
        }
        let names = ModuleArchive.names(try row.text("names"))
        return Module(id: id, names: names, left: try row.timestamp("left_at"), paths: paths)
      }
    }
  }

  /// Whether a module has left.
  func holds(_ module: String) -> Bool { modules.contains { $0.id == module } }

  /// The path of a document of a module that left.
  func path(_ subject: Subject) -> String? { modules.first { $0.id == subject.module }?.paths[subject] }

  // MARK: Leaving and coming back

  /// Records which modules are in service, and gives up the archives of those that came back.
  /// - Returns: Whether anything differs from the last time, so that every page must be made again.
  /// - Throws: The store's error.
  public static func noteService(_ registry: ModuleRegistry, _ store: StorePort) throws -> Bool {
    try store.perform { ledgers in
      let ledger = ledgers.host
      var isChanged = false
      for entry in registry.entries {
        let id = entry.manifest.id
        for table in ["host_archive", "host_archive_document", "host_archive_page", "host_archive_file"] {
          isChanged = try ledger.execute("DELETE FROM \(table) WHERE module = ?", [.text(id)]) > 0 || isChanged
        }
        let names = JSONValue.object(
          entry.manifest.names.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
        let version = entry.manifest.version
        isChanged =
          try ledger.execute(
            """
            INSERT INTO host_module(id, version, names) VALUES(?, ?, ?)
            ON CONFLICT(id) DO UPDATE SET version = excluded.version, names = excluded.names
            WHERE version <> excluded.version OR names <> excluded.names
            """, [.text(id), .text(version), .text(names.text)]) > 0 || isChanged
      }
      return isChanged
    }
  }

  /// The modules that were in service once, are not now, and have no archive yet.
  /// - Throws: The store's error.
  public static func leaving(_ registry: ModuleRegistry, _ store: StorePort) throws -> [String] {
    try store.reading { ledgers in
      try ledgers.host.rows("SELECT id FROM host_module WHERE id NOT IN (SELECT module FROM host_archive) ORDER BY id")
        .map { try $0.text("id") }.filter { registry.entry($0) == nil }
    }
  }

  /// Keeps what a module published, in one transaction.
  /// - Parameters:
  ///   - pages: Gives the documents one by one.
  ///   - files: Its feeds and tables, by path.
  /// - Throws: The store's error, or what reading throws.
  public static func keep(
    _ id: String, now: Timestamp, _ store: StorePort,
    pages: @escaping @Sendable ((Page) throws -> Void) throws -> Void,
    files: @escaping @Sendable ((_ path: String, _ bytes: [UInt8]) throws -> Void) throws -> Void
  ) throws {
    try store.perform { ledgers in
      let ledger = ledgers.host
      try ledger.execute(
        "INSERT INTO host_archive(module, names, left_at) SELECT id, names, ? FROM host_module WHERE id = ?",
        [.timestamp(now), .text(id)])
      try pages { page in try insert(page, ledger) }
      try files { path, bytes in
        try ledger.execute(
          "INSERT INTO host_archive_file(path, module, bytes) VALUES(?, ?, ?)",
          [.text(path), .text(id), .blob(bytes)])
      }
    }
  }

  private static func insert(_ page: Page, _ ledger: Ledger) throws {
    let subject: [SQLValue] = [.text(page.subject.module), .text(page.subject.kind), .text(page.subject.key)]
    try ledger.execute(
      "INSERT INTO host_archive_document(module, kind, key, path, updated, value, title, files) "
        + "VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
      subject + [
        .text(page.path), .timestamp(page.updated), .text(page.value?.text), .text(page.searchTitle),
        .text(page.files.map(\.stored).joined(separator: "\n")),
      ])
    for text in page.texts {
      try ledger.execute(
        """
        INSERT INTO host_archive_page(module, kind, key, locale, title, summary, body) VALUES(?, ?, ?, ?, ?, ?, ?)
        """,
        subject + [.text(text.locale), .text(text.title), .text(text.summary), .blob(text.body)])
    }
  }

  static func names(_ json: String) -> [String: String] {
    var names: [String: String] = [:]
    for member in (try? JSONValue.parse(Array(json.utf8)))?.asObject ?? [] {
      names[member.name] = member.value.asString
    }
    return names
  }
}
