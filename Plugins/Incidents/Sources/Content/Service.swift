internal import ParticipationKit

/// A service of the commune: what can be reported, one file of `content/services/`. The word is Open311's.
struct Service: Sendable {
  let code: String
  /// The texts in French and, where the file has them, in English.
  let names: LocalText
  let groups: LocalText
  let descriptions: LocalText
  /// Who does the work, when it is not the commune itself; empty otherwise.
  let agency: String
  let keywords: [String]
  /// What to do instead of writing when there is danger, by locale; nil when the service has no such case.
  let emergencies: [String: HTMLNode]
  /// The body of the file.
  let body: HTMLNode
  let position: Int

  func name(_ locale: String) -> String { names.text(locale) }

  /// The stop text in a language, in French when there is no other.
  func emergency(_ locale: String) -> HTMLNode? { emergencies[locale] ?? emergencies["fr"] }
}

/// A text in French and perhaps in English.
struct LocalText: Sendable, Hashable {
  let french: String
  let english: String?

  func text(_ locale: String) -> String { locale == "en" ? english ?? french : french }
}

/// The services in the order in which people see them.
struct ServiceList: Sendable {
  let all: [Service]
  private let byCode: [String: Service]

  init(_ services: [Service]) {
    all = services.sorted { ($0.position, $0.code) < ($1.position, $1.code) }
    byCode = Dictionary(services.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
  }

  subscript(code: String) -> Service? { byCode[code] }

  /// The name of a service; its code when the file is gone, so that old reports stay readable.
  func name(_ code: String, _ locale: String) -> String { byCode[code]?.name(locale) ?? code }

  /// The choices of a form, under their groups.
  func choices(_ locale: String) -> [Choice] {
    all.map { Choice($0.code, $0.name(locale), group: $0.groups.text(locale)) }
  }
}

/// Reads `content/services/*.md`.
struct ServiceReader {
  let markdown: (String) throws -> MarkdownText

  static let known = [
    "code", "name", "name_en", "group", "group_en", "description", "description_en", "agency", "keywords", "emergency",
    "emergency_en", "position",
  ]

  /// The services of some files, and what is wrong with them.
  func read(_ files: [ContentFile]) throws -> (services: [Service], findings: [Diagnostic]) {
    var services: [Service] = []
    var findings: [Diagnostic] = []
    var places: [String: String] = [:]
    for file in files {
      var own = file.checkFields(known: Self.known, required: ["code", "name", "description"])
      own += checkScalars(file)
      if let code = file.fields["code"], let text = code.text {
        own += checkCode(text, at: code.line, of: file, places: places)
        places[text] = file.path
      }
      if own.isEmpty, let service = try service(file, &own) { services.append(service) }
      findings += own
    }
    return (services, findings)
  }

  private func checkCode(
    _ code: String, at line: Int, of file: ContentFile, places: [String: String]
  ) -> [Diagnostic] {
    if ByteText.slug(code) != code {
      return [
        file.error(
          line: line,
          fr: "« code » vaut « \(code) » ; attendu : minuscules sans accent, chiffres et tirets, comme « eclairage »",
          en: "“code” is “\(code)”; expected: lower-case letters without accents, digits and hyphens, as “eclairage”")
      ]
    }
    guard let other = places[code] else { return [] }
    return [
      file.error(
        line: line, fr: "le code « \(code) » est déjà celui de \(other) ; chaque service a le sien",
        en: "the code “\(code)” is already that of \(other); every service has its own")
    ]
  }

  private func checkScalars(_ file: ContentFile) -> [Diagnostic] {
    var findings: [Diagnostic] = []
    for member in file.fields.members where member.name != "keywords" && Self.known.contains(member.name) {
      if !member.value.members.isEmpty || (member.value.text == nil && !member.value.list.isEmpty) {
        findings.append(
          file.error(
            line: member.value.line, fr: "« \(member.name) » : attendu un texte",
            en: "“\(member.name)”: expected a text"))
      }
    }
    if let position = file.fields["position"], position.text != nil, position.int == nil {
      findings.append(
        file.error(
          line: position.line, fr: "« position » : attendu un nombre entier, comme 30",
          en: "“position”: expected a whole number, as 30"))
    }
    for word in file.fields["keywords"]?.list ?? [] where word.text == nil {
      findings.append(
        file.error(
          line: word.line, fr: "« keywords » : attendu une liste de mots", en: "“keywords”: expected a list of words"))
    }
    return findings
  }

  private func service(_ file: ContentFile, _ findings: inout [Diagnostic]) throws -> Service? {
    func text(_ name: String) -> String? { file.fields[name]?.text.map { ByteText.singleLine($0) } }
    func local(_ name: String) -> LocalText { LocalText(french: text(name) ?? "", english: text("\(name)_en")) }
    func rendered(_ source: String, line: Int) throws -> MarkdownText? {
      do {
        return try markdown(source)
      } catch let refusal as MarkdownRefusal {
        findings.append(
          file.error(
            line: line, fr: "texte refusé : \(refusal.found) pour \(refusal.limit), au plus \(refusal.allowed)",
            en: "text refused: \(refusal.found) for \(refusal.limit), at most \(refusal.allowed)"))
        return nil
      }
    }
    var emergencies: [String: HTMLNode] = [:]
    for (locale, name) in [("fr", "emergency"), ("en", "emergency_en")] {
      guard let value = file.fields[name], let source = value.text else { continue }
      emergencies[locale] = try rendered(source, line: value.line)?.node
    }
    let body = try rendered(file.body, line: file.bodyLine)
    guard findings.isEmpty else { return nil }
    return Service(
      code: text("code") ?? "", names: local("name"), groups: local("group"), descriptions: local("description"),
      agency: text("agency") ?? "", keywords: file.fields["keywords"]?.list.compactMap(\.text) ?? [],
      emergencies: emergencies, body: body?.node ?? .empty,
      position: file.fields["position"]?.int ?? 100)
  }
}
