import Glibc
public import ParticipationKit
import ParvisHost
import SQLiteStorage
import SiteGeneration

extension Commune {
  /// The kinds of files that the modules import.
  public var importKinds: [String] { host.registry.importKinds }

  /// The kinds of files that the modules export.
  public var exportKinds: [String] { host.registry.exportKinds + [Commune.recordKind] }

  /// Whether a kind of file can be imported.
  /// - Throws: ``CommuneError`` that names the kinds when it cannot.
  public func checkImportKind(_ kind: String) throws { _ = try importer(kind) }

  private func importer(_ kind: String) throws -> Importer {
    if let found = host.registry.importer(kind) { return found.importer }
    let known = importKinds.joined(separator: ", ")
    throw CommuneError(
      .usage, fr: "Aucun module n’importe « \(kind) ». Possible : \(known)",
      en: "No module imports “\(kind)”. Possible: \(known)")
  }

  /// Imports a file: one transaction, one leaf; the same file again changes nothing.
  /// - Parameters:
  ///   - kind: One of `host.registry.importKinds`.
  ///   - file: The path of the file.
  ///   - options: What the importer takes.
  ///   - dryRun: Whether nothing is kept and the report says what would be.
  /// - Throws: ``CommuneError`` with file and line of what is wrong.
  public func runImport(
    kind: String, file: String, options values: [String: String], dryRun: Bool
  ) throws -> ImportReport {
    try runImport(kind: kind, file: OpenFile(file), options: values, dryRun: dryRun)
  }

  /// The same for a file that is open.
  /// - Parameter fetch: Gives a file that stands beside it, as an open one; nil when there is none.
  func runImport(
    kind: String, file: OpenFile, options values: [String: String], dryRun: Bool,
    fetch: ((String) throws -> OpenFile?)? = nil
  ) throws -> ImportReport {
    let names = try importer(kind).options.map(\.name)
    for name in values.keys.sorted() where !names.contains(name) {
      let known = names.joined(separator: ", ")
      throw CommuneError(
        .usage, fr: "L’import « \(kind) » ne connaît pas l’option « \(name) ». Possible : \(known)",
        en: "The import “\(kind)” does not know the option “\(name)”. Possible: \(known)")
    }
    do {
      let neighbours = ImportFiles(store: files)
      let beside = fetch ?? { try OpenFile(beside: file, named: $0) }
      var report: ImportReport?
      // What an importer asks for is brought in before the transaction that takes it: a large file on a slow disk, and
      // the reading of its text, must not hold the writer. Most imports ask for nothing and run once.
      while report == nil {
        do {
          report = try runImport(kind, file, values, dryRun: dryRun, neighbours.found)
        } catch is NeighbourNeeded {
          try neighbours.bring(open: beside) { try runImport(kind, file, values, dryRun: true, $0) }
        }
      }
      return report ?? ImportReport()
    } catch {
      throw Transfers.inWords(error, file: file.path, database: folder + "/data/parvis.sqlite")
    }
  }

  private func runImport(
    _ kind: String, _ file: OpenFile, _ values: [String: String], dryRun: Bool,
    _ neighbours: @escaping @Sendable (String) throws -> (FileReference, FileText)
  ) throws -> ImportReport {
    let path = file.path
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let (host, store, publisher, wake) = (host, store, publisher, wake)
    lseek(file.descriptor, 0, SEEK_SET)
    do {
      return try store.writer().perform { connection in
        let ledgers = store.ledgers(connection, writes: true)
        let report = try connection.withCache(kibibytes: Transfers.importCache) {
          try host.runImport(
            kind: kind, source: FilePieces(file).source(name), options: values,
            dryRun: dryRun,
            contentFile: { try ContentFiles.parse($0, path: path, name: $1, isYAML: false) }, file: neighbours,
            in: ledgers)
        }
        let publication = store.ledger(connection, "publication", writes: true)
        if report.isBroad {
          try publisher.enqueueAll(in: publication)
        } else {
          try publisher.enqueue(report.changed, in: publication)
        }
        wake.expect()
        return report
      }
    } catch let dry as DryRun {
      return dry.report
    }
  }

  /// The kind of export that is the host's own: the record of processing (RGPD, article 30).
  public static let recordKind = "processing-record"

  /// Exports a kind, piece by piece.
  /// - Throws: ``CommuneError`` for an unknown kind or option; what the closure throws.
  public func runExport(
    kind: String, options values: [String: String], _ sink: ([UInt8]) throws -> Void
  ) throws {
    if kind == Commune.recordKind {
      return try sink(Array(ProcessingRecord(host: host).markdown(values["lang"] ?? "fr").utf8))
    }
    guard let (module, exporter) = host.registry.exporter(kind) else {
      let known = exportKinds.joined(separator: ", ")
      throw CommuneError(
        .usage, fr: "Aucun module n’exporte « \(kind) ». Possible : \(known)",
        en: "No module exports “\(kind)”. Possible: \(known)")
    }
    let names = exporter.options.map(\.name)
    for name in values.keys.sorted() where !names.contains(name) {
      let known = names.joined(separator: ", ")
      throw CommuneError(
        .usage, fr: "L’export « \(kind) » ne connaît pas l’option « \(name) ». Possible : \(known)",
        en: "The export “\(kind)” does not know the option “\(name)”. Possible: \(known)")
    }
    do {
      let now = options.clock()
      try host.ports.store.read { ledgers in
        try exporter.write(host.renderContext(module, ledgers, now: now), values, sink)
      }
    } catch {
      throw Transfers.inWords(error, file: kind, database: folder + "/data/parvis.sqlite")
    }
  }

  /// Writes a copy of the database that is whole in itself; never over an existing file.
  /// - Throws: ``CommuneError``.
  public func backup(to file: String) throws {
    if Files.exists(file) { throw Transfers.exists(file) }
    // It gets its name when it is whole, with the files.
    let partial = file + ".new"
    unlink(partial)
    do {
      try store.writer().backup(to: partial)
      try BackupFiles(store: files).add(to: partial)
      try Transfers.move(partial, file)
      try Transfers.syncFolder(Connection.folder(of: file))
    } catch {
      unlink(partial)
      throw StoreErrors.inWords(error, path: file)
    }
  }
}

/// Reads a file in pieces, for importers.
private final class FilePieces {
  private let file: OpenFile
  private var buffer = [UInt8](repeating: 0, count: 1 << 18)

  init(_ file: OpenFile) { self.file = file }

  func source(_ name: String) -> ImportSource {
    ImportSource(name: name) {
      while true {
        let count = self.buffer.withUnsafeMutableBytes { read(self.file.descriptor, $0.baseAddress, $0.count) }
        if count > 0 { return Array(self.buffer[0..<count]) }
        if count == 0 { return nil }
        if errno != EINTR { throw Files.unreadable(self.file.path, errno) }
      }
    }
  }
}

/// What transfers share.
struct Transfers {
  /// Kibibytes of pages that an import keeps in memory.
  static let importCache = 16_384

  static func exists(_ path: String) -> CommuneError {
    CommuneError(
      .exists, fr: "« \(path) » existe déjà et n’est pas remplacé. Choisissez un autre nom.",
      en: "“\(path)” exists already and is not replaced. Choose another name.")
  }

  static func inWords(_ error: any Error, file: String, database: String) -> any Error {
    switch error {
    case let error as ImportError:
      let fr = error.messages["fr"] ?? ""
      let en = error.messages["en"] ?? fr
      return CommuneError(
        .invalid, fr: "L’import s’est arrêté ; rien n’en est gardé.", en: "The import stopped; nothing of it is kept.",
        diagnostics: [Diagnostic(.error, file: file, line: error.line, fr: fr, en: en)])
    case let error as ContentError:
      return CommuneError(
        .invalid, fr: "L’import s’est arrêté ; rien n’en est gardé.", en: "The import stopped; nothing of it is kept.",
        diagnostics: error.diagnostics)
    case let error as ExportError:
      return CommuneError(.invalid, fr: error.messages["fr"] ?? "", en: error.messages["en"] ?? "")
    case let error as Problem: return CommuneError(.invalid, fr: error.detail, en: error.detail)
    case let error as StoreUnavailable where error.reason == "full":
      return CommuneError(
        .full, fr: "Le disque est plein : rien n’a été enregistré.", en: "The disk is full: nothing was recorded.")
    case let error as StoreUnavailable where error.reason == "disk":
      return CommuneError(
        .failed, fr: "Le disque a refusé d’écrire : rien n’a été enregistré. Vérifiez-le, puis recommencez.",
        en: "The disk refused to write: nothing was recorded. Check it, then try again.")
    case is StoreUnavailable:
      return CommuneError(
        .failed, fr: "Trop d’actes attendent : rien n’a été enregistré. Recommencez dans quelques instants.",
        en: "Too many acts wait: nothing was recorded. Try again in a moment.")
    default: return StoreErrors.inWords(error, path: database)
    }
  }

  /// A backup is an SQLite database in good order.
  static func checkBackup(_ file: String) throws {
    guard Files.exists(file) else { throw Files.unreadable(file, ENOENT) }
    do {
      let connection = try Connection(path: file, mode: .reader)
      let verdict = try connection.firstRow("PRAGMA quick_check")?.values.first?.asText
      guard verdict == "ok" else {
        throw CommuneError(
          .invalid, fr: "« \(file) » est abîmé : \(verdict ?? "?"). Prenez une autre sauvegarde.",
          en: "“\(file)” is damaged: \(verdict ?? "?"). Take another backup.")
      }
      guard try connection.firstRow("SELECT 1 FROM sqlite_schema WHERE name = 'host_register'") != nil else {
        throw CommuneError(
          .invalid, fr: "« \(file) » n’est pas la sauvegarde d’une commune. Vérifiez le chemin.",
          en: "“\(file)” is not the backup of a commune. Check the path.")
      }
    } catch let error as SQLiteError {
      throw StoreErrors.inWords(error, path: file)
    }
  }

  /// Copies a file and syncs it.
  static func copy(_ source: String, to target: String) throws {
    let input = Glibc.open(source, O_RDONLY | O_CLOEXEC)
    guard input >= 0 else { throw Files.unreadable(source, errno) }
    defer { close(input) }
    let output = Glibc.open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard output >= 0 else { throw Files.unwritable(target, errno) }
    defer { close(output) }
    try Files.forEachPiece(input, source) { try Files.write($0, to: output, target) }
    guard fsync(output) == 0 else { throw Files.unwritable(target, errno) }
  }

  static func move(_ source: String, _ target: String) throws {
    guard rename(source, target) == 0 else { throw Files.unwritable(target, errno) }
  }

  /// Makes renames in a folder lasting.
  static func syncFolder(_ path: String) throws {
    let descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Files.unwritable(path, errno) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw Files.unwritable(path, errno) }
  }
}
