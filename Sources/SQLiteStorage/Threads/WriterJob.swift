/// One piece of work that waits for the writer.
struct WriterJob: Sendable {
  /// Whether it shares a transaction with others, or runs alone outside a transaction.
  let isGrouped: Bool
  /// Whether a thread waits for the answer, and does nothing but take it.
  let isAwaited: Bool
  /// Does the work, and returns how to tell the caller once the fate of the group is known.
  let run: @Sendable (Connection) -> WriterOutcome
  /// Tells the caller that the work was not tried.
  let refuse: @Sendable (any Error) -> Void

  init<T: Sendable>(
    isGrouped: Bool, isAwaited: Bool, work: @escaping @Sendable (Connection) throws -> T,
    completion: @escaping @Sendable (Result<T, any Error>) -> Void
  ) {
    self.isGrouped = isGrouped
    self.isAwaited = isAwaited
    refuse = { completion(.failure($0)) }
    run = { connection in
      let result = Result { try work(connection) }
      var own: (any Error)?
      if case .failure(let error) = result { own = error }
      return WriterOutcome(isAwaited: isAwaited, error: own) { lost in completion(lost.map { .failure($0) } ?? result) }
    }
  }
}

/// What a job did, before it is known whether the group reached the disk.
struct WriterOutcome: Sendable {
  /// Whether a thread waits for the answer.
  let isAwaited: Bool
  /// Why the job undid its own work.
  let error: (any Error)?
  /// Tells the caller: its own result, or the error that undid it from outside.
  let deliver: @Sendable ((any Error)?) -> Void
}

/// Why the writer does not take any work.
public enum WriterError: Error, Sendable, Hashable, CustomStringConvertible {
  /// So many jobs wait already; try again in some seconds.
  case overloaded(waiting: Int)
  /// The writer is stopping or stopped.
  case stopped
  /// A blocking call was made on the writer's own thread, or on that of completions, where it would wait for itself.
  case calledOnWriterThread
  /// A job ended the group's transaction itself.
  case transactionEndedByJob
  /// The system gave no thread; the number is its `errno`.
  case noThread(Int32)

  /// What happened and what to do.
  public var description: String {
    switch self {
    case .overloaded(let waiting): "\(waiting) writes are waiting; try again in some seconds"
    case .stopped: "the writer has stopped; start the program again"
    case .calledOnWriterThread: "a blocking write was asked on the writer's thread; use submit"
    case .transactionEndedByJob: "a job ended the transaction of its group; use savepoint inside a job"
    case .noThread(let number): "the system gave no thread (errno \(number)); raise the limit of threads"
    }
  }
}
