public import ParticipationKit

extension Host {
  /// Runs an importer: one transaction, one leaf over the root of its batch. A dry run changes nothing.
  /// - Throws: ``Problem`` for an unknown kind; ``ImportError`` or ``ContentError``; the store's error.
  public func runImport(
    kind: String, source: ImportSource, options: [String: String], dryRun: Bool,
    contentFile: @escaping ([UInt8], String) throws -> ContentFile, in ledgers: Ledgers
  ) throws -> ImportReport {
    guard let (module, importer) = registry.importer(kind) else {
      throw Problem.notFound("unknown import kind \(kind); known: \(registry.importKinds.joined(separator: ", "))")
    }
    let now = ports.now()
    let actor = Actor(personID: nil, name: "", role: Role.clerk, channel: "import")
    let batch = Batch(sealing: ports.sealing)
    var comments = 0
    var answers = 0
    let context = ImportContext(
      action: actionContext(module: module, key: "", actor: actor, locale: facts.languages[0], now: now, in: ledgers),
      options: options, include: { batch.include($0) }, content: contentFile,
      comment: { comment in
        let isNew = try self.comments.add(comment, actor: actor, now: now, in: ledgers)
        if isNew { comments += 1 }
        return isNew
      },
      decision: { decision in
        try self.moderation.record(
          ModerationQueue.Arrival(
            module: module, kind: decision.kind, key: decision.key, excerpt: decision.excerpt, category: "",
            state: decision.isApproved ? "approved" : "refused", reason: decision.reason, submitted: decision.decided),
          in: ledgers)
      },
      answer: { answer in
        try self.answers.add(answer, in: ledgers)
        answers += 1
      })
    var report = try importer.read(context, source)
    if dryRun { throw DryRun(report: report) }
    if comments + answers > 0 { report.changed.append(CommentFeed.subject) }
    guard report.added + report.updated + comments > 0 else { return report }
    try register.append(
      kind: "import", what: kind, subject: "\(module)/import/\(kind)",
      payload: batch.root + Array("\u{0}\(batch.count)".utf8), at: now, in: ledgers)
    return report
  }
}

/// Ends a dry run: thrown inside the transaction, so that nothing of it is kept.
public struct DryRun: Error, Sendable {
  /// What the import would do.
  public let report: ImportReport
}

/// The Merkle root (RFC 6962 §2.1) over the records of one import, with memory of one hash a level.
final class Batch {
  private let sealing: SealingPort
  private var levels: [[UInt8]?] = []
  private(set) var count = 0

  init(sealing: SealingPort) { self.sealing = sealing }

  func include(_ record: [UInt8]) {
    count += 1
    var hash = sealing.leafHash(record)
    var level = 0
    while level < levels.count, let left = levels[level] {
      hash = node(left, hash)
      levels[level] = nil
      level += 1
    }
    if level == levels.count { levels.append(hash) } else { levels[level] = hash }
  }

  var root: [UInt8] {
    var root: [UInt8]?
    for case let hash? in levels { root = root.map { node(hash, $0) } ?? hash }
    return root ?? sealing.sha256([])
  }

  private func node(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] { sealing.sha256([1] + left + right) }
}
