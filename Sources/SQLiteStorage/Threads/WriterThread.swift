internal import Glibc
internal import ParticipationKit

/// How the writer works.
public struct WriterOptions: Sendable, Hashable {
  /// How many jobs share one commit at most.
  public var groupLimit = 256
  /// How many jobs may wait.
  public var queueLimit = 10_000
  /// Pages of the write-ahead log (4 KiB each) above which a checkpoint follows a commit when no job waits.
  public var checkpointPages = 1_000
  /// Pages above which it follows though jobs wait.
  public var busyCheckpointPages: Int { checkpointPages * 4 }
  /// Settings of the connection.
  public var connection = ConnectionOptions()

  /// The usual settings.
  public init() {}
}

/// The one writer of a database: a thread that owns the only writing connection.
///
/// Jobs that wait at the same time are committed together by one sync of the disk; each has its own
/// savepoint, so one that throws undoes only itself. Its caller hears of success after the commit is on
/// disk, never before. The same connection does all checkpoints and backups. Call ``stop()`` before the
/// program ends.
public final class WriterThread: Sendable {
  private let monitor: Monitor<WriterState>
  private let queueLimit: Int
  private let telling: TellingThread

  /// Opens the database, making it when there is none, and starts the thread.
  ///
  /// - Parameters:
  ///   - path: The database file.
  ///   - options: Limits.
  ///   - onCommit: Called after each commit, or work alone, and its completions, on their thread or on the writer's;
  ///     must return soon.
  /// - Throws: ``SQLiteError`` when the database cannot be opened, ``WriterError/noThread(_:)``.
  public init(path: String, options: WriterOptions = WriterOptions(), onCommit: (@Sendable () -> Void)? = nil) throws {
    let monitor = Monitor(WriterState())
    self.monitor = monitor
    queueLimit = options.queueLimit
    let telling = try TellingThread()
    self.telling = telling
    let loop = WriterLoop(path: path, options: options, onCommit: onCommit, monitor: monitor, telling: telling)
    do {
      try DetachedThread.start { loop.run() }
    } catch {
      telling.finish()
      throw WriterError.noThread(error.number)
    }
    let failure: (any Error)?? = monitor.wait { state in
      switch state.phase {
      case .starting: nil
      case .stopped: .some(state.startError)
      default: .some(nil)
      }
    }
    if let error = failure ?? nil { throw error }
  }

  deinit { askToStop() }

  /// Hands over work and returns at once.
  ///
  /// - Parameters:
  ///   - work: Runs on the writer's thread inside a transaction, in a savepoint of its own. It must not begin or
  ///     end transactions, nor keep the connection.
  ///   - completion: Runs on a thread for completions, in the order of submission, after the commit or the refusal;
  ///     must return soon.
  /// - Throws: ``WriterError/overloaded(waiting:)``, ``WriterError/stopped``; `completion` is then never
  ///   called.
  public func submit<T: Sendable>(
    _ work: @escaping @Sendable (Connection) throws -> T,
    completion: @escaping @Sendable (Result<T, any Error>) -> Void
  ) throws(WriterError) {
    try enqueue(WriterJob(isGrouped: true, isAwaited: false, work: work, completion: completion))
  }

  /// Does the work and returns after it is on disk.
  ///
  /// - Throws: what `work` throws, ``SQLiteError`` when the commit fails, or ``WriterError``.
  @discardableResult
  public func perform<T: Sendable>(_ work: @escaping @Sendable (Connection) throws -> T) throws -> T {
    try wait(isGrouped: true, work)
  }

  /// Does work alone, outside a transaction: migrations, and imports that commit by themselves.
  ///
  /// - Throws: what `work` throws, or ``WriterError``.
  @discardableResult
  public func performAlone<T: Sendable>(_ work: @escaping @Sendable (Connection) throws -> T) throws -> T {
    try wait(isGrouped: false) { connection in
      defer { connection.rollBack() }
      return try work(connection)
    }
  }

  /// Writes a complete copy of the database to a path where nothing exists. Writes wait meanwhile; reads go
  /// on.
  ///
  /// - Throws: ``SQLiteError`` (also when the target exists), or ``WriterError``.
  public func backup(to path: String) throws {
    try performAlone { try $0.backup(to: path) }
  }

  /// Writes the file anew without what was removed; words of full-text indexes go first. The log still holds old pages:
  /// after ``emptyLog()`` no erased word is in either. Writes wait meanwhile; reads go on.
  ///
  /// Needs free disk: the size of the database for temporary files (`SQLITE_TMPDIR`, `TMPDIR`, else `/var/tmp`), and
  /// the same beside the database for the log.
  ///
  /// - Throws: ``SQLiteError``, ``ResultCode/full`` when there is no room, or ``WriterError``.
  public func rebuild() throws {
    try performAlone { try $0.rebuild() }
  }

  /// Copies the log into the file and cuts it to zero bytes. A reader in an old snapshot keeps it from that.
  ///
  /// - Throws: ``SQLiteError``, ``ResultCode/busy`` when a reader stayed (this alone is then to be done again), or
  ///   ``WriterError``.
  public func emptyLog() throws {
    try performAlone { try $0.checkpoint(.emptying) }
  }

  /// Why the last checkpoint failed, nil when it did not. Committed work is safe; the log grows until one
  /// succeeds.
  public var checkpointError: (any Error)? { monitor.look { $0.checkpointError } }

  /// Finishes the waiting jobs, empties the log, closes the database, and returns then. May be called again.
  public func stop() {
    askToStop()
    guard !isWriterThread else { return }
    monitor.wait { $0.phase == .stopped ? () : nil }
  }

  private func askToStop() {
    monitor.update { if $0.phase == .running { $0.phase = .stopping } }
  }

  private func enqueue(_ job: WriterJob) throws(WriterError) {
    let refusal: WriterError? = monitor.update { [queueLimit] state in
      guard state.phase == .running else { return .stopped }
      guard state.queue.count < queueLimit else { return .overloaded(waiting: state.queue.count) }
      state.queue.append(job)
      return nil
    }
    if let refusal { throw refusal }
  }

  private func wait<T: Sendable>(
    isGrouped: Bool, _ work: @escaping @Sendable (Connection) throws -> T
  ) throws -> T {
    guard !isWriterThread else { throw WriterError.calledOnWriterThread }
    let answer = Monitor<Result<T, any Error>?>(nil)
    try enqueue(
      WriterJob(isGrouped: isGrouped, isAwaited: true, work: work) { result in answer.update { $0 = result } })
    return try answer.wait { $0 }.get()
  }

  /// Whether the caller runs on the writer's thread or on that of the completions.
  private var isWriterThread: Bool {
    let current = UInt(pthread_self())
    return monitor.look { $0.thread == current } || telling.isCurrent
  }
}
