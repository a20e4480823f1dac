/// A module without its type: what the host keeps. Made once, at registration.
public struct ModuleDescriptor: Sendable {
  /// Who the module is.
  public let manifest: Manifest
  /// The steps of its schema.
  public let migrations: [Migration]
  /// Its settings.
  public let settings: [SettingField]
  /// Its catalogues as JSON.
  public let catalogues: [(locale: String, json: [UInt8])]
  /// Whether it runs in a process of its own, and nothing of it is trusted.
  package let hasOwnProcess: Bool
  /// Makes the module for a commune.
  public let make: @Sendable (Settings, Site) throws -> ModuleInstance

  /// Describes a module.
  public init<Module: ParticipationModule>(_ module: Module.Type) {
    manifest = Module.manifest
    migrations = (module as? any SchemaProviding.Type)?.migrations ?? []
    settings = (module as? any SettingsProviding.Type)?.settings ?? []
    catalogues = (module as? any CatalogueProviding.Type)?.catalogues ?? []
    hasOwnProcess = false
    make = { settings, site in ModuleInstance(try Module(settings: settings, site: site), site: site) }
  }

  /// Describes a module that has no type in this process: what it is comes from its folder.
  package init(
    manifest: Manifest, migrations: [Migration], settings: [SettingField],
    catalogues: [(locale: String, json: [UInt8])],
    make: @escaping @Sendable (Settings, Site) throws -> ModuleInstance
  ) {
    self.manifest = manifest
    self.migrations = migrations
    self.settings = settings
    self.catalogues = catalogues
    hasOwnProcess = true
    self.make = make
  }

  /// The same module with some parts put in place of its own: how the conformance kit watches a module from outside,
  /// and how its tests break one.
  /// - Parameters:
  ///   - original: The module.
  ///   - manifest: Another manifest; its own when nil, as for all parts.
  ///   - migrations: Other steps of the schema.
  ///   - settings: Other settings.
  ///   - catalogues: Other words.
  ///   - make: Makes the module; usually calls ``make`` of the original.
  package init(
    _ original: ModuleDescriptor, manifest: Manifest? = nil, migrations: [Migration]? = nil,
    settings: [SettingField]? = nil, catalogues: [(locale: String, json: [UInt8])]? = nil,
    make: (@Sendable (Settings, Site) throws -> ModuleInstance)? = nil
  ) {
    self.manifest = manifest ?? original.manifest
    self.migrations = migrations ?? original.migrations
    self.settings = settings ?? original.settings
    self.catalogues = catalogues ?? original.catalogues
    hasOwnProcess = original.hasOwnProcess
    self.make = make ?? original.make
  }
}

/// A module made for one commune: its capabilities as plain values.
public struct ModuleInstance: Sendable {
  /// What the commune lent it.
  public let site: Site
  /// Its actions.
  public package(set) var actions: [Action]
  /// Its families of documents.
  public package(set) var documents: [DocumentFamily]
  /// Its streams.
  public package(set) var streams: [Stream]
  /// Its importers.
  public package(set) var importers: [Importer]
  /// Its exporters.
  public package(set) var exporters: [Exporter]
  /// Its moderated kinds.
  public package(set) var moderatedKinds: [ModeratedKind]
  /// Its commentable kinds.
  public package(set) var commentableKinds: [CommentableKind]
  /// Its screens.
  public package(set) var deskScreens: [DeskScreen]
  /// Its contributions.
  public package(set) var slots: [SlotContribution]
  /// What it does when its time has come.
  public package(set) var clockJobs: [ClockJob]
  /// What people can follow in it.
  public package(set) var followableKinds: [FollowableKind]
  /// What time alone brings; nil for nothing.
  public package(set) var timedEvents: TimedEvents?
  /// How it exports and erases what it holds about a person; nil when it holds nothing.
  public package(set) var personalData: PersonalData?
  /// What does not fit together between its tables and its files; nil for a module that does not say.
  public package(set) var findings: (@Sendable (Ledger) throws -> [Diagnostic])?
  /// The process in which it runs; nil for a module in this process.
  package var process: ModuleProcessPort?

  /// A module without a type: an adapter fills in what it can do.
  package init(site: Site) {
    self.site = site
    actions = []
    documents = []
    streams = []
    importers = []
    exporters = []
    moderatedKinds = []
    commentableKinds = []
    deskScreens = []
    slots = []
    clockJobs = []
    followableKinds = []
  }

  init(_ module: any ParticipationModule, site: Site) {
    self.site = site
    actions = (module as? any ActionProviding)?.actions ?? []
    documents = (module as? any DocumentProviding)?.documents ?? []
    streams = (module as? any StreamProviding)?.streams ?? []
    importers = (module as? any ImportProviding)?.importers ?? []
    exporters = (module as? any ExportProviding)?.exporters ?? []
    moderatedKinds = (module as? any ModerationProviding)?.moderatedKinds ?? []
    commentableKinds = (module as? any CommentProviding)?.commentableKinds ?? []
    deskScreens = (module as? any DeskProviding)?.deskScreens ?? []
    slots = (module as? any SlotProviding)?.slots ?? []
    clockJobs = (module as? any ClockProviding)?.clockJobs ?? []
    followableKinds = (module as? any FollowProviding)?.followableKinds ?? []
    timedEvents = (module as? any EventProviding)?.timedEvents
    personalData = (module as? any PersonalDataProviding)?.personalData
    if let own = module as? any FindingProviding { findings = { ledger in try own.findings(in: ledger) } }
  }
}
