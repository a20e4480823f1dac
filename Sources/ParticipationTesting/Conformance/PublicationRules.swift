import ParticipationKit
import ParvisCommune
import ParvisHost

// What is written, when, and how much it costs.
extension Conformance {
  static let publicationRules: [ConformanceRule] = [
    ConformanceRule(
      "incremental", .silver,
      fr: Words3(
        "Ce que les actes ont réécrit vaut le site refait en entier",
        why: "Une page oubliée reste fausse jusqu’à la prochaine fois.",
        fix: "Nommez dans changed chaque sujet touché, et dans dependsOn chaque sujet lu."),
      en: Words3(
        "What acts have rewritten equals the site made anew", why: "A forgotten page stays wrong until next time.",
        fix: "Name each subject that changes in changed, and each that is read in dependsOn."),
      check: { examination in
        let visit = try examination.visit()
        let whole = try visit.commune.fullBuild()
        return Verdict(
          findings: Difference.between(visit.files, whole, "after the acts", "in a full build").filter {
            !isBulk($0.place, visit.instance, examination.id)
          }, evidence: "\(whole.count) files")
      }),
    ConformanceRule(
      "clock", .silver,
      fr: Words3(
        "Le temps qui passe ne rend rien faux", why: "« Ouvert » ment dès le lendemain de la clôture.",
        fix: "Écrivez des dates, et dites dans changesAt quand le document change de lui-même."),
      en: Words3(
        "Time that passes makes nothing wrong", why: "“Open” is a lie from the day after closing.",
        fix: "Write dates, and say in changesAt when the document changes by itself."),
      check: clock),
    ConformanceRule(
      "keys", .silver,
      fr: Words3(
        "La liste des documents est stable, complète et sans doublon",
        why: "Une reprise après coupure se fie à cet ordre.",
        fix:
          "Dans keys : ORDER BY une clé unique, WHERE clé > after, LIMIT ; seulement des clés qui ont un document."
      ),
      en: Words3(
        "The list of documents is stable, complete and without doubles",
        why: "Going on after a power cut relies on it.",
        fix: "In keys: ORDER BY a unique key, WHERE key > after, LIMIT; only keys for which load gives a document."),
      applies: { try !$0.instance().documents.isEmpty }, check: keys),
    ConformanceRule(
      "feeds", .silver,
      fr: Words3(
        "Flux, couches et tables sont valables", why: "Des programmes les lisent, qui ne devinent pas.",
        fix: "Un sujet par entrée, jamais deux fois ; les mêmes champs dans le même ordre ; published avant updated."),
      en: Words3(
        "Feeds, layers and tables are valid", why: "Programs read them, which do not guess.",
        fix: "One subject an entry, never twice; the same fields in the same order; published before updated."),
      applies: { try !$0.instance().streams.isEmpty }, check: feeds),
    ConformanceRule(
      "queries", .silver,
      fr: Words3(
        "Une page demande autant de fois la base pour douze enregistrements que pour trois",
        why: "Sinon chaque contribution ralentit toutes les autres.",
        fix: "Une requête pour la liste, avec JOIN ou IN, au lieu d’une par ligne."),
      en: Words3(
        "A page asks the database as often for twelve records as for three",
        why: "Otherwise each contribution slows all others down.",
        fix: "One query for the list, with JOIN or IN, instead of one a row."),
      applies: hasPublicActions, check: queries),
    ConformanceRule(
      "weight", .silver,
      fr: Words3(
        "Aucune page ne pèse plus de 300 Ko", why: "Au village, le réseau est lent et compté.",
        fix: "Des pages de liste de cinquante, numérotées depuis la plus ancienne."),
      en: Words3(
        "No page weighs more than 300 kB", why: "In the village the network is slow and metered.",
        fix: "List pages of fifty, numbered from the oldest."),
      check: { examination in
        let visit = try examination.visit()
        let most = visit.pages.max { $0.bytes.count < $1.bytes.count }
        var verdict = Verdict(evidence: most.map { "\($0.bytes.count / 1000) kB at most (\($0.path))" } ?? "")
        for page in visit.pages where page.bytes.count > 300_000 {
          verdict.add(page.path, "\(page.bytes.count / 1000) kB")
        }
        return verdict
      }),
    ConformanceRule(
      "determinism", .platinum,
      fr: Words3(
        "Seize fois les mêmes données, seize fois les mêmes octets",
        why: "Qui refait le site doit pouvoir le comparer.",
        fix: "Triez ce qui vient d’un Set ou d’un Dictionary ; pas de compteur, pas de hasard, pas d’horloge."),
      en: Words3(
        "Sixteen times the same data, sixteen times the same bytes",
        why: "Who makes the site again must be able to compare.",
        fix: "Sort what comes from a Set or Dictionary; no counter, no chance, no clock."),
      check: determinism),
  ]

  /// Whether a file is a dump that is written on a schedule.
  static func isBulk(_ path: String, _ instance: ModuleInstance, _ module: String) -> Bool {
    // The table and what describes it, which says when it was made.
    instance.streams.contains { $0.isBulk && path.hasPrefix("\(module)/\($0.name).\($0.format.suffix)") }
  }

  private static func clock(_ examination: Examination) throws -> Verdict {
    var verdict = Verdict()
    let visit = try examination.visit()
    let commune = try examination.commune()
    let people = Participation(commune: commune, instance: visit.instance, module: examination.id)
    _ = try people.actPublicly(forms: people.publicForms(visit), style: .plain)
    try? commune.approveAll()
    _ = try commune.build()
    for days in [1, 31, 400] as [Int64] {
      commune.now = TestCommune.noon.adding(seconds: days * 86_400 + 3_600)
      var failures: [(subject: String, reason: String)] = []
      try commune.publishAll(&failures)
      for failure in failures { verdict.add(failure.subject, "after \(days) days: \(failure.reason)") }
      let whole = try commune.fullBuild()
      let found = Difference.between(commune.files(), whole, "after \(days) days", "in a full build of that day")
      verdict.findings += found.filter { !isBulk($0.place, visit.instance, examination.id) }
    }
    verdict.evidence = "after 1, 31 and 400 days"
    return verdict
  }

  private static func keys(_ examination: Examination) throws -> Verdict {
    var verdict = Verdict()
    let visit = try examination.visit()
    let host = visit.commune.opened.host
    let now = visit.commune.now
    var count = 0
    try host.ports.store.read { ledgers in
      for family in visit.instance.documents {
        let place = "documents \(family.kind)"
        let context = host.renderContext(examination.id, ledgers, now: now)
        let whole = try family.keys(context.ledger, nil, 1_000)
        count += whole.count
        if whole.isEmpty { verdict.miss("no document of the kind \(family.kind)") }
        for limit in [1, 3] {
          var walked: [String] = []
          while walked.count <= whole.count {
            let next = try family.keys(context.ledger, walked.last, limit)
            if next.isEmpty { break }
            if next.count > limit { verdict.add(place, "asked for \(limit) keys, got \(next.count)") }
            walked += next
          }
          if walked != whole {
            verdict.add(place, "asked \(limit) by \(limit): \(walked.prefix(5)), at once: \(whole.prefix(5))")
          }
        }
        if Set(whole).count < whole.count { verdict.add(place, "a key stands twice") }
        if Set(whole.map(family.path)).count < Set(whole).count { verdict.add(place, "two keys have one path") }
        for key in whole.prefix(200) where try family.load(context, key) == nil {
          verdict.add("\(place)/\(key)", "is among the keys and has no document")
        }
        if try family.load(context, "no-such-key-\u{0301}'\"") != nil {
          verdict.add(place, "a key that does not exist has a document")
        }
      }
    }
    verdict.evidence = "\(count) documents of \(visit.instance.documents.count) kinds"
    return verdict
  }

  private static func queries(_ examination: Examination) throws -> Verdict {
    var verdict = Verdict()
    let visit = try examination.visit()
    let watch = Watch()
    let commune = try examination.commune(examination.descriptor.watched(watch))
    let people = Participation(commune: commune, instance: visit.instance, module: examination.id)
    let places = try people.publicForms(visit).filter { $0.module == examination.id }
    // One record of each action, in the order in which they stand.
    var seen: Set<String> = []
    let chosen = places.filter { seen.insert($0.action).inserted }.prefix(4)
    var number = 200
    var measured: [[String: Double]] = []
    var added = 0
    for wanted in [3, 12] {
      var made = added
      while made < wanted {
        made += 1
        for place in chosen {
          guard let form = people.form(place) else { continue }
          number += 1
          let act = people.act(
            place, form, GeneratedInput(number: number, style: .plain), from: "100.65.\(number / 250).\(number % 250)")
          if act.position != nil { added = max(added, made) }
        }
      }
      try? commune.approveAll()
      watch.reset()
      _ = try commune.fullBuild()
      let (statements, loads) = (watch.statements, watch.loads)
      measured.append(
        Dictionary(
          uniqueKeysWithValues: loads.map { ($0.key, Double(statements[$0.key] ?? 0) / Double(max(1, $0.value))) }))
    }
    for (kind, many) in measured[1].sorted(by: { $0.key < $1.key }) {
      guard let few = measured[0][kind], many - few > 4 else { continue }
      verdict.add("documents \(kind)", "\(Int(few)) queries with few records, \(Int(many)) with nine more")
    }
    let most = measured[1].values.max() ?? 0
    if added == 0 { verdict.miss("no record could be added") }
    verdict.evidence = "at most \(Int(most.rounded())) queries a document"
    return verdict
  }

  private static func determinism(_ examination: Examination) throws -> Verdict {
    let visit = try examination.visit()
    let (commune, folder) = try reopened(visit.commune, modules: [examination.descriptor])
    defer {
      commune.close()
      TestCommune.remove(folder)
    }
    let first = try commune.fullBuild()
    var verdict = Verdict(evidence: "\(first.count) files, 16 times")
    for _ in 2...16 where verdict.findings.isEmpty {
      verdict.findings = Difference.between(first, try commune.fullBuild(), "first", "later")
    }
    return verdict
  }
}
