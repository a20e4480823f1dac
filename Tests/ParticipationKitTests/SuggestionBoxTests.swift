import ParticipationKit
import Testing

/// The module of the author's guide: what it declares is what the guide promises.
@Suite("The smallest useful module")
struct SuggestionBoxTests {
  private let descriptor = ModuleDescriptor(SuggestionBox.self)
  private let words: Words
  private let box: ModuleInstance

  init() throws {
    words = Words(try descriptor.catalogues.map { try Catalogue(locale: $0.locale, json: $0.json) })
    box = try descriptor.make(Settings(), TestSite.site("suggestions", words: words))
  }

  private static func idea(_ id: Int, _ words: String) -> Row {
    Row(
      columns: ["id", "words", "sent_at", "decided_at", "publication"],
      values: [.integer(id), .text(words), 1000, 2000, "published"])
  }

  private func rendering(_ ledger: Ledger) -> RenderContext {
    RenderContext(
      ledger: ledger, now: Timestamp(seconds: 9), discussion: { Discussion(subject: $0, comments: []) },
      answer: { _ in nil })
  }

  private func acting(_ ledger: Ledger, key: String, moderate: @escaping (String, String, String) -> Void)
    -> ActionContext
  {
    ActionContext(
      ledger: ledger, key: key, actor: .anyone, locale: "en", now: Timestamp(seconds: 5),
      random: { [UInt8](repeating: 0, count: $0) }, moderate: { moderate($0, $1, $2) })
  }

  @Test("it declares its surfaces and stays in its own tables")
  func surfaces() throws {
    #expect(box.actions.map(\.name) == ["suggest"])
    #expect(box.actions.map(\.audience) == [.anyone])
    #expect(box.documents.map(\.kind) == [descriptor.manifest.frontPage])
    #expect(box.streams.map { "\(descriptor.manifest.id)/\($0.name).\($0.format.suffix)" } == ["suggestions/feed.atom"])
    #expect(box.moderatedKinds.map(\.kind) == ["idea"])
    #expect(box.personalData == nil && box.deskScreens.isEmpty && box.importers.isEmpty)
    #expect(descriptor.migrations.map(\.number) == [1])
    #expect(
      descriptor.migrations.flatMap(\.statements).allSatisfy { $0.contains("suggestions_") && $0.hasSuffix("STRICT") })
  }

  @Test("every language has the same words")
  func translations() throws {
    let keys = try descriptor.catalogues.map { try Catalogue(locale: $0.locale, json: $0.json).keys }
    #expect(keys.count == 2)
    #expect(keys.first == keys.last)
  }

  @Test("an idea is stored, waits for a moderator, and changes no page yet")
  func suggesting() throws {
    let action = try #require(box.actions.first)
    let form = try #require(
      try action.form(FormContext(ledger: TestLedger.empty, key: "", locale: "en", now: Timestamp(seconds: 5))))
    #expect(form.fields.map(\.name) == ["words"])
    #expect(form.fields.first?.isRequired == true)
    #expect(form.submit == "Send")
    let ledger = TestLedger()
    var queued: [String] = []
    let context = acting(ledger.ledger, key: "") { queued = [$0, $1, $2] }
    let outcome = try action.perform(context, Submission(values: ["words": ["Un banc"]]))
    #expect(queued == ["idea", "17", "Un banc"])
    #expect(outcome.subject.description == "suggestions/idea/17")
    #expect(outcome.changed.isEmpty)
    #expect(outcome.message == "The town hall will read it.")
    #expect(ledger.asked.first?.arguments == ["Un banc", 5000])
    #expect(ledger.asked.first?.sql.contains("Un banc") == false)
  }

  @Test("a decision changes the page, each way and again")
  func deciding() throws {
    let kind = try #require(box.moderatedKinds.first)
    for (isApproved, state) in [(true, "published"), (false, "withheld"), (true, "published")] {
      let ledger = TestLedger()
      let changed = try kind.decide(
        acting(ledger.ledger, key: "17") { _, _, _ in },
        Decision(isApproved: isApproved, reason: isApproved ? "" : "personal-data", note: ""))
      #expect(changed.map(\.description) == ["suggestions/box/index"])
      #expect(ledger.asked.map(\.arguments) == [[.text(state), 5000, "17"]])
    }
  }

  @Test("a moderator sees the words, escaped; a record that is gone shows nothing")
  func evidence() throws {
    let kind = try #require(box.moderatedKinds.first)
    func evidence(_ rows: [Row]) throws -> Evidence? {
      try kind.evidence(
        FormContext(ledger: TestLedger(rows).ledger, key: "17", locale: "fr", now: Timestamp(seconds: 5)))
    }
    let seen = try #require(try evidence([Self.idea(17, "<b>Un banc")]))
    #expect(seen.title == "Idée 17")
    #expect(seen.body.rendered == "<p>&lt;b&gt;Un banc</p>")
    #expect(seen.document?.description == "suggestions/box/index")
    #expect(try evidence([]) == nil)
  }

  @Test("page, data and feed show the published ideas")
  func publishing() throws {
    let context = rendering(TestLedger([Self.idea(2, "Un banc"), Self.idea(1, "<Une> fontaine")]).ledger)
    let document = try #require(try box.documents.first?.load(context, "index"))
    #expect(document.value?.text == #"{"ideas":["Un banc","\u003cUne> fontaine"]}"#)
    let page = try #require(try document.page?(TestSite.view("suggestions", locale: "en", words: words)))
    #expect(page.title == "Suggestion box")
    #expect(
      page.body.rendered == """
        <ol class="rows"><li><p id="idea-2">Un banc</p></li><li><p id="idea-1">&lt;Une&gt; fontaine</p></li></ol>\
        <p>form suggest </p>
        """)
    let entries = try #require(try box.streams.first?.entries(context))
    #expect(entries.map(\.page.description) == ["suggestions/index.html#idea-2", "suggestions/index.html#idea-1"])
    #expect(entries.map(\.title) == ["Idée 2", "Idée 1"])
    #expect(box.streams.first?.dependsOn.map(\.description) == ["suggestions/box/index"])
  }

  @Test("the empty box has a page too")
  func empty() throws {
    let document = try #require(try box.documents.first?.load(rendering(TestLedger.empty), "index"))
    #expect(document.value?.text == #"{"ideas":[]}"#)
    #expect(document.updated.milliseconds == 0)
    #expect(try box.documents.first?.load(rendering(TestLedger.empty), "other") == nil)
  }
}
