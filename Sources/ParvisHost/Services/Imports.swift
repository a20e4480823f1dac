public import ParticipationKit

extension Host {
  /// Runs an importer: one transaction, one leaf over the root of its records. A dry run changes nothing.
  /// - Throws: ``Problem`` for an unknown kind; ``ImportError`` or ``ContentError``; the store's error.
  public func runImport(
    kind: String, source: ImportSource, options: [String: String], dryRun: Bool,
    contentFile: @escaping ([UInt8], String) throws -> ContentFile,
    file: @escaping (String) throws -> (FileReference, FileText) = { throw ImportNeighbours.missing($0) },
    in ledgers: Ledgers
  ) throws -> ImportReport {
    guard let (module, importer) = registry.importer(kind) else {
      throw Problem.notFound("unknown import kind \(kind); known: \(registry.importKinds.joined(separator: ", "))")
    }
    let now = ports.now()
    let actor = Actor(personID: nil, name: "", role: Role.clerk, channel: "import")
    let batch = try ImportBatch(seals: seals, in: ledgers)
    var comments = 0
    var answered: [Subject] = []
    var unquoted: [Subject] = []
    var came: [HostFiles.Read] = []
    var context = ImportContext(
      action: actionContext(
        module: module, key: "", actor: actor, locale: facts.languages[0], now: now,
        // Leaves of their own come after that of the import.
        unquote: { unquoted.append($0) }, in: ledgers),
      options: options, include: { try batch.include($0) }, content: contentFile,
      comment: { comment in
        guard let id = try self.comments.add(comment, actor: actor, now: now, in: ledgers) else { return false }
        comments += 1
        if !comment.answer.isEmpty { answered.append(Subject("host", "comment", String(id))) }
        if comment.state == "published" { try batch.seal(Subject("host", "comment", String(id)), comment.words, []) }
        return true
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
        answered.append(answer.subject)
      }, seal: { try batch.seal($0, $1, $2) }, withdraw: { batch.withdraw($0, $1) },
      removed: { try self.moderation.hasRemovedWords($0, in: ledgers) })
    context.neighbour = { name in
      let (reference, text) = try file(name)
      let read = HostFiles.Read(file: reference, text: text)
      try self.files.note([read], module: module, now: now, in: ledgers)
      came.append(read)
      return reference
    }
    var report = try importer.read(context, source)
    if dryRun { throw DryRun(report: report) }
    if comments + answered.count > 0 { report.changed.append(CommentFeed.subject) }
    guard report.added + report.updated + comments > 0 else {
      try batch.forget()
      return report
    }
    for subject in answered where try answers.isShown(subject, at: now, in: ledgers) {
      try batch.seal(Answers.record(subject), answers.words(of: subject, in: ledgers) ?? [], [])
    }
    try batch.finish(kind: kind, module: module, now: now, files: came)
    for subject in unquoted { try self.comments.requote(subject, with: [], at: now, in: ledgers) }
    return report
  }
}

/// The files beside an imported one.
public struct ImportNeighbours: Sendable {
  private init() {}

  /// What an importer is told that names a file which is not there.
  public static func missing(_ name: String) -> ImportError {
    let name = ByteText.singleLine(name, scalars: 80)
    return ImportError(
      line: nil, fr: "le fichier « \(name) » n’est pas à côté de celui qui est importé ; posez-le dans le même dossier",
      en: "the file “\(name)” is not beside the one that is imported; put it into the same folder")
  }
}

/// Ends a dry run: thrown inside the transaction, so that nothing of it is kept.
public struct DryRun: Error, Sendable {
  /// What the import would do.
  public let report: ImportReport
}
