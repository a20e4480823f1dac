import ParticipationKit
import ParticipationTesting
import Testing

@testable import ParvisCommune
@testable import ParvisHost

/// A resident opens any mail of the town hall and finds at its foot how to see, take away and erase what is held.
@Suite("The way to one’s own data stands in every mail")
struct DataLinkTests {
  private static let mail = "o.perrin@essai.example"

  /// One mail of each kind that the host can send to a resident.
  private func mails(_ commune: TestCommune) throws -> [TestMail] {
    var mails: [TestMail] = []
    commune.post("/follow/ask/notes/note/1", [("email", Self.mail), ("frequency", "now")])
    mails += try commune.sendMail()
    let links: [String] = mails.flatMap { $0.links }
    let link = try #require(links.first { $0.contains("/follow/confirm/") })
    commune.post(TestCommune.path(link), [])
    commune.write("un banc", [("email", Self.mail)])
    commune.write("une horreur", [("email", Self.mail)])
    commune.post("/me/sign-in", [("email", Self.mail)])
    commune.post("/me/data", [("email", Self.mail)])
    commune.post("/api/v1/notes/vow", [("body", "oui"), ("confirm_email", Self.mail)])
    mails += try commune.sendMail()
    try commune.decide("notes", "2", approve: true)
    try commune.decide("notes", "3", approve: false)
    let desk = try commune.desk(role: "clerk")
    desk.act("answers", "publish", key: "notes/note/2", [("body", "Merci."), ("author", "La maire")])
    mails += try commune.announce("Nouveau")
    try commune.follow(Self.mail, "notes/note/2", "daily")
    try commune.announce("Un", "2")
    try commune.announce("Deux", "2")
    commune.now = commune.now.adding(seconds: 86_400)
    return mails + (try commune.sendMail())
  }

  @Test("each kind carries it in text and HTML, and the link shows what is held and acts by a button only")
  func everyKind() throws {
    let commune = try NotesCommune.mailing()
    let mails = try mails(commune).filter { $0.to == Self.mail }
    let kinds = Set(try commune.rows("SELECT DISTINCT kind FROM host_outbox").map { try $0.text("kind") })
    #expect(
      kinds == ["follow", "receipt", "signin", "data", "confirm", "decision", "answer", "notice", "digest"],
      "a new kind of mail must be sent by this test")
    #expect(mails.count >= kinds.count)
    for mail in mails {
      let link = try #require(mail.links.last { $0.contains("/me/data/m-") }, "no link in: \(mail.text)")
      #expect(mail.html.contains("href=\"\(link)\""))
      #expect(mail.text.contains("Voir, emporter ou effacer ce que la commune garde sur moi"))
      let page = commune.get(TestCommune.path(link))
      #expect(page.status == 200 && page.body.contains("un banc"))
    }
    let path = TestCommune.path(try #require(mails.last?.links.last { $0.contains("/me/data/m-") }))
    #expect(commune.post(path, [("step", "export")]).body.contains("\"\(Self.mail)\""))
    #expect(commune.get(path).status == 200)
  }

  @Test("a mail that was passed on erases nothing: its link has one sent to the address, and that one erases")
  func passedOn() throws {
    let commune = try NotesCommune.mailing()
    commune.write("un banc", [("email", Self.mail)])
    let mail = try #require(try commune.sendMail().last { $0.to == Self.mail })
    let foot = TestCommune.path(try #require(mail.links.last { $0.contains("/me/data/m-") }))
    let page = commune.get(foot).body
    #expect(page.contains("un banc") && page.contains("Recevoir un lien pour effacer"))
    #expect(!page.contains("value=\"ask-erase\"") && !page.contains("value=\"erase\""))
    for step in ["ask-erase", "erase"] {
      for record in ["", "notes/note/2"] {
        #expect(commune.post(foot, [("step", step), ("record", record)]).status == 403)
      }
    }
    #expect(try commune.sendMail().isEmpty && commune.get(foot).body == page, "nothing was done")
    let asked = commune.post(foot, [("step", "ask-link")])
    #expect(asked.status == 202 && asked.body.contains("48 heures") && !asked.body.contains("/me/data/"))
    #expect(asked.body.contains("href=\"../../assets/parvis.css\""), "it stands where the form led")
    let sent = try commune.sendMail()
    #expect(sent.map(\.to) == [Self.mail], "to the address alone, whoever asked")
    let links: [String] = sent.flatMap { $0.links }.filter { $0.contains("/me/data/") && !$0.contains("/me/data/m-") }
    let link = TestCommune.path(try #require(links.first))
    #expect(commune.get(link).body.contains("value=\"ask-erase\""))
    #expect(commune.post(link, [("step", "ask-link")]).status == 202, "this one may ask for another, too")
    #expect(commune.post(link, [("step", "erase")]).status == 200)
    #expect(commune.get(foot).status == 410, "with the address dies its link")
  }

  @Test("a link is for one address and thirty days: another number, another day or a later one open nothing")
  func guarded() throws {
    let commune = try NotesCommune.mailing()
    commune.write("un banc", [("email", Self.mail)])
    commune.write("un arbre", [("email", "autre@essai.example")])
    let mails = try commune.sendMail()
    let links = mails.compactMap { $0.links.last { $0.contains("/me/data/m-") } }.map { TestCommune.path($0) }
    #expect(links.count == 2 && commune.get(links[0]).body.contains("un banc"))
    #expect(!commune.get(links[0]).body.contains("un arbre"))
    let parts = links[0].split(separator: "-").map(String.init)
    let other = links[1].split(separator: "-").map(String.init)
    for forged in [
      [parts[0], other[1], parts[2], parts[3]], [parts[0], parts[1], String((Int(parts[2]) ?? 0) + 9), parts[3]],
      [parts[0], parts[1], parts[2], other[3]], [parts[0], parts[1], parts[2]],
    ] {
      #expect(commune.get(forged.joined(separator: "-")).status == 410)
    }
    commune.now = commune.now.adding(seconds: 30 * 86_400)
    #expect(commune.get(links[0]).status == 200)
    commune.now = commune.now.adding(seconds: 86_400)
    #expect(commune.get(links[0]).status == 410)
  }
}
