/// Something that a module does when its time has come, once a key: a closing, a reminder, a retention.
///
/// The host runs it in one transaction, remembers the key so that it never happens twice, writes the register's leaf
/// and signs a tree head. While the server rests nothing runs; what became due meanwhile is done at the next start or
/// build.
public struct ClockJob: Sendable {
  /// The name: lower-case letters, digits and `-`; the register says `<module>/<name>`.
  public let name: String
  /// When the job is due, for each key that the module knows of, past or future. Asked rarely, not at each act.
  public let times: @Sendable (Ledger, _ now: Timestamp) throws -> [(key: String, at: Timestamp)]
  /// The effect for ``ActionContext/key``.
  public let perform: @Sendable (ActionContext) throws -> ClockOutcome

  /// Makes a job.
  public init(
    _ name: String, times: @escaping @Sendable (Ledger, _ now: Timestamp) throws -> [(key: String, at: Timestamp)],
    perform: @escaping @Sendable (ActionContext) throws -> ClockOutcome
  ) {
    self.name = name
    self.times = times
    self.perform = perform
  }
}

/// What a job of the clock did.
public struct ClockOutcome: Sendable {
  /// What it is about; the register names it.
  public let subject: Subject
  /// The subjects whose documents must be written again.
  public let changed: [Subject]
  /// Lines that the register publishes and commits to, as the rows of a count; nil for none. Each is one line of
  /// UTF-8 without line end, and together they say nothing that is not public. ``RenderContext/proof(of:)`` of the
  /// subject then says where they stand.
  public let published: [String]?

  /// Makes an outcome.
  public init(subject: Subject, changed: [Subject], published: [String]? = nil) {
    self.subject = subject
    self.changed = changed
    self.published = published
  }
}

/// A module with things to do at certain times.
public protocol ClockProviding: ParticipationModule {
  /// The jobs.
  var clockJobs: [ClockJob] { get }
}
