import ParticipationKit
import ParticipationTesting
import Testing

@testable import ParvisCommune
@testable import ParvisHost

/// Years later, with the town hall's server gone, a resident has a mail and a copy of the site.
@Suite("Receipts by mail prove what the receipt’s page proves")
struct MailedReceiptTests {
  /// The JSON that goes along with a mail.
  private func file(_ mail: TestMail) throws -> JSONValue {
    let mark = "Content-Disposition: attachment; filename=\""
    let parts = mail.source.split(separator: "--=_files-")
    let part = try #require(parts.first { $0.contains(mark) })
    let halves = part.split(separator: "\r\n\r\n", maxSplits: 1)
    let body = try #require(halves.last).split(separator: "\r\n").joined(separator: "\n")
    let isQuoted = halves[0].contains("quoted-printable")
    return try JSONValue.parse(isQuoted ? MailedReceiptTests.unquoted(body) : Array(body.utf8))
  }

  private static func unquoted(_ text: String) -> [UInt8] {
    var out: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "=") else {
        out.append(byte)
        continue
      }
      let pair = rest.prefix(2)
      if pair.first == 0x0A {
        rest = rest.dropFirst()
      } else {
        out.append(UInt8(String(decoding: pair, as: UTF8.self), radix: 16) ?? 0)
        rest = rest.dropFirst(2)
      }
    }
    return out
  }

  @Test("an act that was confirmed by a link: the mail holds number, leaf, salt and words, and both verifiers take it")
  func confirmed() throws {
    let commune = try NotesCommune.mailing()
    commune.post("/api/v1/notes/vow", [("body", "Été <b>"), ("confirm_email", "moi@essai.example")])
    let asked = try #require(try commune.sendMail().last)
    let link = try #require(asked.links.first { $0.contains("/confirm/") })
    let done = commune.post(TestCommune.path(link), [])
    let path = try #require(done.header("Location"))
    let mail = try #require(try commune.sendMail().first)
    #expect(mail.to == "moi@essai.example" && mail.links.contains("https://essai.example" + path))
    let page = commune.get(path + ".json").json
    #expect(try file(mail).bytes == page.bytes, "the file is what the page gives")
    for text in [page["number"], page["leaf"], page["salt"]] {
      #expect(mail.text.contains(text?.asString ?? "?") && text?.asString?.isEmpty == false)
    }
    #expect(mail.text.contains("empreinte signée") && mail.text.contains("recu-"))
    try commune.signHead()
    #expect(try commune.findingsOfBoth(receipt: try file(mail)) == [])
  }

  @Test("an address that nobody confirmed gets the same without the words")
  func unconfirmed() throws {
    let commune = try NotesCommune.mailing()
    let sent = commune.write("MARKwords", [("email", "autrui@essai.example")])
    let mail = try #require(try commune.sendMail().first)
    let page = commune.receipt(sent)
    let paper = try file(mail)
    #expect(paper["payload"]?.isNull == true && !mail.source.contains("MARKwords"))
    #expect(paper["leaf"] == page["leaf"] && paper["salt"] == page["salt"])
    #expect(mail.text.contains("La page du reçu le montre") && mail.text.contains("le fichier .json de cette page"))
    try commune.signHead()
    let found = try commune.findingsOfBoth(receipt: paper)
    #expect(found.count == 1 && found[0].contains("registered; the file holds no words"))
  }

  @Test("once a head covers the act, the mail of the decision brings the way to it")
  func proof() throws {
    let commune = try NotesCommune.mailing()
    let sent = commune.write("un banc", [("email", "moi@essai.example")])
    #expect(try file(try #require(try commune.sendMail().first))["inclusion"]?.isNull == true)
    try commune.signHead()
    try commune.approveAll()
    let mail = try #require(try commune.sendMail().first)
    let paper = try file(mail)
    #expect(paper["inclusion"]?["checkpoint"]?.asString == commune.receipt(sent)["inclusion"]?["checkpoint"]?.asString)
    #expect(paper["inclusion"]?["path"]?.asArray?.isEmpty == false)
  }

  @Test("a secret act sends no receipt, and an erasure takes the waiting one away")
  func secretAndErased() throws {
    let commune = try NotesCommune.mailing()
    let sent = commune.write("à effacer", [("email", "moi@essai.example")])
    let receipt = String((sent.header("Location") ?? "").dropFirst("/receipt/".count))
    #expect(commune.post("/me/data/r-\(receipt)", [("step", "erase")]).status == 200)
    #expect(try commune.sendMail().isEmpty)
  }

  @Test("the paper of the counter has leaf, salt and words beside number and QR")
  func paper() throws {
    let commune = try NotesCommune.make()
    let desk = try commune.desk(role: "clerk")
    let done = desk.post("/desk/counter/do/notes/write", [("counter_channel", "paper"), ("body", "dicté")])
    let page = desk.get(done.header("Location") ?? "")
    let position = try commune.count("SELECT max(position) FROM host_counter_act")
    let value = try #require(try commune.opened.host.receipt(number: position + 1))
    #expect(page.body.contains(value["salt"]?.asString ?? "?") && page.body.contains("<svg"))
    #expect(page.body.contains("dicté") && page.body.contains("&quot;position&quot;:\(position)"))
  }
}
