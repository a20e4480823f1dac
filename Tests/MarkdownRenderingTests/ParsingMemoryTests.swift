import Testing

@testable import MarkdownRendering

@Suite("The memory of a text's tree goes at once: a server renders for months")
struct ParsingMemoryTests {
  private func parse(_ text: String) -> Bool {
    var copy = text
    return copy.withUTF8 { ParsingMemory.parse($0) != nil }
  }

  @Test("what a text took is given back, and the next one takes the same place")
  func givenBack() {
    let outer = ParsingMemory()
    let before = ParsingMemory.used
    for _ in 0..<3 {
      let memory = ParsingMemory()
      #expect(parse("Un *petit* texte, avec [un lien](https://a.example)."))
      #expect(ParsingMemory.used > before)
      memory.giveBack()
      #expect(ParsingMemory.used == before)
    }
    outer.giveBack()
  }

  @Test("a text larger than a block, and one within another, are given back too")
  func large() {
    let first = ParsingMemory()
    #expect(parse("Court."))
    let between = ParsingMemory.used
    let second = ParsingMemory()
    #expect(parse(String(repeating: "*a* `b` ", count: 2_000)))
    second.giveBack()
    #expect(ParsingMemory.used == between)
    first.giveBack()
  }
}
