package import ParticipationKit
import ParvisHost
import SiteGeneration

// What ParticipationTesting needs besides the public way: deciding in bulk, signing in without a password.
extension Commune {
  /// Publishes what is queued, now and in this thread.
  /// - Throws: ``CommuneError`` naming the first document that could not be made.
  package func publishNow() throws {
    let now = options.clock()
    try siteCheck.runIfDue()
    try host.releaseDue(now: now)
    try clock.run()
    try publisher.enqueueDue(now: now)
    let report = try publisher.publishPending(now: now)
    if let failure = report.failures.first {
      throw CommuneError(
        .failed, fr: "\(failure.subject) : \(failure.reason)", en: "\(failure.subject): \(failure.reason)")
    }
  }

  /// Writes the database file anew when something was erased, as the server does after a publication.
  /// - Throws: The store's error.
  package func compactForTest() throws {
    guard let asked = try host.compactionAsked() else { return }
    try store.compact()
    try host.compactionDone(asked: asked)
  }

  /// Takes a file into the store, as the server does with what comes.
  /// - Throws: ``CommuneError`` when the disk refuses.
  package func takeForTest(_ bytes: [UInt8], name: String) throws -> FileReference? {
    let path = "\(files.incoming)/\(bytes.count)-\(UInt64.random(in: 0...UInt64.max))"
    try Files.replace(path, with: bytes)
    return try files.take(path, name: name)
  }

  /// Decides everything that waits.
  /// - Throws: `Problem` when a decision is refused.
  package func decideAll(approve: Bool, reason: String) throws {
    try host.decideAll(Decision(isApproved: approve, reason: reason, note: ""))
  }

  /// Makes an account with a role and starts a session: the cookie's value and the token of forms.
  /// - Throws: The store's error.
  package func signInForTest(role: String) throws -> (cookie: String, formToken: String) {
    try host.startSession(role: role)
  }
}

extension Commune {
  /// Approves one entry for a later time.
  /// - Throws: `Problem` when the decision is refused.
  package func decideForTest(_ id: Int, publicAt: Timestamp) throws { try host.decideForTest(id, publicAt: publicAt) }
}
