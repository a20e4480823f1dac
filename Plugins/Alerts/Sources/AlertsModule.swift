public import ParticipationKit

/// Alerts: short dated messages of the town hall to everybody, which expire by themselves.
public struct AlertsModule: ParticipationModule, SchemaProviding, CatalogueProviding, ActionProviding,
  DocumentProviding, StreamProviding, ImportProviding, ExportProviding, DeskProviding, SlotProviding, FollowProviding,
  ClockProviding
{
  static let writePermission = "alerts.write"

  /// Who the module is.
  public static let manifest = Manifest(
    id: "alerts", version: "1.0.0", names: ["fr": "Alertes", "en": "Alerts"], owner: "Parvis", licence: "EUPL-1.2",
    traits: ["followable"],
    permissions: [
      Permission(
        writePermission, roles: ["clerk", "councillor"],
        titles: ["fr": "Publier, modifier et terminer les alertes", "en": "Publish, change and end alerts"])
    ],
    personalData: .none(because: [
      "fr": "Aucune : ce sont les messages de la mairie à tous. Qui les a écrits n’est pas gardé par ce module.",
      "en": "None: these are the town hall’s messages to everybody. Who wrote them is not kept by this module.",
    ]),
    frontPage: "list")

  /// The steps of the schema.
  public static let migrations = [Migration(1, "alerts", Alert.schema)]

  /// The words in French and English.
  public static let catalogues: [(locale: String, json: [UInt8])] = [
    ("fr", PackageResources.fr_json), ("en", PackageResources.en_json),
  ]

  private let site: Site

  /// Makes the module for one commune.
  public init(settings: Settings, site: Site) { self.site = site }

  /// What staff can do.
  public var actions: [Action] { AlertActions(site: site).all }

  /// The alert, the list, and the page for a screen.
  public var documents: [DocumentFamily] {
    [AlertDocument(site: site).family, AlertList(site: site).family, ScreenDocument(site: site).family]
  }

  /// The feed of alerts.
  public var streams: [Stream] { [AlertFeed(site: site).stream] }

  /// The reader of alerts.
  public var importers: [Importer] { [AlertTransfer(site: site).importer] }

  /// The writer of alerts.
  public var exporters: [Exporter] { [AlertTransfer(site: site).exporter] }

  /// The screens for staff.
  public var deskScreens: [DeskScreen] { AlertDesk(site: site).screens }

  /// The notice on the front page, before all others.
  public var slots: [SlotContribution] { [HomeNotice(site: site).contribution, HomeNotice(site: site).deskTile] }

  /// All alerts there are or will be.
  public var followableKinds: [FollowableKind] { [AlertNotices(site: site).kind] }

  /// What was prepared appears when its time has come.
  public var clockJobs: [ClockJob] { [AlertActions(site: site).job] }
}
