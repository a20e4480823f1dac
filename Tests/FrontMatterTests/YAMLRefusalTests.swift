import FrontMatter
import Testing

/// Each refusal must lead a clerk to the line and say what to write instead.
@Suite("What YAML is refused, where, and in which words")
struct YAMLRefusalTests {
  @Test("a byte that is not UTF-8: the file was saved in another encoding")
  func latin1() {
    let bytes = Array("a: 1\nlieu: caf".utf8) + [0xE9, 0x0A]
    do throws(FrontMatterError) {
      _ = try YAMLDocument.parse(bytes, file: "lieu.yaml")
      Issue.record("Latin-1 was accepted")
    } catch {
      #expect(error.problem == .invalidUTF8(byteOffset: 14, byte: 0xE9))
      #expect(error.line == 2 && error.column == 10)
      #expect(
        error.message(locale: "fr")
          == "lieu.yaml:2:10: octet 0xE9 (position 14) qui n’est pas de l’UTF-8 ; attendu : "
          + "un fichier enregistré en UTF-8 (choisir cet encodage dans l’éditeur)")
    }
  }

  @Test(
    "a tab where spaces show the structure", arguments: ["a:\n\tb: 1\n", "a:\n  b: 1\n\tc: 2\n", "a:\n  - x\n \t- y\n"])
  func tabs(text: String) {
    let error = problem(text)
    #expect(error?.problem == .tabIndentation)
    #expect(error?.message(locale: "en").hasSuffix("a tab at the start of the line; expected: spaces") == true)
  }

  @Test("a tab inside a text is no harm")
  func innocentTab() throws {
    #expect(try yaml("a: 'x\ty'\nb: |\n  u\tv\n")["b"]?.text == "u\tv\n")
  }

  @Test("a repeated key: the second value would silently win")
  func duplicateKeys() {
    let error = problem("titre: un\nlieu: x\ntitre: deux\n")
    #expect(error?.problem == .duplicateKey("titre", firstLine: 1))
    #expect(error?.line == 3 && error?.column == 1)
    #expect(problem("a: {x: 1, x: 2}")?.problem == .duplicateKey("x", firstLine: 1))
    #expect(problem("a: {x: 1}\nb: {x: 1}") == nil)
  }

  @Test("aliases: ten lines of them can stand for gigabytes")
  func aliases() {
    let bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
    #expect(problem(bomb)?.problem == .alias)
    #expect(problem(bomb)?.line == 2)
    #expect(problem("base: &b {x: 1}\nautre:\n  <<: *b\n")?.problem == .alias)
    #expect(problem("a: *b")?.message(locale: "fr").contains("non pris en charge") == true)
  }

  @Test("tags", arguments: ["a: !!binary eA==", "a: !ruby/object x", "a: !!str 12", "a: !x [1]", "!!map {a: 1}"])
  func tags(text: String) {
    guard case .tag = problem(text)?.problem else {
      Issue.record("\(text): \(String(describing: problem(text)))")
      return
    }
  }

  @Test("nesting beyond 20 levels", arguments: [20, 21, 5000])
  func depth(levels: Int) {
    let text = "a: " + String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
    // The mapping itself is one level.
    #expect(problem(text)?.problem == (levels < 20 ? nil : .tooDeep(depthMax: 20)))
    let allowed = "a: " + String(repeating: "[", count: 19) + String(repeating: "]", count: 19)
    #expect(problem(allowed) == nil)
  }

  @Test("more than 1 MiB")
  func size() {
    let key = "a: "
    let full = key + String(repeating: "x", count: (1 << 20) - key.utf8.count)
    #expect(problem(full) == nil)
    #expect(problem(full + "x")?.problem == .tooLarge(bytes: (1 << 20) + 1, bytesMax: 1 << 20))
  }

  @Test("a second document")
  func documents() {
    let error = problem("a: 1\n---\nb: 2\n")
    #expect(error?.problem == .severalDocuments)
    #expect(error?.line == 2)
  }

  @Test("a key that is a list")
  func strangeKeys() {
    #expect(problem("? [a, b]\n: 1\n")?.problem == .keyIsNotText)
    #expect(problem("{{a: 1}: 2}")?.problem == .keyIsNotText)
  }

  @Test(
    "broken notation is named in words that help",
    arguments: [
      ("titre: Séance : ordre du jour\n", 1, "un second « : »"),
      ("titre: un\nordre du jour\nlieu: x\n", 3, "sans « : »"),
      ("a: 1\n  b: 2\n", 2, "un second « : »"),
      ("a: [1, 2\nb: 3\n", 2, "crochet"),
      ("a: \"jamais fermé\n", 2, "guillemet"),
      ("a: *important* à lire\n", 1, "entre guillemets"), ("a: @maire\n", 1, "caractère réservé"),
      ("a: 1\n b: 2\n", 2, "« : »"),
      ("a: - x\n", 1, "tiret"),
      ("a:\n  - x\n  y: 1\n", 3, "retrait"),
      ("a: x\u{1}y\n", 1, "contrôle"),
    ])
  func syntax(text: String, line: Int, words: String) {
    let error = problem(text)
    #expect(error?.line == line, "\(String(describing: error))")
    #expect(error?.message(locale: "fr").contains(words) == true, "\(error?.message(locale: "fr") ?? "read")")
    #expect(error?.message(locale: "en").contains("; expected: ") == true)
  }

  @Test("no input of any bytes crashes the reader or takes long", arguments: 0..<40)
  func noise(seed: Int) {
    var random = SplitMix(seed: UInt64(seed))
    let alphabet = Array("a:- \n\t[]{}'\"|>&*!#%@`?,é\\0~.".utf8)
    for _ in 0..<50 {
      let bytes = (0..<random.next(below: 120)).map { _ in alphabet[random.next(below: alphabet.count)] }
      _ = try? YAMLDocument.parse(bytes, file: "bruit")
      _ = try? FrontMatterFile.parse(Array("---\n".utf8) + bytes + Array("\n---\n".utf8), file: "bruit")
    }
  }
}
