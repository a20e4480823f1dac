public import ParticipationKit

/// Incidents: residents report what is broken, dangerous or dirty; the commune says what becomes of it.
///
/// The words are those of Open311: a *service* is a kind of problem, a *service request* (here: report) is one case.
public struct IncidentsModule: ParticipationModule, SchemaProviding, CatalogueProviding, SettingsProviding,
  ActionProviding, DocumentProviding, StreamProviding, ImportProviding, ExportProviding, ModerationProviding,
  DeskProviding, SlotProviding, PersonalDataProviding, FollowProviding
{
  let site: Site
  let content: IncidentsContent
  let options: Options

  /// What the commune chose in `commune.yaml`.
  struct Options: Sendable {
    let marginMetres: Double
    let showsDescription: Bool
    let showsExactPoint: Bool
    let contactMonths: Int
  }

  /// Makes the module for a commune.
  /// - Throws: ``ContentError`` with every finding in `content/services` and `content/map`.
  public init(settings: Settings, site: Site) throws {
    self.site = site
    content = try IncidentsContent(site)
    options = Options(
      marginMetres: Double(settings.int("point_margin_metres")), showsDescription: settings.bool("public_description"),
      showsExactPoint: settings.text("public_point") == "exact",
      contactMonths: settings.int("contact_retention_months"))
  }

  /// Who the module is.
  public static let manifest = Manifest(
    id: "incidents", version: "1.0.0", names: ["fr": "Signalements", "en": "Reports"], owner: "Parvis",
    licence: "EUPL-1.2", traits: ["geolocated"],
    permissions: [
      Permission(
        "incidents.handle", roles: ["clerk", "agent", "councillor"],
        titles: [
          "fr": "Traiter les signalements : état, réponse, transmission",
          "en": "Handle reports: state, answer, referral",
        ])
    ],
    personalData: .stores([
      "fr": """
      Pour chaque signalement : le texte, le lieu et, si la personne les donne, un nom et une adresse électronique \
      pour lui répondre. Nom et adresse ne sont jamais publiés ; ils sont effacés après le règlement ou le refus, \
      au bout du délai que fixe la commune (6 mois sauf autre réglage), au plus tard trois ans après la dernière \
      étape, ou dès que la personne le demande.
      """,
      "en": """
      For each report: the text, the place and, if the person gives them, a name and an e-mail address for an \
      answer. Name and address are never published; they are erased after the report is closed or refused, \
      once the time set by the commune has passed (6 months unless set otherwise), three years after the last step at \
      the latest, or as soon as the person asks.
      """,
    ]),
    frontPage: "index")

  /// The steps of the schema.
  public static let migrations: [Migration] = Schema.migrations

  /// The words of the module in French and English.
  public static var catalogues: [(locale: String, json: [UInt8])] {
    [("fr", PackageResources.fr_json), ("en", PackageResources.en_json)]
  }

  /// The settings of the module.
  public static let settings: [SettingField] = [
    SettingField(
      "point_margin_metres", .int, default: 300, range: 0...10_000,
      help: [
        "fr": "De combien de mètres un point peut dépasser le contour de la commune.",
        "en": "By how many metres a point may lie outside the outline of the commune.",
      ]),
    SettingField(
      "public_description", .bool, default: true,
      help: [
        "fr": "Publier le texte du signalement. Sinon seuls le service, le lieu et les suites sont publics.",
        "en": "Publish the text of reports. Otherwise only service, place and follow-up are public.",
      ]),
    SettingField(
      "public_point", .text, default: "exact", choices: ["exact", "street"],
      help: [
        "fr": "Le point publié : « exact », ou « street » pour celui de la rue ou du hameau.",
        "en": "The point that is published: `exact`, or `street` for that of the street or hamlet.",
      ]),
    SettingField(
      "contact_retention_months", .int, default: 6, range: 1...60,
      help: [
        "fr": "Combien de mois après le règlement ou le refus le nom et l’adresse sont effacés.",
        "en": "How many months after a report is closed or refused name and address are erased.",
      ]),
  ]

  /// The actions: reporting for everyone; writing down, handling and sending back to moderation for staff.
  public var actions: [Action] { [reportAction, updateAction, recordAction, recheckAction] }

  /// The pages and JSON resources.
  public var documents: [DocumentFamily] {
    [
      reportFamily, serviceFamily, servicesFamily, newReportFamily, listPageFamily, streetFamily, streetsFamily,
      indexFamily,
    ]
  }

  /// The feed, the map layer and the table.
  public var streams: [Stream] { [feedStream, mapStream, tableStream] }

  /// The importer of reports.
  public var importers: [Importer] { [reportImporter] }

  /// The exporter of reports.
  public var exporters: [Exporter] { [reportExporter] }

  /// Reports, which are moderated.
  public var moderatedKinds: [ModeratedKind] { [moderatedReport] }

  /// The list of reports; with a number as key, the screen of one; with `new`, the form for the counter.
  public var deskScreens: [DeskScreen] { [reportsScreen] }

  /// The notice on the front page and the tile of the desk.
  public var slots: [SlotContribution] { [homeNotice, deskTile] }

  /// One report, one street, all reports.
  public var followableKinds: [FollowableKind] { follows }

  /// What the module holds about a person.
  public var personalData: PersonalData { contactData }
}

extension IncidentsModule {
  /// A text of the module's catalogue.
  func text(_ key: String, _ locale: String, _ arguments: [String: String] = [:]) -> String {
    site.words.text(key, locale, arguments)
  }

  /// The language of what has no language of its own: JSON, feeds, tables.
  var mainLocale: String { site.commune.languages.first ?? "fr" }

  func subject(of report: Report) -> Subject { site.subject("report", report.number) }

  /// What everything that lists reports depends on.
  var listSubject: Subject { site.subject("index", "index") }

  /// The documents that change with a published report.
  func subjects(changedWith report: Report) -> [Subject] {
    [subject(of: report), listSubject]
      + [report.page.map { site.subject("report-page", $0) }, streetSubject(report)].compactMap { $0 }
  }

  /// The documents that change when a report appears or disappears: also the neighbours of a list page that
  /// appears or disappears with it, since they link to it.
  func subjects(changedByPublicationOf report: Report, in table: ReportTable) throws -> [Subject] {
    var changed = subjects(changedWith: report)
    if let page = report.page, try table.isSparse(page: page) {
      for neighbour in [try table.page(before: page), try table.page(after: page)] {
        if let neighbour { changed.append(site.subject("report-page", neighbour)) }
      }
    }
    return changed
  }
}
