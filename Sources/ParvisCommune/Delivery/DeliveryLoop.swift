import ParticipationKit
import SQLiteStorage
public import ParvisHost

/// What one turn of sending did.
public struct DeliveryReport: Sendable, Hashable {
  /// How many messages left.
  public var sent = 0
  /// How many are tried again later.
  public var deferred = 0
  /// How many were refused for good.
  public var failed = 0
}

/// Sends what the outbox holds: woken after each commit that put something in, and by time.
///
/// One thread sends one message at a time. Who has it is marked before and what became of it after, each in a
/// transaction of its own.
final class DeliveryLoop: Sendable {
  private struct State {
    var isWoken = true
    var isStopping = false
    var isStopped = false
    var isStarted = false
    var isExpected = false
  }

  private let monitor = Monitor(State())
  private let outbox: Outbox
  private let bounces: BounceBox
  private let now: @Sendable () -> Timestamp
  private let log: @Sendable (String) -> Void
  let send: @Sendable (OutboxJob) -> DeliveryResult

  init(
    outbox: Outbox, bounces: BounceBox, now: @escaping @Sendable () -> Timestamp,
    log: @escaping @Sendable (String) -> Void, send: @escaping @Sendable (OutboxJob) -> DeliveryResult
  ) {
    self.outbox = outbox
    self.bounces = bounces
    self.now = now
    self.log = log
    self.send = send
  }

  func start() {
    monitor.update { $0.isStarted = true }
    BackgroundThread.start { self.run() }
  }

  /// Something was put into the outbox in a transaction that is not committed yet.
  func expect() { monitor.update { $0.isExpected = true } }

  /// A transaction was committed.
  func afterCommit() {
    monitor.update { state in
      if state.isExpected { state.isWoken = true }
      state.isExpected = false
    }
  }

  /// Lets the message under way finish, for a while: what it was is then sent once more after the next start.
  func stop() {
    let isStarted = monitor.update { state in
      state.isStopping = true
      return state.isStarted
    }
    if isStarted { monitor.wait(seconds: 20) { $0.isStopped ? true : nil } }
  }

  private func run() {
    do { try outbox.recover() } catch { log("mail stopped error=\(type(of: error))") }
    while true {
      let isStopping = monitor.update { state in
        state.isWoken = false
        return state.isStopping
      }
      if isStopping { break }
      do {
        let report = try turn { self.monitor.update { $0.isStopping } }
        if report != DeliveryReport() {
          log("mail sent=\(report.sent) deferred=\(report.deferred) failed=\(report.failed)")
        }
      } catch {
        log("mail stopped error=\(type(of: error)); it goes on in a minute")
      }
      monitor.wait(seconds: secondsToNext()) { $0.isWoken || $0.isStopping ? true : nil }
    }
    monitor.update { $0.isStopped = true }
  }

  /// One turn: what came back, what is to be told, what is due.
  func turn(isStopping: () -> Bool = { false }) throws -> DeliveryReport {
    var report = DeliveryReport()
    try bounces.readAll(into: outbox)
    try outbox.prepare()
    while !isStopping() {
      let jobs = try outbox.take(limit: 1)
      guard let job = jobs.first else { break }
      let result = send(job)
      switch result {
      case .sent: report.sent += 1
      case .later: report.deferred += 1
      case .refused: report.failed += 1
      }
      try outbox.finish(job, result)
    }
    return report
  }

  private func secondsToNext() -> Int64 {
    let minute = Outbox.prepareSeconds
    guard let next = (try? outbox.nextDue()) ?? nil else { return minute }
    return min(minute, max(1, (next.milliseconds - now().milliseconds + 999) / 1000))
  }
}

extension Commune {
  /// Sends what is due, once, in this thread: for a machine where no server runs.
  /// - Throws: ``CommuneError`` when no mail is configured; the store's error.
  public func sendMail() throws -> DeliveryReport {
    // Only the one sender of a commune may take back what an unclean end left half sent.
    try host.outbox.recover()
    return try delivery.turn()
  }

  /// The same beside the sender of a server: each message is marked before it leaves, so that only one of them has it.
  func sendMailNow() throws -> DeliveryReport {
    try requireMail()
    return try delivery.turn()
  }

  /// Sends one message at once, to see whether the transport works. Nothing of it is kept.
  /// - Throws: ``CommuneError`` when no mail is configured; the store's error, or `MailHeaderError`.
  public func sendTest(to address: MailAddress, locale: String) throws -> DeliveryResult {
    try requireMail()
    guard let job = try host.outbox.testJob(to: address, locale: locale) else { return .later("no mail configured") }
    return delivery.send(job)
  }

  /// - Throws: ``CommuneError`` when `commune.yaml` says nothing of mail.
  func requireMail() throws {
    guard !host.outbox.sendsMail else { return }
    throw CommuneError(
      .notFound, fr: "commune.yaml n’a pas de « mail: » ; voir Tools/deploy/README.md",
      en: "commune.yaml has no “mail:”; see Tools/deploy/README.md")
  }

  /// Reads the refusals that came back.
  /// - Throws: The store's error.
  public func readBounces() throws {
    try BounceBox(commune: folder).readAll(into: host.outbox)
  }
}
