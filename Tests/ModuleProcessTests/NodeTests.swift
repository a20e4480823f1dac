import ParticipationKit
import Testing

@testable import ModuleProcess

/// Nodes from outside: whatever a process sends, no other mark-up comes of it than modules may write.
@Suite struct NodeTests {
  private func rendered(_ json: String) throws -> String {
    try NodeReader.plain.nodes(try JSONValue.parse(Array(json.utf8)), "body").map(\.rendered).joined()
  }

  @Test func textIsEscapedAndElementsAreWritten() throws {
    #expect(
      try rendered(#"[["p", {"class": "lead"}, "<b>", ["em", {}, "1 & 2"]], 3, null, {"all": ["x"]}]"#)
        == "<p class=\"lead\">&lt;b&gt;<em>1 &amp; 2</em></p>3x")
    #expect(try rendered(#"[["p", {"id": "a\" onclick=\"x"}]]"#).contains("onclick=\"") == false)
    #expect(
      try rendered(##"[["a", {"href": "javascript:alert(1)"}, "x"], ["a", {"href": "#here"}]]"##)
        == "<a href=\"#\">x</a><a href=\"#here\"></a>")
  }

  @Test(arguments: [
    #"[["script", {}, "alert(1)"]]"#, #"[["style", {}]]"#, #"[["p", {"onclick": "x"}]]"#, #"[["p", {"style": "x"}]]"#,
    #"[["iframe", {}]]"#, #"[["img", {"src": "https://elsewhere.example/x.png"}]]"#, #"[["p", {"srcdoc": "x"}]]"#,
    #"[{"unknown": 1}]"#, #"[["a", {"href": {"to": "item/1"}}, "x"]]"#, #"[[]]"#, #"[[["p"]]]"#, #""text""#,
    #"[["p", {"class": ["x"]}]]"#, #"[["form", {"action": "https://elsewhere.example/"}]]"#,
  ]) func whatModulesMayNotWriteIsRefused(json: String) {
    #expect(throws: ChildFailure.self) { try rendered(json) }
  }

  @Test func depthHasALimit() {
    let deep = String(repeating: #"["div", {}, "#, count: 90) + "\"x\"" + String(repeating: "]", count: 90)
    #expect(throws: ChildFailure.self) {
      try NodeReader.plain.nodes(try JSONValue.parse(Array("[\(deep)]".utf8), maxDepth: 200), "body")
    }
  }
}
