public import ParticipationKit

extension ModuleArchive {
  /// The front pages of modules that left, for the plan of the site.
  public func fronts(_ languages: [String], _ words: HostWords) -> [(path: String, titles: [String: String])] {
    modules.compactMap { module in
      module.front.map { path in
        let titles = languages.map { locale in
          let name = module.names[locale] ?? module.names["fr"] ?? module.id
          return (locale, words.text("archive.title", locale, ["name": name]))
        }
        return (path: path, titles: Dictionary(titles, uniquingKeysWith: { first, _ in first }))
      }
    }
  }
}

extension Host {
  /// The documents of modules that left, at their old addresses.
  public var archivedFamilies: [(module: String, family: DocumentFamily)] {
    archive.modules.flatMap { module in
      Set(module.paths.keys.map(\.kind)).sorted().map { (module: module.id, family: family(module, $0)) }
    }
  }

  /// The feeds and tables of modules that left, as they were.
  /// - Throws: The store's error.
  public func archivedFiles(in ledger: Ledger) throws -> [(path: String, bytes: () throws -> [UInt8])] {
    try ledger.rows("SELECT path FROM host_archive_file ORDER BY path").map { row in
      let path = try row.text("path")
      return (
        path: path,
        bytes: {
          try ledger.row("SELECT bytes FROM host_archive_file WHERE path = ?", [.text(path)])?.blob("bytes") ?? []
        }
      )
    }
  }

  private func family(_ module: ModuleArchive.Module, _ kind: String) -> DocumentFamily {
    let id = module.id
    return DocumentFamily(
      kind, rank: .record, titles: module.names,
      // A key that has no document is never asked for.
      path: { module.paths[Subject(id, kind, $0)] ?? "\(id)/archive" },
      keys: { ledger, after, limit in
        try ledger.rows(
          "SELECT key FROM host_archive_document WHERE module = ? AND kind = ? AND key > ? ORDER BY key LIMIT ?",
          [.text(id), .text(kind), .text(after ?? ""), .integer(limit)]
        ).map { try $0.text("key") }
      },
      load: { context, key in try self.archived(module, Subject(id, kind, key), context) })
  }

  private func archived(_ module: ModuleArchive.Module, _ subject: Subject, _ context: RenderContext) throws
    -> Document?
  {
    let key: [SQLValue] = [.text(subject.module), .text(subject.kind), .text(subject.key)]
    guard
      let row = try context.ledger.row(
        "SELECT updated, value, title, files FROM host_archive_document WHERE module = ? AND kind = ? AND key = ?", key)
    else { return nil }
    var pages: [String: (title: String, summary: String, body: [UInt8])] = [:]
    try context.ledger.forEach(
      "SELECT locale, title, summary, body FROM host_archive_page WHERE module = ? AND kind = ? AND key = ?", key
    ) { row in
      pages[try row.text("locale")] = (try row.text("title"), try row.text("summary"), try row.blob("body"))
      return true
    }
    let value = row.optionalText("value").flatMap { try? JSONValue.parse(Array($0.utf8)) }
    let files = try row.text("files").split(separator: "\n").compactMap { FileReference(stored: String($0)) }
    let first = facts.languages.first ?? "fr"
    guard let main = pages[first] ?? pages.values.first else {
      return Document(value: value, updated: try row.timestamp("updated"), page: nil).carrying(files)
    }
    let words = HTMLNode.stored(main.body).plainText
    let search = row.optionalText("title").map { SearchEntry(title: $0, text: words) }
    return Document(value: value, updated: try row.timestamp("updated"), search: search) { [pages] view in
      let page = pages[view.locale] ?? main
      return Page(
        title: page.title, summary: page.summary, showsTitle: false,
        body: [self.archiveNotice(module, view.locale), .stored(page.body)])
    }.carrying(files)
  }

  /// What stands above everything that a module left: since when nothing is added to it.
  private func archiveNotice(_ module: ModuleArchive.Module, _ locale: String) -> HTMLNode {
    let name = module.names[locale] ?? module.names["fr"] ?? module.id
    let day = DateWords(locale: locale).long(zone.civil(module.left).date)
    let text = words.text("archive.notice", locale, ["name": name, "date": day])
    return .p(text, [.class("archived")])
  }
}
