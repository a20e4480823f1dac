import ParticipationKit
import ParvisCommune
import ParvisHost

/// The life of a module in a throw-away commune: its example is imported, every form is filled, everything that waits
/// is approved, every screen is looked at. Rules that only look read what is left.
final class Visit: Sendable {
  /// One thing that was done.
  struct Act: Sendable {
    let place: FormPlace
    let isPublic: Bool
    /// The marker of its words.
    let marker: String
    /// The marker of what says who the person is; nil when the form asks nothing of the kind.
    let personal: String?
    let status: Int
    let answer: String
    /// The leaf of the register; nil when the act was refused.
    let position: Int?
    /// How the form had to be filled.
    var way = Way()

    var isAccepted: Bool { position != nil || status == 202 }
  }

  /// How a form is filled: which fields take sensible words, which stay empty, which of the choices is taken.
  struct Way: Sendable {
    var plain: Set<String> = []
    var leftOut: Set<String> = []
    var turn = 0
  }

  /// A page of the desk.
  struct Screen: Sendable {
    let path: String
    let status: Int
    let body: [UInt8]
  }

  let commune: TestCommune
  let watch: Watch
  let instance: ModuleInstance
  /// What the public did, then what staff did.
  let acts: [Act]
  let screens: [Screen]
  /// The site as the example alone makes it.
  let first: [(path: String, bytes: [UInt8])]
  /// What the public did, with the site as it was before anybody decided on it: first where the example has forms, then
  /// where what was published brought others.
  let rounds: [(acts: [Act], unread: [(path: String, bytes: [UInt8])])]
  /// The site as it is in the end.
  let files: [(path: String, bytes: [UInt8])]
  let mails: [TestMail]
  /// The documents that could not be made, with the reason.
  let failures: [(subject: String, reason: String)]

  init(_ examination: Examination) throws {
    let watch = Watch()
    let commune = try examination.commune(examination.descriptor.watched(watch))
    guard let entry = commune.opened.host.registry.entry(examination.id) else {
      throw TestCommune.Failure(description: "the module is not registered")
    }
    var failures = try commune.build()
    let people = Participation(commune: commune, instance: entry.instance, module: examination.id)
    first = commune.files()
    var rounds: [(acts: [Act], unread: [(path: String, bytes: [UInt8])])] = []
    var acts: [Act] = []
    var forms = people.publicForms(first)
    // A petition that somebody started is signed: two rounds, and a third for what those bring.
    while rounds.count < 3, rounds.isEmpty || !forms.isEmpty {
      let done = try people.actPublicly(forms: forms, after: acts.count)
      try commune.publishAll(&failures)
      rounds.append((acts: done, unread: commune.files()))
      acts += done
      // What a decision does wrong is told by the rule about moderation.
      try? commune.approveAll()
      try commune.publishAll(&failures)
      let tried = Set(acts.filter { $0.place.module == examination.id }.map(\.place.action))
      forms = people.publicForms(commune.files()).filter {
        $0.module == examination.id && !tried.contains($0.action) && people.form($0) != nil
      }
    }
    self.rounds = rounds
    acts += try people.actAsStaff()
    try? commune.approveAll()
    try commune.publishAll(&failures)
    self.commune = commune
    self.watch = watch
    instance = entry.instance
    self.acts = acts
    screens = try people.screens()
    files = commune.files()
    mails = try commune.residents.mail(commune)
    self.failures = failures
  }

  /// The pages and JSON resources of the module, and everything else that holds its words: all files but the host's own
  /// assets.
  var pages: [(path: String, bytes: [UInt8])] { files.filter { $0.path.hasSuffix(".html") } }
}

extension TestCommune {
  /// Publishes, and keeps what could not be made instead of stopping.
  func publishAll(_ failures: inout [(subject: String, reason: String)]) throws {
    do {
      try publish()
    } catch let error as CommuneError {
      failures.append((subject: "publication", reason: error.message("en")))
    }
  }
}

/// People who use a module: they find its forms where they stand and fill them.
struct Participation {
  let commune: TestCommune
  let instance: ModuleInstance
  let module: String
  /// Who lets acts fail; nil when nobody does.
  var watch: Watch?
  /// How many records of one form are used: a form stands on every page of a list.
  private static let keysPerAction = 3

  private var host: Host { commune.opened.host }

  /// Where the public forms of the module stand, by their addresses in pages of the site; those of comments too.
  func publicForms(_ files: [(path: String, bytes: [UInt8])]) -> [FormPlace] {
    var found: Set<FormPlace> = []
    for file in files where file.path.hasSuffix(".html") {
      for form in MarkupForm.all(file.bytes, mark: "api/v1/") { if let place = form.place { found.insert(place) } }
    }
    let own = instance.actions.filter(\.audience.isPublic).map(\.name)
    // A form without key is there even if no page shows it.
    for name in own where !found.contains(where: { $0.module == module && $0.action == name }) {
      found.formUnion(offered(name, found))
    }
    return limited(found.filter { $0.module == module ? own.contains($0.action) : isComment($0) })
  }

  /// Where a form stands that no page shows. What takes another act back is offered by the page of the receipt, for
  /// each record that has the other act; anything else has one place, without key.
  private func offered(_ name: String, _ found: Set<FormPlace>) -> [FormPlace] {
    let earlier = instance.actions.first { $0.name == name }?.withdraws
    let places = found.filter { $0.module == module && $0.action == earlier }
    return places.isEmpty
      ? [FormPlace(module: module, action: name, key: "")]
      : places.map { FormPlace(module: module, action: name, key: $0.key) }
  }

  /// Where the public forms stood during the visit. Nothing is done for it: the visited commune stays as it was.
  func placesSeen(_ visit: Visit) -> [FormPlace] {
    let first = publicForms(visit.first).filter { form($0) != nil }
    let known = Set(first.map(\.action))
    return first + publicForms(visit.files).filter { !known.contains($0.action) }
  }

  /// Where the public forms stand in a new commune: those of the example, and of other actions those that came with
  /// acts. Where none of these is there yet, somebody brings first what they belong to.
  func publicForms(_ visit: Visit) throws -> [FormPlace] {
    let first = publicForms(visit.first).filter { form($0) != nil }
    var known = Set(first.map(\.action))
    let later = publicForms(visit.files).filter { !known.contains($0.action) }
    var bringing = first.filter { $0.module == module }
    for _ in visit.rounds.dropFirst() where !bringing.isEmpty {
      let missing = later.filter { $0.module == module && !known.contains($0.action) && form($0) == nil }
      guard !missing.isEmpty else { break }
      try bring(bringing)
      bringing = missing.filter { form($0) != nil }
      known.formUnion(bringing.map(\.action))
    }
    return first + later
  }

  /// Fills forms, and has what came of it published.
  private func bring(_ forms: [FormPlace]) throws {
    let make = { Result { try actPublicly(forms: forms, style: .plain, after: Participation.brought) } }
    _ = try (watch.map { $0.paused(make) } ?? make()).get()
    try? commune.approveAll()
    var failures: [(subject: String, reason: String)] = []
    try commune.publishAll(&failures)
  }

  /// The numbers of acts that only bring what others are about; they are no other act's.
  private static let brought = 5_000

  private func isComment(_ place: FormPlace) -> Bool {
    place.module == "comments" && place.key.hasPrefix(module + "/")
  }

  private func limited(_ places: Set<FormPlace>) -> [FormPlace] {
    var counts: [String: Int] = [:]
    return places.sorted { ($0.module, $0.action, $0.key) < ($1.module, $1.action, $1.key) }.filter { place in
      counts["\(place.module)/\(place.action)", default: 0] += 1
      return counts["\(place.module)/\(place.action)", default: 0] <= Participation.keysPerAction
    }
  }

  /// The form of an action; nil when there is none now, or it is closed.
  func form(_ place: FormPlace) -> Form? {
    guard place.module == module, let action = instance.actions.first(where: { $0.name == place.action }) else {
      return Form(
        title: "", fields: [Field("kind", .hidden, ""), Field("body", .text, "", required: true)], submit: "")
    }
    let now = commune.now
    let form = try? host.ports.store.reading { ledgers in
      try action.form(FormContext(ledger: ledgers(module), key: place.key, locale: "fr", now: now))
    }
    return form ?? nil
  }

  /// Fills each public form twice; where the module refuses words, others are tried, as a person does.
  /// - Parameter count: How many acts were done before, so that each has a number of its own.
  func actPublicly(
    forms: [FormPlace], style: GeneratedInput.Style = .canary, after count: Int = 0
  ) throws -> [Visit.Act] {
    var acts: [Visit.Act] = []
    for place in forms + forms {
      guard let form = form(place) else { continue }
      acts.append(act(place, form, GeneratedInput(number: count + acts.count + 1, style: style)))
    }
    return acts
  }

  /// Sends one public form as JSON, and corrects it up to five times.
  func act(_ place: FormPlace, _ form: Form, _ input: GeneratedInput, from address: String = "") -> Visit.Act {
    var way = Visit.Way()
    var answer = TestCommune.Answer(status: 0, headers: [], body: "")
    for _ in 0..<6 {
      var values = input.values(form, way)
      if place.module == "comments" { values.append(("kind", ["comment"])) }
      answer = send(
        place, values, from: address.isEmpty ? "192.0.2.\(1 + input.number % 250)" : address, person: input.personal)
      guard answer.status == 422 else { break }
      var wrong = (answer.json["errors"]?.asArray ?? []).compactMap { error in
        error["pointer"]?.asString?.split(separator: "/").last.map(String.init)
      }
      // What is refused behind a mailed link names no field: then everything is written plainly, once.
      if wrong.isEmpty, way.plain.isEmpty { wrong = form.fields.map(\.name) }
      if wrong.isEmpty { break }
      for name in wrong {
        let isRequired = form.fields.first { $0.name == name }?.isRequired ?? false
        if way.plain.contains(name) && !isRequired { way.leftOut.insert(name) }
        if !way.plain.insert(name).inserted { way.turn += 1 }
      }
    }
    return Visit.Act(
      place: place, isPublic: true, marker: input.marker,
      personal: form.fields.contains(where: \.saysWho) || audience(place).level == .confirmed ? input.personal : nil,
      status: answer.status, answer: answer.body, position: answer.position, way: way)
  }
}

extension Field {
  /// Whether the field says who somebody is.
  var saysWho: Bool { kind == .email || !autocomplete.isEmpty }
}

extension TestCommune.Answer {
  /// The leaf of the register, from the receipt's address; nil when nothing was recorded.
  var position: Int? {
    guard let location = header("Location"), let start = location.range(of: "/receipt/") else { return nil }
    return Int(location[start.upperBound...].prefix { $0 != "-" })
  }
}

extension String {
  fileprivate func range(of mark: String) -> Range<String.Index>? {
    guard let found = Array(utf8).firstRange(of: Array(mark.utf8)) else { return nil }
    return utf8.index(startIndex, offsetBy: found.lowerBound)..<utf8.index(startIndex, offsetBy: found.upperBound)
  }
}
