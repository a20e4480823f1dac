import ParticipationKit
import ParvisHost
import SQLiteStorage
import Sealing
import SiteGeneration

/// Makes the publisher of a commune: families and streams of its modules, the host's pages, the API description.
struct CommuneSite {
  let folder: String
  let configuration: CommuneConfiguration
  let host: Host
  let store: CommuneStore
  let wiring: Wiring

  func publisher() throws -> Publisher {
    let registry = host.registry
    let families =
      registry.entries.flatMap { entry in
        let id = entry.manifest.id
        return entry.instance.documents.map {
          PublishedFamily(module: id, family: host.marked(host.proven($0, module: id), module: id))
        }
      }
      + (host.documents + host.families + host.archivedFamilies).map {
        PublishedFamily(module: $0.module, family: $0.family)
      }
    let streams =
      registry.entries.flatMap { entry in
        entry.instance.streams.map { (module: entry.manifest.id, stream: $0) }
      } + host.streams
    let locale = configuration.facts.languages[0]
    let hosted = try host.describedActs(locale: locale).map { act in
      APIDescription.HostedAct(
        module: act.module, name: act.name, titles: act.titles, parameters: act.parameters, form: act.form)
    }
    let description = APIDescription(facts: configuration.facts, serverAddress: configuration.server).document(
      actions: registry.entries.map { (module: $0.manifest.id, actions: $0.instance.actions) }, hosted: hosted,
      families: families, streams: streams,
      keyed: { module, action in try host.describedForms(module, action.name, locale: locale) },
      form: { module, action in try host.describedForm(module, action.name, locale: locale) })
    return Publisher(
      ports: ports, families: families, streams: streams, shell: wiring.shell, facts: configuration.facts,
      folder: folder + "/site", apiDescription: description, pages: wiring.pages, securityText: securityText,
      fileSets: [register, archive])
  }

  /// The files of the register.
  private var register: FileSet {
    let files = host.registerFiles
    return FileSet(name: "register", subject: RegisterFiles.subject, module: "host") { context in
      try files.all(in: context.ledger).map { FileSet.File(path: $0.path, isFixed: $0.isFixed, bytes: $0.bytes) }
    }
  }

  /// The feeds and tables of modules that left.
  private var archive: FileSet {
    let host = host
    return FileSet(name: "archive", subject: ModuleArchive.subject, module: "host") { context in
      try host.archivedFiles(in: context.ledger).map { FileSet.File(path: $0.path, isFixed: true, bytes: $0.bytes) }
    }
  }

  private var securityText: SecurityText? {
    guard !configuration.securityContact.isEmpty, let expires = configuration.securityExpires else { return nil }
    return SecurityText(
      contacts: [configuration.securityContact],
      expires: Timestamp(seconds: Int64(expires.daysSinceEpoch) * 86_400), languages: configuration.facts.languages)
  }

  private var ports: PublicationPorts {
    let (store, host, wiring) = (store, host, wiring)
    return PublicationPorts(
      read: { body in
        try store.readers.read { connection in
          try body { store.ledger(connection, $0, writes: false) }
        }
      },
      write: { body in
        try store.writer().perform { connection in try body(store.ledger(connection, "publication", writes: true)) }
      },
      context: { module, ledgers, now in host.renderContext(module, ParvisHost.Ledgers(ledgers), now: now) },
      view: { module, locale, ledgers, now in
        wiring.view(module, locale, host.publicPieces(module, locale, in: ParvisHost.Ledgers(ledgers), now: now))
      },
      lastAct: { ledgers in try host.lastAct(in: ParvisHost.Ledgers(ledgers)) },
      digest: { blake2b($0) })
  }
}
