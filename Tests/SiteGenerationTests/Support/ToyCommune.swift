import ParticipationKit
import SQLiteStorage
import Synchronization

@testable import SiteGeneration

/// A commune with the toy module: a database, acts, and a publisher.
final class ToyCommune: Sendable {
  let folder = TemporaryFolder()
  let writer: WriterThread
  let readers: ReaderPool
  let facts: CommuneFacts
  private let clock = Mutex<Int64>(1_780_000_000)

  var sitePath: String { folder.path + "/site" }
  var now: Timestamp { clock.withLock { Timestamp(seconds: $0) } }

  init(languages: [String] = ["fr", "en"]) throws {
    facts = CommuneFacts(
      name: "Vaubrisey", inseeCode: "55999", population: 752, department: "55", languages: languages,
      address: "https://vaubrisey.example/", isDemonstration: true)
    let path = folder.path + "/toy.sqlite"
    writer = try WriterThread(path: path)
    try writer.performAlone { connection in
      let migrator = Migrator(now: { Timestamp(milliseconds: 0) })
      let own = PublicationSchema.migrations.map {
        MigrationStep(number: $0.number, name: $0.name, sql: $0.statements)
      }
      try migrator.migrate(connection, try .module("publication"), own)
      try migrator.migrate(
        connection, try .module("toy"), [MigrationStep(number: 1, name: "toy", sql: ToyModule.schema)])
    }
    readers = try ReaderPool(path: path)
  }

  deinit {
    readers.close()
    writer.stop()
  }

  func pass(seconds: Int64) { clock.withLock { $0 += seconds } }

  // MARK: Ports

  static func ledger(_ connection: Connection, _ name: String, isWriting: Bool) -> Ledger {
    guard let namespace = try? Namespace.module(name == "host" ? "hostpages" : name) else {
      return Ledger(forEach: { _, _, _ in })
    }
    return Ledger(
      forEach: { sql, arguments, body in
        try connection.withNamespace(namespace) { try connection.forEach(sql, arguments, body) }
      },
      execute: isWriting
        ? { sql, arguments in
          try connection.withNamespace(namespace) {
            (try connection.execute(sql, arguments), Int(connection.lastInsertRowID))
          }
        } : nil)
  }

  var ports: PublicationPorts {
    let (readers, writer) = (self.readers, self.writer)
    let words = (try? SiteWords.load()) ?? Words([])
    let talk = DiscussionRenderer(words: words)
    let languages = facts.languages
    return PublicationPorts(
      read: { body in
        try readers.read { connection in
          try body { ToyCommune.ledger(connection, $0, isWriting: false) }
        }
      },
      write: { body in
        try writer.perform { try body(ToyCommune.ledger($0, "publication", isWriting: true)) }
      },
      context: { module, ledgers, now in
        RenderContext(
          ledger: ledgers(module), now: now, discussion: { Discussion(subject: $0, comments: []) }, answer: { _ in nil }
        )
      },
      view: { module, locale, _, _ in
        View(
          locale: locale, zone: .utc, module: module, words: words,
          pieces: View.Pieces(
            form: { _, _, _, _ in .empty }, discussion: { talk.node($0, block: $1, locale: locale, zone: .utc) },
            commentForm: { _, _ in .empty }, answer: { talk.node($0, locale: locale, zone: .utc) },
            path: { subject in
              let prefix = locale == languages.first ? "" : locale + "/"
              let family = ToyModule.families.first { $0.kind == subject.kind }
              return family.map { SitePath(prefix + $0.path(subject.key) + ".html") }
            }, hostText: { key, arguments in words.text(key, locale, arguments) }))
      },
      digest: ToyDigest.of)
  }

  /// A publisher whose steps a test may stop.
  func publisher(
    families: [DocumentFamily] = ToyModule.families, more: [(path: String, bytes: [UInt8])] = [],
    fileSets: [FileSet] = [], moreStreams: [Stream] = [],
    step: @escaping @Sendable (PublicationStep) throws -> Void = { _ in }
  ) throws -> Publisher {
    let words = try SiteWords.load()
    let navigation = [NavigationItem(module: "toy", titles: ["fr": "Jouets", "en": "Toys"], path: "toy/index")]
    let shell = Shell(facts: facts, navigation: navigation, words: words, accent: "#2a5d4f", serverAddress: nil)
    let streams = (ToyModule.streams + moreStreams).map { (module: "toy", stream: $0) }
    let home = SlotContribution(.home, order: 1) { context in
      let count = try context.ledger.count("SELECT count(*) FROM toy_item")
      return SlotContent(dependsOn: [Subject("toy", "all", "all")]) { _ in
        .article([.class("notice")], [.p("\(count) fiches")])
      }
    }
    let pages = try SitePages(
      facts: facts, words: words,
      sources: .init(navigation: navigation, slots: [("toy", home)], streams: streams),
      markdown: { text, _ in
        MarkdownText(blocks: [], node: .p(text))
      })
    let published = families.map { PublishedFamily(module: "toy", family: $0) }
    let moduleStreams = streams.map { PublishedSite.ModuleStream(module: $0.module, stream: $0.stream) }
    let site = PublishedSite(
      ports: ports, shell: shell, facts: facts,
      origins: published.map { Origin($0) } + pages.origins(), streams: moduleStreams,
      statics: StaticFiles(shell: shell, facts: facts).all + more, fileSets: fileSets)
    return Publisher(site: site, folder: sitePath, step: step)
  }

  // MARK: Acts

  /// Does an act: rows and marks in one transaction.
  func act(_ changed: [Subject], _ body: @escaping @Sendable (Ledger) throws -> Void) throws {
    try writer.perform { connection in
      try body(ToyCommune.ledger(connection, "toy", isWriting: true))
      let queue = ToyCommune.ledger(connection, "publication", isWriting: true)
      for subject in changed { try PublicationTables.mark(subject, queue) }
    }
  }

  func create(_ ids: some Sequence<Int> & Sendable, closes: Timestamp? = nil) throws {
    pass(seconds: 60)
    let at = now
    var changed = [Subject("toy", "all", "all")]
    for id in ids {
      changed += [
        Subject("toy", "item", String(id)), Subject("toy", "item-page", String((id - 1) / ToyModule.perPage + 1)),
      ]
    }
    try act(changed) { ledger in
      for id in ids {
        try ledger.execute(
          "INSERT INTO toy_item VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
          [
            .integer(id), .integer(id), .text("Été n° \(id) <b>"), .text("Première ligne & cœur \(id)\nSeconde ligne"),
            .timestamp(at), .timestamp(closes), id % 2 == 0 ? .real(48.7 + Double(id) / 1000) : .null,
            id % 2 == 0 ? .real(5.1) : .null,
          ])
      }
    }
  }

  func comment(_ item: Int, _ text: String = "D’accord") throws {
    pass(seconds: 60)
    let at = now
    try act([Subject("toy", "talk", String(item))]) {
      try $0.execute(
        "INSERT INTO toy_comment (item, author, body, sent) VALUES (?, ?, ?, ?)",
        [.integer(item), "Zoé", .text(text), .timestamp(at)])
    }
  }

  func rename(_ item: Int, _ title: String) throws {
    pass(seconds: 60)
    let at = now
    try act([Subject("toy", "item", String(item)), Subject("toy", "all", "all")]) {
      try $0.execute(
        "UPDATE toy_item SET title = ?, updated = ? WHERE id = ?", [.text(title), .timestamp(at), .integer(item)])
    }
  }

  func delete(_ item: Int) throws {
    try act(
      [
        Subject("toy", "item", String(item)), Subject("toy", "all", "all"),
        Subject("toy", "item-page", String((item - 1) / ToyModule.perPage + 1)),
      ]
    ) { try $0.execute("DELETE FROM toy_item WHERE id = ?", [.integer(item)]) }
  }

  // MARK: Comparing

  /// What a full build into a new folder gives.
  func fullBuild() throws -> [String: [UInt8]] {
    let path = folder.path + "/full"
    FileTree.remove(path)
    _ = try publisher().build(into: path, now: now)
    return FileTree.read(path)
  }

  var site: [String: [UInt8]] { FileTree.read(sitePath) }

  func page(_ path: String) -> String { FileTree.text(sitePath + "/" + path) ?? "" }

  func queued() throws -> Int {
    try readers.read {
      try ToyCommune.ledger($0, "publication", isWriting: false).count("SELECT count(*) FROM publication_queue")
    }
  }
}

/// A digest for tests: fast also in a debug build, and different for different bytes in practice.
enum ToyDigest {
  static func of(_ bytes: [UInt8]) -> [UInt8] {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325 ^ UInt64(bytes.count)
    bytes.withUnsafeBytes { source in
      var index = 0
      while index + 8 <= source.count {
        hash = (hash ^ source.loadUnaligned(fromByteOffset: index, as: UInt64.self)) &* 0x9E37_79B9_7F4A_7C15
        hash ^= hash >> 29
        index += 8
      }
      while index < source.count {
        hash = (hash ^ UInt64(source[index])) &* 0x100_0000_01b3
        index += 1
      }
    }
    return (0..<8).map { UInt8(truncatingIfNeeded: hash >> ($0 * 8)) }
  }
}
