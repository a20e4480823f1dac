import ParticipationKit

/// Reads a meeting from Markdown with front matter and collects everything that is wrong with it.
struct MeetingFileReader {
  /// The longest texts, in characters: those of the forms.
  static let maxLine = 200
  static let maxBody = MarkdownPolicy.editor.maxLength

  private let source: ContentFile
  private let zone: TimeZoneRules
  private var findings: [Diagnostic] = []
  /// The line of each item's heading, by the item's id.
  private(set) var itemLines: [String: Int] = [:]

  /// Reads a file.
  /// - Returns: The meeting and the line of each item's heading.
  /// - Throws: ``ContentError`` with all findings.
  static func read(_ source: ContentFile, zone: TimeZoneRules) throws -> (file: MeetingFile, lines: [String: Int]) {
    var reader = MeetingFileReader(source: source, zone: zone)
    let file = reader.meeting()
    guard let file, reader.findings.isEmpty else { throw ContentError(reader.findings) }
    return (file, reader.itemLines)
  }

  private init(source: ContentFile, zone: TimeZoneRules) {
    self.source = source
    self.zone = zone
  }

  private mutating func note(_ line: Int, fr: String, en: String) {
    findings.append(source.error(line: line, fr: fr, en: en))
  }

  // MARK: Front matter

  private mutating func meeting() -> MeetingFile? {
    findings += source.checkFields(
      known: MeetingFileWords.fields, required: ["id", "title", "starts", "place", "state"])
    let id = line("id") ?? ""
    if !id.isEmpty, !ItemID.isMeeting(id) { noteID(id, source.fields["id"]?.line ?? source.fields.line) }
    let starts = instant("starts")
    let state = self.state()
    let text = MeetingText(
      title: line("title") ?? "", assembly: line("assembly") ?? "Conseil municipal",
      starts: starts ?? Timestamp(milliseconds: 0), place: line("place") ?? "", intro: "",
      commentsUntil: instant("comments_until"), isPublic: flag("public") ?? true)
    var file = MeetingFile(
      id: id, text: text, state: state ?? .draft, sent: instant("sent"), minuted: instant("minuted"))
    body(into: &file)
    // Withdrawn items stand last, as in the database and in an export.
    file.items = file.items.filter { !$0.isWithdrawn } + file.items.filter(\.isWithdrawn)
    if let state { checkDates(of: file, state) }
    guard starts != nil, state != nil, !id.isEmpty else { return nil }
    return file
  }

  /// A text of one line; nil when the field is missing.
  private mutating func line(_ name: String) -> String? {
    guard let value = source.fields[name], let text = value.text else { return nil }
    check(text, most: Self.maxLine, at: value.line, what: name)
    return ByteText.singleLine(text)
  }

  private mutating func check(_ text: String, most: Int, at line: Int, what: String) {
    let length = ByteText.length(text)
    if length > most {
      note(
        line, fr: "« \(what) » : \(length) signes ; attendu : \(most) au plus",
        en: "“\(what)”: \(length) characters; expected: at most \(most)")
    }
    if ByteText.hasForbiddenControl(text) {
      note(
        line, fr: "« \(what) » : caractère de contrôle invisible ; attendu : du texte",
        en: "“\(what)”: invisible control character; expected: text")
    }
  }

  private mutating func flag(_ name: String) -> Bool? {
    guard let value = source.fields[name] else { return nil }
    if value.bool == nil {
      note(
        value.line, fr: "« \(name) » : « \(value.text ?? "") » ; attendu : true ou false",
        en: "“\(name)”: “\(value.text ?? "")”; expected: true or false")
    }
    return value.bool
  }

  private mutating func state() -> MeetingState? {
    guard let value = source.fields["state"], let text = value.text else { return nil }
    let state = MeetingState(rawValue: text)
    if state == nil {
      let known = MeetingState.allCases.map(\.rawValue).joined(separator: ", ")
      note(
        value.line, fr: "état inconnu « \(text) » ; attendu : \(known)",
        en: "unknown state “\(text)”; expected: \(known)")
    }
    return state
  }

  private mutating func instant(_ name: String) -> Timestamp? {
    guard let value = source.fields[name] else { return nil }
    let text = value.text ?? ""
    if let civil = CivilDateTime(text) { return zone.instant(civil) }
    if let instant = Timestamp(rfc3339: text) { return instant }
    note(
      value.line, fr: "« \(name) » : « \(text) » n’est pas une date et une heure ; attendu : 2026-03-12T20:00",
      en: "“\(name)”: “\(text)” is not a day and time; expected: 2026-03-12T20:00")
    return nil
  }

  private mutating func checkDates(of file: MeetingFile, _ state: MeetingState) {
    need("sent", state >= .sent, state)
    need("minuted", state == .minuted, state)
    if state >= .sent, !file.text.isPublic {
      note(
        source.fields["public"]?.line ?? source.fields.line,
        fr: "« public: false » ; attendu : true, car une convocation envoyée est publique",
        en: "“public: false”; expected: true, because a notice that was sent is public")
    }
    if let sent = file.sent, sent >= file.text.starts {
      note(
        source.fields["sent"]?.line ?? source.fields.line,
        fr: "la convocation part après le début de la séance ; attendu : « sent » avant « starts »",
        en: "the notice leaves after the meeting began; expected: “sent” before “starts”")
    }
    if state >= .sent, file.items.allSatisfy(\.isWithdrawn) {
      note(
        source.bodyLine, fr: "aucun point ; attendu : au moins un « ## Titre » avant l’envoi",
        en: "no item; expected: at least one “## Title” before the notice leaves")
    }
    for item in file.items where state < .held && !item.text.minutes.isEmpty {
      note(
        itemLines[item.slug] ?? source.bodyLine,
        fr: "procès-verbal d’un point avant la séance ; attendu : « state: held » ou « minuted »",
        en: "minutes of an item before the meeting; expected: “state: held” or “minuted”")
    }
  }

  private mutating func need(_ name: String, _ isNeeded: Bool, _ state: MeetingState) {
    let value = source.fields[name]
    if isNeeded, value?.text == nil {
      note(
        source.fields["state"]?.line ?? source.fields.line,
        fr: "champ manquant « \(name) » ; attendu quand l’état est « \(state.rawValue) »",
        en: "missing field “\(name)”; expected when the state is “\(state.rawValue)”")
    } else if !isNeeded, let value {
      note(
        value.line, fr: "champ « \(name) » inattendu quand l’état est « \(state.rawValue) »",
        en: "field “\(name)” not expected when the state is “\(state.rawValue)”")
    }
  }

  private mutating func noteID(_ id: String, _ line: Int) {
    note(
      line,
      fr: "identifiant « \(id) » ; attendu : minuscules, chiffres et tirets, 64 au plus, sans « -b3 » à la fin, ni "
        + "« index »",
      en: "id “\(id)”; expected: lower-case letters, digits and dashes, at most 64, without “-b3” at the end, nor "
        + "“index”")
  }

  // MARK: Body

  private mutating func body(into file: inout MeetingFile) {
    var section = FileSection(title: nil, line: source.bodyLine)
    var sections: [FileSection] = []
    for (index, text) in MeetingFileWords.lines(of: source.body).enumerated() {
      if MeetingFileWords.isItemMark(text) {
        sections.append(section)
        let title = String(decoding: text.utf8.dropFirst(MeetingFileWords.itemMark.utf8.count), as: UTF8.self)
        section = FileSection(title: title, line: source.bodyLine + index)
      } else {
        section.add(text)
      }
    }
    sections.append(section)
    for section in sections {
      guard let title = section.title else {
        file.text.intro = section.body
        check(section.body, most: Self.maxBody, at: section.line, what: "introduction")
        continue
      }
      item(title, section, into: &file)
    }
  }

  private mutating func item(_ heading: String, _ section: FileSection, into file: inout MeetingFile) {
    let (title, id) = FileSection.titleAndID(heading)
    if title.isEmpty {
      note(
        section.line, fr: "point sans titre ; attendu : ## Titre {#identifiant}",
        en: "item without title; expected: ## Title {#id}")
    }
    let slug = id ?? ItemID.make(from: title, taken: Set(itemLines.keys))
    if !ItemID.isValid(slug) { noteID(slug, section.line) }
    if let first = itemLines[slug] {
      note(
        section.line, fr: "identifiant « \(slug) » déjà pris à la ligne \(first) ; attendu : un autre",
        en: "id “\(slug)” already taken at line \(first); expected: another")
    }
    itemLines[slug] = section.line
    var item = MeetingFile.Item(slug: slug, text: ItemText(title: title))
    for definition in section.definitions { apply(definition, to: &item) }
    item.text.body = section.body
    item.text.minutes = section.minutes
    check(title, most: Self.maxLine, at: section.line, what: title)
    check(item.text.body, most: Self.maxBody, at: section.line, what: title)
    check(item.text.minutes, most: Self.maxBody, at: section.line, what: title)
    file.items.append(item)
  }

  private mutating func apply(_ definition: FileSection.Definition, to item: inout MeetingFile.Item) {
    let line = definition.line
    switch definition.name {
    case MeetingFileWords.rapporteur:
      check(definition.value, most: Self.maxLine, at: line, what: definition.name)
      item.text.rapporteur = definition.value
      item.text.isRapporteuse = definition.isFeminine
    case MeetingFileWords.kind:
      let folded = ByteText.folded(definition.value)
      let kind = ItemKind.allCases.first { ByteText.folded(MeetingFileWords.word(for: $0)) == folded }
      guard let kind else {
        let known = ItemKind.allCases.map(MeetingFileWords.word).joined(separator: ", ")
        note(
          line, fr: "nature « \(definition.value) » ; attendu : \(known)",
          en: "kind “\(definition.value)”; expected: \(known)")
        return
      }
      item.text.kind = kind
    default:
      let folded = ByteText.folded(definition.value)
      guard folded == "oui" || folded == "non" else {
        note(
          line, fr: "« \(definition.name) » : « \(definition.value) » ; attendu : oui ou non",
          en: "“\(definition.name)”: “\(definition.value)”; expected: oui or non")
        return
      }
      if definition.name == MeetingFileWords.closed { item.text.isClosed = folded == "oui" }
      if definition.name == MeetingFileWords.withdrawn { item.isWithdrawn = folded == "oui" }
    }
  }
}
