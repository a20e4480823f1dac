import ModuleLoading
import ParticipationKit
import ParvisHost
import Sealing

/// The modules of a commune that are in service, and those that are not.
struct ChosenModules {
  let registry: ModuleRegistry
  let descriptors: [ModuleDescriptor]
  let outages: [ModuleOutage]
}

/// Makes the modules of a commune from what the program has, what is installed, and what `commune.yaml` asks for.
struct CommuneModules {
  let folder: String
  let configuration: CommuneConfiguration
  let zone: TimeZoneRules
  let seal: DeferredSeal
  let log: @Sendable (String) -> Void

  private var installed: InstalledModules { InstalledModules(commune: folder) }

  /// The chosen modules. One that is installed and cannot be loaded is an outage; everything else that is wrong is said
  /// at once.
  /// - Parameter bundled: The modules of the program.
  /// - Throws: `CommuneError` with all findings of configuration and content.
  func register(_ bundled: [ModuleDescriptor]) throws -> ChosenModules {
    var findings: [Diagnostic] = []
    var made: [(Manifest, ModuleInstance)] = []
    var descriptors: [ModuleDescriptor] = []
    var outages: [ModuleOutage] = []
    _ = installed.noteCrashes()
    for (id, settings) in configuration.modules {
      var marker: LoadingMarker?
      do {
        guard let descriptor = try find(id, bundled, &marker) else {
          findings.append(missing(id, settings.line, bundled))
          continue
        }
        made.append((descriptor.manifest, try make(descriptor, settings)))
        descriptors.append(descriptor)
        if let second = second(id, bundled) { outages.append(ModuleOutage(id: id, refusal: second)) }
      } catch let refusal as ModuleRefusal {
        outages.append(ModuleOutage(id: id, refusal: refusal))
      } catch let error as CommuneError {
        findings += error.diagnostics
      } catch let error as ContentError {
        findings += error.diagnostics
      }
      // It is made, or it was refused in words: it did not end the program.
      marker?.clear()
    }
    guard findings.isEmpty else {
      throw CommuneError(
        .badConfiguration, fr: "Le contenu de la commune doit être corrigé avant d’aller plus loin.",
        en: "The commune’s content must be corrected before going on.", diagnostics: findings)
    }
    do {
      return ChosenModules(registry: try ModuleRegistry(made), descriptors: descriptors, outages: outages)
    } catch let error as RegistryError {
      throw CommuneError(.invalid, fr: error.description, en: error.description)
    }
  }

  /// The module of an id: the program's own, or an installed one, behind a marker that tells which module it was when
  /// the process ends while its code is loaded.
  private func find(
    _ id: String, _ bundled: [ModuleDescriptor], _ marker: inout LoadingMarker?
  ) throws(ModuleRefusal) -> ModuleDescriptor? {
    if let own = bundled.first(where: { $0.manifest.id == id }) { return own }
    guard let entry = installed.entry(id) else { return nil }
    if entry.isQuarantined { throw InstalledModules.quarantined(entry) }
    marker = LoadingMarker(in: entry.folder)
    return try installed.load(entry, commune: folder, log: log)
  }

  /// An installed module with the id of one of the program: it is left out, and said.
  private func second(_ id: String, _ bundled: [ModuleDescriptor]) -> ModuleRefusal? {
    guard bundled.contains(where: { $0.manifest.id == id }), let entry = installed.entry(id) else { return nil }
    return ModuleInstaller.duplicate(id, entry.current)
  }

  private func missing(_ id: String, _ line: Int, _ bundled: [ModuleDescriptor]) -> Diagnostic {
    let ids = bundled.map(\.manifest.id) + ((try? installed.all().map(\.id)) ?? [])
    let known = Set(ids).sorted().joined(separator: ", ")
    let name = RefusalReason.missing
    return Diagnostic(
      .error, file: "commune.yaml", line: line,
      fr: "module inconnu « \(id) » ; modules présents : \(known). Installez-le (parvis module install DOSSIER), ou "
        + "retirez cette ligne : ce qu’il a publié reste lisible [\(name)]",
      en: "unknown module “\(id)”; modules present: \(known). Install it (parvis module install FOLDER), or take out "
        + "this line: what it published stays readable [\(name)]")
  }

  /// Words of a module. What is wrong with them is said with the module and the file: one module's comma must not stop
  /// a commune without a word of whose it is.
  private func catalogue(_ source: (locale: String, json: [UInt8]), of id: String) throws -> Catalogue {
    do {
      return try Catalogue(locale: source.locale, json: source.json)
    } catch {
      let file = "Locales/\(source.locale).json"
      let words = { (locale: String) in Catalogue.words(for: error, locale, in: source.json) }
      throw CommuneError(
        .invalid,
        fr: "le module « \(id) » ne peut pas servir : \(file) : \(words("fr")) ; corrigez le fichier, compilez et "
          + "installez de nouveau, ou retirez « \(id) » de commune.yaml",
        en: "the module “\(id)” cannot serve: \(file): \(words("en")); correct the file, build and install again, or "
          + "take “\(id)” out of commune.yaml")
    }
  }

  private func make(_ descriptor: ModuleDescriptor, _ settings: YAMLSettings) throws -> ModuleInstance {
    let id = descriptor.manifest.id
    let markdown = MarkdownPort.render
    let site = Site(
      module: id, commune: configuration.facts, zone: zone, content: ContentFiles(folder: folder).reader,
      words: Words(try descriptor.catalogues.map { try catalogue($0, of: id) }),
      markdown: markdown, digest: { SHA256.hash($0) }, seal: { seal(id, $0) })
    return try descriptor.make(settings.checked(descriptor.settings, module: id), site)
  }
}
