import ParticipationKit
import Synchronization

/// What a watched module did.
final class Watch: Sendable {
  private struct State {
    var missing: Set<String> = []
    var statements: [String: Int] = [:]
    var loads: [String: Int] = [:]
    var failing: Int?
    var written = 0
    var errors: [String: String] = [:]
  }

  private let state = Mutex(State())

  /// The texts that were asked for and are in no catalogue, as `en: key`.
  var missingTexts: [String] { state.withLock { $0.missing.sorted() } }

  /// How many queries the documents of each kind have run, together.
  var statements: [String: Int] { state.withLock { $0.statements } }

  /// How many documents of each kind were made.
  var loads: [String: Int] { state.withLock { $0.loads } }

  /// How many statements that change rows the acts have run.
  var written: Int { state.withLock { $0.written } }

  /// Why an action failed when it last did, as ` (SQLiteError: …)`; empty when it never did. A person is told a number
  /// only, and an author needs the reason.
  func reason(_ action: String) -> String { state.withLock { $0.errors[action].map { " (\($0))" } ?? "" } }

  /// Forgets what was counted.
  func reset() {
    state.withLock { state in
      state.statements = [:]
      state.loads = [:]
      state.written = 0
    }
  }

  /// Lets the nth statement of an act fail, counted from 1; nil for none.
  func fail(at number: Int?) {
    state.withLock { state in
      state.failing = number
      state.written = 0
    }
  }

  /// Does something that is not counted and does not fail; the counting of writes begins anew afterwards.
  func paused<Value>(_ body: () -> Value) -> Value {
    let failing = state.withLock { state in
      defer { state.failing = nil }
      return state.failing
    }
    defer { fail(at: failing) }
    return body()
  }

  fileprivate func miss(_ key: String, _ locale: String) {
    state.withLock { _ = $0.missing.insert("\(locale): \(key)") }
  }

  fileprivate func read(_ kind: String) { state.withLock { $0.statements[kind, default: 0] += 1 } }

  fileprivate func load(_ kind: String) { state.withLock { $0.loads[kind, default: 0] += 1 } }

  fileprivate func fell(_ action: String, _ error: any Error) {
    // What a module answers with is no failure, and what the kit throws is none of the module's.
    guard !(error is Problem), !(error is Disturbance) else { return }
    state.withLock { $0.errors[action] = "\(type(of: error)): \(Conformance.words(error))" }
  }

  fileprivate func write() throws {
    let fails = state.withLock { state in
      state.written += 1
      return state.failing == state.written
    }
    if fails { throw Disturbance() }
  }
}

/// What the kit throws in place of a statement of the module: a store that fails.
struct Disturbance: Error {}

extension ModuleDescriptor {
  /// The module with somebody who looks on: which texts are missing, how often documents ask, and acts whose store
  /// fails. Nothing else changes.
  func watched(_ watch: Watch) -> ModuleDescriptor {
    let original = self
    return ModuleDescriptor(
      original,
      make: { settings, site in
        let words = Words(
          try original.catalogues.map { try Catalogue(locale: $0.locale, json: $0.json) },
          missing: { watch.miss($0, $1) })
        let lent = Site(
          module: site.module, commune: site.commune, zone: site.zone, content: site.content, words: words,
          markdown: { try site.markdown($0, $1) }, digest: { site.digest($0) },
          seal: { site.seal(String(decoding: $0, as: UTF8.self)) })
        var instance = try original.make(settings, lent)
        instance.documents = instance.documents.map { $0.watched(watch) }
        instance.actions = instance.actions.map { $0.watched(watch) }
        return instance
      })
  }
}

extension DocumentFamily {
  fileprivate func watched(_ watch: Watch) -> DocumentFamily {
    let family = self
    return DocumentFamily(
      kind, rank: rank, titles: titles, path: path, keys: keys,
      load: { context, key in
        var context = context
        watch.load(family.kind)
        context.ledger = context.ledger.watched(read: { _ in watch.read(family.kind) })
        return try family.load(context, key)
      }
    ).describing(family.members)
  }
}

extension Action {
  fileprivate func watched(_ watch: Watch) -> Action {
    let action = self
    return action.with(
      perform: { context, submission in
        var context = context
        context.ledger = context.ledger.watched(read: { _ in }, write: { _ in try watch.write() })
        do {
          return try action.perform(context, submission)
        } catch {
          watch.fell(action.name, error)
          throw error
        }
      })
  }
}
