import ParticipationKit
import Testing

@Suite("Text from outside, looked at as bytes")
struct ByteTextTests {
  @Test(
    "a slug is a safe piece of an address",
    arguments: [
      ("Réfection de la rue Haute", "refection-de-la-rue-haute"), ("L’école & l'œuvre", "l-ecole-l-oeuvre"),
      ("  --A__B--  ", "a-b"), ("Straße Æther Ÿ", "strasse-aether-y"), ("e\u{301}te\u{301}", "ete"),
      ("../../etc/passwd", "etc-passwd"), ("中文", ""), ("", ""), ("a中b", "a-b"), ("№ 7 – 8", "7-8"),
    ])
  func slugs(_ text: String, _ slug: String) {
    #expect(ByteText.slug(text) == slug)
  }

  @Test("a slug has at most 64 bytes and never ends with a hyphen")
  func longSlugs() {
    #expect(ByteText.slug(String(repeating: "a", count: 100)).utf8.count == 64)
    #expect(ByteText.slug(String(repeating: "a", count: 63) + " bc") == String(repeating: "a", count: 63))
  }

  @Test(
    "search finds words however they are accented",
    arguments: [
      ("École", "ecole"), ("E\u{301}COLE", "ecole"), ("Œuvre cœur", "oeuvre coeur"), ("L’ÉTÉ", "l'ete"),
      ("20\u{A0}h\u{202F}30", "20 h 30"), ("ΑΒΓ", "αβγ"), ("ÀÂÇÉÈÊËÎÏÔÙÛÜŸÆŒ", "aaceeeeiiouuuyaeoe"),
    ])
  func folding(_ text: String, _ folded: String) {
    #expect(ByteText.folded(text) == folded)
  }

  @Test("trimming takes white space and no-break spaces from both ends only")
  func trimming() {
    #expect(ByteText.trimmed(" \t\r\n\u{A0}\u{202F}a  b\u{3000}\u{FEFF} ") == "a  b")
    #expect(ByteText.trimmed(" \u{A0} ") == "")
    #expect(ByteText.trimmed("") == "")
    #expect(ByteText.trimmed("\r\nx\r\n") == "x")
  }

  @Test("a one-line field keeps one line")
  func singleLine() {
    #expect(ByteText.singleLine(" a\r\n\tb\u{2028}c\u{85}d ") == "a b c d")
    #expect(ByteText.singleLine("\n \n") == "")
    #expect(ByteText.singleLine("e\u{301} \u{301}x") == "e\u{301} \u{301}x")
  }

  @Test("the start of a line is what a preview shows: so many scalars, never half of one")
  func startOfLine() {
    #expect(ByteText.singleLine(" é\n\nà b", scalars: 3) == "é à")
    #expect(ByteText.singleLine("é à", scalars: 2) == "é ")
    #expect(ByteText.singleLine("é à  ", scalars: 3) == "é à")
    #expect(ByteText.singleLine("🏛 mairie", scalars: 1) == "🏛")
    #expect(ByteText.singleLine("x", scalars: 0) == "")
    #expect(ByteText.singleLine("", scalars: 9) == "")
  }

  @Test("white space in any script becomes one space, and nothing else does")
  func whiteSpace() throws {
    let spaces = Set<UInt32>([0x20, 0x85, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000, 0xFEFF])
      .union(0x09...0x0D).union(0x2000...0x200B)
    let near: [ClosedRange<UInt32>] = [
      0x09...0x0D, 0x20...0x180, 0x1670...0x1690, 0x1FFF...0x2070, 0x2FFF...0x3010, 0xFEFE...0xFF00, 0x1F3DB...0x1F3DB,
    ]
    for value in near.joined() {
      let scalar = try #require(Unicode.Scalar(value))
      let text = "a" + String(scalar) + "b"
      #expect(ByteText.singleLine(text) == (spaces.contains(value) ? "a b" : text))
    }
  }

  /// Every third scalar above the table of Latin letters, which keeps a debug build quick.
  @Test("no scalar is lost or changed on its way, but white space and letters with a plain form", arguments: 0..<4)
  func everyScalar(_ part: UInt32) {
    for value in stride(from: 0x250 + part * 3, through: 0x10FFFF, by: 12) {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let text = String(Character(scalar))
      let isSpace = scalar.properties.isWhitespace || value == 0x200B || value == 0xFEFF
      if ByteText.singleLine("a" + text + "b") != (isSpace ? "a b" : "a" + text + "b") {
        Issue.record("U+\(String(value, radix: 16)) in one line")
      }
      let isMark = (0x300...0x36F).contains(value)
      let hasPlainForm = (0x2010...0x202F).contains(value) || value == 0x2BC
      if !hasPlainForm, ByteText.folded(text) != (isMark ? "" : scalar.properties.lowercaseMapping) {
        Issue.record("U+\(String(value, radix: 16)) folded")
      }
    }
  }

  @Test("controls and direction overrides are found, also next to combining marks")
  func forbiddenControls() {
    let forbidden: [UInt32] =
      Array(0x00...0x08) + [0x0B, 0x0C] + Array(0x0E...0x1F) + Array(0x7F...0x9F) + Array(0x202A...0x202E)
      + Array(0x2066...0x2069)
    for value in forbidden {
      let text = "a" + String(Unicode.Scalar(value).map(Character.init) ?? "a") + "\u{301}b"
      #expect(ByteText.hasForbiddenControl(text), "U+\(String(value, radix: 16))")
    }
    #expect(!ByteText.hasForbiddenControl("Été\r\n\tà 20\u{A0}h – 😀\u{200D}"))
  }

  @Test("decimal numbers are ASCII digits, few enough to fit")
  func decimals() {
    #expect(ByteText.decimal("007".utf8) == 7)
    #expect(ByteText.decimal("999999999999999999".utf8) == 999_999_999_999_999_999)
    for text in ["", "-1", "+1", " 1", "1a", "1234567890123456789", "\u{0661}"] {
      #expect(ByteText.decimal(text.utf8) == nil)
    }
  }
}
