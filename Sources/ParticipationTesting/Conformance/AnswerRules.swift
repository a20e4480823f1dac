import ParticipationKit
import ParvisCommune
import ParvisHost

// Whether the commune's answers reach those who wait for them.
extension Conformance {
  static let answerRules: [ConformanceRule] = [
    ConformanceRule(
      "answers", .silver,
      fr: Words3(
        "Une réponse officielle paraît partout où l’enregistrement se montre, et y reste la même",
        why: "Qui a demandé attend la réponse de la mairie ; une ancienne version est une fausse promesse.",
        fix:
          "context.officialAnswer(to:) dans load, view.answer(_:) dans la page, answer.value dans le JSON ; le sujet "
          + "dans dependsOn de chaque document et de chaque flux qui la montre."),
      en: Words3(
        "An official answer stands wherever the record is shown, and is the same everywhere",
        why: "Who asked waits for the town hall’s answer; an old version of it is a false promise.",
        fix:
          "context.officialAnswer(to:) in load, view.answer(_:) in the page, answer.value in the JSON; the subject in "
          + "dependsOn of each document and stream that shows it."),
      applies: { try showsAnswers($0) }, check: answers)
  ]

  /// Whether any document of the module asks for the official answer to itself. One that asks for none has no place for
  /// it, and the desk leads nobody to answer.
  private static func showsAnswers(_ examination: Examination) throws -> Bool {
    let visit = try examination.visit()
    return try !answerable(visit.commune, visit.instance, examination.id).isEmpty
  }

  /// One record of each kind whose document asks for an official answer to itself.
  private static func answerable(
    _ commune: TestCommune, _ instance: ModuleInstance, _ module: String
  ) throws -> [(subject: Subject, path: String)] {
    let host = commune.opened.host
    var found: [(subject: Subject, path: String)] = []
    try host.ports.store.read { ledgers in
      for family in instance.documents {
        for key in try family.keys(ledgers(module), nil, 50) {
          let subject = Subject(module, family.kind, key)
          guard try host.asksForAnswer(subject, in: ledgers) else { continue }
          found.append((subject: subject, path: family.path(key)))
          break
        }
      }
    }
    return found
  }

  private static func answers(_ examination: Examination) throws -> Verdict {
    var verdict = Verdict()
    let visit = try examination.visit()
    let commune = try examination.commune()
    let people = Participation(commune: commune, instance: visit.instance, module: examination.id)
    _ = try commune.build()
    _ = try people.actPublicly(forms: people.publicForms(visit), style: .plain)
    try? commune.approveAll()
    var failures: [(subject: String, reason: String)] = []
    try commune.publishAll(&failures)
    let desk = try commune.desk(role: Role.councillor)
    let records = try answerable(commune, visit.instance, examination.id)
    for (number, record) in records.enumerated() {
      var old: String?
      for turn in ["premiere", "seconde"] {
        let words = "\(turn)reponse\(number)z"
        let answer = desk.act(
          "answers", "publish", key: record.subject.description,
          [("body", "Nous répondons : \(words)."), ("author", "Camille Essai, adjointe")])
        guard answer.status == 303 else {
          verdict.add("\(record.subject)", "a councillor’s answer is refused with \(answer.status)")
          break
        }
        try commune.publishAll(&failures)
        try check(words, instead: old, on: record, commune, visit.instance, &verdict)
        old = words
      }
    }
    for failure in failures { verdict.add(failure.subject, "after an answer: \(failure.reason)") }
    if records.isEmpty { verdict.miss("no record could be answered") }
    verdict.evidence = "\(records.count) records answered, each answer changed once"
    return verdict
  }

  /// Whether an answer stands on every page of its record and in its JSON, and everywhere else where a site made anew
  /// has it; and whether the words that it replaces are gone.
  private static func check(
    _ words: String, instead old: String?, on record: (subject: Subject, path: String), _ commune: TestCommune,
    _ instance: ModuleInstance, _ verdict: inout Verdict
  ) throws {
    let files = commune.files().filter { !isBulk($0.path, instance, record.subject.module) }
    let shown = Set(files.filter { $0.bytes.holds(words) }.map(\.path))
    let languages = instance.site.commune.languages
    let pages = languages.map { ($0 == languages[0] ? "" : $0 + "/") + record.path + ".html" }
    for path in pages + ["api/v1/\(record.path).json"] where files.contains(where: { $0.path == path }) {
      if !shown.contains(path) { verdict.add(path, "does not show the official answer to \(record.subject)") }
    }
    for file in try commune.fullBuild() where file.bytes.holds(words) && !shown.contains(file.path) {
      if isBulk(file.path, instance, record.subject.module) { continue }
      verdict.add(file.path, "shows the official answer to \(record.subject) only when the site is made anew")
    }
    guard let old else { return }
    for file in files where file.bytes.holds(old) {
      verdict.add(file.path, "still shows the first version of the official answer to \(record.subject)")
    }
  }
}
