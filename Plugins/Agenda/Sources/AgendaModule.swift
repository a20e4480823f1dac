public import ParticipationKit

/// The council's agenda: drafts that residents comment item by item, frozen notices, minutes.
public struct AgendaModule: ParticipationModule, SchemaProviding, CatalogueProviding, ActionProviding,
  DocumentProviding, StreamProviding, ImportProviding, ExportProviding, CommentProviding, DeskProviding, SlotProviding,
  FollowProviding
{
  static let editPermission = "agenda.edit"
  static let sendPermission = "agenda.send"

  /// Who the module is.
  public static let manifest = Manifest(
    id: "agenda", version: "1.0.0", names: ["fr": "Conseil municipal", "en": "Town council"],
    owner: "Parvis", licence: "EUPL-1.2", traits: ["commentable", "schedulable"],
    permissions: [
      Permission(
        editPermission, roles: ["clerk", "councillor"],
        titles: [
          "fr": "Écrire les points de l’ordre du jour et le procès-verbal",
          "en": "Write the items of the agenda and the minutes",
        ]),
      Permission(
        sendPermission, roles: ["clerk"],
        titles: [
          "fr": "Créer les séances, envoyer les convocations, publier les procès-verbaux",
          "en": "Create meetings, send notices, publish minutes",
        ]),
    ],
    personalData: .stores([
      "fr": """
      Le nom des élus qui rapportent un point, dans l’exercice de leur fonction, et le nom du membre de la mairie \
      qui a \
      enregistré chaque version d’un point. Gardés avec l’ordre du jour, document public conservé sans limite. Les \
      noms des rédacteurs ne sont vus qu’au bureau. Les commentaires sont gardés par l’hôte, pas par ce module.
      """,
      "en": """
      The names of the councillors who report on an item, in their office, and of the member of staff who saved each \
      version of an item. Kept with the agenda, a public record kept without limit. Writers’ names are seen at the \
      desk only. Comments are kept by the host, not by this module.
      """,
    ]),
    frontPage: "meetings")

  /// The steps of the schema.
  public static let migrations = AgendaSchema.migrations

  /// The words in French and English.
  public static let catalogues: [(locale: String, json: [UInt8])] = [
    ("fr", PackageResources.fr_json), ("en", PackageResources.en_json),
  ]

  private let site: Site

  /// Makes the module for one commune.
  public init(settings: Settings, site: Site) { self.site = site }

  /// What staff can do with meetings and items.
  public var actions: [Action] { MeetingActions(site: site).all + ItemActions(site: site).all }

  /// All meetings, one meeting, one item.
  public var followableKinds: [FollowableKind] { MeetingNotices(site: site).kinds }

  /// The meetings and the front page.
  public var documents: [DocumentFamily] {
    [
      MeetingDocument(site: site).family.describing(AgendaData.meeting),
      MeetingsIndex(site: site).family.describing(AgendaData.index),
    ]
  }

  /// The feed of notices and minutes.
  public var streams: [Stream] { [AgendaFeed(site: site).stream] }

  /// The readers of meetings and of comments on them.
  public var importers: [Importer] { [MeetingImport(site: site).importer, CommentImport(site: site).importer] }

  /// The writer of meetings.
  public var exporters: [Exporter] { [MeetingExport(site: site).exporter] }

  /// Items can be commented.
  public var commentableKinds: [CommentableKind] { [ItemTarget(site: site).kind] }

  /// The screens for staff.
  public var deskScreens: [DeskScreen] { AgendaDesk(site: site).screens }

  /// The notices of the next meetings.
  public var slots: [SlotContribution] { HomeNotice.contributions(site) }
}
