/// A participation module: a value that answers questions. The host does the work.
///
/// A module performs no input or output, starts nothing and keeps no state of its own; what it knows is in its tables.
/// These two requirements are all that is mandatory. Everything else is a capability: a protocol of one requirement
/// without default, so that a misspelt one does not compile.
public protocol ParticipationModule: Sendable {
  /// Who the module is.
  static var manifest: Manifest { get }
  /// Makes the module for one commune. Reads `content/` and nothing else; throws ``ContentError`` when that is wrong.
  init(settings: Settings, site: Site) throws
}

/// A module with tables.
public protocol SchemaProviding: ParticipationModule {
  /// The steps of the schema, numbered from 1 without gap.
  static var migrations: [Migration] { get }
}

/// A module with settings in `commune.yaml`.
public protocol SettingsProviding: ParticipationModule {
  /// The settings.
  static var settings: [SettingField] { get }
}

/// A module with words.
public protocol CatalogueProviding: ParticipationModule {
  /// The catalogues as JSON, by language; the first is the last resort.
  static var catalogues: [(locale: String, json: [UInt8])] { get }
}

/// A module in which people can do something.
public protocol ActionProviding: ParticipationModule {
  /// The actions.
  var actions: [Action] { get }
}

/// A module with pages and JSON resources.
public protocol DocumentProviding: ParticipationModule {
  /// The families of documents.
  var documents: [DocumentFamily] { get }
}

/// A module with feeds, map layers or tables.
public protocol StreamProviding: ParticipationModule {
  /// The streams.
  var streams: [Stream] { get }
}

/// A module that reads files.
public protocol ImportProviding: ParticipationModule {
  /// The importers.
  var importers: [Importer] { get }
}

/// A module that writes files.
public protocol ExportProviding: ParticipationModule {
  /// The exporters.
  var exporters: [Exporter] { get }
}

/// A module whose records are moderated.
public protocol ModerationProviding: ParticipationModule {
  /// The moderated kinds.
  var moderatedKinds: [ModeratedKind] { get }
}

/// A module whose records can be commented.
public protocol CommentProviding: ParticipationModule {
  /// The commentable kinds.
  var commentableKinds: [CommentableKind] { get }
}

/// A module with screens for staff.
public protocol DeskProviding: ParticipationModule {
  /// The screens; those in the menu come first.
  var deskScreens: [DeskScreen] { get }
}

/// A module that contributes to pages of the host.
public protocol SlotProviding: ParticipationModule {
  /// The contributions.
  var slots: [SlotContribution] { get }
}

/// A module whose records need files of `content/`, and that can say which records lost theirs.
public protocol FindingProviding: ParticipationModule {
  /// What does not fit together between the module's tables and its files, for `parvis check`. Mistakes within a file
  /// are not told here: they are thrown when the module is made.
  /// - Parameter ledger: The module's tables, for reading.
  /// - Throws: The store's error.
  func findings(in ledger: Ledger) throws -> [Diagnostic]
}

/// A module that holds something about persons.
public protocol PersonalDataProviding: ParticipationModule {
  /// How to export and erase it.
  var personalData: PersonalData { get }
}
