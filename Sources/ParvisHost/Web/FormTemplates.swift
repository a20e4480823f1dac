import ParticipationKit
import Synchronization

/// The host's own public forms, each written once as a template. They depend on its settings and words, and on
/// what names them here, never on anything else of the database, so they are kept as long as the host.
final class FormTemplates: Sendable {
  /// Which form.
  enum Form: Hashable {
    case comment(withQuestions: Bool, forResidents: Bool, block: String)
    case follow
    case flag(items: Int)
  }

  private struct Key: Hashable {
    let form: Form
    let locale: String
  }

  private let kept = Mutex<[Key: HTMLTemplate]>([:])

  /// The template of a form in a language; made when it is asked for first.
  func template(_ form: Form, _ locale: String, make: () throws -> HTMLNode) rethrows -> HTMLTemplate {
    let key = Key(form: form, locale: locale)
    if let found = kept.withLock({ $0[key] }) { return found }
    let made = HTMLTemplate(try make())
    kept.withLock { $0[key] = made }
    return made
  }

  /// Forgets all of them: what the forms ask for has changed.
  func forget() {
    kept.withLock { $0 = [:] }
  }
}
