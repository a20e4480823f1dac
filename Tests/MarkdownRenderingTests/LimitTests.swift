import Glibc
import MarkdownRendering
import ParticipationKit
import Testing

@Suite("Texts that are too long or too deep")
struct LimitTests {
  @Test(
    "a text of exactly the limit passes, one character more is refused with both numbers", arguments: ["a", "é", "😀"])
  func length(_ letter: String) throws {
    for policy in [MarkdownPolicy.resident, .editor] {
      let longest = String(repeating: letter, count: policy.maxLength)
      #expect(try html(longest, policy) == "<p>\(longest)</p>")
      let refusal = try #require(throws: MarkdownRefusal.self) { try html(longest + "x", policy) }
      #expect(refusal.limit == "length")
      #expect(refusal.allowed == policy.maxLength)
      #expect(refusal.found == policy.maxLength + 1)
    }
  }

  @Test(
    "quotes and lists deeper than the policy are refused, on one line or over many",
    arguments: ["> ", ">", "- ", "1. ", "12) ", "* ", "+ ", "> - ", "-\t"])
  func nesting(_ marker: String) throws {
    let weight = marker == "> - " ? 2 : 1
    #expect(throws: Never.self) { try html(String(repeating: marker, count: 6 / weight) + "x") }
    let refusal = try #require(throws: MarkdownRefusal.self) {
      try html(String(repeating: marker, count: 6 / weight + 1) + "x")
    }
    #expect(refusal.limit == "nesting")
    #expect(refusal.allowed == 6)
    #expect(throws: Never.self) { try html(String(repeating: marker, count: 12 / weight) + "x", .editor) }
  }

  @Test("lists that nest by indentation are counted on the tree")
  func indentation() throws {
    let lines = (0..<7).map { String(repeating: "  ", count: $0) + "- x" }
    #expect(throws: Never.self) { try html(lines.dropLast().joined(separator: "\n")) }
    #expect(throws: MarkdownRefusal.self) { try html(lines.joined(separator: "\n")) }
    #expect(throws: MarkdownRefusal.self) { try html(lines.joined(separator: "\r")) }
  }

  @Test("a carriage return does not hide a deep line from the check")
  func carriageReturn() {
    #expect(throws: MarkdownRefusal.self) { try html("a\r" + String(repeating: "- ", count: 7) + "x") }
  }

  @Test("what only looks deep passes: rules, years, signs")
  func shallow() throws {
    #expect(try html("* * * * * * * * *") == "<hr>")
    #expect(try html("2026. 2027") == "<ol start=\"2026\"><li>2027</li></ol>")
    #expect(try html("-1 -2 -3 -4 -5 -6 -7 -8") == "<p>-1 -2 -3 -4 -5 -6 -7 -8</p>")
  }

  @Test(
    "texts that make libcmark slow are done at once at the longest length",
    arguments: [
      "![[]()", "[", "[a](", "![a](b) ![", "<?", "<!A ", "<a x='", "*a_b ", "**x* ", "> ", "[[](", "[a] ", "`a``b```c",
      "&", "|", "|a\n", "a | b\n", " ", "«", " !", "l'", "'", "a' ", "- \n", "x\n\n", "[a]: u\n", "\\|", "<b>", "![",
    ])
  func slowTexts(_ unit: String) throws {
    let prefix = "| a | b |\n|---|---|\n"
    let policy = MarkdownPolicy.editor
    for lead in ["", prefix, "x "] {
      let count = (policy.maxLength - ByteText.length(lead)) / ByteText.length(unit)
      let text = lead + String(repeating: unit, count: count)
      let start = threadSeconds()
      _ = try? MarkdownRenderer().render(text, policy: policy)
      let spent = threadSeconds() - start
      // Some ten milliseconds in a release build; a quadratic case takes seconds in this one.
      #expect(spent < 2, "\(unit) after \(lead.debugDescription): \(spent) s")
    }
  }

  @Test("nested rules with empty lines after them are refused before libcmark spends its time")
  func quadraticRules() throws {
    let text = String(repeating: "- ", count: 4000) + "x" + String(repeating: "\n", count: 8000)
    let refusal = try #require(throws: MarkdownRefusal.self) { try html(text, .editor) }
    // The look at the bytes stops counting at 64; the tree, which takes most of a second, would say 13.
    #expect(refusal.found == 64)
  }

  /// The processor time of this thread, which other tests at the same time do not change.
  private func threadSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
