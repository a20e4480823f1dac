public import ParticipationKit

/// A module in a process of its own, in a folder: `module.json`, `declaration.json`, `Locales/` and whatever its
/// program is made of. Read as data; nothing of it has run.
public struct ProcessPackage: Sendable {
  /// The folder.
  public let folder: String
  /// Who the module is.
  public let manifest: Manifest
  /// The program and what follows its name.
  public let run: [String]
  let declaration: Declaration
  let catalogues: [(locale: String, json: [UInt8])]

  /// The name of the file that declares what the module does.
  public static let declarationFile = DeclaredValue.file

  /// What `module.json` says that a process answers to; nil for a module that is a library.
  public static func command(in sidecar: JSONValue) -> [String]? {
    guard let words = sidecar["run"]?.asArray else { return nil }
    return words.compactMap(\.asString)
  }

  /// Reads the files of a module.
  /// - Parameters:
  ///   - folder: The folder; links are resolved.
  ///   - sidecar: `module.json`, whose own members the caller has checked.
  ///   - declaration: `declaration.json`.
  ///   - catalogues: The files of `Locales/`, by language.
  /// - Throws: ``DeclarationError`` for the first thing that is wrong.
  public init(
    folder: String, sidecar: JSONValue, declaration bytes: [UInt8], catalogues: [(locale: String, json: [UInt8])]
  ) throws(DeclarationError) {
    self.folder = Paths.resolved(folder)
    run = ProcessPackage.command(in: sidecar) ?? []
    guard !run.isEmpty, run.count == sidecar["run"]?.asArray?.count, run.allSatisfy({ !$0.utf8.contains(0) }),
      !run[0].isEmpty
    else {
      throw DeclarationError(
        "module.json", "run", fr: "le programme et ses arguments, comme [\"python3\", \"main.py\"]",
        en: "the program and its arguments, such as [\"python3\", \"main.py\"]")
    }
    declaration = try Declaration(bytes)
    manifest = ProcessPackage.manifest(sidecar, declaration)
    // French first: it is the last resort for a text that another language lacks.
    self.catalogues = catalogues.sorted { ($0.locale == "fr" ? "" : $0.locale) < ($1.locale == "fr" ? "" : $1.locale) }
    for catalogue in self.catalogues {
      do {
        _ = try Catalogue(locale: catalogue.locale, json: catalogue.json)
      } catch {
        throw DeclarationError(
          "Locales/\(catalogue.locale).json", "", fr: "un objet de textes (\(error))",
          en: "an object of texts (\(error))")
      }
    }
  }

  private static func manifest(_ sidecar: JSONValue, _ declaration: Declaration) -> Manifest {
    func texts(_ value: JSONValue?) -> [String: String] {
      Dictionary((value?.asObject ?? []).map { ($0.name, $0.value.asString ?? "") }, uniquingKeysWith: { $1 })
    }
    let permissions = (sidecar["permissions"]?.asArray ?? []).map { permission in
      let name = permission["name"]?.asString ?? ""
      return Permission(name, roles: declaration.roles[name] ?? [], titles: texts(permission["reason"]))
    }
    let words = texts(sidecar["personalData"])
    return Manifest(
      id: sidecar["id"]?.asString ?? "", version: sidecar["version"]?.asString ?? "", names: texts(sidecar["names"]),
      owner: sidecar["owner"]?.asString ?? "", licence: sidecar["licence"]?.asString ?? "",
      traits: (sidecar["traits"]?.asArray ?? []).compactMap(\.asString), permissions: permissions,
      personalData: declaration.personalData == nil ? .none(because: words) : .stores(words),
      frontPage: declaration.frontPage)
  }

  /// The names of tables, queries and statements that the module declares, for who decides about it.
  public var statementCount: Int { declaration.statements.count + declaration.queries.count }

  /// The module as the host sees any other. Its process is started when it is first needed, for each commune one.
  /// - Parameters:
  ///   - secret: A folder of which the process may see nothing but what lies in the module's own: the commune's.
  ///   - limits: What the process may take.
  ///   - log: Writes a line to the log.
  public func descriptor(
    secret: String, limits: ChildLimits = ChildLimits(), log: @escaping @Sendable (String) -> Void
  ) -> ModuleDescriptor {
    var limits = limits
    if let memory = declaration.memory { limits.memory = memory }
    let plan = ChildPlan(
      module: manifest.id, run: run, folder: folder, secret: secret.isEmpty ? "" : Paths.resolved(secret),
      limits: limits, log: log)
    let (manifest, declaration) = (manifest, declaration)
    return ModuleDescriptor(
      manifest: manifest, migrations: declaration.migrations, settings: declaration.settings, catalogues: catalogues,
      make: { settings, site in ProcessModule(manifest, declaration, plan, settings, site).instance })
  }
}
