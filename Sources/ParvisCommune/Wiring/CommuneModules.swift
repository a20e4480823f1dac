import ParticipationKit
import ParvisHost
import Sealing

/// Makes the modules of a commune from what the program has and what `commune.yaml` asks for.
struct CommuneModules {
  let folder: String
  let configuration: CommuneConfiguration
  let zone: TimeZoneRules
  let seal: DeferredSeal

  /// The registry of the chosen modules.
  /// - Throws: `CommuneError` with all findings of configuration and content.
  func register(_ available: [ModuleDescriptor]) throws -> ModuleRegistry {
    var findings: [Diagnostic] = []
    var made: [(Manifest, ModuleInstance)] = []
    let known = available.map(\.manifest.id).sorted().joined(separator: ", ")
    for (id, settings) in configuration.modules {
      guard let descriptor = available.first(where: { $0.manifest.id == id }) else {
        findings.append(
          Diagnostic(
            .error, file: "commune.yaml", line: settings.line,
            fr: "module inconnu « \(id) » ; modules présents : \(known)",
            en: "unknown module “\(id)”; modules present: \(known)"))
        continue
      }
      do {
        made.append((descriptor.manifest, try make(descriptor, settings)))
      } catch let error as CommuneError {
        findings += error.diagnostics
      } catch let error as ContentError {
        findings += error.diagnostics
      }
    }
    guard findings.isEmpty else {
      throw CommuneError(
        .badConfiguration, fr: "Le contenu de la commune doit être corrigé avant d’aller plus loin.",
        en: "The commune’s content must be corrected before going on.", diagnostics: findings)
    }
    do {
      return try ModuleRegistry(made)
    } catch let error as RegistryError {
      throw CommuneError(.invalid, fr: error.description, en: error.description)
    }
  }

  private func make(_ descriptor: ModuleDescriptor, _ settings: YAMLSettings) throws -> ModuleInstance {
    let id = descriptor.manifest.id
    let markdown = MarkdownPort.render
    let site = Site(
      module: id, commune: configuration.facts, zone: zone, content: ContentFiles(folder: folder).reader,
      words: Words(try descriptor.catalogues.map { try Catalogue(locale: $0.locale, json: $0.json) }),
      markdown: markdown, digest: { SHA256.hash($0) }, seal: { seal(id, $0) })
    return try descriptor.make(settings.checked(descriptor.settings, module: id), site)
  }
}
