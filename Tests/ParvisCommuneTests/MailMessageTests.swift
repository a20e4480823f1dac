import ParticipationKit
import ParticipationTesting
import Testing

@testable import ParvisHost

@Suite("The bytes of a mail")
struct MailMessageTests {
  private static let pieces = [
    "\r\n", "\n", "\r", "\0", "\u{85}", "\u{2028}", "\r\nBcc: a@b.fr", "\nTo: a@b.fr", "%0d%0aCc: x@y.fr",
    "=?UTF-8?B?DQo=?=",
    "=?utf-8?q?=0D=0ABcc:_a=40b.fr?=", "é", "🙂", "e\u{301}", "\"", "\\", "<a@b.fr>", ",", ";", "a@b.fr", "  ", "\t",
    ".\r\n", "\r\n.\r\n", "Content-Type: text/html", "--=_", "From ", "x",
  ]

  private static func text(_ dice: inout SplitMix) -> String {
    (0..<(1 + Int.random(in: 0..<(12), using: &dice))).map { _ in
      pieces[Int.random(in: 0..<(pieces.count), using: &dice)]
    }.joined()
  }

  /// The header lines of a message, unfolded.
  private func headers(_ bytes: [UInt8]) -> [String] {
    var lines: [String] = []
    for line in String(decoding: bytes, as: UTF8.self).utf8.split(
      separator: 0x0A, omittingEmptySubsequences: false)
    {
      let text = String(decoding: line, as: UTF8.self)
      guard text.utf8.last == 0x0D else { return lines + ["BARE LF"] }
      let content = String(decoding: text.utf8.dropLast(), as: UTF8.self)
      if content.isEmpty { return lines }
      if content.utf8.first == 0x20 { lines[lines.count - 1] += content } else { lines.append(content) }
    }
    return lines
  }

  private func composer(name: String = "Mairie") throws -> MailComposer {
    let from = try #require(MailAddress("mairie@essai.example"))
    return MailComposer(settings: MailSettings(from: from, name: name), sha256: { Array($0.suffix(32)) })
  }

  @Test("10,000 hostile subjects, names and bodies give one recipient and always the same headers")
  func injection() throws {
    var dice = SplitMix(seed: 28)
    let to = try #require(MailAddress("o.perrin@essai.example"))
    let names = [
      "Date", "From", "To", "Subject", "Message-ID", "Auto-Submitted", "List-Unsubscribe", "List-Unsubscribe-Post",
      "MIME-Version", "Content-Type",
    ]
    for _ in 0..<10_000 {
      let subject = Outbox.subjectLine(Self.text(&dice))
      let body = Self.text(&dice)
      let name = Outbox.subjectLine(Self.text(&dice))
      let mail = try composer(name: name).compose(
        MailComposer.Envelope(
          to: to, subject: subject, date: TestCommune.noon, messageID: "1.x@essai.example",
          unsubscribe: "https://essai.example/x"), text: body, html: body)
      let lines = headers(mail.bytes)
      #expect(lines.map { String($0.prefix { $0 != ":" }) } == names)
      #expect(lines[2] == "To: o.perrin@essai.example")
      #expect(mail.bytes.allSatisfy { $0 < 0x80 && $0 != 0 })
      #expect(mail.bytes.split(separator: 0x0A).allSatisfy { $0.count <= 200 && $0.last == 0x0D })
    }
  }

  @Test("10,000 hostile addresses: what is accepted is one mailbox in letters that no header and no shell knows")
  func addresses() {
    var dice = SplitMix(seed: 1)
    var accepted = 0
    for _ in 0..<10_000 {
      let text =
        ["a", "a.b", "", Self.text(&dice)][Int.random(in: 0..<(4), using: &dice)] + "@"
        + ["b.fr", "", Self.text(&dice)][Int.random(in: 0..<(3), using: &dice)]
      guard let address = MailAddress(text) else { continue }
      accepted += 1
      #expect(
        address.description.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"<>\"(),:;\\[]\r\n".utf8.contains($0) })
      #expect(address.description.utf8.count(where: { $0 == UInt8(ascii: "@") }) == 1)
    }
    #expect(accepted > 100)
  }

  @Test(
    "Addresses that people have are accepted, others are not",
    arguments: [
      ("odile.perrin@vaubrisey.example", true), ("o'neil+mairie@x.fr", true), ("a@b.co", true), ("A_B-c@d-e.fr", true),
      ("a@b", false), (".a@b.fr", false), ("a.@b.fr", false), ("a..b@c.fr", false), ("-a@b.fr", false),
      ("\"a b\"@c.fr", false), ("a@[127.0.0.1]", false), ("a@b..fr", false), ("a@-b.fr", false), ("é@b.fr", false),
      ("a@b.fr ", false), ("a@b@c.fr", false), ("", false), (String(repeating: "a", count: 65) + "@b.fr", false),
    ])
  func grammar(text: String, isAddress: Bool) { #expect((MailAddress(text) != nil) == isAddress) }

  @Test("A header that wants to be two lines is refused and never repaired")
  func refusedHeaders() throws {
    for text in ["a\r\nBcc: x@y.fr", "a\nb", "a\0b", "a\u{85}b", "a\u{2028}b", "a\u{7F}b"] {
      #expect(throws: MailHeaderError.self) { try MailHeader.text("Subject", text) }
      let address = try #require(MailAddress("a@b.fr"))
      #expect(throws: MailHeaderError.self) { try MailHeader.mailbox("From", text, address) }
      #expect(throws: MailHeaderError.self) { try MailHeader.ascii("X", text) }
    }
    #expect(throws: MailHeaderError.self) { try MailHeader.ascii("X", "é") }
  }

  @Test("A subject in French is encoded words of at most 75 characters, cut between characters")
  func encodedWords() throws {
    let subject = String(repeating: "Réfection de l’école – 🙂 ", count: 6)
    var bytes: [UInt8] = []
    try MailHeader.text("Subject", subject).append(to: &bytes)
    let text = String(decoding: bytes, as: UTF8.self)
    let words = text.split(whereSeparator: { $0 == " " || $0.isNewline }).dropFirst()
    #expect(words.count > 2)
    for word in words {
      #expect(word.utf8.count <= 75)
      #expect(word.hasPrefix("=?UTF-8?B?") && word.hasSuffix("?="))
    }
  }

  @Test("Quoted-printable keeps lines short and every byte")
  func quotedPrintable() {
    let text = "Été = 100 %. \nFrom moi\n.\nfin \t\r\n" + String(repeating: "à", count: 100)
    let encoded = TransferEncoding.quotedPrintable(Array(text.utf8))
    #expect(encoded.split(separator: 0x0A).allSatisfy { $0.count <= 77 })
    #expect(encoded.allSatisfy { $0 < 0x80 })
    #expect(decoded(encoded) == Array(text.utf8))
  }

  private func decoded(_ bytes: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "=") {
        let pair = String(decoding: bytes[(index + 1)...(index + 2)], as: UTF8.self)
        if let byte = UInt8(pair, radix: 16) { out.append(byte) }
        index += 3
      } else {
        out.append(bytes[index])
        index += 1
      }
    }
    return out
  }

  @Test("Base64 is that of RFC 4648 §10")
  func base64() {
    let expected = ["": "", "f": "Zg==", "fo": "Zm8=", "foo": "Zm9v", "foob": "Zm9vYg==", "foobar": "Zm9vYmFy"]
    for (text, code) in expected {
      #expect(TransferEncoding.base64(Array(text.utf8), lineLength: 76) == Array(code.utf8))
    }
  }

  @Test("Words of people cannot become mark-up or a link in the HTML part")
  func htmlIsEscaped() {
    let text = MailText(site: "https://essai.example/", server: "https://essai.example/", locale: "fr")
    let html = text.html(
      title: "</title><script>", [.quote("<img src=x onerror=1>"), .link("\"><b>", page: "a.html")],
      footer: [.paragraph("<i>")])
    for mark in ["<script>", "<img", "<b>", "<i>"] { #expect(!html.contains(mark)) }
    #expect(html.contains("href=\"https://essai.example/a.html\""))
  }
}
