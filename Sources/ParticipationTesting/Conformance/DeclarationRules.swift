import ParticipationKit
import ParvisCommune
import ParvisHost

// What the declaration alone shows: checked at each start of a server, too.
extension Conformance {
  static let declarationRules: [ConformanceRule] = [
    ConformanceRule(
      "manifest", .bronze,
      fr: Words3(
        "Le manifeste dit qui est le module", why: "La mairie doit savoir ce qu’elle installe.",
        fix: "Complétez Manifest : id, version à trois nombres, noms en français et en anglais, licence."),
      en: Words3(
        "The manifest says who the module is", why: "The town hall must know what it installs.",
        fix: "Complete Manifest: id, a version of three numbers, names in French and English, a licence."),
      isStatic: true, check: manifest),
    ConformanceRule(
      "owner", .bronze,
      fr: Words3(
        "Le module a un responsable", why: "Sans personne à qui écrire, une panne reste une panne.",
        fix: "Donnez le responsable dans Manifest(owner:)."),
      en: Words3(
        "The module has an owner", why: "With nobody to write to, a failure stays a failure.",
        fix: "Give the owner in Manifest(owner:)."),
      isStatic: true,
      check: { examination in
        var verdict = Verdict(evidence: examination.manifest.owner)
        if ByteText.trimmed(examination.manifest.owner).isEmpty { verdict.add("Manifest.owner", "is empty") }
        return verdict
      }),
    ConformanceRule(
      "permissions", .bronze,
      fr: Words3(
        "Chaque permission est au module, décrite et donnée à des rôles connus",
        why: "Une permission non déclarée ne peut être ni donnée ni refusée.",
        fix: "Déclarez-la dans Manifest(permissions:) sous la forme « id.mot », avec ses titres et ses rôles."),
      en: Words3(
        "Each permission is the module’s own, described, and given to known roles",
        why: "A permission that is not declared can neither be given nor refused.",
        fix: "Declare it in Manifest(permissions:) as `id.word`, with titles and roles."),
      isStatic: true, check: permissions),
    ConformanceRule(
      "personal-data", .bronze,
      fr: Words3(
        "Le module dit ce qu’il garde des personnes",
        why: "RGPD, articles 13 et 30 : le silence n’est pas une réponse.",
        fix: "Écrivez Manifest(personalData:) en français et en anglais : quoi, pourquoi, combien de temps."),
      en: Words3(
        "The module says what it keeps about people", why: "GDPR, articles 13 and 30: silence is no answer.",
        fix: "Write Manifest(personalData:) in French and English: what, why, how long."),
      isStatic: true,
      check: { examination in
        var verdict = Verdict()
        for locale in ["fr", "en"] where ByteText.trimmed(examination.manifest.personalData.texts[locale] ?? "").isEmpty
        {
          verdict.add("Manifest.personalData", "has no words in \(locale)")
        }
        return verdict
      }),
    ConformanceRule(
      "settings", .bronze,
      fr: Words3(
        "Chaque réglage a une valeur de départ valable et une explication",
        why: "La plupart des communes ne règlent rien : la valeur de départ est ce qui tourne.",
        fix: "Corrigez SettingField : le type, l’étendue ou les choix doivent admettre la valeur de départ."),
      en: Words3(
        "Each setting has a valid default and an explanation",
        why: "Most communes set nothing: the default is what runs.",
        fix: "Correct SettingField: kind, range or choices must allow the default."),
      isStatic: true, applies: { !$0.descriptor.settings.isEmpty }, check: settings),
    ConformanceRule(
      "catalogue", .bronze,
      fr: Words3(
        "La première langue a tous les textes", why: "Elle sert quand un texte manque ailleurs.",
        fix: "Ajoutez les clés à la première langue de catalogues."),
      en: Words3(
        "The first language has every text", why: "It is used when a text is missing elsewhere.",
        fix: "Add the keys to the first language of catalogues."),
      isStatic: true, applies: { !$0.descriptor.catalogues.isEmpty }, check: catalogue),
  ]

  private static func manifest(_ examination: Examination) -> Verdict {
    let manifest = examination.manifest
    var verdict = Verdict(evidence: "\(manifest.id) \(manifest.version)")
    do {
      try ModuleRegistry.check(id: manifest.id)
    } catch {
      verdict.add("Manifest.id", "\(error)")
    }
    let numbers = manifest.version.split(separator: ".", omittingEmptySubsequences: false)
    if numbers.count != 3 || !numbers.allSatisfy({ ByteText.decimal(Array($0.utf8)) != nil }) {
      verdict.add("Manifest.version", "“\(manifest.version)” is not three numbers, as 1.0.0")
    }
    for locale in ["fr", "en"] where ByteText.trimmed(manifest.names[locale] ?? "").isEmpty {
      verdict.add("Manifest.names", "has no name in \(locale)")
    }
    if ByteText.trimmed(manifest.licence).isEmpty { verdict.add("Manifest.licence", "is empty; expected as EUPL-1.2") }
    let known = ["commentable", "followable", "reportable", "geolocated", "attachable", "votable", "schedulable"]
    for trait in manifest.traits where !known.contains(trait) {
      verdict.add("Manifest.traits", "“\(trait)” is no trait; possible: \(known.joined(separator: ", "))")
    }
    return verdict
  }

  private static func permissions(_ examination: Examination) -> Verdict {
    let (id, permissions) = (examination.id, examination.manifest.permissions)
    var verdict = Verdict(evidence: "\(permissions.count) permissions")
    for permission in permissions {
      if !permission.name.hasPrefix(id + ".") || !isPlain(String(permission.name.dropFirst(id.utf8.count + 1))) {
        verdict.add(permission.name, "expected “\(id).” and a word of lower-case letters, digits and -")
      }
      for role in permission.roles where !Role.all.contains(role) {
        verdict.add(permission.name, "“\(role)” is no role; possible: \(Role.all.joined(separator: ", "))")
      }
      for locale in ["fr", "en"] where (permission.titles[locale] ?? "").isEmpty {
        verdict.add(permission.name, "has no title in \(locale)")
      }
    }
    return verdict
  }

  private static func settings(_ examination: Examination) -> Verdict {
    var verdict = Verdict(evidence: "\(examination.descriptor.settings.count) settings")
    for field in examination.descriptor.settings {
      let place = "setting \(field.name)"
      if !isPlain(field.name) { verdict.add(place, "the name has lower-case letters, digits, - and _ only") }
      switch field.kind {
      case .int:
        guard let value = field.defaultValue.asInteger.map({ Int($0) }) else {
          verdict.add(place, "the default is no whole number")
          break
        }
        if let range = field.range, !range.contains(value) {
          verdict.add(place, "the default \(value) is out of range")
        }
      case .bool:
        if ![0, 1].contains(field.defaultValue.asInteger ?? -1) {
          verdict.add(place, "the default is neither true nor false")
        }
      default:
        guard let value = field.defaultValue.asText else {
          verdict.add(place, "the default is no text")
          break
        }
        if !field.choices.isEmpty, !field.choices.contains(value) {
          verdict.add(place, "the default “\(value)” is none of \(field.choices.joined(separator: ", "))")
        }
      }
      for locale in ["fr", "en"] where (field.help[locale] ?? "").isEmpty {
        verdict.add(place, "has no explanation in \(locale)")
      }
    }
    return verdict
  }

  private static func catalogue(_ examination: Examination) throws -> Verdict {
    var verdict = Verdict()
    var catalogues: [Catalogue] = []
    for source in examination.descriptor.catalogues {
      do {
        catalogues.append(try Catalogue(locale: source.locale, json: source.json))
      } catch {
        let reason = Catalogue.words(for: error, "en", in: source.json)
        verdict.add("Locales/\(source.locale).json", "cannot be read: \(reason)")
      }
    }
    guard let first = catalogues.first else { return verdict }
    let keys = Set(first.keys)
    verdict.evidence = "\(keys.count) texts in \(catalogues.map(\.locale).joined(separator: ", "))"
    for other in catalogues.dropFirst() {
      for key in other.keys where !keys.contains(key) {
        verdict.add("Locales/\(first.locale).json", "lacks “\(key)”, which \(other.locale) has")
      }
    }
    return verdict
  }

  /// Whether a name can stand in addresses: lower-case letters, digits, `-` and `_`, starting with a letter.
  static func isPlain(_ name: String) -> Bool {
    guard let first = name.utf8.first, (0x61...0x7A).contains(first) else { return false }
    return name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x5F }
  }

  /// An error in words: with its findings when it has some.
  static func words(_ error: any Error) -> String {
    switch error {
    case let error as StartFailure: error.reason
    case let error as CommuneError:
      ([error.message("en")] + error.diagnostics.map(\.description)).joined(separator: "; ")
    case let error as ContentError: error.diagnostics.map(\.description).joined(separator: "; ")
    case let error as ImportError: error.messages["en"] ?? "\(error)"
    case let problem as Problem: problem.detail
    default: "\(error)"
    }
  }
}
