internal import ParticipationKit
internal import Synchronization

/// A module in a process of its own, made for one commune: each closure that the host calls becomes a question to the
/// process, with the rows that the declaration says, and its answer becomes values of the contract.
final class ProcessModule: Sendable {
  let manifest: Manifest
  let declaration: Declaration
  let site: Site
  let limits: ChildLimits
  /// What the writer waits for, and everything else: a long batch of documents never holds an act up.
  private let acting: ChildRunner
  private let reading: ChildRunner
  private let settings: [String: SQLValue]
  let forms = KnownForms()
  /// What is known of each family of documents, by kind.
  let families = Mutex<[String: KnownFamily]>([:])

  init(_ manifest: Manifest, _ declaration: Declaration, _ plan: ChildPlan, _ settings: Settings, _ site: Site) {
    self.manifest = manifest
    self.declaration = declaration
    self.site = site
    limits = plan.limits
    var values: [String: SQLValue] = [:]
    for field in declaration.settings {
      switch field.kind {
      case .int: values[field.name] = .integer(settings.int(field.name))
      case .bool: values[field.name] = .bool(settings.bool(field.name))
      default: values[field.name] = .text(settings.text(field.name))
      }
    }
    self.settings = values
    let greeting = ProcessModule.greeting(manifest, declaration, values, site)
    acting = ChildRunner(plan, greeting)
    reading = ChildRunner(plan, greeting)
  }

  private static func greeting(
    _ manifest: Manifest, _ declaration: Declaration, _ settings: [String: SQLValue], _ site: Site
  ) -> Greeting {
    let commune = site.commune
    let wire = declaration.settings.map { field -> (String, JSONValue) in
      let value = settings[field.name] ?? .null
      return (field.name, field.kind == .bool ? .bool(value.asInteger == 1) : value.wire)
    }
    return Greeting(
      module: manifest.id, moduleVersion: manifest.version,
      facts: [
        (
          "commune",
          [
            "name": .string(commune.name), "insee": .string(commune.inseeCode),
            "population": .integer(commune.population), "department": .string(commune.department),
            "languages": .array(commune.languages.map { .string($0) }), "address": .string(commune.address),
            "timeZone": .string(site.zone.identifier), "demonstration": .bool(commune.isDemonstration),
          ]
        ), ("settings", .object(wire)),
      ])
  }

  /// The module as the host keeps it.
  var instance: ModuleInstance {
    var instance = ModuleInstance(site: site)
    instance.actions = declaration.actions.map(action)
    instance.documents = declaration.documents.map(documents)
    instance.streams = declaration.streams.map(stream)
    instance.moderatedKinds = declaration.moderated.map(moderated)
    instance.commentableKinds = declaration.commentable.map(commentable)
    instance.followableKinds = declaration.followable.map(followable)
    instance.deskScreens = declaration.screens.map(screen)
    instance.slots = declaration.slots.map(slot)
    instance.clockJobs = declaration.jobs.map(job)
    instance.personalData = declaration.personalData.map(personalData)
    instance.process = ModuleProcessPort(
      state: { [acting, reading] in ProcessState(acting, reading).port },
      probe: { [acting, reading] in
        for runner in [acting, reading] { _ = try? runner.call("ping", [], within: self.limits.reading) }
        return ProcessState(acting, reading).port
      },
      stop: { [acting, reading] in
        acting.stop()
        reading.stop()
      })
    return instance
  }

  // MARK: Asking

  /// Which process is asked.
  struct Lane: Sendable, Hashable {
    let name: String
    /// Within a transaction of the writer.
    static let acting = Lane(name: "acting")
    /// Anything else.
    static let reading = Lane(name: "reading")
  }

  private func runner(_ lane: Lane) -> ChildRunner { lane == .acting ? acting : reading }

  /// Asks the process, and reads its answer.
  /// - Throws: ``ModuleUnavailable`` when it gives none that can be used; what `read` throws otherwise.
  func ask<Answer>(
    _ lane: Lane, _ name: String, _ members: [(String, JSONValue)], within seconds: Double,
    _ read: (JSONValue) throws -> Answer
  ) throws -> Answer {
    try told { try answer(lane, name, members, within: seconds, read) }
  }

  /// The same for whoever does something about a failure of a kind.
  /// - Throws: ``ChildFailure``; what `read` throws otherwise.
  func answer<Answer>(
    _ lane: Lane, _ name: String, _ members: [(String, JSONValue)], within seconds: Double,
    _ read: (JSONValue) throws -> Answer
  ) throws -> Answer {
    do {
      return try read(try runner(lane).call(name, members, within: seconds))
    } catch let failure as ChildFailure {
      if failure.kind == .answer { runner(lane).complain(failure) }
      throw failure
    }
  }

  func unavailable(_ failure: ChildFailure) -> ModuleUnavailable {
    ModuleUnavailable(
      module: manifest.id, reason: failure.description,
      retryAfterSeconds: failure.kind == .resting ? Int(limits.longestRest) : 5)
  }

  /// Tells a failure as the host knows it.
  func told<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let failure as ChildFailure {
      throw unavailable(failure)
    }
  }

  /// Does something for a question or with what was answered later, as making a page from nodes.
  func using<Value>(_ lane: Lane, _ body: () throws -> Value) throws -> Value {
    try told { try noting(lane, body) }
  }

  /// The same for whoever does something about a failure of a kind.
  func noting<Value>(_ lane: Lane, _ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let failure as ChildFailure {
      runner(lane).complain(failure)
      throw failure
    }
  }

  // MARK: What calls have in common

  var effects: EffectReader { EffectReader(module: manifest.id, statements: declaration.statements) }
  var queries: CallQueries { CallQueries(queries: declaration.queries) }
  var subjects: SubjectReader { SubjectReader(module: manifest.id) }

  /// The arguments of a call with the settings of the commune.
  func arguments(_ values: [String: SQLValue]) -> CallArguments {
    var all = values
    for (name, value) in settings { all["setting:" + name] = value }
    return CallArguments(values: all)
  }

  func setting(_ name: String) -> Int? { settings[name]?.asInteger.map { Int($0) } }

  /// An instant as a frame holds it: milliseconds since 1970, and the commune's clock.
  func instant(_ now: Timestamp) -> JSONValue {
    ["ms": .integer(Int(now.milliseconds)), "local": .string(site.zone.civil(now).description)]
  }

  /// The path of a document of the module, without language and suffix.
  func path(_ subject: Subject) -> String? {
    guard subject.module == manifest.id else { return nil }
    return declaration.documents.first { $0.kind == subject.kind }.map { ProcessModule.path($0.path, subject.key) }
  }

  static func path(_ template: String, _ key: String) -> String {
    let parts = template.split(separator: "{", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, parts[1].utf8.starts(with: "key}".utf8) else { return template }
    return parts[0] + key + parts[1].dropFirst("key}".count)
  }

  func subjects(_ templates: [String], _ key: String) -> [Subject] {
    templates.compactMap { subjects.subject(template: $0, key: key) }
  }
}

/// What the desk and `parvis doctor` are told of the two processes of a module.
struct ProcessState {
  let port: ModuleProcessPort.State

  init(_ runners: ChildRunner...) {
    let all = runners.map(\.health)
    let failure = all.compactMap(\.failure).first
    let (calls, starts) = (all.reduce(0) { $0 + $1.calls }, all.reduce(0) { $0 + $1.starts })
    let pids = all.filter(\.isRunning).map { String($0.pid) }
    func words(_ locale: String) -> String {
      let confinement = Confinement.ofThisKernel.words(locale)
      if let failure {
        return locale == "en"
          ? "its process fails: \(failure.message(locale)); what it published stays, and acts are refused meanwhile"
          : "son processus échoue : \(failure.message(locale)) ; ce qu’il a publié reste, et les actes sont refusés "
            + "en attendant"
      }
      if pids.isEmpty {
        return locale == "en"
          ? "its process starts when it is needed; \(confinement)"
          : "son processus démarre quand il le faut ; \(confinement)"
      }
      let list = pids.joined(separator: ", ")
      return locale == "en"
        ? "its process runs (\(list); \(calls) answers, \(starts) starts); \(confinement)"
        : "son processus tourne (\(list) ; \(calls) réponses, \(starts) démarrages) ; \(confinement)"
    }
    port = ModuleProcessPort.State(isFine: failure == nil, texts: ["fr": words("fr"), "en": words("en")])
  }
}

/// The forms that a process gave last, so that what a person typed can be shown to them again when it is gone.
final class KnownForms: Sendable {
  private let forms = Mutex<[String: Form]>([:])
  private static let most = 200

  subscript(_ name: String) -> Form? { forms.withLock { $0[name] } }

  func keep(_ form: Form, _ name: String) {
    forms.withLock { forms in
      if forms.count >= KnownForms.most { forms.removeAll() }
      forms[name] = form
    }
  }
}
