public import ParticipationKit

/// The commune's charter: the reasons for which words are not published, with what authors are told.
///
/// A commune writes its own in `content/charter/`, one file a reason; without that folder seven usual ones hold.
public struct Charter: Sendable {
  /// One reason.
  public struct Reason: Sendable {
    /// The id, as `personal-data`: the file's name. Decisions and counts keep it for ever.
    public let id: String
    /// What it is called, by locale.
    public let titles: [String: String]
    /// On which rule it rests, by locale (DSA art. 17 §3 d and e): an article of law, or the charter itself.
    public let grounds: [String: String]
    /// What the author reads unless the moderator writes something else, by locale.
    public let templates: [String: String]
    let order: Int
  }

  /// The reasons in the order shown.
  public let reasons: [Reason]

  private static let usual = [
    "off-topic", "personal-data", "insult", "discrimination", "advertising", "duplicate", "unreadable",
  ]

  /// The usual reasons, from the host's words.
  public static func standard(_ words: HostWords) -> Charter {
    func both(_ key: String) -> [String: String] { ["fr": words.text(key, "fr"), "en": words.text(key, "en")] }
    return Charter(
      reasons: usual.enumerated().map { index, id in
        Reason(
          id: id, titles: both("reason.\(id)"), grounds: both("mod.ground.\(id)"),
          templates: both("mod.template.\(id)"), order: index)
      })
  }

  /// Reads the files of `content/charter`; the usual reasons when there are none.
  /// - Throws: ``ContentError`` with file and line of every finding.
  public static func read(_ files: [ContentFile], words: HostWords) throws -> Charter {
    guard !files.isEmpty else { return standard(words) }
    var findings: [Diagnostic] = []
    var reasons: [Reason] = []
    for file in files {
      findings += file.checkFields(known: ["order", "title", "ground", "template"], required: ["title", "template"])
      if ByteText.slug(file.name) != file.name || file.name.utf8.count > 40 {
        findings.append(
          file.error(
            line: 1, fr: "nom de fichier attendu : lettres sans accent, chiffres et tirets, 40 au plus",
            en: "expected file name: letters without accents, digits and hyphens, at most 40"))
      }
      reasons.append(
        Reason(
          id: file.name, titles: texts(file, "title", &findings), grounds: texts(file, "ground", &findings),
          templates: texts(file, "template", &findings), order: file.fields["order"]?.int ?? 1000))
    }
    guard findings.isEmpty else { throw ContentError(findings) }
    return Charter(reasons: reasons.sorted { ($0.order, $0.id) < ($1.order, $1.id) })
  }

  /// The texts of a field by locale: a mapping `fr: …` and `en: …`, or one text for both.
  private static func texts(
    _ file: ContentFile, _ name: String, _ findings: inout [Diagnostic]
  ) -> [String: String] {
    guard let value = file.fields[name] else { return [:] }
    if let text = value.text { return ["fr": text, "en": text] }
    var texts: [String: String] = [:]
    for member in value.members {
      if let text = member.value.text, member.name == "fr" || member.name == "en" {
        texts[member.name] = text
      } else {
        findings.append(
          file.error(
            line: member.value.line, fr: "« \(name) » attend un texte, ou fr: et en: avec un texte chacun",
            en: "“\(name)” expects a text, or fr: and en: with a text each"))
      }
    }
    if texts.isEmpty {
      findings.append(
        file.error(
          line: value.line, fr: "« \(name) » attend un texte, ou fr: et en: avec un texte chacun",
          en: "“\(name)” expects a text, or fr: and en: with a text each"))
    }
    return texts
  }

  /// The reason with an id; nil when the charter has none.
  public func reason(_ id: String) -> Reason? { reasons.first { $0.id == id } }

  /// The text in a language, else in the other one.
  static func pick(_ texts: [String: String], _ locale: String) -> String {
    texts[locale] ?? texts["fr"] ?? texts["en"] ?? ""
  }
}

extension Host {
  /// What a reason is called. One that the charter no longer has keeps its usual name, else its id.
  func reasonTitle(_ id: String, _ locale: String) -> String {
    if let reason = charter.reason(id) { return Charter.pick(reason.titles, locale) }
    let key = id == "flags" || id == "undone" ? "mod.reason.\(id)" : "reason.\(id)"
    let text = words.text(key, locale)
    return text == key ? id : text
  }
}
