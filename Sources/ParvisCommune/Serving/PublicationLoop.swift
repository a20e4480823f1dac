import ModuleProcess
import ParticipationKit
import SQLiteStorage
import SiteGeneration
import Synchronization

/// Writes what acts changed: woken after each commit, and when time alone changes a document.
final class PublicationLoop: Sendable {
  private struct State {
    var isWoken = true
    /// When something was last committed.
    var wokenAt = ContinuousClock.now
    var isStopping = false
    var isStopped = false
    var isStarted = false
    /// The hour, since 1970, of the last bulk dumps.
    var dumpedHour: Int64?
    /// Whether anything was committed that the last bulk dumps may not hold. At the start nobody knows.
    var isDumpWanted = true
    /// The last act as of the last bulk dumps, which say so even when the act changed nothing public.
    var dumpedAct: Timestamp?
  }

  private let monitor = Monitor(State())
  private let publisher: Publisher
  private let now: @Sendable () -> Timestamp
  private let housekeeping: Housekeeping?
  private let nextChange: @Sendable () throws -> Timestamp?
  private let enqueueDue: @Sendable (Timestamp) throws -> Void
  private let runDueJobs: @Sendable () throws -> Void
  private let enqueueDumps: @Sendable () throws -> Void
  private let lastAct: @Sendable () throws -> Timestamp?
  private let whenQuiet: @Sendable () throws -> Void
  private let log: @Sendable (String) -> Void

  /// For so many seconds nothing was committed when it is quiet.
  private static let quietSeconds: Int64 = 2

  init(
    publisher: Publisher, now: @escaping @Sendable () -> Timestamp,
    housekeeping: Housekeeping? = nil, nextChange: @escaping @Sendable () throws -> Timestamp?,
    enqueueDue: (@Sendable (Timestamp) throws -> Void)? = nil,
    runDueJobs: @escaping @Sendable () throws -> Void = {}, enqueueDumps: @escaping @Sendable () throws -> Void,
    lastAct: @escaping @Sendable () throws -> Timestamp? = { nil },
    whenQuiet: @escaping @Sendable () throws -> Void = {},
    log: @escaping @Sendable (String) -> Void
  ) {
    self.publisher = publisher
    self.now = now
    self.housekeeping = housekeeping
    self.nextChange = nextChange
    self.enqueueDue = enqueueDue ?? { try publisher.enqueueDue(now: $0) }
    self.runDueJobs = runDueJobs
    self.enqueueDumps = enqueueDumps
    self.lastAct = lastAct
    self.whenQuiet = whenQuiet
    self.log = log
  }

  /// Starts the thread; `first` is done before anything is published, and again until it succeeds.
  func start(first: @escaping @Sendable () throws -> Void) {
    monitor.update { $0.isStarted = true }
    BackgroundThread.start { self.run(first) }
  }

  /// Something was committed.
  func wake() {
    monitor.update { state in
      state.isWoken = true
      state.wokenAt = .now
      state.isDumpWanted = true
    }
  }

  /// Finishes what is queued and stops.
  func stop() {
    let isStarted = monitor.update { state in
      state.isStopping = true
      return state.isStarted
    }
    guard isStarted else { return }
    monitor.wait(seconds: nil) { $0.isStopped ? true : nil }
  }

  private func run(_ first: @Sendable () throws -> Void) {
    var pause: Int64 = 1
    while true {
      let isStopping = monitor.update { state in
        state.isWoken = false
        return state.isStopping
      }
      let isDone = publish(first, pause, withDumps: dumpsAreDue(isStopping: isStopping))
      if isStopping { break }
      if isDone {
        pause = 1
        let seconds = secondsToNextChange()
        let first = min(seconds, PublicationLoop.quietSeconds)
        guard !isWoken(within: first), isQuiet else { continue }
        runWhenQuiet()
        _ = isWoken(within: seconds - first)
      } else {
        // What failed stays queued, and what is due stays due: without a pause this would turn without end. A new act
        // ends the pause, since one page that cannot be made must not keep the others waiting.
        if !isWoken(within: pause) { pause = min(pause * 2, 60) }
      }
    }
    monitor.update { $0.isStopped = true }
  }

  /// Waits until something is committed or the stop is asked for, at most so long.
  private func isWoken(within seconds: Int64) -> Bool {
    monitor.wait(seconds: seconds) { $0.isWoken || $0.isStopping ? true : nil } ?? false
  }

  private var isQuiet: Bool {
    monitor.update { ContinuousClock.now - $0.wokenAt >= .seconds(PublicationLoop.quietSeconds) }
  }

  /// What no page waits for, and what the next acts need not wait for either.
  private func runWhenQuiet() {
    do {
      try whenQuiet()
    } catch {
      log("work of quiet moments failed error=\(error)")
    }
  }

  /// One turn; whether everything that was queued is written.
  private func publish(_ first: () throws -> Void, _ pause: Int64, withDumps: Bool) -> Bool {
    do {
      try first()
      try runJobs()
      let erased = housekeeping?.before()
      // Marking what is due is a transaction of its own, so it is begun only when something is.
      if let next = try nextChange(), next <= now() { try enqueueDue(now()) }
      if withDumps { try queueDumps() }
      let report = try publisher.publishPending(now: now())
      for failure in report.failures { log("publication failed subject=\(failure.subject) reason=\(failure.reason)") }
      let isForgotten = erased.flatMap { housekeeping?.after($0) } ?? true
      return report.failures.isEmpty && isForgotten
    } catch {
      log("publication stopped error=\(error); it goes on in \(pause) s")
      return false
    }
  }

  /// What is committed from here on makes the dumps wanted again; they stay wanted when they cannot be queued.
  private func queueDumps() throws {
    monitor.update { $0.isDumpWanted = false }
    do {
      let act = try lastAct()
      try enqueueDumps()
      monitor.update { state in
        state.dumpedHour = now().seconds / 3600
        state.dumpedAct = act
      }
    } catch {
      monitor.update { $0.isDumpWanted = true }
      throw error
    }
  }

  /// A job that fails is said, tried again later, and does not keep pages from being written.
  private func runJobs() throws {
    do {
      try runDueJobs()
    } catch {
      log("clock failed error=\(error)")
    }
  }

  /// Bulk dumps are not written at each act, but once an hour and when the server stops, if something happened since.
  private func dumpsAreDue(isStopping: Bool) -> Bool {
    let hour = now().seconds / 3600
    let (isTime, isWanted, dumpedAct) = monitor.update { state in
      defer { if state.dumpedHour == nil { state.dumpedHour = hour } }
      return (isStopping || state.dumpedHour.map { $0 < hour } ?? false, state.isDumpWanted, state.dumpedAct)
    }
    guard isTime else { return false }
    return isWanted || (try? lastAct()) != dumpedAct
  }

  /// At most an hour: the wall clock may be set meanwhile, and the pause is measured by another.
  private func secondsToNextChange() -> Int64 {
    guard let next = try? nextChange() else { return 3600 }
    return min(3600, max(0, (next.milliseconds - now().milliseconds + 999) / 1000))
  }
}

/// A thread of the system for work that blocks.
struct BackgroundThread {
  static func start(_ run: @escaping @Sendable () -> Void) {
    // Without a thread the work is done here: slower, and nothing is lost.
    do { try DetachedThread.start(run) } catch { run() }
  }
}

/// Runs slow requests — passwords, desk screens — on a few threads, in order of arrival.
final class WorkerPool: Sendable {
  private struct State {
    var queue: [@Sendable () -> Void] = []
    var isStopping = false
  }

  private let monitor = Monitor(State())
  private let limit: Int

  /// - Parameter limit: How many requests may wait; each holds its body of at most 64 KiB.
  init(threads: Int, limit: Int = 256) {
    self.limit = limit
    for _ in 0..<threads { BackgroundThread.start { self.run() } }
  }

  /// Takes work; false when too much waits already, and the work is never done.
  func submit(_ work: @escaping @Sendable () -> Void) -> Bool {
    let limit = limit
    return monitor.update { state in
      guard state.queue.count < limit else { return false }
      state.queue.append(work)
      return true
    }
  }

  func stop() { monitor.update { $0.isStopping = true } }

  private func run() {
    while true {
      let work = monitor.wait(seconds: nil) { state -> (@Sendable () -> Void)?? in
        if !state.queue.isEmpty { return .some(state.queue.removeFirst()) }
        return state.isStopping ? .some(nil) : nil
      }
      guard let body = work ?? nil else { return }
      body()
    }
  }
}
