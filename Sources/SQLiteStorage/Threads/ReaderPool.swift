/// Several reading connections to one database, for any thread.
///
/// Readers never wait for the writer, nor the writer for them. Close the pool before the writer stops, so that the
/// writer can empty its log.
public final class ReaderPool: Sendable {
  private struct State {
    var idle: [Connection] = []
    var open = 0
    var isClosed = false
  }

  private enum Turn {
    case take(Connection)
    case openAnother
    case refuse
  }

  private let path: String
  private let size: Int
  private let options: ConnectionOptions
  private let monitor = Monitor(State())

  /// Opens one connection now and others when they are needed.
  ///
  /// - Parameters:
  ///   - path: A database that exists.
  ///   - size: How many threads read at once; more of them wait.
  ///   - options: Settings of each connection.
  /// - Throws: ``SQLiteError``.
  public init(path: String, size: Int = 4, options: ConnectionOptions = ConnectionOptions()) throws {
    self.path = path
    self.size = max(1, size)
    self.options = options
    let first = try Connection(path: path, mode: .reader, options: options)
    monitor.update { state in
      state.idle = [first]
      state.open = 1
    }
  }

  /// Runs `body` on a reading connection, on the caller's thread, in one transaction: all its queries see the
  /// database as it was at the first of them.
  ///
  /// Waits while all connections are in use; so it must not be nested. The connection must not leave `body`.
  ///
  /// - Throws: what `body` throws, ``SQLiteError``, or ``PoolClosedError``.
  @discardableResult
  public func read<T>(_ body: (Connection) throws -> T) throws -> T {
    let connection = try take()
    defer { monitor.update { $0.idle.append(connection) } }
    return try connection.transaction(.deferred) { try body(connection) }
  }

  /// Closes the connections when those in use are given back. Reads that come later are refused.
  public func close() {
    monitor.update { $0.isClosed = true }
    let closing: [Connection] = monitor.wait { state in
      guard state.idle.count == state.open else { return nil }
      defer {
        state.idle = []
        state.open = 0
      }
      return state.idle
    }
    // The connections close here, when the array is released, outside the lock.
    _ = consume closing
  }

  private func take() throws -> Connection {
    let turn: Turn = monitor.wait { [size] state in
      if state.isClosed { return .refuse }
      if let connection = state.idle.popLast() { return .take(connection) }
      guard state.open < size else { return nil }
      state.open += 1
      return .openAnother
    }
    switch turn {
    case .take(let connection): return connection
    case .refuse: throw PoolClosedError()
    case .openAnother:
      do {
        return try Connection(path: path, mode: .reader, options: options)
      } catch {
        monitor.update { $0.open -= 1 }
        throw error
      }
    }
  }
}

/// A read came after ``ReaderPool/close()``: the program is stopping.
public struct PoolClosedError: Error, Sendable, CustomStringConvertible {
  /// What happened.
  public var description: String { "the database is closed; the program is stopping" }
}
