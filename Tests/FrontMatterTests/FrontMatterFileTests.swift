import FrontMatter
import Testing

@Suite("Markdown files with and without a head")
struct FrontMatterFileTests {
  private func read(_ text: String) throws(FrontMatterError) -> FrontMatterFile {
    try FrontMatterFile.parse(Array(text.utf8), file: "page.md")
  }

  @Test("head and body are parted, and the body knows its line")
  func parted() throws {
    let file = try read("---\ntitre: Séance\ndate: 2026-06-12\n---\n\n# Ordre du jour\n---\nsuite\n")
    #expect(file.hasFrontMatter)
    #expect(file.frontMatter["titre"]?.text == "Séance")
    #expect(file.frontMatter["date"]?.line == 3)
    #expect(file.body == "\n# Ordre du jour\n---\nsuite\n")
    #expect(file.bodyLine == 5)
  }

  @Test("a file without a head is all body", arguments: ["", "# Titre\n", "\n---\na: 1\n---\n", "----\n", "--- a\n"])
  func headless(text: String) throws {
    let file = try read(text)
    #expect(!file.hasFrontMatter)
    #expect(file.frontMatter.entries?.isEmpty == true)
    #expect(file.body == text)
    #expect(file.bodyLine == 1)
  }

  @Test(
    "an empty head, Windows line ends, blanks after the dashes, dots at the end and no body are all accepted",
    arguments: [
      ("---\n---\nx", "x", 3), ("---\r\na: 1\r\n---\r\nx", "x", 4), ("---  \na: 1\n--- \t\nx", "x", 4),
      ("---\na: 1\n...\nx", "x", 4), ("---\na: 1\n---", "", 4), ("\u{FEFF}---\na: 1\n---\nx", "x", 4),
      ("---\n# rien\n---\nx", "x", 4),
    ])
  func variants(text: String, body: String, bodyLine: Int) throws {
    let file = try read(text)
    #expect(file.hasFrontMatter)
    #expect(file.frontMatter.entries != nil)
    #expect(file.body == body)
    #expect(file.bodyLine == bodyLine)
  }

  @Test("a head that never ends is an error: else the whole page would vanish into it")
  func unterminated() {
    for text in ["---\ntitre: x\n\n# Page\n", "---", "---\n"] {
      let error = #expect(throws: FrontMatterError.self) { try read(text) }
      #expect(error?.problem == .unterminatedFrontMatter)
      #expect(error?.line == 1)
    }
  }

  @Test("a head that is a list or a sentence is named as such")
  func notAMapping() {
    let list = #expect(throws: FrontMatterError.self) { try read("---\n- a\n---\n") }
    #expect(list?.message(locale: "fr") == "page.md:2:1: une liste ; attendu : des lignes « clé: valeur »")
    let words = #expect(throws: FrontMatterError.self) { try read("---\nbonjour\n---\n") }
    #expect(words?.message(locale: "en") == "page.md:2:1: a single value; expected: lines “key: value”")
  }

  @Test("errors in the head count lines of the file, not of the head")
  func places() {
    let syntax = #expect(throws: FrontMatterError.self) { try read("---\na: 1\nb: x: y\n---\n") }
    #expect(syntax?.line == 3)
    let control = #expect(throws: FrontMatterError.self) { try read("---\na: 1\nb: \u{7}\n---\n") }
    #expect(control?.line == 3 && control?.column == 4)
  }

  @Test("bad UTF-8 in the body is found as well, with its line")
  func badBody() {
    let bytes = Array("---\na: 1\n---\nfin ".utf8) + [0xC3]
    let error = #expect(throws: FrontMatterError.self) { try FrontMatterFile.parse(bytes, file: "p.md") }
    #expect(error?.problem == .invalidUTF8(byteOffset: 17, byte: 0xC3))
    #expect(error?.line == 4 && error?.column == 5)
  }

  @Test(
    "what is written is read back, body byte for byte", arguments: ["", "x", "\n# T\r\n", "---\nfaux: head\n---\n"])
  func roundTrip(body: String) throws {
    for head: YAMLValue in [.mapping([]), .mapping(["titre": .text("a\n\n"), "fin": .text("---\n...\n\n")])] {
      let file = try read(FrontMatterFile.write(frontMatter: head, body: body))
      #expect(file.frontMatter == head)
      #expect(file.body == body)
      #expect(file.hasFrontMatter)
    }
  }
}
