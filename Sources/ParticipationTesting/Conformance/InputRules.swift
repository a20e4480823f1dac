import ParticipationKit
import ParvisCommune
import ParvisHost

// What people and programs may send.
extension Conformance {
  static let inputRules: [ConformanceRule] = [
    ConformanceRule(
      "routes", .bronze,
      fr: Words3(
        "Chaque adresse ne s’ouvre qu’à qui en a le droit", why: "Un écran oublié est une porte ouverte.",
        fix: "Donnez à l’action ou à l’écran la permission qui convient, et rendez nil pour ce qui n’existe pas."),
      en: Words3(
        "Each address opens only to those who may", why: "A forgotten screen is an open door.",
        fix: "Give the action or screen its permission, and nil for what does not exist."),
      applies: { try $0.instance().deskScreens.count + $0.instance().actions.count > 0 },
      check: { examination in
        let commune = try examination.commune()
        return Verdict(
          findings: try commune.routeFindings().map { ConformanceFinding("route", $0) },
          evidence: "\(commune.deskRoutes.count) addresses, each with each role")
      }),
    ConformanceRule(
      "input", .bronze,
      fr: Words3(
        "Aucune saisie ne fait tomber une action", why: "Une erreur 500 perd ce que la personne a écrit.",
        fix: "Levez un Problem (.invalid, .notFound, .conflict) au lieu de laisser passer l’erreur."),
      en: Words3(
        "No input makes an action fail", why: "A 500 loses what the person wrote.",
        fix: "Throw a Problem (.invalid, .notFound, .conflict) instead of letting the error through."),
      applies: { try !$0.instance().actions.isEmpty }, check: input),
    ConformanceRule(
      "public-files", .bronze,
      fr: Words3(
        "Aucun formulaire du public ne demande de fichier",
        why: "L’hôte ne prend de fichiers que du bureau : la personne en choisirait un pour rien.",
        fix: "Donnez Field.file aux seules actions .staff ; au public, demandez une description ou une adresse."),
      en: Words3(
        "No form of the public asks for a file",
        why: "The host takes files from the desk alone: a person would choose one for nothing.",
        fix: "Give Field.file to .staff actions only; ask the public for a description or an address."),
      applies: hasPublicActions, check: publicFiles),
    ConformanceRule(
      "two-at-once", .silver,
      fr: Words3(
        "Deux personnes qui envoient la même chose au même moment reçoivent chacune une réponse",
        why: "Sur une place publique, cela arrive : deux voisins signalent le même lampadaire.",
        fix: "Laissez UNIQUE trancher, attrapez UniquenessConflict et répondez par un Problem."),
      en: Words3(
        "Two people who send the same at the same moment each get an answer",
        why: "In a public square it happens: two neighbours report the same lamp.",
        fix: "Let UNIQUE decide, catch UniquenessConflict and answer with a Problem."),
      applies: hasPublicActions, check: twoAtOnce),
    ConformanceRule(
      "failing-store", .silver,
      fr: Words3(
        "Quand la base refuse une écriture, l’acte échoue en entier",
        why: "Une erreur avalée dit « enregistré » à quelqu’un dont les mots sont perdus.",
        fix: "N’attrapez pas les erreurs du Ledger, sauf UniquenessConflict."),
      en: Words3(
        "When the store refuses a write, the whole act fails",
        why: "A swallowed error says “recorded” to somebody whose words are lost.",
        fix: "Do not catch errors of the Ledger, except UniquenessConflict."),
      applies: hasPublicActions, check: failingStore),
    ConformanceRule(
      "fuzz", .platinum,
      fr: Words3(
        "Cent cinquante envois au hasard ne font rien tomber",
        why: "Le réseau envoie ce qu’aucun formulaire ne permet.",
        fix: "Comme pour « input » : un Problem pour tout ce que l’action ne comprend pas."),
      en: Words3(
        "A hundred and fifty random messages make nothing fail", why: "The network sends what no form allows.",
        fix: "As for `input`: a Problem for whatever the action does not understand."),
      applies: hasPublicActions, check: fuzz),
  ]

  static let hasPublicActions: @Sendable (Examination) throws -> Bool = {
    try $0.instance().actions.contains { $0.audience.isPublic }
  }

  private static func input(_ examination: Examination) throws -> Verdict {
    var verdict = Verdict()
    let visit = try examination.visit()
    for act in visit.acts where act.status >= 500 || act.status == 0 {
      verdict.add(
        "\(act.place.action)/\(act.place.key)",
        "answers \(act.status) to a form that is filled\(visit.watch.reason(act.place.action))")
    }
    for screen in visit.screens where screen.status >= 500 {
      verdict.add(screen.path, "answers \(screen.status)")
    }
    let watch = Watch()
    let commune = try examination.commune(examination.descriptor.watched(watch))
    let people = Participation(commune: commune, instance: visit.instance, module: examination.id)
    var probe = Probe(people: people, watch: watch)
    for place in try people.publicForms(visit) where place.module == examination.id {
      guard let form = people.form(place) else { continue }
      // What is accepted but for one field: otherwise another field hides what that one does.
      let input = GeneratedInput(number: 1, style: .plain)
      let good = input.values(form, people.act(place, form, input, from: "100.126.0.1").way)
      for field in form.fields {
        for text in GeneratedInput.nasty + [GeneratedInput.huge, GeneratedInput.cut(longest, field.maxLength)] {
          probe.send(place, good.filter { $0.0 != field.name } + [(field.name, [text])], text)
        }
      }
      probe.sendWrongTypes(place, form)
    }
    for finding in probe.findings { verdict.findings.append(finding) }
    for action in visit.instance.actions where action.audience.isPublic {
      let tries = visit.acts.filter {
        $0.isPublic && $0.place.module == examination.id && $0.place.action == action.name
      }
      guard !tries.contains(where: { $0.position != nil }) else { continue }
      let statuses = Set(tries.map(\.status)).sorted().map { String($0) }.joined(separator: ", ")
      verdict.miss(
        "no act of \(action.name) was accepted (\(tries.isEmpty ? "no form" : "answers: \(statuses)"))")
    }
    verdict.evidence = "\(probe.count) messages, \(visit.screens.count) screens"
    return verdict
  }

  private static func publicFiles(_ examination: Examination) throws -> Verdict {
    var verdict = Verdict()
    let visit = try examination.visit()
    let people = Participation(commune: visit.commune, instance: visit.instance, module: examination.id)
    let places = people.placesSeen(visit).filter { $0.module == examination.id }
    for place in places {
      for field in people.form(place)?.fields ?? [] where field.kind == .file {
        verdict.add("\(place.action)/\(place.key)", "the field “\(field.name)” asks the public for a file")
      }
    }
    verdict.evidence = "\(places.count) forms"
    return verdict
  }

  private static let longest = String(repeating: "œ", count: 20_000)

  private static func twoAtOnce(_ examination: Examination) throws -> Verdict {
    var verdict = Verdict()
    let visit = try examination.visit()
    let commune = try examination.commune()
    let people = Participation(commune: commune, instance: visit.instance, module: examination.id)
    var count = 0
    var accepted = 0
    for place in try people.publicForms(visit) where place.module == examination.id {
      guard let form = people.form(place) else { continue }
      let input = GeneratedInput(number: 7, style: .plain)
      let values = input.values(form, people.act(place, form, input, from: "198.51.100.200").way)
      let answers = Together.send(8) { people.send(place, values, from: "198.51.100.\($0 + 1)") }
      count += answers.count
      accepted += answers.count { $0.position != nil }
      for status in Set(answers.map(\.status)).sorted() where status >= 500 {
        verdict.add(
          place.action, "eight people send the same at once: \(answers.count { $0.status == status }) get \(status)")
      }
    }
    var failures: [(subject: String, reason: String)] = []
    try commune.publishAll(&failures)
    for failure in failures { verdict.add(failure.subject, failure.reason) }
    verdict.evidence = "\(count) messages, \(accepted) accepted"
    if accepted == 0 { verdict.miss("of \(count) messages none was accepted") }
    return verdict
  }

  private static func failingStore(_ examination: Examination) throws -> Verdict {
    var verdict = Verdict()
    let watch = Watch()
    let commune = try examination.commune(examination.descriptor.watched(watch))
    guard let instance = commune.opened.host.registry.entry(examination.id)?.instance else { return verdict }
    let people = Participation(commune: commune, instance: instance, module: examination.id, watch: watch)
    var count = 0
    for place in try people.publicForms(try examination.visit()) where place.module == examination.id {
      guard let form = people.form(place) else { continue }
      watch.fail(at: nil)
      let good = people.act(place, form, GeneratedInput(number: 50 + count, style: .plain))
      guard good.position != nil else { continue }
      for number in 1...max(1, min(watch.written, 6)) where watch.written > 0 {
        watch.fail(at: number)
        count += 1
        let input = GeneratedInput(number: 50 + count * 7, style: .plain)
        let act = people.act(place, form, input, from: "203.0.113.\(count % 250)")
        if act.position != nil, watch.written >= number {
          verdict.add(place.action, "the act is accepted although its statement \(number) failed")
        }
      }
      watch.fail(at: nil)
    }
    verdict.evidence = "\(count) failures"
    if count == 0 { verdict.miss("no accepted act writes anything") }
    return verdict
  }

  private static func fuzz(_ examination: Examination) throws -> Verdict {
    let visit = try examination.visit()
    let watch = Watch()
    let commune = try examination.commune(examination.descriptor.watched(watch))
    let people = Participation(commune: commune, instance: visit.instance, module: examination.id)
    var probe = Probe(people: people, watch: watch)
    var random = SplitMix(seed: 20_261_122)
    let places = try people.publicForms(visit).filter { $0.module == examination.id }
    guard !places.isEmpty else { return Verdict(missed: ["no form"]) }
    var ways: [FormPlace: Visit.Way] = [:]
    for place in places {
      guard let form = people.form(place) else { continue }
      ways[place] = people.act(place, form, GeneratedInput(number: 900, style: .plain), from: "100.126.0.2").way
    }
    for round in 0..<150 {
      let place = places[Int(random.next() % UInt64(places.count))]
      guard let form = people.form(place) else { continue }
      // Another marker each time: the same words from many are the matter of `two-at-once`.
      var values = GeneratedInput(number: 1_000 + round, style: .plain).values(form, ways[place] ?? Visit.Way())
      for field in form.fields where random.next() % 3 == 0 {
        values = values.filter { $0.0 != field.name } + [(field.name, [random.text(upTo: min(field.maxLength, 60))])]
      }
      probe.send(place, values, "random text")
    }
    return Verdict(findings: probe.findings, evidence: "\(probe.count) messages")
  }
}

/// Sends one message after the other, each from another address, and keeps what fell.
struct Probe {
  let people: Participation
  /// Who hears why an action fails.
  let watch: Watch
  var findings: [ConformanceFinding] = []
  var count = 0

  init(people: Participation, watch: Watch) {
    self.people = people
    self.watch = watch
  }

  mutating func send(_ place: FormPlace, _ values: [(String, [String])], _ what: String) {
    count += 1
    // A limit for each address holds: what is probed is the action.
    let address = "100.\(64 + count / 65_000).\(count / 250 % 250).\(count % 250)"
    note(people.send(place, values, from: address), place, what)
    // The same as a form, every seventh time.
    guard count % 7 == 0 else { return }
    note(people.sendForm(place, values, from: "101" + address.dropFirst(3)), place, what)
  }

  mutating func sendWrongTypes(_ place: FormPlace, _ form: Form) {
    let wrong: [JSONValue] = [
      .null, .bool(true), .integer(-1), .number(0.5), .array([]), .object([("a", .integer(1))]),
    ]
    for (index, value) in wrong.enumerated() {
      let answer = people.send(
        place, JSONValue.object(form.fields.map { ($0.name, value) }), from: "100.127.1.\(index + 1)")
      note(answer, place, "JSON \(value.kindName) in every field")
      count += 1
    }
  }

  private mutating func note(_ answer: TestCommune.Answer, _ place: FormPlace, _ what: String) {
    guard answer.status >= 500 || answer.status == 0 else { return }
    let shown = what.utf8.count > 40 ? "a text of \(what.utf8.count) bytes" : "“\(JSONValue.string(what).text)”"
    let reason = watch.reason(place.action)
    findings.append(
      ConformanceFinding("\(place.action)/\(place.key)", "answers \(answer.status) to \(shown)\(reason)"))
  }
}

extension SplitMix {
  /// Random scalars of many scripts.
  mutating func text(upTo characters: Int) -> String {
    let ranges: [ClosedRange<UInt32>] = [
      0x20...0x7E, 0x20...0x7E, 0xA0...0x17F, 0x300...0x36F, 0x5D0...0x5EA,
      0x2010...0x2060, 0x1F300...0x1F64F,
    ]
    var out = ""
    let count = Int(next() % UInt64(max(1, characters / 3))) + 1
    for _ in 0..<count {
      let range = ranges[Int(next() % UInt64(ranges.count))]
      let value = range.lowerBound + UInt32(next() % UInt64(range.count))
      if let scalar = Unicode.Scalar(value) { out.unicodeScalars.append(scalar) }
    }
    return GeneratedInput.cut(out, characters)
  }
}
