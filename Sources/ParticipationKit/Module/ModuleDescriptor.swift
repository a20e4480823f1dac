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
  /// Makes the module for a commune.
  public let make: @Sendable (Settings, Site) throws -> ModuleInstance

  /// Describes a module.
  public init<Module: ParticipationModule>(_ module: Module.Type) {
    manifest = Module.manifest
    migrations = (module as? any SchemaProviding.Type)?.migrations ?? []
    settings = (module as? any SettingsProviding.Type)?.settings ?? []
    catalogues = (module as? any CatalogueProviding.Type)?.catalogues ?? []
    make = { settings, site in ModuleInstance(try Module(settings: settings, site: site), site: site) }
  }
}

/// A module made for one commune: its capabilities as plain values.
public struct ModuleInstance: Sendable {
  /// What the commune lent it.
  public let site: Site
  /// Its actions.
  public let actions: [Action]
  /// Its families of documents.
  public let documents: [DocumentFamily]
  /// Its streams.
  public let streams: [Stream]
  /// Its importers.
  public let importers: [Importer]
  /// Its exporters.
  public let exporters: [Exporter]
  /// Its moderated kinds.
  public let moderatedKinds: [ModeratedKind]
  /// Its commentable kinds.
  public let commentableKinds: [CommentableKind]
  /// Its screens.
  public let deskScreens: [DeskScreen]
  /// Its contributions.
  public let slots: [SlotContribution]
  /// What it does when its time has come.
  public let clockJobs: [ClockJob]
  /// What people can follow in it.
  public let followableKinds: [FollowableKind]
  /// What time alone brings; nil for nothing.
  public let timedEvents: TimedEvents?
  /// How it exports and erases what it holds about a person; nil when it holds nothing.
  public let personalData: PersonalData?

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
  }
}
