import ParticipationKit

/// How often one connection does one thing in an hour. What was accepted counts against the action's own limit; what
/// was refused counts apart and far wider, so that who mistypes is never locked out by their mistakes, and nobody can
/// ask the checks without end.
///
/// Who guesses codes is held to the narrow limit: a refusal that a typed secret brought about uses up an act.
struct Allowance: Sendable {
  /// How many refusals one connection gets for each act that it may do, and how many at least.
  static let refusals = (anAct: 5, atLeast: 60)

  private let limiter: RateLimiter
  private let acts: [UInt8]
  private let refused: [UInt8]
  private let limit: Int

  /// What a request may still do; nil for what is not limited, as acts of staff.
  init?(_ request: ActRequest, _ action: HostedAction, limiter: RateLimiter) {
    guard action.audience.isPublic, !request.addressKey.isEmpty else { return nil }
    self.limiter = limiter
    acts = request.addressKey + Array("\(request.module)/\(request.action)".utf8)
    refused = acts + [0]
    limit = action.hourlyLimit * (request.signals.isWorked ? ActSignals.room : 1)
  }

  /// Takes one act and one refusal, of which one is given back when the end is known: many requests at once cannot all
  /// pass before the first of them is counted.
  /// - Returns: Seconds after which a new try makes sense; nil when there is room.
  func enter(now: Timestamp) -> Int? {
    let most = max(Allowance.refusals.atLeast, limit * Allowance.refusals.anAct)
    if let wait = limiter.take(refused, limit: most, now: now) { return wait }
    guard let wait = limiter.take(acts, limit: limit, now: now) else { return nil }
    limiter.refund(refused)
    return wait
  }

  /// The act was accepted. A repeated one did nothing, so it counts as a refusal does.
  func accepted(isRepeat: Bool) { limiter.refund(isRepeat ? acts : refused) }

  /// The form was not right, before any code was looked at.
  func refusedForm() { limiter.refund(acts) }

  /// The act itself was refused.
  /// - Parameters:
  ///   - error: Why.
  ///   - secrets: The names of the secrets that were typed.
  func refusedAct(_ error: any Error, secrets: Set<String>) {
    guard !secrets.isEmpty else { return limiter.refund(acts) }
    // Codes are looked at first: when only other fields are wrong, the code was no guess.
    let wrong = (error as? Problem)?.fieldErrors.map(\.field) ?? []
    if !wrong.isEmpty, secrets.isDisjoint(with: wrong) { limiter.refund(acts) }
  }
}

/// An act that passed everything before the transaction.
struct PreparedAct: Sendable {
  let action: HostedAction
  let submission: Submission
  let form: Form
  /// What the register's leaf commits to and the receipt repeats; nil for a secret act, which commits to nothing.
  let payload: String?
  private let allowance: Allowance?
  private let secrets: Set<String>

  init(action: HostedAction, submission: Submission, form: Form, payload: String?, allowance: Allowance?) {
    self.action = action
    self.submission = submission
    self.form = form
    self.payload = payload
    self.allowance = allowance
    secrets = Set(
      form.fields.filter { $0.kind == .secret && !submission.text($0.name).isEmpty }.map(\.name))
  }

  /// Counts how it ended; called once.
  func count(_ result: Result<Bool, any Error>) {
    switch result {
    case .success(let isRepeat): allowance?.accepted(isRepeat: isRepeat)
    case .failure(let error): allowance?.refusedAct(error, secrets: secrets)
    }
  }

  /// Does what is left of the act and counts how it ended.
  func counting<Value>(_ body: () throws -> Value, isRepeat: (Value) -> Bool = { _ in false }) throws -> Value {
    do {
      let value = try body()
      count(.success(isRepeat(value)))
      return value
    } catch {
      count(.failure(error))
      throw error
    }
  }
}
