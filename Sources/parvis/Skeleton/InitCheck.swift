import ParticipationKit
import ParvisCommune

/// Checks of the answers of `parvis init`: nil, or what was expected.
enum InitCheck {
  static func name(_ text: String) -> Bilingual? {
    text.isEmpty || text.utf8.count > 200
      ? Bilingual(fr: "attendu un nom", en: "expected a name") : nil
  }

  /// Five digits, or `2A`/`2B` and three digits (code officiel géographique).
  static func insee(_ text: String) -> Bilingual? {
    if InseeCode.isCommune(text) { return nil }
    return Bilingual(
      fr: "« \(text) » ; attendu 5 caractères, comme 55999 ou 2A004",
      en: "“\(text)”; expected 5 characters, as 55999 or 2A004")
  }

  static func population(_ text: String) -> Bilingual? {
    if let number = Int(text), (1...10_000_000).contains(number) { return nil }
    return Bilingual(fr: "« \(text) » ; attendu un nombre, comme 752", en: "“\(text)”; expected a number, as 752")
  }

  static func department(_ text: String) -> Bilingual? {
    if InseeCode.isDepartment(text) { return nil }
    return Bilingual(
      fr: "« \(text) » ; attendu un code, comme 55, 2A ou 974", en: "“\(text)”; expected a code, as 55, 2A or 974")
  }

  static func timeZone(_ text: String) -> Bilingual? {
    let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } && !text.hasPrefix("/") && !text.contains("..")
    if isPlain, !text.isEmpty, FileTree.kind("/usr/share/zoneinfo/\(text)") == .file { return nil }
    return Bilingual(
      fr: "« \(text) » ; attendu un fuseau, comme Europe/Paris", en: "“\(text)”; expected a zone, as Europe/Paris")
  }

  static func languages(_ text: String) -> Bilingual? {
    let list = text.split(separator: ",").map { ByteText.trimmed(String($0)) }
    if !list.isEmpty, list.allSatisfy({ $0 == "fr" || $0 == "en" }), Set(list).count == list.count { return nil }
    return Bilingual(fr: "« \(text) » ; attendu fr, ou fr,en", en: "“\(text)”; expected fr, or fr,en")
  }

  static func address(_ text: String) -> Bilingual? {
    let isWeb = text.hasPrefix("https://") || text.hasPrefix("http://")
    let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"\"<>?#\\".utf8.contains($0) }
    if isWeb, isPlain, text.utf8.count > 8 { return nil }
    return Bilingual(
      fr: "« \(text) » ; attendu une adresse, comme https://www.exemple.fr/",
      en: "“\(text)”; expected an address, as https://www.example.org/")
  }

  static func slashed(_ address: String) -> String { address.hasSuffix("/") ? address : address + "/" }

  /// The first two characters of the INSEE code, three overseas.
  static func department(of insee: String) -> String {
    let length = insee.hasPrefix("97") || insee.hasPrefix("98") ? 3 : 2
    return String(decoding: insee.utf8.prefix(length), as: UTF8.self)
  }

  static func timeZone(of department: String) -> String {
    let overseas = [
      "971": "America/Guadeloupe", "972": "America/Martinique", "973": "America/Cayenne", "974": "Indian/Reunion",
      "975": "America/Miquelon", "976": "Indian/Mayotte", "977": "America/St_Barthelemy", "978": "America/Marigot",
      "986": "Pacific/Wallis", "987": "Pacific/Tahiti", "988": "Pacific/Noumea",
    ]
    return overseas[department] ?? "Europe/Paris"
  }
}
