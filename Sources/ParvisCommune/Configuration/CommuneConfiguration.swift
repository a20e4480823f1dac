import FrontMatter
public import ParticipationKit
public import ParvisHost
import SiteGeneration

/// What `commune.yaml` says.
public struct CommuneConfiguration: Sendable {
  /// How the town hall is reached.
  public struct TownHall: Sendable {
    /// The lines of the postal address.
    public let address: [String]
    /// The opening hours, a line each.
    public let hours: [String]
    /// The telephone number; empty for none.
    public let telephone: String
    /// The e-mail address; empty for none.
    public let email: String
  }

  /// What everybody may know.
  public let facts: CommuneFacts
  /// The IANA name of the time zone.
  public let timeZone: String
  /// The address of the server with its final slash when the site lives elsewhere; nil for the same origin.
  public let server: String?
  /// The commune's colour, as `#6d2a55`.
  public let accent: String
  /// How the town hall is reached.
  public let townHall: TownHall
  /// Where security problems are told (RFC 9116), as `mailto:…`; empty for none.
  public let securityContact: String
  /// Until when the contact holds.
  public let securityExpires: LocalDate?
  /// What is asked of staff accounts.
  public let staff: StaffRules
  /// How mail leaves; nil for none.
  let mail: MailConfiguration?
  /// Programs that are told of events.
  let webhooks: [WebhookConfiguration]
  /// How the commune moderates unless the desk decides otherwise.
  public let moderation: ModerationSettings
  /// How long the host keeps what.
  public let privacy: PrivacySettings
  /// The most mebibytes of one file that staff attach.
  public let uploadMebibytes: Int
  /// The modules with their settings, in the order of their ids.
  public let modules: [(id: String, settings: YAMLSettings)]

  /// Reads `commune.yaml` of a folder.
  /// - Throws: ``CommuneError`` with file and line of every finding.
  public static func load(folder: String) throws -> CommuneConfiguration {
    let path = folder + "/commune.yaml"
    guard let bytes = try Files.read(path) else {
      throw CommuneError(
        .notFound, fr: "Aucune commune dans « \(folder) » : commune.yaml manque. Créez-la avec : parvis init \(folder)",
        en: "No commune in “\(folder)”: commune.yaml is missing. Make one with: parvis init \(folder)")
    }
    do {
      return try CommuneConfiguration(YAMLDocument.parse(bytes, file: "commune.yaml"))
    } catch let error as FrontMatterError {
      throw CommuneConfiguration.error([error])
    } catch let errors as FrontMatterErrors {
      throw CommuneConfiguration.error(errors.errors)
    }
  }

  private static func error(_ errors: [FrontMatterError]) -> CommuneError {
    CommuneError(
      .badConfiguration, fr: "commune.yaml ne peut pas être utilisé tel quel.",
      en: "commune.yaml cannot be used as it is.", diagnostics: errors.map(ContentFiles.diagnostic))
  }

  private init(_ value: YAMLValue) throws {
    let reader = MappingReader(value, file: "commune.yaml")
    let languages = reader.texts("languages")
    for (index, language) in languages.enumerated() where language != "fr" && language != "en" {
      reader.report(
        "languages", element: index, expected: Wording(fr: "une langue parmi fr, en", en: "a language among fr, en"))
    }
    if Set(languages).count < languages.count {
      reader.report("languages", expected: Wording(fr: "chaque langue une seule fois", en: "each language only once"))
    }
    let address = CommuneConfiguration.address(reader, "address")
    facts = CommuneFacts(
      name: reader.text("name"),
      inseeCode: CommuneConfiguration.code(
        reader, "insee", InseeCode.isCommune,
        Wording(
          fr: "un code INSEE de 5 caractères comme \"55999\" ou \"2A004\"",
          en: "an INSEE code of 5 characters such as \"55999\" or \"2A004\"")),
      population: reader.int("population", in: 1...10_000_000),
      department: CommuneConfiguration.code(
        reader, "department", InseeCode.isDepartment,
        Wording(
          fr: "un code de département comme \"55\", \"2A\" ou \"974\"",
          en: "the code of a department such as \"55\", \"2A\" or \"974\"")),
      languages: languages.isEmpty ? ["fr"] : languages, address: address,
      isDemonstration: reader.optionalBool("demonstration") ?? false)
    timeZone = reader.optionalText("time_zone") ?? "Europe/Paris"
    server = reader.optionalValue("server") == nil ? nil : CommuneConfiguration.address(reader, "server")
    accent = reader.optionalText("accent") ?? "#6d2a55"
    if AccentColor(accent) == nil {
      reader.report(
        "accent", expected: Wording(fr: "une couleur comme \"#6d2a55\"", en: "a colour such as \"#6d2a55\""))
    }
    let hall = reader.optionalMapping("town_hall")
    townHall = TownHall(
      address: hall?.texts("address") ?? [], hours: hall?.texts("hours") ?? [],
      telephone: hall?.optionalText("telephone") ?? "", email: hall?.optionalText("email") ?? "")
    securityContact = reader.optionalText("security_contact") ?? ""
    securityExpires = reader.optionalDate("security_expires").flatMap { LocalDate($0) }
    CommuneConfiguration.checkContact(reader, securityContact, securityExpires)
    staff = StaffRules(reader)
    let commune = facts.name
    mail = reader.optionalMapping("mail").flatMap { MailConfiguration($0, commune: commune) }
    webhooks = CommuneConfiguration.webhooks(reader)
    moderation = CommuneConfiguration.moderation(reader)
    privacy = CommuneConfiguration.privacy(reader)
    uploadMebibytes = reader.optionalMapping("uploads")?.optionalInt("max_mib", in: 1...200) ?? 20
    modules = CommuneConfiguration.modules(reader)
    if ZoneRules.load(timeZone) == nil {
      reader.report(
        "time_zone", expected: Wording(fr: "un fuseau comme Europe/Paris", en: "a zone such as Europe/Paris"))
    }
    try reader.finish()
  }

  /// A code of the INSEE; one that is missing was reported where it was read.
  private static func code(
    _ reader: MappingReader, _ key: String, _ isValid: (String) -> Bool, _ expected: Wording
  ) -> String {
    let text = reader.text(key)
    if !text.isEmpty, !isValid(text) { reader.report(key, expected: expected) }
    return text
  }

  /// RFC 9116 wants both: an address with scheme, and until when it holds.
  private static func checkContact(_ reader: MappingReader, _ contact: String, _ expires: LocalDate?) {
    guard !contact.isEmpty else { return }
    if !["mailto:", "https://", "tel:"].contains(where: { contact.utf8.starts(with: $0.utf8) }) {
      reader.report(
        "security_contact",
        expected: Wording(
          fr: "une adresse comme mailto:mairie@exemple.fr", en: "an address such as mailto:hall@example.org"))
    }
    // A date that is none was reported where it was read.
    if expires == nil, reader.optionalValue("security_expires") == nil {
      reader.report(
        "security_expires", expected: Wording(fr: "une date comme 2027-01-31", en: "a date such as 2027-01-31"))
    }
  }

  /// An address with scheme, host and final slash. Absent, blank or wrong, it is reported once.
  private static func address(_ reader: MappingReader, _ key: String) -> String {
    let text = reader.optionalValue(key)?.text ?? ""
    let bytes = Array(text.utf8)
    let isWeb = text.utf8.starts(with: "https://".utf8) || text.utf8.starts(with: "http://".utf8)
    let isPlain = bytes.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "<") }
    let parts = text.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    let hasHost = parts.count > 2 && !parts[2].isEmpty && !parts[2].contains("@")
    if !isWeb || !hasHost || !isPlain || bytes.contains(UInt8(ascii: "?")) || bytes.contains(UInt8(ascii: "#")) {
      reader.report(
        key,
        expected: Wording(
          fr: "une adresse comme https://www.exemple.fr/", en: "an address such as https://www.example.org/"))
    }
    return bytes.last == UInt8(ascii: "/") ? text : text + "/"
  }

  /// Periods in days, each within its bounds.
  private static func privacy(_ reader: MappingReader) -> PrivacySettings {
    let officer = reader.optionalText("data_officer") ?? ""
    guard let periods = reader.optionalMapping("retention") else { return PrivacySettings(officer: officer) }
    var days: [String: Int] = [:]
    for period in PrivacySettings.periods {
      if let chosen = periods.optionalInt(period.name, in: period.range) { days[period.name] = chosen }
    }
    return PrivacySettings(days: days, officer: officer)
  }

  private static func modules(_ reader: MappingReader) -> [(id: String, settings: YAMLSettings)] {
    guard let value = reader.optionalValue("modules") else { return [] }
    guard let entries = value.entries else {
      reader.report(
        "modules",
        expected: Wording(fr: "des noms de modules suivis de « : »", en: "names of modules followed by “:”"))
      return []
    }
    return entries.map { (id: $0.key, settings: YAMLSettings($0.value, line: $0.line)) }.sorted { $0.id < $1.id }
  }
}

/// The settings of one module as written, to be checked against what the module declares.
public struct YAMLSettings: Sendable {
  let value: YAMLValue
  /// The line of the module's name in `commune.yaml`.
  public let line: Int

  init(_ value: YAMLValue, line: Int) {
    self.value = value
    self.line = line
  }

  /// The settings checked against a module's declarations; every declared one has a value.
  /// - Throws: ``CommuneError`` with the line of every finding.
  func checked(_ fields: [SettingField], module: String) throws -> Settings {
    var findings: [Diagnostic] = []
    var values: [String: SQLValue] = [:]
    for field in fields { values[field.name] = field.defaultValue }
    func wrong(_ line: Int, _ fr: String, _ en: String) {
      findings.append(Diagnostic(.error, file: "commune.yaml", line: line, fr: fr, en: en))
    }
    for entry in value.entries ?? [] {
      guard let field = fields.first(where: { $0.name == entry.key }) else {
        let known = fields.map(\.name).joined(separator: ", ")
        wrong(
          entry.line, "réglage inconnu « \(module).\(entry.key) » ; attendu : \(known)",
          "unknown setting “\(module).\(entry.key)”; expected: \(known)")
        continue
      }
      if let value = YAMLSettings.value(entry.value, field) {
        values[field.name] = value
      } else {
        let expected = YAMLSettings.expected(field)
        let found = YAMLSettings.found(entry.value)
        wrong(
          entry.line, "« \(module).\(field.name) » attend \(expected.fr) ; trouvé : \(found.fr)",
          "“\(module).\(field.name)” expects \(expected.en); found: \(found.en)")
      }
    }
    if value.entries == nil, !value.isNull {
      let found = YAMLSettings.found(value)
      wrong(
        line, "« \(module) » attend des réglages, un par ligne, ou rien ; trouvé : \(found.fr)",
        "“\(module)” expects settings, one a line, or nothing; found: \(found.en)")
    }
    guard findings.isEmpty else {
      throw CommuneError(
        .badConfiguration, fr: "commune.yaml ne peut pas être utilisé tel quel.",
        en: "commune.yaml cannot be used as it is.", diagnostics: findings)
    }
    return Settings(values)
  }

  private static func value(_ value: YAMLValue, _ field: SettingField) -> SQLValue? {
    switch field.kind {
    case .int: value.int.flatMap { field.range?.contains($0) ?? true ? .integer($0) : nil }
    case .bool: value.bool.map { .bool($0) }
    default: value.text.flatMap { field.choices.isEmpty || field.choices.contains($0) ? .text($0) : nil }
    }
  }

  /// A value as it stands in the file; a number in quotes is a text, so quotes are shown.
  private static func found(_ value: YAMLValue) -> (fr: String, en: String) {
    if value.entries != nil { return ("des clés", "keys") }
    let shown = Wording(contentOf: value)
    guard value.sequence == nil else { return (shown.french, shown.english) }
    guard let text = value.text else { return ("rien", "nothing") }
    let isQuoted = (value.int == nil && Int(text) != nil) || (value.bool == nil && ["true", "false"].contains(text))
    return isQuoted
      ? ("\(shown.french) entre guillemets", "\(shown.english) in quotes") : (shown.french, shown.english)
  }

  private static func expected(_ field: SettingField) -> (fr: String, en: String) {
    switch field.kind {
    case .int:
      field.range.map {
        (
          "un nombre entier de \($0.lowerBound) à \($0.upperBound)",
          "a whole number from \($0.lowerBound) to \($0.upperBound)"
        )
      } ?? ("un nombre entier", "a whole number")
    case .bool: ("true ou false", "true or false")
    default:
      field.choices.isEmpty
        ? ("un texte", "a text")
        : ("un mot parmi \(field.choices.joined(separator: ", "))", "one of \(field.choices.joined(separator: ", "))")
    }
  }
}
