import ParticipationKit
import ParvisCommune
import ParvisHost

// What a module leaves behind: switched off, withheld, erased.
extension Conformance {
  static let lifeRules: [ConformanceRule] = [
    ConformanceRule(
      "switch-off", .bronze,
      fr: Words3(
        "Éteint, le module ne gêne personne ; rallumé, il rend le même site",
        why: "Retirer un module ne doit abîmer ni bureau, ni reçus, ni site, et une pause ne doit rien perdre.",
        fix: "Ne comptez que sur vos tables ; rien ne doit dépendre du moment où le module est fait."),
      en: Words3(
        "Switched off, the module is in nobody’s way; switched on again, it gives the same site",
        why: "Removing a module must harm neither desk, nor receipts, nor site, and a pause must lose nothing.",
        fix: "Rely on your tables alone; nothing may depend on when the module is made."),
      check: switchOff),
    ConformanceRule(
      "erasure", .bronze,
      fr: Words3(
        "Un effacement ne laisse rien de la personne, ni au site ni dans la base", why: "RGPD, article 17.",
        fix: "Dans PersonalData.erase, videz chaque colonne qui vient de la personne et nommez les enregistrements."),
      en: Words3(
        "An erasure leaves nothing of the person, neither on the site nor in the database", why: "GDPR, article 17.",
        fix: "In PersonalData.erase empty every column that came from the person, and name the records."),
      applies: { try $0.instance().personalData != nil && hasPublicActions($0) }, check: erasure),
    ConformanceRule(
      "erasable", .bronze,
      fr: Words3(
        "Qui donne son nom ou son adresse peut les faire effacer", why: "RGPD, articles 15 et 17.",
        fix: "Ajoutez PersonalDataProviding : records, export, erase ; et dites-le dans le manifeste."),
      en: Words3(
        "Who gives a name or an address can have it erased", why: "GDPR, articles 15 and 17.",
        fix: "Add PersonalDataProviding: records, export, erase; and say so in the manifest."),
      applies: hasPublicActions, check: erasable),
    ConformanceRule(
      "moderation", .silver,
      fr: Words3(
        "Caché, un texte disparaît partout ; rétabli, il revient tel quel",
        why: "Une décision se revoit, dans les deux sens.",
        fix: "decide doit marcher dans les deux sens et deux fois, et nommer tout ce qui montre l’enregistrement."),
      en: Words3(
        "Hidden, a text is gone everywhere; restored, it is back as it was", why: "A decision is revised, both ways.",
        fix: "decide must work both ways and twice, and name everything that shows the record."),
      applies: { try !$0.instance().moderatedKinds.isEmpty && hasPublicActions($0) }, check: moderation),
    ConformanceRule(
      "comments", .silver,
      fr: Words3(
        "Un commentaire publié paraît sur la page de ce qu’il commente", why: "Sinon personne ne le lit.",
        fix: "Montrez view.discussion, faites dépendre la page du sujet, et placez view.commentForm."),
      en: Words3(
        "A published comment stands on the page of what it is about", why: "Otherwise nobody reads it.",
        fix: "Show view.discussion, let the page depend on the subject, and place view.commentForm."),
      applies: { $0.manifest.traits.contains("commentable") }, check: comments),
  ]

  private static func switchOff(_ examination: Examination) throws -> Verdict {
    let visit = try examination.visit()
    let before = try visit.commune.fullBuild()
    let (without, folder) = try reopened(visit.commune, modules: [])
    defer { TestCommune.remove(folder) }
    var verdict = try absence(without, visit, examination)
    let now = without.now
    without.close()
    try TestCommune.configure(folder, modules: [examination.descriptor], configuration: TestCommune.withMail)
    let again = try TestCommune(folder: folder, modules: [examination.descriptor], now: now, isKept: true)
    defer { again.close() }
    _ = try again.build()
    let after = again.files()
    verdict.findings += Difference.between(before, after, "before", "after").filter { !isNumbered($0.place) }
    verdict.evidence += ", \(after.count) files afterwards"
    return verdict
  }

  /// What is wrong with the rest of the commune while the module is switched off.
  private static func absence(_ without: TestCommune, _ visit: Visit, _ examination: Examination) throws -> Verdict {
    var verdict = Verdict()
    for failure in try without.build() { verdict.add(failure.subject, failure.reason) }
    // A link that was dead before is the business of another rule.
    let dead = Set(try visit.commune.brokenLinks())
    for line in try without.brokenLinks() where !dead.contains(line) { verdict.add("link", line) }
    let desk = try without.desk(role: Role.administrator)
    let paths =
      ["/desk", "/desk/moderation", "/desk/decided", "/desk/answers", "/desk/counter", "/desk/mail"]
      + visit.acts.compactMap { act in act.position.flatMap { $0 > 0 ? $0 : nil } }.prefix(3).map {
        "/receipt/\($0)-\(without.opened.host.receiptTokenForTest($0))"
      }
    for path in paths {
      let status = path.hasPrefix("/desk") ? desk.get(path).status : without.get(path).status
      if status >= 500 { verdict.add(path, "answers \(status) when the module is switched off") }
    }
    // What it published stays readable, as the host's archive.
    let readable = Set(without.files().map(\.path))
    for file in visit.files where isOwn(file.path, examination.id) && file.path.hasSuffix(".html") {
      if !readable.contains(file.path) { verdict.add(file.path, "can no longer be read") }
    }
    verdict.evidence = "\(paths.count) addresses without it"
    return verdict
  }

  /// Whether a file of the site is one of the module's.
  static func isOwn(_ path: String, _ module: String) -> Bool {
    path.hasPrefix(module + "/") || path.hasPrefix("en/\(module)/")
  }

  /// A copy of a commune's folder, opened with other modules.
  static func reopened(
    _ commune: TestCommune, modules: [ModuleDescriptor]
  ) throws -> (commune: TestCommune, folder: String) {
    let folder = try TestCommune.temporaryFolder()
    TestCommune.makeFolder(folder + "/content")
    for file in commune.files(in: "content") { try TestCommune.write(file.bytes, to: "\(folder)/content/\(file.path)") }
    for file in commune.files() { try TestCommune.write(file.bytes, to: "\(folder)/site/\(file.path)") }
    TestCommune.makeFolder(folder + "/data")
    try commune.opened.backup(to: folder + "/data/parvis.sqlite")
    try TestCommune.configure(folder, modules: modules, configuration: TestCommune.withMail)
    return (try TestCommune(folder: folder, modules: modules, now: commune.now, isKept: true), folder)
  }

  /// The files that hold a word; those whose number a page may change with a pause count as their folder.
  private static func whereabouts(of marker: String, in files: [(path: String, bytes: [UInt8])]) -> Set<String> {
    let paths = files.filter { $0.bytes.holds(marker) }.map(\.path)
    return Set(paths.map { isNumbered($0) ? String($0.prefix { $0 != "-" && $0 != "." }) : $0 })
  }

  /// Files whose order is that of first publication, which a pause renews, and the register, which tells of it.
  private static func isNumbered(_ path: String) -> Bool {
    ["register", "en/register", "search/", "en/search/", "sitemap"].contains { path.hasPrefix($0) }
  }

  private static func erasure(_ examination: Examination) throws -> Verdict {
    var verdict = Verdict()
    let visit = try examination.visit()
    let commune = try examination.commune()
    let people = Participation(commune: commune, instance: visit.instance, module: examination.id)
    let places = try people.publicForms(visit).filter { $0.module == examination.id }
    let acts = try people.actPublicly(forms: places, style: .plain)
    try? commune.approveAll()
    var failures: [(subject: String, reason: String)] = []
    try commune.publishAll(&failures)
    // The dumps, too, which acts do not write.
    _ = try commune.build()
    var kept: [String] = []
    for act in acts {
      guard let position = act.position else { continue }
      let email = act.personal.map { "\($0)@essai.example" } ?? ""
      if !email.isEmpty {
        let given = try commune.opened.host.exportForTest(email: email).text
        if act.place.module == examination.id, holdsOwnAddress(visit, act), !Array(given.utf8).holds(act.marker),
          !Array(given.utf8).holds(email)
        {
          verdict.add(act.place.action, "the export of \(email) says nothing of what was sent")
        }
      }
      kept += try commune.opened.host.eraseForTest(email: email, receipts: [position])
    }
    try commune.publishAll(&failures)
    try commune.opened.compactForTest()
    let markers = acts.filter { $0.position != nil }.flatMap { [$0.marker, $0.personal].compactMap { $0 } }
    for file in try commune.fullBuild() + commune.files() {
      for marker in markers where file.bytes.holds(marker) { verdict.add(file.path, "still holds \(marker)") }
    }
    for file in commune.files(in: "data") {
      for marker in markers where file.bytes.holds(marker) && kept.isEmpty {
        verdict.add("data/\(file.path)", "still holds \(marker)")
      }
    }
    for failure in failures { verdict.add(failure.subject, "after the erasure: \(failure.reason)") }
    if markers.isEmpty { verdict.miss("nothing was accepted that could be erased") }
    verdict.evidence = "\(acts.count) acts" + (kept.isEmpty ? "" : "; kept, with the reason: \(kept.count)")
    return verdict
  }

  /// Whether the form of an act has a field for an address, so that the address leads to the act.
  private static func holdsOwnAddress(_ visit: Visit, _ act: Visit.Act) -> Bool {
    let people = Participation(commune: visit.commune, instance: visit.instance, module: act.place.module)
    return people.form(act.place)?.fields.contains { $0.kind == .email } ?? false
  }

  private static func erasable(_ examination: Examination) throws -> Verdict {
    var verdict = Verdict()
    let visit = try examination.visit()
    let people = Participation(commune: visit.commune, instance: visit.instance, module: examination.id)
    var count = 0
    for place in people.placesSeen(visit) where place.module == examination.id {
      for field in people.form(place)?.fields ?? [] where field.saysWho {
        count += 1
        if visit.instance.personalData == nil {
          verdict.add("\(place.action).\(field.name)", "is asked, and the module has no PersonalDataProviding")
        }
        if !examination.manifest.personalData.storesPersonalData {
          verdict.add("\(place.action).\(field.name)", "is asked, and the manifest says that nothing is stored")
        }
      }
    }
    if visit.instance.personalData != nil, !examination.manifest.personalData.storesPersonalData {
      verdict.add("Manifest.personalData", "says that nothing is stored, and the module has PersonalDataProviding")
    }
    verdict.evidence = "\(count) fields that say who somebody is"
    return verdict
  }

  private static func moderation(_ examination: Examination) throws -> Verdict {
    var verdict = Verdict()
    let visit = try examination.visit()
    let commune = try examination.commune()
    let host = commune.opened.host
    let people = Participation(commune: commune, instance: visit.instance, module: examination.id)
    let places = try people.publicForms(visit).filter { $0.module == examination.id }
    let known = Set(try host.queuedForTest().map(\.id))
    let acts = try people.actPublicly(forms: places, style: .plain).filter { $0.position != nil }
    let entries = try host.queuedForTest().filter { !known.contains($0.id) && $0.subject.module == examination.id }
    func decide(_ isApproved: Bool, _ what: String) throws -> [(path: String, bytes: [UInt8])] {
      // Twice: a decision may be taken again, by two people or after a crash.
      for _ in 0..<2 {
        for entry in entries {
          do {
            let reason = isApproved ? "" : "off-topic"
            try host.decideForTest(entry.id, Decision(isApproved: isApproved, reason: reason, note: ""))
          } catch {
            verdict.add("\(entry.subject)", "\(what): \(words(error))")
          }
        }
      }
      var failures: [(subject: String, reason: String)] = []
      try commune.publishAll(&failures)
      for failure in failures { verdict.add(failure.subject, "\(what): \(failure.reason)") }
      // What is shown comes into the dumps by their hour; what is hidden leaves them at once.
      if isApproved { _ = try commune.build() }
      return commune.files()
    }
    let shown = try decide(true, "published")
    let markers = acts.map(\.marker).filter { marker in shown.contains { $0.bytes.holds(marker) } }
    let hidden = try decide(false, "hidden")
    for file in hidden {
      for marker in markers where file.bytes.holds(marker) {
        verdict.add(file.path, "still shows hidden words (\(marker))")
      }
    }
    for exporter in visit.instance.exporters {
      guard markers.count > 0, let text = try? commune.exportText(exporter.kind), isPublicExport(exporter) else {
        continue
      }
      for marker in markers where Array(text.utf8).holds(marker) {
        verdict.add("export \(exporter.kind)", "still gives hidden words (\(marker))")
      }
    }
    let restored = try decide(true, "restored")
    for marker in markers {
      let before = whereabouts(of: marker, in: shown)
      let after = whereabouts(of: marker, in: restored)
      if before != after {
        let different = before.symmetricDifference(after).sorted().prefix(3).joined(separator: ", ")
        verdict.add(
          marker, "restored words stand in \(after.count) files, \(before.count) before; different: \(different)")
      }
    }
    verdict.evidence = "\(entries.count) records, \(markers.count) seen on pages"
    let met = Set(entries.map(\.subject.kind))
    for kind in visit.instance.moderatedKinds where !met.contains(kind.kind) {
      verdict.miss("nobody brought a record of the kind \(kind.kind)")
    }
    return verdict
  }

  /// Whether an export is of what is public: its title says so.
  private static func isPublicExport(_ exporter: Exporter) -> Bool {
    Array((exporter.titles["en"] ?? "").lowercased().utf8).holds("publi")
  }

  private static func comments(_ examination: Examination) throws -> Verdict {
    var verdict = Verdict()
    let visit = try examination.visit()
    let own = visit.acts.filter { $0.place.module == "comments" }
    if own.isEmpty { verdict.add("pages", "no page has a form for comments, and the module is commentable") }
    for act in own where act.position == nil {
      verdict.add(act.place.key, "a comment is refused with \(act.status)")
    }
    for act in own where act.position != nil {
      let pages = visit.pages.filter { $0.bytes.holds(act.marker) }
      let isOwn = pages.contains { $0.path.hasPrefix(examination.id + "/") }
      if !isOwn { verdict.add(act.place.key, "the published comment (\(act.marker)) stands on no page of the module") }
    }
    verdict.evidence = "\(own.count) comments"
    return verdict
  }
}
