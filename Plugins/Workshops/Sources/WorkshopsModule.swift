public import ParticipationKit

/// Workshops: digital-skills sessions with places, a waiting list, sign-up without account, and an attendance sheet.
public struct WorkshopsModule: ParticipationModule, SchemaProviding, SettingsProviding, CatalogueProviding,
  ActionProviding, DocumentProviding, StreamProviding, ImportProviding, ExportProviding, DeskProviding, SlotProviding,
  FollowProviding, PersonalDataProviding
{
  static let runPermission = "workshops.run"

  /// Who the module is.
  public static let manifest = Manifest(
    id: "workshops", version: "1.0.0", names: ["fr": "Ateliers", "en": "Workshops"], owner: "Parvis",
    licence: "EUPL-1.2", traits: ["followable", "schedulable"],
    permissions: [
      Permission(
        runPermission, roles: ["clerk", "agent"],
        titles: [
          "fr": "Créer les ateliers, voir les inscrits et leurs coordonnées, pointer les présences",
          "en": "Create workshops, see who signed up and how to reach them, note who came",
        ])
    ],
    personalData: .stores([
      "fr": """
      Le nom, l’adresse électronique et le téléphone de qui s’inscrit, pour tenir sa place et prévenir d’un \
      changement. Vus par le secrétariat seulement. Effacés dès qu’on se désinscrit, ou quelques semaines après \
      l’atelier (90 jours, sauf autre réglage). Reste le nombre d’inscrits et de présents.
      """,
      "en": """
      The name, e-mail address and telephone number of whoever signs up, to keep their place and to tell them of a \
      change. Seen by the town hall’s office only. Erased as soon as somebody signs off, or some weeks after the \
      workshop (90 days unless set otherwise). How many signed up and came stays.
      """,
    ]),
    frontPage: "list")

  /// The steps of the schema.
  public static let migrations = [
    Migration(1, "sessions and sign-ups", Session.schema + Signup.schema),
    Migration(2, "when somebody last signed up or off", Session.counted),
    Migration(3, "signing off with the receipt", Signup.rights),
  ]

  /// The settings.
  public static let settings = [
    SettingField(
      "contact_days", .int, default: 90, range: 7...365,
      help: [
        "fr": "Combien de jours après l’atelier le nom et les coordonnées des inscrits sont effacés.",
        "en": "How many days after the workshop names and contacts of those who signed up are erased.",
      ])
  ]

  /// The words in French and English.
  public static let catalogues: [(locale: String, json: [UInt8])] = [
    ("fr", PackageResources.fr_json), ("en", PackageResources.en_json),
  ]

  private let site: Site
  private let contactDays: Int

  /// Makes the module for one commune.
  public init(settings: Settings, site: Site) {
    self.site = site
    contactDays = settings.int("contact_days")
  }

  /// What people and staff can do.
  public var actions: [Action] { SignupActions(site: site).all + SessionActions(site: site).all }

  /// The session and the list.
  public var documents: [DocumentFamily] { [SessionDocument(site: site).family, SessionList(site: site).family] }

  /// The calendar and the feed.
  public var streams: [Stream] { SessionStreams(site: site).all }

  /// The reader of sessions.
  public var importers: [Importer] { [SessionTransfer(site: site).importer] }

  /// The writer of sessions.
  public var exporters: [Exporter] { [SessionTransfer(site: site).exporter] }

  /// The screens for staff.
  public var deskScreens: [DeskScreen] { WorkshopDesk(site: site).screens }

  /// The next session that takes sign-ups.
  public var slots: [SlotContribution] { [HomeNotice(site: site).contribution, HomeNotice(site: site).deskTile] }

  /// All sessions, or one.
  public var followableKinds: [FollowableKind] { SessionNotices(site: site).kinds }

  /// Who signed up: what is given out, and what is erased when.
  public var personalData: PersonalData { ContactData(site: site, days: contactDays).answers }
}
