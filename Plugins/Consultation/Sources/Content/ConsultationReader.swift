internal import ParticipationKit

/// Reads `content/consultations/*.md` and collects everything that is wrong with them.
struct ConsultationReader {
  static let known = [
    "id", "title", "title_en", "summary", "summary_en", "opens", "closes", "accepts_proposals", "questionnaire",
  ]
  static let required = ["id", "title", "opens", "closes"]
  /// Names that the module's own addresses take.
  static let reservedIDs: Set<String> = ["index", "proposal", "proposals", "results", "texts", "unknown"]

  let zone: TimeZoneRules
  let markdown: (String) throws -> MarkdownText

  /// The consultations of some files.
  /// - Throws: ``ContentError`` with all findings.
  func read(_ files: [ContentFile]) throws -> ConsultationList {
    var consultations: [Consultation] = []
    var findings: [Diagnostic] = []
    var places: [String: String] = [:]
    for file in files {
      var own = file.checkFields(known: Self.known, required: Self.required) + checkScalars(file)
      if let id = file.fields["id"], let text = id.text {
        own += checkID(text, at: id.line, of: file, places: places)
        places[text] = file.path
      }
      let consultation = try consultation(file, &own)
      if own.isEmpty, let consultation { consultations.append(consultation) }
      findings += own
    }
    guard findings.isEmpty else { throw ContentError(findings) }
    return ConsultationList(consultations)
  }

  private func consultation(_ file: ContentFile, _ findings: inout [Diagnostic]) throws -> Consultation? {
    let opens = instant("opens", file, &findings)
    let closes = instant("closes", file, &findings)
    if let opens, let closes, closes <= opens {
      findings.append(
        file.error(
          line: file.fields["closes"]?.line ?? 1,
          fr: "« closes » n’est pas après « opens » ; attendu : une clôture après l’ouverture",
          en: "“closes” is not after “opens”; expected: a closing after the opening"))
    }
    let sections = QuestionnaireReader(file: file).read(&findings)
    let accepts = boolean("accepts_proposals", file, &findings)
    if findings.isEmpty, sections.isEmpty, !accepts {
      findings.append(
        file.error(
          line: file.fields.line,
          fr: "rien à faire pour les habitants ; attendu : « questionnaire », ou « accepts_proposals: true »",
          en: "nothing for people to do; expected: “questionnaire”, or “accepts_proposals: true”"))
    }
    guard let body = try rendered(file, &findings), let opens, let closes, findings.isEmpty else { return nil }
    func text(_ name: String) -> String? { file.fields[name]?.text.map { ByteText.singleLine($0) } }
    return Consultation(
      id: text("id") ?? "", title: LocalText(french: text("title") ?? "", english: text("title_en")),
      summary: LocalText(french: text("summary") ?? "", english: text("summary_en")), opens: opens, closes: closes,
      acceptsProposals: accepts, sections: sections, body: body.node, bodyText: body.plainText, bodySource: file.body)
  }

  private func checkID(_ id: String, at line: Int, of file: ContentFile, places: [String: String]) -> [Diagnostic] {
    let startsWithLetter = id.utf8.first.map { (0x61...0x7A).contains($0) } ?? false
    if ByteText.slug(id) != id || !startsWithLetter || Self.reservedIDs.contains(id) {
      return [
        file.error(
          line: line,
          fr: "« id » vaut « \(id) » ; attendu : une lettre, puis minuscules sans accent, chiffres et tirets, comme "
            + "« laiterie » ; pas \(Self.reservedIDs.sorted().joined(separator: ", "))",
          en: "“id” is “\(id)”; expected: a letter, then lower-case letters without accents, digits and hyphens, as "
            + "“laiterie”; not \(Self.reservedIDs.sorted().joined(separator: ", "))")
      ]
    }
    guard let other = places[id] else { return [] }
    return [
      file.error(
        line: line, fr: "« id » « \(id) » est déjà celui de \(other) ; attendu : un identifiant par consultation",
        en: "“id” “\(id)” is already that of \(other); expected: one id a consultation")
    ]
  }

  private func checkScalars(_ file: ContentFile) -> [Diagnostic] {
    file.fields.members.compactMap { member in
      guard member.name != "questionnaire", Self.known.contains(member.name) else { return nil }
      let isScalar = member.value.members.isEmpty && (member.value.text != nil || member.value.list.isEmpty)
      return isScalar
        ? nil
        : file.error(
          line: member.value.line, fr: "« \(member.name) » : attendu un texte", en: "“\(member.name)”: expected a text")
    }
  }

  private func instant(_ name: String, _ file: ContentFile, _ findings: inout [Diagnostic]) -> Timestamp? {
    guard let value = file.fields[name], let text = value.text else { return nil }
    if let civil = CivilDateTime(text) { return zone.instant(civil) }
    findings.append(
      file.error(
        line: value.line, fr: "« \(name) » vaut « \(text) » ; attendu : un jour et une heure, comme 2026-11-02T08:00",
        en: "“\(name)” is “\(text)”; expected: a day and a time, as 2026-11-02T08:00"))
    return nil
  }

  private func boolean(_ name: String, _ file: ContentFile, _ findings: inout [Diagnostic]) -> Bool {
    guard let value = file.fields[name], value.text != nil else { return false }
    if let bool = value.bool { return bool }
    findings.append(
      file.error(
        line: value.line, fr: "« \(name) » : attendu true ou false", en: "“\(name)”: expected true or false"))
    return false
  }

  private func rendered(_ file: ContentFile, _ findings: inout [Diagnostic]) throws -> MarkdownText? {
    do {
      return try markdown(file.body)
    } catch let refusal as MarkdownRefusal {
      findings.append(
        file.error(
          line: file.bodyLine,
          fr: "Markdown refusé (\(refusal.limit)) : \(refusal.found) ; attendu : \(refusal.allowed) au plus",
          en: "Markdown refused (\(refusal.limit)): \(refusal.found); expected: at most \(refusal.allowed)"))
      return nil
    }
  }
}
