import ParticipationKit
import ParvisCommune
import ParvisHost

// What reaches the public: nothing raw, nothing personal, nothing unread, no holes.
extension Conformance {
  static let publicRules: [ConformanceRule] = [
    ConformanceRule(
      "escaping", .bronze,
      fr: Words3(
        "Ce que les gens écrivent reste du texte, partout",
        why: "Une balise ou une formule d’un inconnu agirait chez tous.",
        fix:
          "Des HTMLNode pour les pages ; dans un export CSV, une apostrophe devant ce qui commence par = + - @."
      ),
      en: Words3(
        "What people write stays text, everywhere", why: "A stranger’s tag or formula would act at everybody’s place.",
        fix: "Make pages of HTMLNode; in a CSV export put an apostrophe before what begins with = + - @."),
      check: escaping),
    ConformanceRule(
      "refused-markup", .bronze,
      fr: Words3(
        "Aucun attribut interdit dans les pages",
        why: "Un gestionnaire ou un style en ligne est refusé par la politique de sécurité.",
        fix: "Retirez l’attribut écrit comme data-refused ; les classes sont dans SiteGeneration/Assets/README.md."),
      en: Words3(
        "No forbidden attribute in pages", why: "A handler or an inline style is refused by the security policy.",
        fix: "Drop the attribute that is written as data-refused; classes are in SiteGeneration/Assets/README.md."),
      check: { examination in
        let visit = try examination.visit()
        var verdict = Verdict(evidence: "\(visit.pages.count) pages, \(visit.screens.count) screens")
        for page in visit.pages where page.bytes.holds(" data-refused") {
          verdict.add(page.path, "holds a refused attribute")
        }
        for screen in visit.screens where screen.body.holds(" data-refused") {
          verdict.add(screen.path, "holds a refused attribute")
        }
        return verdict
      }),
    ConformanceRule(
      "secrecy", .bronze,
      fr: Words3(
        "Ce qui dit qui est quelqu’un n’est dans aucun fichier publié",
        why: "Rien de personnel ne part sans qu’on l’ait demandé.",
        fix: "Ne mettez ni adresse ni nom dans documents, flux et exports publics ; PublicName pour qui le veut."),
      en: Words3(
        "What says who somebody is stands in no published file",
        why: "Nothing personal leaves unless it was asked for.",
        fix: "Put neither addresses nor names into documents, streams and dumps; PublicName for those who want it."),
      applies: { try $0.visit().acts.contains { $0.isPublic && $0.personal != nil } }, check: secrecy),
    ConformanceRule(
      "unread", .bronze,
      fr: Words3(
        "Les mots du public ne sont publiés qu’après une décision", why: "La commune répond de ce qu’elle publie.",
        fix: "Appelez submitForModeration, et ne montrez que ce que decide a publié."),
      en: Words3(
        "Words of the public are published only after a decision", why: "The commune answers for what it publishes.",
        fix: "Call submitForModeration, and show only what decide has published."),
      applies: hasPublicActions, check: unread),
    ConformanceRule(
      "texts", .bronze,
      fr: Words3(
        "Aucun texte ne manque à l’usage", why: "Une clé à la place d’une phrase ne dit rien à personne.",
        fix: "Ajoutez la clé à chaque fichier de Locales, ou corrigez-la dans le code."),
      en: Words3(
        "No text is missing in use", why: "A key in place of a sentence tells nobody anything.",
        fix: "Add the key to each file of Locales, or correct it in the code."),
      check: { examination in
        let visit = try examination.visit()
        // Texts that another language has are the matter of `languages`.
        let first = examination.descriptor.catalogues.first
        let known = first.flatMap { try? Catalogue(locale: $0.locale, json: $0.json).keys }.map { Set($0) } ?? []
        var verdict = Verdict(evidence: "\(known.count) texts, \(visit.pages.count) pages")
        for text in visit.watch.missingTexts {
          let parts = text.split(separator: ":", maxSplits: 1).map { ByteText.trimmed(String($0)) }
          if parts.count == 2, !known.contains(parts[1]) { verdict.add("Locales", "“\(parts[1])” is in no catalogue") }
        }
        return verdict
      }),
    ConformanceRule(
      "links", .silver,
      fr: Words3(
        "Chaque lien du site mène quelque part", why: "Une copie du site doit se lire seule, des années après.",
        fix:
          "Liez avec view.path(genre, clé), et seulement vers ce qui est publié ; écrivez l’ancre ou retirez-la."
      ),
      en: Words3(
        "Each link of the site leads somewhere", why: "A copy of the site must be readable alone, years later.",
        fix: "Link with view.path(kind, key), and only to what is published; write the anchor or drop it."),
      check: { examination in
        let visit = try examination.visit()
        return Verdict(
          findings: try visit.commune.brokenLinks().map { ConformanceFinding("link", $0) },
          evidence: "\(visit.pages.count) pages")
      }),
  ]

  private static func escaping(_ examination: Examination) throws -> Verdict {
    let visit = try examination.visit()
    var verdict = Verdict(evidence: "\(visit.files.count) files, \(visit.acts.count) acts with canaries")
    for file in visit.files where [".html", ".atom", ".xml", ".svg"].contains(where: file.path.hasSuffix) {
      if file.bytes.holds(GeneratedInput.raw) { verdict.add(file.path, "holds \(GeneratedInput.raw) as mark-up") }
    }
    for screen in visit.screens where screen.body.holds(GeneratedInput.raw) {
      verdict.add(screen.path, "holds \(GeneratedInput.raw) as mark-up")
    }
    for mail in visit.mails where Array(mail.html.utf8).holds(GeneratedInput.raw) {
      verdict.add("mail", "holds \(GeneratedInput.raw) as mark-up")
    }
    for file in visit.files where file.path.hasSuffix(".csv") {
      if let cell = formula(in: file.bytes) { verdict.add(file.path, "a table program would run \(cell)") }
    }
    for exporter in visit.instance.exporters {
      guard let text = try? visit.commune.exportText(exporter.kind) else { continue }
      let bytes = Array(text.utf8)
      let first = bytes.first { $0 > 0x20 } ?? 0
      if first == UInt8(ascii: "<"), bytes.holds(GeneratedInput.raw) {
        verdict.add("export \(exporter.kind)", "holds \(GeneratedInput.raw) as mark-up")
      }
      let heading = bytes.prefix { $0 != 0x0A }
      let isTable = !"{[<#-".utf8.contains(first) && (heading.contains(0x2C) || heading.contains(0x3B))
      if isTable, let cell = formula(in: bytes) {
        verdict.add("export \(exporter.kind)", "a table program would run \(cell)")
      }
    }
    return verdict
  }

  /// A cell of a table that begins with a canary's formula; nil for none.
  private static func formula(in bytes: [UInt8]) -> String? {
    for lead in ["\n", ",", ";", "\n\"", ",\"", ";\""] where bytes.holds(lead + GeneratedInput.formula) {
      return GeneratedInput.formula + "…"
    }
    return nil
  }

  private static func secrecy(_ examination: Examination) throws -> Verdict {
    let visit = try examination.visit()
    var verdict = Verdict()
    let markers = visit.acts.filter(\.isPublic).compactMap(\.personal)
    let before = visit.rounds.flatMap(\.unread)
    for (site, files) in [("before the decision", before), ("after the decision", visit.files)] {
      for file in files {
        for marker in markers where file.bytes.holds(marker) {
          verdict.add(file.path, "holds what says who somebody is (\(marker)), \(site)")
        }
      }
    }
    verdict.evidence = "\(markers.count) people, \(visit.files.count) files"
    return verdict
  }

  private static func unread(_ examination: Examination) throws -> Verdict {
    let visit = try examination.visit()
    var verdict = Verdict()
    var (acts, files) = (0, 0)
    for round in visit.rounds {
      let markers = round.acts.filter { $0.position != nil }.map(\.marker)
      for file in round.unread {
        for marker in markers where file.bytes.holds(marker) {
          verdict.add(file.path, "holds words that nobody has read (\(marker))")
        }
      }
      acts += markers.count
      files += round.unread.count
    }
    verdict.evidence = "\(acts) acts, \(files) files"
    if acts == 0 { verdict.miss("no act was accepted") }
    return verdict
  }
}
