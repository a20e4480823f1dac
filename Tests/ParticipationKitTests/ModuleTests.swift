import ParticipationKit
import Testing

/// A module with the two mandatory requirements and nothing else.
private struct Bare: ParticipationModule {
  static let manifest = Manifest(
    id: "bare", version: "1.0.0", names: ["fr": "Nu"], owner: "Test", licence: "EUPL-1.2",
    personalData: .none(because: ["fr": "Rien n’est gardé."]))
  init(settings: Settings, site: Site) throws {
    if settings.bool("refuse") { throw ContentError([]) }
  }
}

/// A module with every capability.
private struct Full: SchemaProviding, SettingsProviding, CatalogueProviding, ActionProviding, DocumentProviding,
  StreamProviding, ImportProviding, ExportProviding, ModerationProviding, CommentProviding, DeskProviding,
  SlotProviding,
  PersonalDataProviding
{
  static let manifest = Bare.manifest
  static let migrations = [Migration(1, "first", ["CREATE TABLE bare_a(id INTEGER PRIMARY KEY) STRICT"])]
  static let settings = [SettingField("days", .int, default: 3, range: 1...9, help: ["fr": "Jours"])]
  static let catalogues: [(locale: String, json: [UInt8])] = [("fr", Array("{}".utf8))]
  init(settings: Settings, site: Site) {}

  var actions: [Action] {
    [
      Action("do", titles: [:], form: { _ in nil }) { _, _ in
        Outcome(subject: Subject("bare", "a", "1"), changed: [], message: "")
      }
    ]
  }
  var documents: [DocumentFamily] { [.single("front", titles: [:], path: "bare/index", load: { _ in nil })] }
  var streams: [Stream] { [Stream("all", .csv, titles: [:], dependsOn: [], entries: { _ in [] })] }
  var importers: [Importer] { [Importer("bare", titles: [:], read: { _, _ in ImportReport() })] }
  var exporters: [Exporter] { [Exporter("bare", titles: [:], write: { _, _, _ in })] }
  var moderatedKinds: [ModeratedKind] {
    [ModeratedKind("a", titles: [:], evidence: { _ in nil }, decide: { _, _ in [] })]
  }
  var commentableKinds: [CommentableKind] { [CommentableKind("a", target: { _ in nil })] }
  var deskScreens: [DeskScreen] { [DeskScreen("a", titles: [:], permission: "bare.see", render: { _ in nil })] }
  var slots: [SlotContribution] { [SlotContribution(.home, order: 1, load: { _ in nil })] }
  var personalData: PersonalData { PersonalData(export: { _, _ in .null }, erase: { _, _ in .nothing }) }
}

@Suite("Registration: a module's capabilities become plain values, once")
struct ModuleTests {
  @Test("a module without capabilities has none")
  func bare() throws {
    let descriptor = ModuleDescriptor(Bare.self)
    #expect(descriptor.manifest.id == "bare")
    #expect(descriptor.migrations.isEmpty && descriptor.settings.isEmpty && descriptor.catalogues.isEmpty)
    let instance = try descriptor.make(Settings(), TestSite.site("bare"))
    #expect(instance.actions.isEmpty && instance.documents.isEmpty && instance.streams.isEmpty)
    #expect(instance.importers.isEmpty && instance.exporters.isEmpty && instance.moderatedKinds.isEmpty)
    #expect(instance.commentableKinds.isEmpty && instance.deskScreens.isEmpty && instance.slots.isEmpty)
    #expect(instance.personalData == nil)
  }

  @Test("each declared capability arrives under its own name")
  func full() throws {
    let descriptor = ModuleDescriptor(Full.self)
    #expect(descriptor.migrations.map(\.number) == [1])
    #expect(descriptor.settings.map(\.name) == ["days"])
    #expect(descriptor.catalogues.map(\.locale) == ["fr"])
    let instance = try descriptor.make(Settings(), TestSite.site("bare"))
    #expect(instance.actions.map(\.name) == ["do"])
    #expect(instance.documents.map(\.kind) == ["front"])
    #expect(instance.streams.map(\.name) == ["all"])
    #expect(instance.importers.map(\.kind) == ["bare"])
    #expect(instance.exporters.map(\.kind) == ["bare"])
    #expect(instance.moderatedKinds.map(\.kind) == ["a"])
    #expect(instance.commentableKinds.map(\.kind) == ["a"])
    #expect(instance.deskScreens.map(\.name) == ["a"])
    #expect(instance.slots.map(\.slot) == [.home])
    #expect(instance.personalData != nil)
    #expect(instance.site.module == "bare")
  }

  @Test("a module that cannot use its content says so when it is made")
  func refusal() {
    #expect(throws: ContentError.self) {
      try ModuleDescriptor(Bare.self).make(Settings(["refuse": true]), TestSite.site("bare"))
    }
  }

  @Test("an action that says nothing else is public and limited")
  func actionDefaults() throws {
    let action = try #require(Full(settings: Settings(), site: TestSite.site("bare")).actions.first)
    #expect(action.audience.isPublic)
    #expect(action.hourlyLimit == 30)
    #expect(!Audience.staff("bare.edit").isPublic)
    #expect(Actor.anyone.personID == nil)
  }

  @Test("a single document has one key, and no other")
  func single() throws {
    let family = try #require(Full(settings: Settings(), site: TestSite.site("bare")).documents.first)
    let ledger = TestLedger.empty
    #expect(try family.keys(ledger, nil, 10) == ["index"])
    #expect(try family.keys(ledger, "index", 10).isEmpty)
    #expect(family.path("index") == "bare/index")
    #expect(family.rank == .index)
    #expect(DocumentRank.record < .list && DocumentRank.list < .index)
  }

  @Test("text fields have a limit even when the module sets none")
  func fieldLimits() {
    #expect(Field("a", .line, "").maxLength == 200)
    #expect(Field("a", .text, "").maxLength == 4096)
    #expect(Field("a", .email, "").maxLength == 254)
    #expect(Field("a", .text, "", maxLength: 10).maxLength == 10)
    #expect(Field("a", .text, "", maxBytes: 10).maxLength == 10, "a module of before keeps its number")
    let form = Form(
      title: "", groups: [.init("A", [Field("a", .line, "")]), .init("B", [Field("b", .line, "")])], submit: "")
    #expect(form.fields.map(\.name) == ["a", "b"])
  }

  @Test("problems carry the status that HTTP knows")
  func problems() {
    let invalid = Problem.invalid("body", "Trop long.")
    #expect(invalid.status == 422)
    #expect(invalid.fieldErrors == [Problem.FieldError(field: "body", message: "Trop long.")])
    #expect([Problem.notFound(""), .forbidden(""), .conflict("")].map(\.status) == [404, 403, 409])
  }

  @Test("a discussion shows as data what its page shows, and is as young as its last answer")
  func discussion() {
    let answer = OfficialAnswer(author: "Mairie", published: Timestamp(seconds: 9), body: "Oui", source: "Oui")
    let first = Comment(
      id: 1, kind: "question", author: "", sent: Timestamp(seconds: 3), block: "b1", quote: "La rue", body: "Quand ?",
      source: "Quand ?", answer: answer)
    let second = Comment(
      id: 2, kind: "comment", author: "Zoé", sent: Timestamp(seconds: 5), block: "", quote: "", body: "Bien",
      source: "Bien", answer: nil, language: "fr")
    let discussion = Discussion(subject: Subject("agenda", "item", "1"), comments: [first, second])
    #expect(discussion.updated == Timestamp(seconds: 9))
    #expect(Discussion(subject: discussion.subject, comments: []).updated == nil)
    #expect(
      discussion.value.text == """
        [{"id":1,"on":"agenda/item/1","kind":"question","author":null,"quote":"La rue","markdown":"Quand ?",\
        "sent":"1970-01-01T00:00:03Z","block":"b1","language":null,\
        "answer":{"on":"","author":"Mairie","markdown":"Oui","published":"1970-01-01T00:00:09Z",\
        "changed":null,"proof":null},"proof":null},\
        {"id":2,"on":"agenda/item/1","kind":"comment","author":"Zoé","quote":null,"markdown":"Bien",\
        "sent":"1970-01-01T00:00:05Z","block":null,"language":"fr","answer":null,"proof":null}]
        """)
  }
}
