internal import Glibc

/// What the writer and its callers share.
struct WriterState {
  enum Phase { case starting, running, stopping, stopped }

  var phase = Phase.starting
  var queue: [WriterJob] = []
  var startError: (any Error)?
  var thread: UInt?
  var checkpointError: (any Error)?
}

/// The writer's thread: opens the connection, commits groups, checkpoints, closes. Everything here runs on it.
struct WriterLoop: Sendable {
  let path: String
  let options: WriterOptions
  let onCommit: (@Sendable () -> Void)?
  let monitor: Monitor<WriterState>
  let telling: TellingThread

  func run() {
    serve()
    telling.finish()
    // The connection is closed here: it lived inside `serve`.
    monitor.update { $0.phase = .stopped }
  }

  private func serve() {
    let connection: Connection
    do {
      connection = try Connection(path: path, mode: .writer, options: options.connection)
    } catch {
      monitor.update { $0.startError = error }
      return
    }
    monitor.update { state in
      state.thread = UInt(pthread_self())
      state.phase = .running
    }
    var restartAt = 0
    while let jobs = next() {
      if jobs.first?.isGrouped == true {
        commitGroups(jobs[...], on: connection)
      } else {
        // It may have committed; who listens looks for itself.
        tell(jobs.map { $0.run(connection) }, lost: nil, isCommitted: true)
      }
      checkpointIfDue(connection, &restartAt)
    }
    checkpoint(connection, .emptying)
  }

  /// The jobs that go together: the waiting grouped ones up to the limit, or one that runs alone. Nil at the end.
  private func next() -> [WriterJob]? {
    monitor.wait { [limit = options.groupLimit] state -> [WriterJob]?? in
      guard let first = state.queue.first else { return state.phase == .stopping ? .some(nil) : nil }
      let jobs = first.isGrouped ? Array(state.queue.prefix(limit).prefix { $0.isGrouped }) : [first]
      state.queue.removeFirst(jobs.count)
      return jobs
    }
  }

  /// Commits jobs as one group; when one of them loses the transaction, those after it form another group.
  private func commitGroups(_ jobs: ArraySlice<WriterJob>, on connection: Connection) {
    var rest = jobs
    while !rest.isEmpty { rest = rest.dropFirst(commitGroup(rest, on: connection)) }
  }

  /// Returns how many of the jobs are dealt with.
  private func commitGroup(_ jobs: ArraySlice<WriterJob>, on connection: Connection) -> Int {
    do { try connection.begin(.immediate) } catch {
      tell(jobs.map { refused($0, error) }, lost: nil, isCommitted: false)
      return jobs.count
    }
    var outcomes: [WriterOutcome] = []
    var lost: (any Error)?
    for job in jobs {
      let outcome = runInSavepoint(job, on: connection)
      outcomes.append(outcome)
      if !connection.isInTransaction {
        // A full disk or a disk error undoes the whole transaction, not the job alone.
        lost = outcome.error ?? WriterError.transactionEndedByJob
        break
      }
    }
    if lost == nil { lost = end(outcomes, on: connection) }
    tell(outcomes, lost: lost, isCommitted: lost == nil)
    return outcomes.count
  }

  /// Tells the callers, in their order. Threads that only wait for the answer are told at once when nobody is before
  /// them: that takes no longer than handing it on.
  private func tell(_ outcomes: [WriterOutcome], lost: (any Error)?, isCommitted: Bool) {
    let listener = isCommitted ? onCommit : nil
    if outcomes.allSatisfy(\.isAwaited), telling.isIdle {
      for outcome in outcomes { outcome.deliver(outcome.error == nil ? lost : nil) }
      listener?()
      return
    }
    var calls = outcomes.map { outcome -> @Sendable () -> Void in
      { outcome.deliver(outcome.error == nil ? lost : nil) }
    }
    if let listener { calls.append(listener) }
    telling.add(calls)
  }

  private func runInSavepoint(_ job: WriterJob, on connection: Connection) -> WriterOutcome {
    do { try connection.beginSavepoint() } catch { return refused(job, error) }
    let outcome = job.run(connection)
    do {
      if outcome.error == nil, connection.hasOpenForeignKeys {
        let message = "a deferred foreign key of this act points to nothing"
        throw SQLiteError(code: .constraintForeignKey, message: message)
      }
      if outcome.error == nil, connection.isInTransaction {
        try connection.releaseSavepoint()
      } else {
        try connection.undoSavepoint()
      }
      return outcome
    } catch {
      // Half of a job must never be committed: if it cannot be undone alone, the whole transaction goes.
      do { try connection.undoSavepoint() } catch { connection.rollBack() }
      return WriterOutcome(isAwaited: job.isAwaited, error: error) { _ in outcome.deliver(error) }
    }
  }

  private func refused(_ job: WriterJob, _ error: any Error) -> WriterOutcome {
    WriterOutcome(isAwaited: job.isAwaited, error: error) { _ in job.refuse(error) }
  }

  /// Commits; the error when the group did not reach the disk, in which case nothing of it is kept.
  private func end(_ outcomes: [WriterOutcome], on connection: Connection) -> (any Error)? {
    do {
      try connection.commit()
      return nil
    } catch {
      connection.rollBack()
      return error
    }
  }

  /// - Parameter restartAt: Pages above which the log is begun anew, which waits for readers; it doubles while they
  ///   stay, so that one long read does not slow each commit.
  private func checkpointIfDue(_ connection: Connection, _ restartAt: inout Int) {
    let pages = connection.logPages
    guard pages >= options.checkpointPages else { return }
    // While jobs wait, the checkpoint waits too: pages that change again meanwhile are copied once.
    if pages < options.busyCheckpointPages, monitor.look({ !$0.queue.isEmpty }) { return }
    guard pages >= restartAt else {
      checkpoint(connection, .copying)
      return
    }
    // A log that a reader kept from beginning anew is cut, so that it does not stay so long for ever.
    let isLong = pages >= options.checkpointPages * 16
    let isDone = connection.withBusyTimeout(isLong ? 200 : 20) {
      checkpoint(connection, isLong ? .emptying : .restarting)
    }
    restartAt = isDone ? 0 : pages * 2
  }

  /// Returns whether all was done.
  @discardableResult
  private func checkpoint(_ connection: Connection, _ kind: CheckpointKind) -> Bool {
    var failure: (any Error)?
    var isDone = false
    do {
      try connection.checkpoint(kind)
      isDone = true
    } catch let error as SQLiteError where ResultCode.busy ~= error.code {
      // A reader is still in an old snapshot: what could be copied was, the rest comes later.
    } catch {
      failure = error
    }
    monitor.update { [failure] in $0.checkpointError = failure }
    return isDone
  }
}
