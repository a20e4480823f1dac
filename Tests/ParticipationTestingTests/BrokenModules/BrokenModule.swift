import ParticipationKit

@testable import ParticipationTesting

/// The plain box with one thing changed, so that it breaks one rule and no other.
struct BrokenModule: Sendable, CustomStringConvertible {
  /// The rule that it must break.
  let rule: String
  let descriptor: ModuleDescriptor
  /// The files of its folder that are other than the plain box's; nil takes one away.
  var files: [String: String?] = [:]
  /// Where the fault lies, when another module breaks the same rule.
  var place = ""

  var description: String { place.isEmpty ? rule : "\(rule) (\(place))" }

  /// The same, told apart from another that breaks the same rule.
  func behind(_ place: String) -> BrokenModule {
    var copy = self
    copy.place = place
    return copy
  }

  static let box = ModuleDescriptor(PlainBox.self)

  /// The plain box with other parts.
  /// - Parameter change: Changes what was made, with the module itself at hand.
  static func box(
    _ rule: String, manifest: Manifest? = nil, migrations: [Migration]? = nil, settings: [SettingField]? = nil,
    catalogues: [(locale: String, json: [UInt8])]? = nil, files: [String: String?] = [:],
    change: @escaping @Sendable (inout ModuleInstance, PlainBox) throws -> Void = { _, _ in }
  ) -> BrokenModule {
    BrokenModule(
      rule: rule,
      descriptor: ModuleDescriptor(
        box, manifest: manifest, migrations: migrations, settings: settings, catalogues: catalogues,
        make: { settings, site in
          var instance = try box.make(settings, site)
          try change(&instance, PlainBox(settings: settings, site: site))
          return instance
        }), files: files)
  }

  static func manifest(
    version: String = "1.0.0", names: [String: String] = PlainBox.manifest.names, owner: String = "Essai",
    traits: [String] = PlainBox.manifest.traits, roles: [String] = ["clerk"],
    personalData: [String: String] = PlainBox.manifest.personalData.texts, frontPage: String = "index"
  ) -> Manifest {
    Manifest(
      id: "box", version: version, names: names, owner: owner, licence: "EUPL-1.2", traits: traits,
      permissions: [Permission("box.edit", roles: roles, titles: ["fr": "Corriger", "en": "Correct"])],
      personalData: .stores(personalData), frontPage: frontPage)
  }

  static let all = declared + public_ + kept + made + shown
}

/// A rule of the module was broken on purpose.
struct Oops: Error {}

extension ModuleInstance {
  /// Puts another load in place of a family's.
  mutating func replaceLoad(
    _ kind: String, _ load: @escaping @Sendable (RenderContext, String) throws -> Document?
  ) {
    documents = documents.map { family in
      guard family.kind == kind else { return family }
      return DocumentFamily(
        kind, rank: family.rank, titles: family.titles, path: family.path, keys: family.keys, load: load)
    }
  }

  /// Adds to the pages of a family what a closure gives, from a text that another reads when the document is loaded.
  mutating func addToPages(
    _ kind: String, read: @escaping @Sendable (RenderContext, String) throws -> String = { _, _ in "" },
    nodes: @escaping @Sendable (String, View) throws -> [HTMLNode]
  ) {
    guard let load = documents.first(where: { $0.kind == kind })?.load else { return }
    replaceLoad(kind) { context, key in
      guard let document = try load(context, key), let page = document.page else { return nil }
      let text = try read(context, key)
      return Document(
        value: document.value, dependsOn: document.dependsOn, changesAt: document.changesAt, updated: document.updated,
        search: document.search
      ) { view in
        let old = try page(view)
        return Page(title: old.title, summary: old.summary, body: [old.body] + (try nodes(text, view)))
      }
    }
  }

  /// Adds a field for a file to an action's form.
  mutating func askForFile(_ name: String) {
    actions = actions.map { action in
      guard action.name == name else { return action }
      return action.with(
        form: { context in
          try action.form(context).map { form in
            Form(title: form.title, fields: form.fields + [.file("photo", "Photo")], submit: form.submit)
          }
        }, perform: action.perform)
    }
  }

  /// Puts another effect in place of an action's.
  mutating func replaceEffect(
    _ name: String, _ perform: @escaping @Sendable (ActionContext, Submission) throws -> Outcome
  ) {
    actions = actions.map { action in
      guard action.name == name else { return action }
      return Action(name, audience: action.audience, titles: action.titles, form: action.form, perform: perform)
    }
  }
}
