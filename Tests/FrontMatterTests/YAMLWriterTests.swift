import FrontMatter
import Testing

@Suite("YAML is written for people, and read back as it was")
struct YAMLWriterTests {
  @Test("a whole document, exactly")
  func document() {
    let value = YAMLValue.mapping([
      "titre": .text("Séance du conseil : été"), "date": .text("2026-06-12"), "heure": .text("18:30"),
      "insee": .text("02001"), "population": .int(750), "public": .bool(true), "part": .double(0.5),
      "note": .null, "vide": .text(""), "pays": .text("no"),
      "texte": .text("Première ligne\n  retrait\nfin\n"),
      "points": .sequence([
        .mapping(["id": .text("p1"), "titre": .text("Budget")]), .sequence([.int(1)]), .text("# dièse"),
      ]),
      "rien": .sequence([]), "aucun": .mapping([]),
    ])
    #expect(
      YAMLWriter.write(value) == """
        titre: 'Séance du conseil : été'
        date: 2026-06-12
        heure: '18:30'
        insee: '02001'
        population: 750
        public: true
        part: 0.5
        note: null
        vide: ''
        pays: 'no'
        texte: |
          Première ligne
            retrait
          fin
        points:
        - id: p1
          titre: Budget
        - - 1
        - '# dièse'
        rien: []
        aucun: {}

        """)
  }

  @Test("long lines are not folded: a change of one word is a change of one line")
  func longLines() {
    let line = String(repeating: "mot ", count: 100) + "fin"
    #expect(YAMLWriter.write(.mapping(["a": .text(line)])) == "a: \(line)\n")
  }

  static let awkward = [
    "", " ", "yes", "no", "007", "null", "~", "a: b", "a #b", "- a", "? a", "x:", ":x", "[a", "{a}", "&a", "*a", "!a",
    "%a", "@a", "`a", "'a'", "\"a\"", "\\", "a\nb", "a\nb\n", "a\n\n", "\na", "\n", "  a\nb", "a\n  b", "a \nb",
    "a\r\nb", "a\rb", "été œuvre « ça »", "e\u{301}", "a\u{A0}b", "a\u{85}b", "a\u{2028}b", "\u{FEFF}a", "\u{0}", "\t",
    "a\tb", "\ta\nb", "🇫🇷", "---", "...", "--- a", "a\n---\nb", "a\n...\n", "|", ">", "<<", "=", "1.5", "1e3", ".5",
    "0x1F", "0o7", "true", "TRUE", "-", "--", "2026-06-12", "2026-06-12T10:00:00Z", "12:30", "1_000", "+1", "a,b",
    "\u{7F}", "\u{10FFFD}", " a ", "a\n\nb\n", "# a", "a\n# b\n", "\u{FFFE}",
  ]

  @Test("awkward texts come back, as value, as key and in a list", arguments: awkward)
  func awkwardTexts(text: String) throws {
    let value = YAMLValue.mapping([
      (text, .text(text)), ("liste-\(text)", .sequence([.text(text), .mapping([("k", .text(text))])])),
    ])
    let written = YAMLWriter.write(value)
    let back = try yaml(written)
    #expect(back == value, "\(written.debugDescription)")
    #expect(back.entries?[0].value.text.map { Array($0.utf8) } == Array(text.utf8))
    #expect(YAMLWriter.write(back) == written)
  }

  @Test("ten thousand generated values come back, and are written the same the second time", arguments: 0..<20)
  func generated(seed: Int) throws {
    var random = SplitMix(seed: UInt64(seed))
    for _ in 0..<500 {
      let value = YAMLValue.mapping([("racine", Self.value(&random, depth: 0))])
      let written = YAMLWriter.write(value)
      let back = try yaml(written)
      guard back == value, YAMLWriter.write(back) == written else {
        Issue.record("seed \(seed): \(written.debugDescription)")
        return
      }
      let file = try FrontMatterFile.parse(
        Array(FrontMatterFile.write(frontMatter: value, body: "corps").utf8), file: "f")
      #expect(file.frontMatter == value && file.body == "corps")
    }
  }

  private static func value(_ random: inout SplitMix, depth: Int) -> YAMLValue {
    switch random.next(below: depth < 4 ? 10 : 7) {
    case 0: return .int(Int(truncatingIfNeeded: random.next()))
    case 1: return .double(Double(random.next(below: 1_000_000)) / 997)
    case 2: return .bool(random.next(below: 2) == 0)
    case 3: return .null
    case 4...6: return .text(text(&random))
    case 7: return .sequence((0..<random.next(below: 4)).map { _ in value(&random, depth: depth + 1) })
    default:
      return .mapping(
        (0..<random.next(below: 4)).map { ("\($0)\(text(&random))", value(&random, depth: depth + 1)) })
    }
  }

  private static func text(_ random: inout SplitMix) -> String {
    let pieces = awkward + ["a", "b", " ", "\n", ": ", "é", "mot", "#", "-"]
    return (0..<random.next(below: 6)).map { _ in pieces[random.next(below: pieces.count)] }.joined()
  }
}
