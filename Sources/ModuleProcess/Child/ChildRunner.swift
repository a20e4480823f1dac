internal import ParticipationKit
internal import Synchronization

/// Keeps one process of a module for one commune: starts it when it is needed, greets it, asks it one thing at a time,
/// and starts it again after a failure, the later the oftener it fails.
final class ChildRunner: Sendable {
  private struct State {
    var child: ChildProcess?
    var calls = 0
    var failures = 0
    var restUntil = 0.0
    var isStopped = false
  }

  /// What can be said of it without waiting for a call.
  struct Health: Sendable {
    var starts = 0
    var calls = 0
    /// The last failure, until it went well for a while.
    var failure: ChildFailure?
    /// When that was, by ``MonotonicClock``.
    var failedAt = 0.0
    var isRunning = false
    var pid: Int32 = 0
  }

  private let state = Mutex(State())
  private let known = Mutex(Health())
  private let plan: ChildPlan
  private let greeting: Greeting

  init(_ plan: ChildPlan, _ greeting: Greeting) {
    self.plan = plan
    self.greeting = greeting
  }

  var health: Health { known.withLock { $0 } }

  /// Asks the process and waits for its answer.
  /// - Parameters:
  ///   - name: What is asked.
  ///   - members: With what.
  ///   - seconds: How long the answer may take.
  /// - Throws: ``ChildFailure``.
  func call(_ name: String, _ members: [(String, JSONValue)], within seconds: Double) throws(ChildFailure) -> JSONValue
  {
    let outcome = state.withLock { state -> Result<JSONValue, ChildFailure> in
      do throws(ChildFailure) {
        return .success(try call(name, members, seconds, &state))
      } catch {
        return .failure(error)
      }
    }
    return try outcome.get()
  }

  private func call(
    _ name: String, _ members: [(String, JSONValue)], _ seconds: Double, _ state: inout State
  ) throws(ChildFailure) -> JSONValue {
    do throws(ChildFailure) {
      let child = try readyChild(&state)
      let answer = try ask(child, name, members, seconds, &state)
      succeed(&state)
      return answer
    } catch {
      throw note(error, &state)
    }
  }

  /// The process, started and greeted. One that ended while nothing was asked is started again without harm.
  private func readyChild(_ state: inout State) throws(ChildFailure) -> ChildProcess {
    if state.isStopped {
      throw ChildFailure(.stopped, fr: "la commune est fermée", en: "the commune is closed")
    }
    if let child = state.child {
      do throws(ChildFailure) {
        try child.checkIdle()
        return child
      } catch {
        _ = note(error, &state)
      }
    }
    let wait = state.restUntil - MonotonicClock.now
    if wait > 0 {
      let (last, seconds) = (known.withLock { $0.failure }, Int(wait.rounded(.up)))
      throw ChildFailure(
        .resting,
        fr: "arrêté après \(state.failures) échecs, nouvel essai dans \(seconds) s ; dernier : \(last?.french ?? "?")",
        en: "stopped after \(state.failures) failures, tried again in \(seconds) s; the last: \(last?.english ?? "?")")
    }
    let child = try ChildProcess(plan)
    state.child = child
    known.withLock { health in
      health.starts += 1
      health.isRunning = true
      health.pid = child.pid
    }
    do throws(ChildFailure) {
      try greeting.check(try ask(child, "hello", greeting.members, plan.limits.start, &state))
    } catch {
      if error.isFatal { throw error }
      // It knows neither its commune nor its settings, and must not be asked anything else.
      throw ChildFailure(
        .start, fr: "le processus ne répond pas au salut : \(error.french)",
        en: "the process does not answer the greeting: \(error.english)")
    }
    return child
  }

  private func ask(
    _ child: ChildProcess, _ name: String, _ members: [(String, JSONValue)], _ seconds: Double, _ state: inout State
  ) throws(ChildFailure) -> JSONValue {
    state.calls += 1
    let number = state.calls
    let request = JSONValue.object([("id", .integer(number)), ("call", .string(name))] + members)
    child.grant()
    let bytes = try child.call(request.bytes, until: MonotonicClock.now + seconds)
    let answer: JSONValue
    do {
      answer = try JSONValue.parse(bytes, maxDepth: 96)
    } catch {
      throw ChildFailure(
        .garbage, fr: "la réponse n’est pas du JSON (\(error))", en: "the answer is no JSON (\(error))")
    }
    guard answer["id"]?.asInteger == number else {
      throw ChildFailure(
        .garbage, fr: "la réponse porte un autre numéro que la question",
        en: "the answer bears another number than the question")
    }
    if let text = answer["error"]?.asString {
      // What the code says of its error may quote people, so only its first word, the kind of error, is told.
      let kind = text.split(whereSeparator: { !$0.isASCII || !($0.isLetter || $0.isNumber || $0 == "_") }).first
      throw ChildFailure(
        .raised, fr: "erreur dans le code du module (\(kind ?? "?")), appel « \(name) »",
        en: "an error in the module’s code (\(kind ?? "?")), call “\(name)”")
    }
    guard let result = answer["result"] else { throw ChildFailure.answer(name, "“result” or “error”") }
    return result
  }

  private func succeed(_ state: inout State) {
    let isLongAgo = known.withLock { health in
      let isLongAgo = MonotonicClock.now - health.failedAt > plan.limits.forgetting
      health.calls += 1
      if isLongAgo { health.failure = nil }
      return isLongAgo
    }
    if isLongAgo { state.failures = 0 }
  }

  /// Ends a process that failed, and says how it ended when that is the failure.
  private func note(_ failure: ChildFailure, _ state: inout State) -> ChildFailure {
    guard failure.isFatal else {
      if failure.kind == .raised || failure.kind == .answer { complain(failure) }
      return failure
    }
    var failure = failure
    if let child = state.child {
      if failure.kind == .ended { failure = child.ending() }
      child.kill()
      state.child = nil
      known.withLock { $0.isRunning = false }
    }
    state.failures += 1
    // The first failure may be about one question alone: the next one is asked of a new process at once.
    let rest = state.failures < 2 ? 0 : min(plan.limits.longestRest, Double(1 << min(state.failures - 2, 16)))
    state.restUntil = MonotonicClock.now + rest
    complain(failure)
    return failure
  }

  /// Notes a failure, as that an answer could not be used. Waits for no call: whoever notes it may be in a transaction.
  func complain(_ failure: ChildFailure) {
    plan.log("module=\(plan.module) failed: \(failure)")
    known.withLock { health in
      health.failure = failure
      health.failedAt = MonotonicClock.now
    }
  }

  /// Ends the process for good.
  func stop() {
    let child = state.withLock { state -> ChildProcess? in
      defer {
        state.child = nil
        state.isStopped = true
      }
      return state.child
    }
    known.withLock { $0.isRunning = false }
    child?.finish()
  }

  deinit { state.withLock { $0.child }?.kill() }
}

/// The first question to a process, and what its answer must be.
struct Greeting: Sendable {
  /// The version of the protocol. Within it the protocol only grows.
  static let version = 1

  let module: String
  let moduleVersion: String
  /// What the module may know of the commune, and its settings.
  let facts: [(String, JSONValue)]

  var members: [(String, JSONValue)] {
    [
      ("protocols", .array([.integer(Greeting.version)])), ("module", .string(module)),
      ("version", .string(moduleVersion)),
    ]
      + facts
  }

  func check(_ answer: JSONValue) throws(ChildFailure) {
    guard answer["protocol"]?.asInteger == Greeting.version else {
      let found = answer["protocol"]?.text.prefix(20) ?? "–"
      throw ChildFailure(
        .version,
        fr:
          "le processus parle la version \(found) du protocole, Parvis la \(Greeting.version) ; installez une version "
          + "du module faite pour ce Parvis, ou mettez Parvis à jour",
        en:
          "the process speaks version \(found) of the protocol, Parvis version \(Greeting.version); install a version "
          + "of the module made for this Parvis, or update Parvis")
    }
    guard answer["module"]?.asString == module, answer["version"]?.asString == moduleVersion else {
      throw ChildFailure(
        .version, fr: "le processus se dit autre que \(module) \(moduleVersion)",
        en: "the process says that it is another than \(module) \(moduleVersion)")
    }
  }
}
