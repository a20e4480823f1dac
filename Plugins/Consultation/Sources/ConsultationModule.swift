public import ParticipationKit

/// Consultation: the commune asks, residents answer once, propose and support; results appear after closing.
public struct ConsultationModule: ParticipationModule, SchemaProviding, CatalogueProviding, ActionProviding,
  DocumentProviding, StreamProviding, ImportProviding, ExportProviding, ModerationProviding, CommentProviding,
  DeskProviding, SlotProviding, ClockProviding, FollowProviding, EventProviding, PersonalDataProviding, FindingProviding
{
  let site: Site
  let consultations: ConsultationList

  /// Makes the module for a commune.
  /// - Throws: ``ContentError`` with every finding in `content/consultations`.
  public init(settings: Settings, site: Site) throws {
    self.site = site
    let reader = ConsultationReader(zone: site.zone, markdown: { try site.markdown($0, .editor) })
    consultations = try reader.read(try site.content.files(in: "consultations"))
  }

  static let followPermission = "consultation.follow"

  /// Who the module is.
  public static let manifest = Manifest(
    id: "consultation", version: "1.0.0", names: ["fr": "Consultations", "en": "Consultations"], owner: "Parvis",
    licence: "EUPL-1.2", traits: ["commentable", "votable"],
    permissions: [
      Permission(
        followPermission, roles: ["clerk", "councillor"],
        titles: ["fr": "Suivre les consultations en cours", "en": "Follow the consultations"])
    ],
    personalData: .stores([
      "fr": """
      Les réponses sont gardées sans nom, sans heure et sans lien avec le code qui les a permises : la commune sait \
      quel jour un code a servi, pas ce qui a été répondu. Les textes libres et les propositions sont lus par un \
      modérateur avant d’être publiés ; le nom d’un auteur n’y figure que s’il l’a écrit lui-même.
      """,
      "en": """
      Answers are kept without name, without time and without link to the code that allowed them: the commune knows \
      on which day a code was used, not what was answered. Free texts and proposals are read by a moderator before \
      they are published; an author’s name is there only if the author wrote it.
      """,
    ]),
    frontPage: "index")

  /// The steps of the schema.
  public static let migrations: [Migration] = Schema.migrations

  /// The words of the module in French and English.
  public static var catalogues: [(locale: String, json: [UInt8])] {
    [("fr", PackageResources.fr_json), ("en", PackageResources.en_json)]
  }

  /// Answering, proposing and supporting for everyone.
  public var actions: [Action] { [answerAction, proposeAction, supportAction] }

  /// The pages and JSON resources.
  public var documents: [DocumentFamily] {
    [
      proposalFamily.describing(Self.proposalMembers), proposalPageFamily.describing(Self.listMembers),
      resultsFamily.describing(Self.resultMembers), consultationFamily.describing(Self.consultationMembers),
      indexFamily.describing(Self.indexMembers),
    ]
  }

  /// The feed and the tables.
  public var streams: [Stream] { [feedStream, proposalStream, resultStream, textStream] }

  /// The importers, the Grand Débat's format among them.
  public var importers: [Importer] { [grandDebatImporter, proposalImporter, answerImporter, commentImporter] }

  /// The exporters.
  public var exporters: [Exporter] { [grandDebatExporter, proposalExporter] }

  /// Proposals and answers in words of one's own, which are moderated.
  public var moderatedKinds: [ModeratedKind] { [moderatedProposal, moderatedText] }

  /// Proposals, which can be commented until the consultation closes.
  public var commentableKinds: [CommentableKind] { [commentableProposal] }

  /// The count at each closing.
  public var clockJobs: [ClockJob] { [openingJob, tallyJob] }

  /// The screens: overview and proposals.
  public var deskScreens: [DeskScreen] { [overviewScreen, proposalsScreen] }

  /// All consultations, one consultation, one proposal.
  public var followableKinds: [FollowableKind] { follows }

  /// Opening, closing soon, results.
  public var timedEvents: TimedEvents { TimedEvents { _, after, now in due(after: after, now: now) } }

  /// A notice on the front page for each consultation that is near, and the answers so far on the desk's.
  public var slots: [SlotContribution] { consultations.all.map { homeNotice($0) } + [deskTile] }

  /// What the module holds about a person: the proposals that are known to be theirs.
  public var personalData: PersonalData { proposalData }
}

extension ConsultationModule {
  /// A text of the module's catalogue.
  func text(_ key: String, _ locale: String, _ arguments: [String: String] = [:]) -> String {
    site.words.text(key, locale, arguments)
  }

  /// The language of what has no language of its own: JSON, feeds, tables.
  var mainLocale: String { site.commune.languages.first ?? "fr" }

  /// An instant as people say it.
  func words(_ instant: Timestamp, _ locale: String) -> String {
    DateWords(locale: locale).longWithTime(site.zone.civil(instant))
  }

  var indexSubject: Subject { site.subject("index", "index") }

  func subject(of page: ListPage) -> Subject { site.subject("proposal-page", page.key) }

  /// The consultation of a key.
  /// - Throws: ``Problem`` 404.
  func consultation(_ key: String, _ locale: String) throws -> Consultation {
    guard let consultation = consultations[key] else {
      throw Problem.notFound(text("error.unknown-consultation", locale))
    }
    return consultation
  }

  /// Refuses what comes before opening or after closing.
  /// - Throws: ``Problem`` 409 that says the date.
  func checkOpen(_ consultation: Consultation, _ now: Timestamp, _ locale: String) throws {
    switch consultation.phase(at: now) {
    case .open: return
    case .ahead:
      throw Problem.conflict(text("error.ahead", locale, ["date": words(consultation.opens, locale)]))
    case .over:
      throw Problem.conflict(text("error.over", locale, ["date": words(consultation.closes, locale)]))
    }
  }
}
