import ParticipationKit
import ParvisHost
import SQLiteStorage
import SiteGeneration

/// The database of one commune: the writer, the readers, and ledgers for the engines.
final class CommuneStore: Sendable {
  /// The writer; nil when the commune was opened for reading.
  private let writerThread: WriterThread?
  let readers: ReaderPool
  private let namespaces: [String: Namespace]
  /// The modules that run in processes of their own: nothing of theirs is trusted, their queries neither.
  private let apart: Set<String>

  /// The database has not the schema that the program knows, and whoever reads may not bring it there.
  struct SchemaBehind: Error {}

  /// Opens the database; for writing, also brings it to the schema that the program knows.
  /// - Throws: `CommuneError` in words; ``SchemaBehind``.
  init(
    path: String, modules: [ModuleDescriptor], access: Commune.Access, now: @escaping @Sendable () -> Timestamp,
    onCommit: @escaping @Sendable () -> Void
  ) throws {
    do {
      var namespaces: [String: Namespace] = ["host": .host, "publication": try .module("publication")]
      var steps: [(Namespace, [Migration])] = [
        (.host, HostSchema.migrations), (try .module("publication"), PublicationSchema.migrations),
      ]
      for module in modules {
        let namespace = try Namespace.module(module.manifest.id)
        namespaces[module.manifest.id] = namespace
        steps.append((namespace, module.migrations))
      }
      self.namespaces = namespaces
      apart = Set(modules.filter(\.hasOwnProcess).map(\.manifest.id))
      let migrator = Migrator(now: now)
      let all = steps.map { namespace, migrations in
        (namespace, migrations.map { MigrationStep(number: $0.number, name: $0.name, sql: $0.statements) })
      }
      guard access == .writing else {
        writerThread = nil
        readers = try ReaderPool(path: path, size: CommuneStore.readerCount)
        let isBehind = try readers.read { connection in
          try all.contains { try migrator.pending(connection, $0, $1) > 0 }
        }
        if isBehind { throw SchemaBehind() }
        return
      }
      try CommuneStore.refuseHalfRestore(path)
      let writer = try WriterThread(path: path, onCommit: onCommit)
      writerThread = writer
      do {
        try writer.performAlone { connection in
          for (namespace, steps) in all { _ = try migrator.migrate(connection, namespace, steps) }
        }
        readers = try ReaderPool(path: path, size: CommuneStore.readerCount)
      } catch {
        writer.stop()
        throw error
      }
    } catch {
      throw StoreErrors.inWords(error, path: path)
    }
  }

  /// A log without its database holds acts that are nowhere else, and SQLite would empty it for a new database; a copy
  /// without one is a restore that did not come to its end. Both are what a restore leaves that was stopped.
  private static func refuseHalfRestore(_ path: String) throws {
    guard !Files.exists(path), let rest = ["-wal", ".partial"].first(where: { Files.exists(path + $0) }) else { return }
    throw CommuneError(
      .failed,
      fr: "« \(path)\(rest) » est là sans « \(path) » : une restauration s’est arrêtée en route. Recommencez-la ; ou "
        + "remettez la base d’avant (« \(path).before-… ») à sa place, avec son fichier « -wal » s’il y en a un.",
      en: "“\(path)\(rest)” is there without “\(path)”: a restore stopped half-way. Do it again; or put the database "
        + "of before (“\(path).before-…”) back in its place, with its “-wal” file if there is one.")
  }

  /// A page being made holds a reader and may ask for another (a form in it): more than twice as many as can hold one
  /// and wait, which are the two workers, the publication, and a program's own build.
  private static let readerCount = 10

  /// The writer.
  /// - Throws: ``CommuneError`` when the commune was opened for reading.
  func writer() throws -> WriterThread {
    guard let writerThread else {
      throw CommuneError(
        .locked, fr: "Cette commune est ouverte pour être lue : rien n’y est écrit.",
        en: "This commune is open for reading: nothing is written to it.")
    }
    return writerThread
  }

  /// Closes the readers, then the writer, which empties its log: one file is left.
  func close() {
    readers.close()
    writerThread?.stop()
  }

  /// The store, as the host uses it.
  var port: StorePort {
    StorePort(
      read: { body in
        try self.readers.read { connection in try body(self.ledgers(connection, writes: false)) }
      },
      submit: { work, done in
        do {
          try self.writer().submit(
            { connection in try work(self.ledgers(connection, writes: true)) },
            completion: { result in
              switch result {
              case .success: done(nil)
              case .failure(let error): done(StoreErrors.forHost(error))
              }
            })
        } catch {
          done(StoreErrors.forHost(error))
        }
      },
      perform: { work in
        do {
          try self.writer().perform { connection in try work(self.ledgers(connection, writes: true)) }
        } catch {
          throw StoreErrors.forHost(error)
        }
      })
  }

  /// The ledgers of a connection: each statement runs in its namespace, which the authorizer enforces.
  func ledgers(_ connection: Connection, writes: Bool) -> ParvisHost.Ledgers {
    ParvisHost.Ledgers { name in self.ledger(connection, name, writes: writes) }
  }

  func ledger(_ connection: Connection, _ name: String, writes: Bool) -> Ledger {
    guard let namespace = namespaces[name] else {
      // A namespace that no module has: nothing can be read or written there.
      return Ledger(forEach: { _, _, _ in throw UnknownNamespace(name: name) })
    }
    if apart.contains(name) { return limited(connection, namespace, writes: writes) }
    return plain(connection, namespace, writes: writes)
  }

  /// How long a statement of a module in a process of its own may take, in seconds.
  private static let longestStatement = 3.0

  /// A ledger whose statements end after a while: one that goes on without end would hold the commune.
  private func limited(_ connection: Connection, _ namespace: Namespace, writes: Bool) -> Ledger {
    let ledger = plain(connection, namespace, writes: writes)
    func bounded<Value>(_ body: () throws -> Value) throws -> Value {
      do {
        return try connection.withTimeLimit(seconds: CommuneStore.longestStatement, body)
      } catch let error as SQLiteError where error.code == .interrupted {
        throw ModuleUnavailable(
          module: namespace.name, reason: "a declared statement took more than \(Int(CommuneStore.longestStatement)) s",
          retryAfterSeconds: 60)
      }
    }
    return Ledger(
      forEach: { sql, arguments, body in try bounded { try ledger.forEach(sql, arguments, body) } },
      execute: writes ? { sql, arguments in try bounded { try ledger.run(sql, arguments) } } : nil)
  }

  private func plain(_ connection: Connection, _ namespace: Namespace, writes: Bool) -> Ledger {
    Ledger(
      forEach: { sql, arguments, body in
        try connection.withNamespace(namespace) { try connection.forEach(sql, arguments, body) }
      },
      execute: writes
        ? { sql, arguments in
          do {
            return try connection.withNamespace(namespace) {
              let changes = try connection.execute(sql, arguments)
              return (changes: changes, rowID: Int(connection.lastInsertRowID))
            }
          } catch let error as SQLiteError where error.isDuplicate {
            throw UniquenessConflict(constraint: StoreErrors.constraint(error))
          }
        } : nil)
  }
}

/// A ledger was asked for a namespace that no module has.
struct UnknownNamespace: Error {
  let name: String
}

/// Errors of the database in the words of others.
struct StoreErrors {
  /// The columns in `UNIQUE constraint failed: a.b, a.c`.
  static func constraint(_ error: SQLiteError) -> String {
    let parts = error.message.split(separator: ":", maxSplits: 1)
    return parts.count == 2 ? ByteText.trimmed(String(parts[1])) : error.message
  }

  /// What the host makes a 507 or 503 of.
  static func forHost(_ error: any Error) -> any Error {
    if let error = error as? SQLiteError, ResultCode.full ~= error.code { return StoreUnavailable(reason: "full") }
    if let error = error as? SQLiteError, ResultCode.inputOutput ~= error.code {
      // Room for the log's index is asked for at once; SQLite has no other word for its refusal.
      return StoreUnavailable(reason: error.code == .noRoomForIndex ? "full" : "disk")
    }
    if let error = error as? WriterError, case .overloaded = error { return StoreUnavailable(reason: "busy") }
    return error
  }

  /// What a person at the command reads.
  static func inWords(_ error: any Error, path: String) -> any Error {
    switch error {
    case let error as MigrationError:
      let isNewer = if case .newerDatabase = error { true } else { false }
      return CommuneError(
        isNewer ? .newerDatabase : .failed, fr: error.explanation(french: true), en: error.explanation(french: false))
    case let error as SQLiteError:
      let kind: CommuneError.Kind =
        ResultCode.full ~= error.code
        ? .full : ResultCode.readonly ~= error.code || ResultCode.cantOpen ~= error.code ? .readOnly : .failed
      return CommuneError(
        kind, fr: "\(path) : \(error.explanation(french: true))", en: "\(path): \(error.explanation(french: false))")
    case let error as NamespaceError:
      return CommuneError(.invalid, fr: error.description, en: error.description)
    default: return error
    }
  }
}
