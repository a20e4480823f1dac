/// A module gave no answer: its process ended, hangs, or says what cannot be used. What it was asked for is not done
/// and nothing changed; a later try may go well.
package struct ModuleUnavailable: Error, Sendable, CustomStringConvertible {
  /// The module.
  package let module: String
  /// Why, for the log and for staff; never words of people.
  package let reason: String
  /// Seconds after which a new try makes sense.
  package let retryAfterSeconds: Int

  /// Makes the error.
  package init(module: String, reason: String, retryAfterSeconds: Int) {
    self.module = module
    self.reason = reason
    self.retryAfterSeconds = retryAfterSeconds
  }

  /// The module and the reason.
  package var description: String { "module \(module): \(reason)" }
}
