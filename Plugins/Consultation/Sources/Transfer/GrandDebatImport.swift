internal import ParticipationKit

// Import of the Grand Débat's open contributions. Streams line by line; a hundred thousand records need no more memory
// than one.

extension ConsultationModule {
  static var consultationOption: (name: String, help: String) {
    ("consultation", "The id of the consultation in content/consultations that takes the records.")
  }

  var grandDebatImporter: Importer {
    Importer(
      "grand-debat",
      titles: [
        "fr": "Contributions au format du Grand Débat national (JSON)",
        "en": "Contributions in the format of the Grand Débat national (JSON)",
      ], options: [Self.consultationOption],
      read: { context, source in
        let id = context.options["consultation"] ?? ""
        guard consultations[id] != nil else { throw missingConsultation(id) }
        var run = try GrandDebatRun(module: self, consultation: id, context: context)
        try source.forEachLine { number, line in try run.take(line, number: number) }
        return try run.finish()
      })
  }
}

extension ConsultationModule {
  /// The records name no consultation, so whoever imports them says which one takes them.
  private func missingConsultation(_ id: String) -> ImportError {
    let list = consultations.all.map(\.id).sorted().joined(separator: ", ")
    let (known, there) =
      list.isEmpty
      ? (
        "aucune pour l’instant : créez un fichier dans content/consultations",
        "none yet: make one in content/consultations"
      )
      : (list, list)
    guard !id.isEmpty else {
      return ImportError(
        line: nil,
        fr: "il manque la consultation qui reçoit ces contributions ; ajoutez : --set consultation=ID. "
          + "Consultations présentes : \(known)",
        en: "the consultation that takes these contributions is missing; add: --set consultation=ID. "
          + "Consultations there are: \(there)")
    }
    return ImportError(
      line: nil, fr: "il n’y a pas de consultation « \(id) » ; consultations présentes : \(known)",
      en: "there is no consultation “\(id)”; consultations there are: \(there)")
  }
}

/// One import at work.
struct GrandDebatRun {
  private let module: ConsultationModule
  private let consultation: String
  private let context: ImportContext
  private let table: ProposalTable
  private var times: LocalTimes
  private var scanner = GrandDebatScanner()
  private var responses: ResponseWriter
  private var questionIDs: [Int] = []
  private var report = ImportReport()
  private var nextID: Int
  private var nextNumber: Int
  private var published = 0
  private var isOpen = false
  private var isClosed = false
  private var lastLine = 0

  init(module: ConsultationModule, consultation: String, context: ImportContext) throws {
    self.module = module
    self.consultation = consultation
    self.context = context
    let ledger = context.action.ledger
    table = ProposalTable(ledger: ledger)
    times = LocalTimes(zone: module.site.zone)
    responses = ResponseWriter(ledger: ledger)
    nextID = 1 + (try ledger.count("SELECT coalesce(max(id), 0) FROM consultation_proposal"))
    nextNumber = 1 + (try table.tally(consultation).last)
  }

  /// Takes one line: the brackets and commas of the array stand on lines of their own.
  mutating func take(_ line: ArraySlice<UInt8>, number: Int) throws {
    lastLine = number
    var line = line
    while let last = line.last, last == 0x20 || last == 0x09 || (last == UInt8(ascii: ",") && line.count > 1) {
      line.removeLast()
    }
    if line.count <= 2, try takeSeparator(line, number) { return }
    guard isOpen, !isClosed else {
      throw ImportError(
        line: number, fr: "enregistrement hors du tableau ; attendu : « [ » avant, « ] » après",
        en: "a record outside the array; expected: “[” before, “]” after")
    }
    let record: GrandDebatRecord
    do {
      record = try scanner.record(line)
    } catch let fault as GrandDebatFault {
      throw ImportError(
        line: number, fr: "octet \(fault.offset) ; attendu : \(fault.fr)",
        en: "byte \(fault.offset); expected: \(fault.en)")
    }
    try store(record, line: number)
  }

  private mutating func takeSeparator(_ line: ArraySlice<UInt8>, _ number: Int) throws -> Bool {
    for byte in line {
      switch byte {
      case 0x20, 0x09, UInt8(ascii: ","): continue
      case UInt8(ascii: "[") where !isOpen: isOpen = true
      case UInt8(ascii: "]") where isOpen && !isClosed: isClosed = true
      case UInt8(ascii: "{"): return false
      default:
        throw ImportError(
          line: number, fr: "séparateur inattendu ; attendu : un tableau JSON, un objet par ligne",
          en: "unexpected separator; expected: a JSON array, one object a line")
      }
    }
    return true
  }

  /// Writes what is still held back and gives the report.
  mutating func finish() throws -> ImportReport {
    guard isOpen, isClosed else {
      throw ImportError(
        line: lastLine == 0 ? nil : lastLine, fr: "le fichier s’arrête avant « ] » ; attendu : un tableau complet",
        en: "the file ends before “]”; expected: a complete array")
    }
    try responses.flush()
    try storeTally()
    report.isBroad = report.added + report.updated > 0
    return report
  }

  private mutating func storeTally() throws {
    guard published > 0 else { return }
    try table.addToTally(consultation, published: published, last: nextNumber - 1)
    published = 0
  }

  private mutating func store(_ record: GrandDebatRecord, line: Int) throws {
    if try module.own(record.id, in: consultation, table) != nil {
      // Made here and exported from here: the database is the truth, not its copy.
      report.unchanged += 1
      return
    }
    if record.isTrashed {
      try withhold(record)
      return report.skip(line: line, fr: "mise à la corbeille (trashed)", en: "trashed")
    }
    guard let publishedText = record.publishedAt else {
      return report.skip(line: line, fr: "jamais publiée (publishedAt nul)", en: "never published (publishedAt null)")
    }
    let published = try instant(publishedText, "publishedAt", line)
    let revised = try record.updatedAt.map { try instant($0, "updatedAt", line) }
    let proposal = Proposal(
      id: nextID, consultation: consultation,
      title: record.title.isEmpty ? record.reference ?? record.id : record.title,
      body: "", author: "", createdAt: try instant(record.createdAt ?? "", "createdAt", line),
      updatedAt: max(published, revised ?? published),
      publication: .published, publishedNumber: nextNumber, publishedAt: published, verifiedSupports: 0,
      unverifiedSupports: 0, channel: "import", reference: record.id, publicReference: record.reference,
      authorReference: record.authorID, authorType: record.authorType,
      zipCode: GrandDebatRecord.postalCode(record.zipCode),
      revisedAt: revised, responses: record.responses.count)
    if questionIDs.count < scanner.questions.entries.count { try storeQuestions() }
    if try context.action.ledger.execute(ProposalTable.insertion, table.values(proposal)) == 1 {
      try responses.add(record.responses, questions: questionIDs, proposal: nextID)
      nextID += 1
      nextNumber += 1
      self.published += 1
      report.added += 1
      try seal(proposal, record)
    } else {
      try refresh(proposal, record, line: line)
    }
  }

  /// A contribution that is there already: an exact duplicate changes nothing, another one brings it up to date.
  private mutating func refresh(_ proposal: Proposal, _ record: GrandDebatRecord, line: Int) throws {
    try responses.flush()
    guard let known = try table.find(reference: record.id, in: consultation) else { return }
    // A proposal with a text of its own came by another way; the format cannot hold what it is.
    guard known.body.isEmpty else {
      report.unchanged += 1
      return
    }
    let stored = try table.responses(of: known.id)
    let isSame =
      known.title == proposal.title && known.createdAt == proposal.createdAt && known.revisedAt == proposal.revisedAt
      && known.publicReference == proposal.publicReference && known.authorType == proposal.authorType
      && known.authorReference == proposal.authorReference && known.zipCode == proposal.zipCode
      && stored.elementsEqual(record.responses) { $0.question == questionIDs[$1.question] && $0.value == $1.value }
    if isSame {
      report.unchanged += 1
      return
    }
    let subject = module.site.subject("proposal", known.id)
    if try context.hasRemovedWords(subject) { return report.keepWords(line: line, of: subject) }
    var changed = proposal
    changed.id = known.id
    try table.update(changed)
    try context.action.ledger.execute(
      "DELETE FROM consultation_response WHERE proposal = ?", [.integer(known.id)])
    try responses.add(record.responses, questions: questionIDs, proposal: known.id)
    report.updated += 1
    if known.publication == .published { try seal(changed, record) } else { try context.include(leaf(record)) }
  }

  /// The words of a contribution in the batch, as its page will show them.
  private func seal(_ proposal: Proposal, _ record: GrandDebatRecord) throws {
    let responses = record.responses.map { response -> ConsultationModule.Response in
      let question = scanner.questions.entries[response.question]
      return (question: response.question, reference: question.reference, title: question.title, value: response.value)
    }
    try context.seal(module.site.subject("proposal", proposal.id), words: module.words(of: proposal, responses))
  }

  /// What was published here and has been trashed since is withheld here too.
  private mutating func withhold(_ record: GrandDebatRecord) throws {
    guard let known = try table.find(reference: record.id, in: consultation), known.publication == .published else {
      return
    }
    // The tally must know the record before it loses it.
    try storeTally()
    try table.setPublication(.withheld, of: known, at: context.action.now)
    try context.withdraw(module.site.subject("proposal", known.id), reason: "withdrawn-at-source")
    report.updated += 1
    try context.include(leaf(record))
  }

  private mutating func storeQuestions() throws {
    let ledger = context.action.ledger
    for entry in scanner.questions.entries[questionIDs.count...] {
      try ledger.execute(
        """
        INSERT INTO consultation_question (consultation, reference, title) VALUES (?, ?, ?)
        ON CONFLICT (consultation, reference) DO NOTHING
        """, [.text(consultation), .text(entry.reference), .text(entry.title)])
      questionIDs.append(
        try ledger.count(
          "SELECT id FROM consultation_question WHERE consultation = ? AND reference = ?",
          [.text(consultation), .text(entry.reference)]))
    }
  }

  private mutating func instant(_ text: String, _ name: String, _ line: Int) throws -> Timestamp {
    if let instant = times.instant(text) { return instant }
    throw ImportError(
      line: line, fr: "« \(name) » vaut « \(text) » ; attendu : 2019-01-22 10:04:31",
      en: "“\(name)” is “\(text)”; expected: 2019-01-22 10:04:31")
  }

  /// What the batch commits to for a record that is not public: all that is kept of it, field by field, each ended by
  /// U+001F.
  private func leaf(_ record: GrandDebatRecord) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(2048)
    func add(_ text: String) {
      bytes.append(contentsOf: text.utf8)
      bytes.append(0x1F)
    }
    add(record.id)
    add(record.isTrashed ? "trashed" : record.reference ?? "")
    add(record.title)
    add(record.createdAt ?? "")
    add(record.publishedAt ?? "")
    add(record.authorID ?? "")
    for response in record.responses {
      add(scanner.questions.entries[response.question].reference)
      add(response.value)
    }
    return bytes
  }
}
