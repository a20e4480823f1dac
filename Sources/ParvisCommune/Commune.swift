import Glibc
public import ParticipationKit
public import ParvisHost
import SQLiteStorage
public import SiteGeneration
import Synchronization

/// How a commune is opened.
public struct CommuneOptions: Sendable {
  /// The modules that this program has.
  public let modules: [ModuleDescriptor]
  /// The time.
  public let clock: @Sendable () -> Timestamp
  /// Writes a line to the log.
  public let log: @Sendable (String) -> Void
  /// What the conformance kit says of the modules, for a commune's folder: asked when the desk shows it.
  public var grades: @Sendable (_ folder: String) -> [ModuleGrade] = { _ in [] }
  /// What sends instead of the configured transports; nil outside tests.
  package var send: (@Sendable (OutboxJob) -> DeliveryResult)?
  /// Brings what was written to the disk, and returns when it is there, as `sync` of Linux does (sync(2)).
  package var sync: @Sendable () -> Void = { Glibc.sync() }

  /// Makes options.
  /// - Parameters:
  ///   - modules: The modules that this program has.
  ///   - clock: The time; the system's clock when nil.
  ///   - log: Writes a line to the log; nothing when nil.
  public init(
    modules: [ModuleDescriptor], clock: (@Sendable () -> Timestamp)? = nil, log: (@Sendable (String) -> Void)? = nil
  ) {
    self.modules = modules
    self.clock = clock ?? CommuneOptions.systemClock
    self.log = log ?? { _ in }
  }

  /// The system's clock.
  @Sendable public static func systemClock() -> Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }
}

/// One commune: its configuration, content, database, modules and site. A value without globals, so that
/// many live in one process.
public final class Commune: Sendable {
  /// The commune's folder.
  public let folder: String
  /// What `commune.yaml` says.
  public let configuration: CommuneConfiguration
  /// The host.
  public let host: Host
  /// Writes the site.
  public let publisher: Publisher
  /// The modules that `commune.yaml` asks for and that are not in service.
  public let outages: [ModuleOutage]
  let store: CommuneStore
  let workers: WorkerPool
  let loop: PublicationLoop
  let delivery: DeliveryLoop
  let options: CommuneOptions
  let wake: WakeUp
  /// Held by whoever writes; nil for reading.
  private let lock: FolderLock?
  private let isClosed = Mutex(false)
  let siteCheck: SiteCheck
  /// What the end of a restore erased again when this commune was opened; nil when none was to be ended.
  let restored: (erased: Int, addresses: Int)?
  let clock: CommuneClock
  let files: FileStore

  /// What a commune is opened for.
  public struct Access: Sendable, Hashable {
    private let name: String

    /// Reads a snapshot of the database, also while a server runs; takes no lock and never checkpoints.
    public static let reading = Access(name: "reading")
    /// Reads and writes; takes `data/lock`.
    public static let writing = Access(name: "writing")
  }

  /// Opens a commune. For writing: takes its lock and brings its database to today's schema. For reading: neither,
  /// except when there is no database of today's schema to read, which is then made as for writing.
  /// - Throws: ``CommuneError`` in words, with findings by file and line.
  public static func open(
    _ folder: String, _ options: CommuneOptions, for access: Access = .writing
  ) throws -> Commune {
    let configuration = try CommuneConfiguration.load(folder: folder)
    try ContentFolders(folder: folder).requireContent()
    let data = folder + "/data"
    if access == .reading, Files.exists(data + "/parvis.sqlite") {
      do {
        return try Commune(folder, configuration, options, lock: nil)
      } catch is CommuneStore.SchemaBehind {}
    }
    try Files.makeFolder(data, mode: 0o700)
    return try Commune(folder, configuration, options, lock: try FolderLock(data + "/lock"))
  }

  private init(
    _ folder: String, _ configuration: CommuneConfiguration, _ options: CommuneOptions, lock: FolderLock?
  ) throws {
    self.folder = folder
    self.configuration = configuration
    self.options = options
    self.lock = lock
    let files = FileStore(commune: folder, mostBytes: configuration.uploadMebibytes << 20)
    self.files = files
    if lock != nil { try files.prepare() }
    let zone = ZoneRules.load(configuration.timeZone) ?? .utc
    let (secret, publication) = (DeferredSeal(), DeferredPublisher())
    let modules = CommuneModules(
      folder: folder, configuration: configuration, zone: zone, seal: secret, log: options.log)
    let chosen = try modules.register(options.modules)
    let registry = chosen.registry
    outages = chosen.outages
    let words = try HostWords()
    let charter = try Commune.charter(folder, words)
    let (wake, mail) = (WakeUp(), DeliveryWake())
    self.wake = wake
    try Commune.requireDatabase(of: folder)
    let store = try CommuneStore(
      path: folder + "/data/parvis.sqlite", modules: chosen.descriptors, access: lock == nil ? .reading : .writing,
      now: options.clock,
      onCommit: {
        wake.afterCommit()
        mail.afterCommit()
      })
    self.store = store
    workers = WorkerPool(threads: 2)
    do {
      let settled = try ModuleArchiving(folder: folder, facts: configuration.facts, registry: registry, store: store)
        .settle(now: options.clock(), writes: lock != nil)
      let wiring = try Commune.wiring(folder, configuration, registry, zone, charter, words, settled.archive)
      let host = try Host(
        facts: configuration.facts, zone: zone, registry: registry, words: words,
        ports: HostPorts(
          store: store.port, sealing: Wiring.sealing, rendering: wiring.rendering,
          accounts: Wiring.accounts(configuration.staff, folder: folder), now: options.clock,
          enqueue: { try publication.enqueue($0, in: $1("publication"), waking: wake) },
          enqueueAll: { try publication.enqueueAll(in: $0("publication"), waking: wake) },
          enqueueDumps: { try publication.enqueueDumps(of: $0, in: $1("publication"), waking: wake) },
          background: { [workers] in workers.submit($0) }, log: options.log, expectDelivery: { mail.expect() },
          moduleGrades: { options.grades(folder) }, moduleOutages: { chosen.outages.map(\.note) }, files: files.port),
        serverAddress: configuration.server, charter: charter, moderation: configuration.moderation,
        outgoing: configuration.outgoing, privacy: configuration.privacy, archive: settled.archive)
      self.host = try Commune.checked(host)
      secret.set { module, bytes in host.seal(module: module, bytes) }
      let site = CommuneSite(
        folder: folder, configuration: configuration, host: host, store: store, wiring: wiring,
        files: files)
      publisher = try site.publisher()
      try ContentFolders(folder: folder).requireWhatWasPublished(publisher)
      if settled.isChanged, Files.isFolder(folder + "/site") { try Commune.enqueueAll(publisher, store) }
    } catch {
      workers.stop()
      store.close()
      throw StoreErrors.inWords(error, path: folder + "/data/parvis.sqlite")
    }
    publication.set(publisher)
    siteCheck = SiteCheck(
      isDue: lock?.foundUncleanEnd ?? false, publisher: publisher, now: options.clock, folder: folder)
    clock = CommuneClock(host: host, now: options.clock)
    loop = Commune.publicationLoop(publisher, store, host, clock, options)
    wake.set(loop)
    delivery = Commune.delivery(folder, configuration, host, options)
    mail.set(delivery)
    restored = lock == nil ? nil : try Commune.finishRestore(folder, host, store, files, workers)
  }

  /// The host, once its modules declare nothing that it does not do.
  private static func checked(_ host: Host) throws -> Host {
    do {
      try host.refusePublicFiles()
      return host
    } catch let error as RegistryError {
      throw CommuneError(.invalid, fr: error.description, en: error.description)
    }
  }

  /// Ends a restore that was stopped; a commune that cannot is not opened.
  private static func finishRestore(
    _ folder: String, _ host: Host, _ store: CommuneStore, _ files: FileStore, _ workers: WorkerPool
  ) throws -> (erased: Int, addresses: Int)? {
    do {
      // A backup carries the files with it; also where a restore was cut off before they were in their place.
      try BackupFiles(store: files).extract(from: store)
      return try PendingRestore.finish(folder, host)
    } catch {
      workers.stop()
      store.close()
      throw StoreErrors.inWords(error, path: folder + "/data/parvis.sqlite")
    }
  }

  private static func delivery(
    _ folder: String, _ configuration: CommuneConfiguration, _ host: Host, _ options: CommuneOptions
  ) -> DeliveryLoop {
    let transports = Transports(folder: folder, configuration: configuration, now: options.clock)
    return DeliveryLoop(
      outbox: host.outbox, bounces: BounceBox(commune: folder), now: options.clock, log: options.log,
      send: options.send ?? { transports.send($0) })
  }

  private static func publicationLoop(
    _ publisher: Publisher, _ store: CommuneStore, _ host: Host, _ clock: CommuneClock, _ options: CommuneOptions
  ) -> PublicationLoop {
    PublicationLoop(
      publisher: publisher, now: options.clock,
      housekeeping: Housekeeping(host: host, work: Housekeeping.Work(store), log: options.log),
      nextChange: {
        // One snapshot for all of them: this is asked after each act.
        try store.readers.read { connection in
          let ledgers = store.ledgers(connection, writes: false)
          let changes = [try publisher.nextChange(in: ledgers("publication")), try host.nextDue(in: ledgers)]
          return (changes.compactMap { $0 } + [clock.next]).min()
        }
      },
      enqueueDue: { try Commune.bringDue(host, publisher, now: $0) },
      runDueJobs: { try clock.runIfDue() },
      enqueueDumps: {
        try store.writer().perform { connection in
          try publisher.enqueueBulkStreams(in: store.ledger(connection, "publication", writes: true))
        }
      }, lastAct: { try store.readers.read { try host.lastAct(in: store.ledgers($0, writes: false)) } },
      whenQuiet: { try host.compareWords(seconds: 1) },
      log: options.log)
  }

  /// Every page names the modules in service, in its menu.
  private static func enqueueAll(_ publisher: Publisher, _ store: CommuneStore) throws {
    try store.writer().perform { connection in
      try publisher.enqueueAll(in: store.ledger(connection, "publication", writes: true))
    }
  }

  private static func wiring(
    _ folder: String, _ configuration: CommuneConfiguration, _ registry: ModuleRegistry, _ zone: TimeZoneRules,
    _ charter: Charter, _ words: HostWords, _ archive: ModuleArchive
  ) throws -> Wiring {
    let reasons = charter.reasons.map(\.titles)
    do {
      return try Wiring(
        folder: folder, configuration: configuration, registry: registry, zone: zone, reasons: reasons,
        hostWords: words, archived: archive.fronts(configuration.facts.languages, words))
    } catch let error as ContentError {
      throw CommuneError(
        .badConfiguration, fr: "Le contenu de la commune doit être corrigé avant d’aller plus loin.",
        en: "The commune’s content must be corrected before going on.", diagnostics: error.diagnostics)
    }
  }

  /// Makes public what waited for its day, and queues what time has changed.
  private static func bringDue(_ host: Host, _ publisher: Publisher, now: Timestamp) throws {
    try host.releaseDue(now: now)
    try publisher.enqueueDue(now: now)
  }

  /// A site without the database that it was made from: a volume that is not mounted, a folder moved by mistake. A new
  /// database would begin another register under another key, and what was published would be taken away.
  private static func requireDatabase(of folder: String) throws {
    let key = folder + "/site/register/key.txt"
    guard Files.exists(key), !Files.exists(folder + "/data/parvis.sqlite") else { return }
    throw CommuneError(
      .loss,
      fr: "data/parvis.sqlite manque, mais site/ a été écrit à partir d’elle ; rétablissez le dossier data/ ou une "
        + "sauvegarde (parvis restore). Pour tout recommencer, déplacez d’abord site/.",
      en: "data/parvis.sqlite is missing, but site/ was made from it; bring back the folder data/ or a backup "
        + "(parvis restore). To begin anew, move site/ away first.")
  }

  private static func charter(_ folder: String, _ words: HostWords) throws -> Charter {
    do {
      return try Charter.read(ContentFiles(folder: folder).reader.files(in: "charter"), words: words)
    } catch let error as ContentError {
      throw CommuneError(
        .badConfiguration, fr: "Le contenu de la commune doit être corrigé avant d’aller plus loin.",
        en: "The commune’s content must be corrected before going on.", diagnostics: error.diagnostics)
    }
  }

  /// Starts to publish what acts change, in the background; what an unclean stop left is checked first.
  /// So is, after the start, a site that another program or configuration made: it is served meanwhile as it was.
  func startPublishing() {
    let check = siteCheck
    loop.start(first: {
      try check.runIfDue()
      try check.noteEdition()
    })
    if configuration.outgoing.mail != nil || !configuration.webhooks.isEmpty { delivery.start() }
  }

  /// Staff accounts.
  public var people: People { People(host: host) }

  /// Finishes what waits and closes everything. Safe to call twice.
  public func close() {
    let isFirst = isClosed.withLock { closed in
      defer { closed = true }
      return !closed
    }
    guard isFirst else { return }
    loop.stop()
    delivery.stop()
    workers.stop()
    for entry in host.registry.entries { entry.instance.process?.stop() }
    store.close()
    guard let lock else { return }
    // A check that is still due stays due; files that were written and not recorded are found by one. Files are not
    // synced one by one: the next opening may trust them only once the system has written them.
    let isChecked = !siteCheck.isDue && !publisher.hasUnrecordedFiles
    if isChecked, publisher.hasWritten || lock.foundUncleanEnd { options.sync() }
    lock.release(inOrder: isChecked)
  }

  deinit { close() }

  /// Writes the site: in place, or whole into a new folder.
  /// - Parameters:
  ///   - out: The new folder; nil brings the commune's own site up to date.
  ///   - makesAll: Whether every document is made anew in place, instead of what acts, time, other content or another
  ///     program may have changed and files that are not as they were written. A dry run makes all.
  ///   - dryRun: Whether nothing is written.
  /// - Throws: ``CommuneError``.
  public func build(out: String?, makesAll: Bool = false, dryRun: Bool) throws -> PublicationReport {
    do {
      let now = options.clock()
      if !dryRun {
        _ = try store.writer()
        try siteCheck.runIfDue()
        try host.releaseDue(now: now)
        try clock.run()
        if out == nil { try siteCheck.noteEdition() }
      }
      guard let out else {
        return try makesAll || dryRun
          ? publisher.publishAll(now: now, dryRun: dryRun) : publisher.bringUpToDate(now: now)
      }
      return try publisher.build(into: out, now: now)
    } catch let error as PublicationError {
      let kind: CommuneError.Kind = if case .folderExists = error { .exists } else { .readOnly }
      throw CommuneError(kind, fr: error.message("fr"), en: error.message("en"))
    } catch {
      throw StoreErrors.inWords(error, path: folder + "/data/parvis.sqlite")
    }
  }
}
