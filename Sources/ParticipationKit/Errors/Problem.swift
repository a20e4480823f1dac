/// What a person did cannot be done: thrown by actions, answered as RFC 9457 problem details or as a page.
public struct Problem: Error, Sendable {
  /// What is wrong with one field of a form.
  public struct FieldError: Sendable, Hashable {
    /// The name of the field.
    public let field: String
    /// What to correct, in the person's language.
    public let message: String

    /// Makes a field error.
    public init(field: String, message: String) {
      self.field = field
      self.message = message
    }
  }

  /// The HTTP status, 400 to 599.
  public let status: Int
  /// A stable word for programs, as `closed`; the last part of the problem's type.
  public let code: String
  /// What happened and what to do next, in the person's language.
  public let detail: String
  /// What to correct, field by field.
  public let fieldErrors: [FieldError]
  /// Seconds after which a new try makes sense, sent as `Retry-After`.
  public let retryAfterSeconds: Int?

  /// Makes a problem.
  public init(
    status: Int, code: String, detail: String, fieldErrors: [FieldError] = [], retryAfterSeconds: Int? = nil
  ) {
    self.status = status
    self.code = code
    self.detail = detail
    self.fieldErrors = fieldErrors
    self.retryAfterSeconds = retryAfterSeconds
  }

  /// 422: fields must be corrected.
  public static func invalid(_ errors: [FieldError], detail: String) -> Problem {
    Problem(status: 422, code: "invalid", detail: detail, fieldErrors: errors)
  }
  /// 422: one field must be corrected.
  public static func invalid(_ field: String, _ message: String) -> Problem {
    Problem(status: 422, code: "invalid", detail: message, fieldErrors: [FieldError(field: field, message: message)])
  }
  /// 404: there is no such thing, or it is not public.
  public static func notFound(_ detail: String) -> Problem { Problem(status: 404, code: "not-found", detail: detail) }
  /// 403: the person may not do this.
  public static func forbidden(_ detail: String) -> Problem { Problem(status: 403, code: "forbidden", detail: detail) }
  /// 409: the state of the thing does not allow it (closed, already done, changed by someone else).
  public static func conflict(_ detail: String) -> Problem { Problem(status: 409, code: "conflict", detail: detail) }
}
