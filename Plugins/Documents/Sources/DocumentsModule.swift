public import ParticipationKit

/// The municipal cloud: deliberations, orders, minutes, plans, budgets and declarations, in folders and versions.
public struct DocumentsModule: ParticipationModule, SchemaProviding, CatalogueProviding, ActionProviding,
  DocumentProviding, StreamProviding, ImportProviding, ExportProviding, DeskProviding, SlotProviding, FollowProviding
{
  static let keepPermission = "documents.keep"

  /// Who the module is.
  public static let manifest = Manifest(
    id: "documents", version: "1.0.0", names: ["fr": "Documents", "en": "Documents"], owner: "Parvis",
    licence: "EUPL-1.2", traits: ["followable"],
    permissions: [
      Permission(
        keepPermission, roles: ["clerk"],
        titles: [
          "fr": "Publier les documents, leurs versions, et les retirer",
          "en": "Publish documents and their versions, and withdraw them",
        ])
    ],
    personalData: .stores([
      "fr": """
      Les noms qui figurent dans les actes publiés, dans l’exercice d’une fonction. Gardés avec l’acte, qui est \
      public ; un document retiré garde sa page et son motif, sans son texte.
      """,
      "en": """
      The names that stand in published acts, of people in their office. Kept with the act, which is public; a \
      document that is withdrawn keeps its page and the reason, without its text.
      """,
    ]),
    frontPage: "list")

  /// The steps of the schema.
  public static let migrations = [
    Migration(1, "documents and versions", Paper.schema), Migration(2, "files of versions", Paper.files),
  ]

  /// The words in French and English.
  public static let catalogues: [(locale: String, json: [UInt8])] = [
    ("fr", PackageResources.fr_json), ("en", PackageResources.en_json),
  ]

  private let site: Site

  /// Makes the module for one commune.
  public init(settings: Settings, site: Site) { self.site = site }

  /// What staff can do.
  public var actions: [Action] { PaperActions(site: site).all }

  /// The document, its older versions, its folder, and the list of folders.
  public var documents: [DocumentFamily] {
    [
      PaperDocument(site: site).family, VersionDocument(site: site).family, FolderDocument(site: site).family,
      PaperList(site: site).family,
    ]
  }

  /// The feed of documents and versions, and the catalogue.
  public var streams: [Stream] { PaperStreams(site: site).all }

  /// The reader of documents.
  public var importers: [Importer] { [PaperTransfer(site: site).importer] }

  /// The writer of documents.
  public var exporters: [Exporter] { [PaperTransfer(site: site).exporter] }

  /// The screens for staff.
  public var deskScreens: [DeskScreen] { PaperDesk(site: site).screens }

  /// The newest documents.
  public var slots: [SlotContribution] { [HomeNotice(site: site).contribution, HomeNotice(site: site).deskTile] }

  /// Everything, a folder, or one document.
  public var followableKinds: [FollowableKind] { PaperNotices(site: site).kinds }
}
