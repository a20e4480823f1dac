import ParticipationKit
import Testing

@Suite("What a page is made with")
struct ViewTests {
  private let view: View

  init() throws {
    let words = Words([try Catalogue(locale: "fr", json: Array(#"{"a": "Un {x}"}"#.utf8))])
    view = TestSite.view("agenda", locale: "fr", words: words)
  }

  @Test("times are said in words and kept for machines")
  func times() {
    let instant = Timestamp(milliseconds: 1_773_342_000_000)
    #expect(
      view.time(instant).rendered
        == "<time datetime=\"2026-03-12T19:00:00Z\">jeudi 12 mars 2026 à 19\u{A0}h</time>")
    #expect(view.day(instant).rendered == "<time datetime=\"2026-03-12\">12 mars 2026</time>")
  }

  @Test("links name a document of the same module; one that does not exist leads to the root")
  func paths() {
    #expect(view.path("meeting", "7").description == "agenda/meeting-7.html")
    #expect(view.path("front").description == "agenda/front-index.html")
    #expect(view.path("absent").description == "")
  }

  @Test("the module's words and the host's pieces are at hand")
  func pieces() throws {
    #expect(view.text("a", ["x": "deux"]) == "Un deux")
    #expect(view.hostText("state.open") == "state.open")
    #expect(try view.form("add", key: "3").rendered == "<p>form add 3</p>")
    #expect(try view.commentForm(on: Subject("agenda", "item", "1")).rendered == "comment agenda/item/1")
  }
}
