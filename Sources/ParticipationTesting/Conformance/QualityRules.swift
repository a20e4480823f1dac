import ParticipationKit
import ParvisCommune
import ParvisHost

// Whether everybody can use it, in their language.
extension Conformance {
  static let qualityRules: [ConformanceRule] = [
    ConformanceRule(
      "accessibility", .gold,
      fr: Words3(
        "Les pages se lisent au lecteur d’écran et au clavier",
        why: "Loi du 11 février 2005, RGAA : la mairie y est tenue.",
        fix: "Corrigez le titre, l’étiquette, le texte de remplacement ou l’en-tête de tableau que dit le constat."),
      en: Words3(
        "Pages can be read with a screen reader and used by keyboard",
        why: "French law of 11 February 2005 and RGAA: the town hall must.",
        fix: "Correct the heading, label, alternative text or table header that the finding names."),
      check: accessibility),
    ConformanceRule(
      "languages", .gold,
      fr: Words3(
        "Chaque texte existe dans chaque langue du module, avec les mêmes arguments",
        why: "Une page à moitié traduite n’est comprise de personne.",
        fix: "Complétez Locales et les titres (« fr » et « en ») que dit le constat."),
      en: Words3(
        "Each text exists in each language of the module, with the same arguments",
        why: "A page that is half translated is understood by nobody.",
        fix: "Complete Locales and the titles (`fr` and `en`) that the finding names."),
      check: languages),
    ConformanceRule(
      "events", .gold,
      fr: Words3(
        "Chaque événement a ses mots dans chaque langue du site",
        why: "Un courrier vide ou dans une autre langue alarme pour rien.",
        fix: "Donnez Event(words:) pour chaque langue de site.commune.languages ; une clé pour ce que le temps amène."),
      en: Words3(
        "Each event has its words in each language of the site",
        why: "An empty mail, or one in another language, alarms for nothing.",
        fix: "Give Event(words:) for each of site.commune.languages; a key for what time brings."),
      applies: { try !$0.instance().followableKinds.isEmpty || $0.instance().timedEvents != nil }, check: events),
  ]

  private static func accessibility(_ examination: Examination) throws -> Verdict {
    let visit = try examination.visit()
    var verdict = Verdict()
    let pages =
      visit.pages.map { ($0.path, $0.bytes) } + visit.screens.filter { $0.status == 200 }.map { ($0.path, $0.body) }
    var seen: Set<String> = []
    for (path, bytes) in pages {
      for problem in PageReading(bytes).problems where seen.insert("\(path) \(problem)").inserted {
        verdict.add(path, problem)
      }
    }
    for (path, bytes) in try refusedPages(examination) {
      for problem in PageReading(bytes).problems { verdict.add(path, problem) }
    }
    verdict.evidence = "\(pages.count) pages and screens"
    return verdict
  }

  /// What a person gets whose form is refused.
  private static func refusedPages(_ examination: Examination) throws -> [(String, [UInt8])] {
    let visit = try examination.visit()
    let commune = try examination.commune()
    let people = Participation(commune: commune, instance: visit.instance, module: examination.id)
    return try people.publicForms(visit).filter { $0.module == examination.id }.compactMap { place in
      let answer = commune.post(place.path, [("no_such_field", "x")])
      return answer.status == 422 ? ("the refused form of \(place.action)", Array(answer.body.utf8)) : nil
    }
  }

  private static func languages(_ examination: Examination) throws -> Verdict {
    var verdict = Verdict()
    let sources = examination.descriptor.catalogues.compactMap { source in
      (try? JSONValue.parse(source.json))?.asObject.map { (locale: source.locale, members: $0) }
    }
    // What the first language lacks is the matter of `catalogue`.
    for source in sources.prefix(1) {
      for other in sources where other.locale != source.locale {
        let texts = Dictionary(other.members.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        for member in source.members {
          guard let text = texts[member.name] else {
            verdict.add("Locales/\(other.locale).json", "lacks “\(member.name)”")
            continue
          }
          let (wanted, found) = (arguments(member.value), arguments(text))
          if wanted != found {
            verdict.add(
              "Locales/\(other.locale).json",
              "“\(member.name)” has the arguments \(braced(found)), \(source.locale) has \(braced(wanted))")
          }
        }
      }
    }
    for locale in ["fr", "en"] where !sources.isEmpty && !sources.contains(where: { $0.locale == locale }) {
      verdict.add("Locales/\(locale).json", "is missing")
    }
    let instance = try examination.instance()
    for (what, titles) in titled(instance) {
      for locale in ["fr", "en"] where ByteText.trimmed(titles[locale] ?? "").isEmpty {
        verdict.add(what, "has no title in \(locale)")
      }
    }
    verdict.evidence = "\(sources.first?.members.count ?? 0) texts in \(sources.map(\.locale).joined(separator: ", "))"
    return verdict
  }

  private static func titled(_ instance: ModuleInstance) -> [(String, [String: String])] {
    instance.actions.map { ("action \($0.name)", $0.titles) }
      + instance.documents.map { ("documents \($0.kind)", $0.titles) }
      + instance.streams.map { ("stream \($0.name)", $0.titles) }
      + instance.moderatedKinds.map { ("moderated kind \($0.kind)", $0.titles) }
      + instance.deskScreens.map { ("screen \($0.name)", $0.titles) }
      + instance.importers.map { ("import \($0.kind)", $0.titles) }
      + instance.exporters.map { ("export \($0.kind)", $0.titles) }
  }

  private static func braced(_ names: Set<String>) -> String {
    names.isEmpty ? "none" : names.sorted().map { "{\($0)}" }.joined(separator: ", ")
  }

  /// The names between braces in a text, or in the longer form of a plural.
  private static func arguments(_ value: JSONValue) -> Set<String> {
    let bytes = Array((value.asString ?? value["other"]?.asString ?? "").utf8)
    var names: Set<String> = []
    var rest = bytes[...]
    while let open = rest.firstIndex(of: UInt8(ascii: "{")),
      let close = rest[open...].firstIndex(of: UInt8(ascii: "}"))
    {
      names.insert(String(decoding: rest[(open + 1)..<close], as: UTF8.self))
      rest = rest[(close + 1)...]
    }
    return names
  }

  private static func events(_ examination: Examination) throws -> Verdict {
    var verdict = Verdict()
    let visit = try examination.visit()
    let languages = visit.instance.site.commune.languages
    var count = 0
    try visit.commune.opened.host.ports.store.read { ledgers in
      for row in try ledgers("host").rows("SELECT subject, words FROM host_event WHERE withdrawn = 0 ORDER BY id") {
        let subject = try row.text("subject")
        guard subject.hasPrefix(examination.id + "/") else { continue }
        count += 1
        let words = (try? JSONValue.parse(Array(try row.text("words").utf8))) ?? .null
        for language in languages where ByteText.trimmed(words[language]?["title"]?.asString ?? "").isEmpty {
          verdict.add(subject, "an event has no words in \(language)")
        }
      }
      guard let timed = visit.instance.timedEvents else { return }
      let years: Int64 = 10 * 366 * 86_400
      let now = visit.commune.now
      for event in try timed.due(ledgers(examination.id), now.adding(seconds: -years), now.adding(seconds: years)) {
        count += 1
        if event.key.isEmpty { verdict.add("\(event.subject)", "what time brings has no key, and would be told twice") }
        for language in languages where (event.words[language]?.title ?? "").isEmpty {
          verdict.add("\(event.subject)", "an event has no words in \(language)")
        }
      }
    }
    verdict.evidence = "\(count) events"
    if count == 0 { verdict.miss("no event was announced") }
    return verdict
  }
}
