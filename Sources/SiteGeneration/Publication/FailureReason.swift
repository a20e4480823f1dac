internal import ParticipationKit

/// What the log and the command say of a document that could not be made.
struct FailureReason {
  /// The kind of an error and, where the error was made to be read, its own words. Any other error is named by its type
  /// alone: printed, its fields could hold the words of a contribution.
  static func text(_ error: any Error) -> String {
    switch error {
    case let error as PublicationError: error.description
    case let problem as Problem: "problem \(problem.status) \(problem.code)"
    case let error as any CustomStringConvertible: "\(type(of: error)): \(error.description)"
    default: String(describing: type(of: error))
    }
  }
}
