import ParticipationKit

/// What the register says of one accepted act, and what its receipt repeats.
struct SealedAct: Sendable {
  /// What the leaf commits to, as text; nil for a secret act, which commits to nothing.
  let payload: String?
  private let counts: [CountChange]
  private let subject: Subject
  private let files: [HostFiles.Read]

  init(payload: String?, outcome: Outcome, files: [HostFiles.Read] = []) {
    self.payload = payload
    counts = outcome.counts
    subject = outcome.subject
    self.files = files
  }

  /// Appends the leaf.
  /// - Parameter channel: By what the act came; said where somebody at the town hall entered it for somebody else.
  /// - Returns: Its position.
  func append(what: String, channel: String, now: Timestamp, host: Host, in ledgers: Ledgers) throws -> Int {
    var details: [(String, JSONValue)] =
      (counts.isEmpty ? [] : [("counts", .array(counts.map(\.value)))]) + HostFiles.details(files)
    if CounterScreens.channels.contains(channel) { details.append(("channel", .string(channel))) }
    return try host.register.append(
      kind: "act", what: what, subject: subject.description, payload: payload.map { Array($0.utf8) },
      moment: host.moment(now, isSecret: payload == nil), details: details, in: ledgers
    ).position
  }
}
