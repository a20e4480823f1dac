internal import ParticipationKit

// What leaves the commune by the command, in formats that the importers read.

extension ConsultationModule {
  /// The contributions of a consultation in the Grand Débat's format: an array, one object a line.
  var grandDebatExporter: Exporter {
    Exporter(
      "grand-debat",
      titles: [
        "fr": "Contributions publiées, au format du Grand Débat national (JSON)",
        "en": "Published contributions in the format of the Grand Débat national (JSON)",
      ], options: [Self.consultationOption],
      write: { context, options, write in
        let consultation = try exported(options)
        let table = ProposalTable(ledger: context.ledger)
        let questions = try context.ledger.rows(
          "SELECT id, reference, title FROM consultation_question WHERE consultation = ? ORDER BY id",
          [.text(consultation.id)]
        ).map { (id: try $0.int("id"), reference: try $0.text("reference"), title: try $0.text("title")) }
        try write(Array("[\n".utf8))
        var isFirst = true
        try table.forEach(consultation.id, publishedOnly: true) { proposal in
          var bytes = isFirst ? [] : Array(",\n".utf8)
          isFirst = false
          let values = Dictionary(
            try table.responses(of: proposal.id).map { ($0.question, $0.value) }, uniquingKeysWith: { a, _ in a })
          contribution(proposal, questions, values).append(to: &bytes)
          bytes.append(0x0A)
          try write(bytes)
        }
        try write(Array("]\n".utf8))
      })
  }

  private func contribution(
    _ proposal: Proposal, _ questions: [(id: Int, reference: String, title: String)], _ values: [Int: String]
  ) -> JSONValue {
    func response(_ reference: String, _ title: String, _ value: String?) -> JSONValue {
      .object([
        ("questionId", .string(reference)), ("questionTitle", .string(title)), ("value", .string(value)),
        ("formattedValue", .string(value.map { ChoiceValue($0)?.all.joined(separator: ", ") ?? $0 })),
      ])
    }
    // The format knows words as answers only, so the text of a proposal leaves as one.
    let body = proposal.body.isEmpty ? [] : [response("body", text("export.body", "fr"), proposal.body)]
    let responses = body + questions.map { response($0.reference, $0.title, values[$0.id]) }
    return .object([
      ("id", .string(proposal.reference ?? ownReference(proposal.id))),
      ("reference", .string(proposal.publicReference ?? proposal.publishedNumber.map { String($0) })),
      ("title", .string(proposal.title)), ("createdAt", .string(localTime(proposal.createdAt))),
      ("publishedAt", .string(proposal.publishedAt.map { localTime($0) })),
      ("updatedAt", .string(proposal.revisedAt.map { localTime($0) })), ("trashed", false), ("trashedStatus", nil),
      ("authorId", .string(proposal.authorReference)), ("authorType", .string(proposal.authorType)),
      ("authorZipCode", .string(proposal.zipCode)), ("responses", .array(responses)),
    ])
  }

  /// As `2019-01-22 10:04:31`.
  private func localTime(_ instant: Timestamp) -> String {
    let civil = site.zone.civil(instant).description
    return String(decoding: civil.utf8.map { $0 == UInt8(ascii: "T") ? 0x20 : $0 }, as: UTF8.self)
  }

  /// The reference of a proposal that was made here: no other commune's export has it.
  func ownReference(_ id: Int) -> String { "\(site.commune.inseeCode)-proposal-\(id)" }

  /// The proposal that was made here and that an export gave this reference; nil for every other reference.
  func own(_ reference: String, in consultation: String, _ table: ProposalTable) throws -> Proposal? {
    guard let digits = reference.utf8.lastIndex(of: UInt8(ascii: "-")),
      let id = ByteText.decimal(reference.utf8[digits...].dropFirst()), reference == ownReference(id),
      let proposal = try table.find(id), proposal.reference == nil, proposal.consultation == consultation
    else { return nil }
    return proposal
  }

  /// The published proposals of a consultation, as the importer `proposals` reads them.
  var proposalExporter: Exporter {
    Exporter(
      "proposals", titles: ["fr": "Propositions publiées (NDJSON)", "en": "Published proposals (NDJSON)"],
      options: [Self.consultationOption],
      write: { context, options, write in
        let consultation = try exported(options)
        try ProposalTable(ledger: context.ledger).forEach(consultation.id, publishedOnly: true) { proposal in
          var bytes = JSONValue.object([
            ("reference", .string(proposal.reference ?? ownReference(proposal.id))),
            ("consultation", .string(consultation.id)), ("title", .string(proposal.title)),
            ("body", .string(proposal.body)), ("author", .string(proposal.author)),
            ("created", .timestamp(proposal.createdAt)), ("published", .timestamp(proposal.publishedAt)),
            ("state", .string(proposal.publication.rawValue)),
            ("supports_verified", .integer(proposal.verifiedSupports)),
            ("supports_unverified", .integer(proposal.unverifiedSupports)),
          ]).bytes
          bytes.append(0x0A)
          try write(bytes)
        }
      })
  }

  private func exported(_ options: [String: String]) throws -> Consultation {
    let id = options["consultation"] ?? ""
    guard let consultation = consultations[id] else {
      throw ExportError { text("export.unknown", $0, ["id": id, "known": consultations.known]) }
    }
    return consultation
  }
}
