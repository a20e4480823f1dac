import ParticipationKit
import ParticipationTesting
import Testing

@testable import ParvisHost

@Suite("Following without an account")
struct FollowTests {
  private let me = "o.perrin@essai.example"

  private func confirmLink(_ commune: TestCommune) throws -> String {
    commune.post("/follow/ask/notes/note/1", [("email", me), ("frequency", "now")])
    let links = try commune.sendMail().flatMap(\.links)
    return TestCommune.path(try #require(links.first { $0.contains("/confirm/") }))
  }

  /// What a robot that opens links must not change.
  private func state(_ commune: TestCommune) throws -> [Int] {
    try [
      "host_follow", "host_mail_address", "host_mail_request", "host_outbox", "host_register",
      "host_follow WHERE frequency = 'none'", "host_mail_address WHERE stopped_at IS NOT NULL",
      "host_mail_request WHERE used_at IS NOT NULL",
    ].map { try commune.count("SELECT count(*) FROM \($0)") }
  }

  @Test("Asked, confirmed by a button, told at once, with the words in the mail")
  func journey() throws {
    let commune = try NotesCommune.mailing()
    #expect(commune.file("notes/1.html") != nil)
    let link = try confirmLink(commune)
    #expect(commune.get(link).body.contains("Mot 1"))
    #expect(commune.post(link, []).status == 303)
    let mails = try commune.announce("Un titre neuf")
    #expect(mails.map(\.to) == [me])
    #expect(mails.first?.text.contains("Titre : Un titre neuf") == true)
    #expect(mails.first?.text.contains("Le mot 1 a un titre.") == true)
    #expect(mails.first?.html.contains("Le mot 1 a un titre.") == true)
    #expect(mails.first?.links.contains("https://essai.example/notes/1.html") == true)
  }

  @Test("Opening any link of a mail changes nothing, with GET or HEAD, however often")
  func robots() throws {
    let commune = try NotesCommune.mailing()
    let link = try confirmLink(commune)
    var before = try state(commune)
    for method in ["GET", "HEAD", "GET"] { #expect(commune.send(method, link, [], []).status == 200) }
    #expect(try state(commune) == before)
    commune.post(link, [])
    let mail = try #require(try commune.announce("Titre").first)
    before = try state(commune)
    let unsubscribe = try #require(mail.header("List-Unsubscribe")).dropFirst().dropLast()
    for target in mail.links + [String(unsubscribe)] where target.contains("/follow/") {
      for method in ["GET", "HEAD"] { #expect(commune.send(method, TestCommune.path(target), [], []).status == 200) }
    }
    #expect(try state(commune) == before)
  }

  @Test("Nothing is sent before the confirmation, and what happened before it is not told")
  func unconfirmed() throws {
    let commune = try NotesCommune.mailing()
    let link = try confirmLink(commune)
    #expect(try commune.announce("Avant").isEmpty)
    commune.post(link, [])
    #expect(try commune.sendMail().isEmpty)
    #expect(try commune.announce("Après").count == 1)
  }

  @Test("A link works for three days; used twice it changes nothing more; invented it is unknown")
  func links() throws {
    let commune = try NotesCommune.mailing()
    let link = try confirmLink(commune)
    commune.now = commune.now.adding(seconds: 3 * 86_400 - 1)
    #expect(commune.get(link).status == 200)
    commune.now = commune.now.adding(seconds: 2)
    #expect(commune.get(link).status == 410)
    #expect(commune.post(link, []).status == 410)
    let fresh = try confirmLink(commune)
    #expect(commune.post(fresh, []).status == 303)
    let before = try state(commune)
    let again = commune.post(fresh, [])
    #expect(again.status == 200 && again.header("Location") == nil, "a replayed link gives no access")
    #expect(try state(commune) == before)
    #expect(commune.get("/follow/confirm/" + String(repeating: "0", count: 32)).status == 410)
    #expect(commune.get("/follow/confirm/").status == 410)
  }

  @Test("The answer is the same, byte for byte, whether the address is known or not")
  func enumeration() throws {
    let commune = try NotesCommune.mailing()
    try commune.follow(me, "notes/note/1", "now")
    let known = commune.post("/follow/ask/notes/note/1", [("email", me), ("frequency", "now")])
    let unknown = commune.post("/follow/ask/notes/note/1", [("email", "x@essai.example"), ("frequency", "now")])
    #expect(known.status == 202 && known.body == unknown.body)
    #expect(known.headers.map(\.value) == unknown.headers.map(\.value))
  }

  @Test("A stranger cannot have a mailbox flooded with confirmations")
  func flood() throws {
    let commune = try NotesCommune.mailing()
    for _ in 0..<15 { commune.post("/follow/ask/notes/note/1", [("email", me), ("frequency", "now")]) }
    #expect(try commune.sendMail().count == Follows.mostRequests)
    for _ in 0..<10 { commune.post("/follow/ask/notes/note/1", [("email", "y@essai.example"), ("frequency", "now")]) }
    #expect(commune.post("/follow/ask/notes/note/1", [("email", me), ("frequency", "now")]).status == 429)
  }

  @Test("One click (RFC 8058) ends it; doing it again, or late, changes nothing more and is no error")
  func oneClick() throws {
    let commune = try NotesCommune.mailing()
    try commune.follow(me, "notes/note/1", "now")
    let mail = try #require(try commune.announce("Titre").first)
    let target = TestCommune.path(String(try #require(mail.header("List-Unsubscribe")).dropFirst().dropLast()))
    commune.now = commune.now.adding(seconds: 300 * 86_400)
    for _ in 0..<2 {
      #expect(commune.post(target, [("List-Unsubscribe", "One-Click")]).status == 200)
      #expect(try commune.announce("Encore").isEmpty)
    }
  }

  @Test("A link of one purpose serves no other, and one person’s link not another’s address")
  func purposes() throws {
    let commune = try NotesCommune.mailing()
    let mine = try commune.follow(me, "notes/note/1", "now")
    let other = try commune.follow("b@essai.example", "notes/note/1", "daily")
    let token = try #require(mine.split(separator: "/").last)
    for scope in ["all", "now", "daily", "weekly"] {
      #expect(commune.post("/follow/stop/\(scope)/\(token)", []).status == 410)
    }
    let secret = try #require(token.split(separator: "-").last)
    let otherID = try #require(other.split(separator: "/").last?.split(separator: "-").first)
    #expect(commune.get("/follow/p/\(otherID)-\(secret)").status == 410)
    #expect(commune.get(mine).body.contains(me))
    #expect(!commune.get(mine).body.contains("b@essai.example"))
  }

  @Test("How often can be chosen for each thing, and stopped for all")
  func choices() throws {
    let commune = try NotesCommune.mailing()
    let page = try commune.follow(me, "notes/note/1", "now")
    try commune.follow(me, "notes/all/all", "now")
    #expect(try commune.announce("Un").count == 1, "two follows of one event are one mail")
    commune.post(page, [("step", "save"), ("f:notes/note/1", "none"), ("f:notes/all/all", "now")])
    #expect(try commune.announce("Deux").count == 1)
    commune.post(page, [("step", "save"), ("f:notes/note/1", "none"), ("f:notes/all/all", "none")])
    #expect(try commune.announce("Trois").isEmpty)
    commune.post(page, [("step", "save"), ("f:notes/note/1", "now"), ("f:notes/all/all", "often")])
    #expect(try commune.announce("Quatre").count == 1)
    commune.post(page, [("step", "stop")])
    #expect(try commune.announce("Cinq").isEmpty)
  }

  @Test("The script of a page gets words to show in the form’s place, the same for every address, or what is wrong")
  func script() throws {
    let commune = try NotesCommune.mailing()
    func ask(_ email: String) -> TestCommune.Answer {
      commune.send(
        "POST", "/follow/ask/notes/note/1", Array("email=\(email)&frequency=daily".utf8),
        [("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/json")])
    }
    let asked = ask(me)
    #expect(asked.status == 202 && asked.json["receipt"]?["message"]?.asString?.contains("confirmez") == true)
    #expect(ask("unknown@essai.example").body == asked.body)
    let refused = ask("rien")
    #expect(refused.status == 422 && refused.json["errors"]?.asArray?.count == 1)
  }

  /// The link that the page of choices has sent to its own address.
  private func dataLink(_ commune: TestCommune, _ page: String) throws -> String {
    #expect(commune.post(page, [("step", "data")]).status == 202)
    let links = try commune.sendMail().filter { $0.to == me }.flatMap(\.links)
    return TestCommune.path(
      try #require(links.first { $0.contains("/me/data/") && !$0.contains("/me/data/m-") }, "\(links)"))
  }

  @Test("the link of an old mail erases nothing: it sends one to the address, which works for two days")
  func dataBySentLink() throws {
    let commune = try NotesCommune.mailing()
    commune.write("Un mot", [("email", me)])
    let page = try commune.follow(me, "notes/note/1", "now")
    #expect(commune.get(page).body.contains("Recevoir un lien vers mes données"))
    #expect(!commune.get(page + "?ask=erase").body.contains("value=\"erase\""))
    #expect(commune.post(page, [("step", "erase")]).status == 400)
    #expect(try commune.count("SELECT count(*) FROM host_mail_address") == 1)
    let link = try dataLink(commune, page)
    #expect(commune.get(link).body.contains("Un mot"))
    commune.now = commune.now.adding(seconds: DataLinks.seconds + 1)
    #expect(commune.get(link).status == 410)
    #expect(commune.get(page).status == 200, "the page of choices goes on")
  }

  @Test("Erasing removes the address everywhere, in modules too, and what waited is not sent")
  func erase() throws {
    let commune = try NotesCommune.mailing()
    commune.write("Un mot", [("email", me)])
    let page = try commune.follow(me, "notes/note/1", "now")
    let link = try dataLink(commune, page)
    commune.post("/follow/ask/notes/all/all", [("email", me), ("frequency", "now")])
    #expect(commune.post(link, [("step", "erase")]).status == 200)
    #expect(try commune.sendMail().isEmpty)
    #expect(commune.get(page).status == 410)
    for table in ["host_follow", "host_contact", "host_mail_address", "host_mail_request"] {
      #expect(try commune.count("SELECT count(*) FROM \(table)") == 0, "\(table)")
    }
    #expect(try commune.count("SELECT count(*) FROM notes_note WHERE email <> ''", in: "notes") == 0)
    #expect(try commune.count("SELECT count(*) FROM host_register WHERE kind = 'erasure'") == 1)
    #expect(try commune.announce("Titre").isEmpty)
  }

  @Test("After an erasure an old link opens nobody else’s page, though the number may be given again")
  func oldLinks() throws {
    let commune = try NotesCommune.mailing()
    let page = try commune.follow(me, "notes/note/1", "now")
    commune.post(try dataLink(commune, page), [("step", "erase")])
    let next = try commune.follow("b@essai.example", "notes/note/1", "now")
    #expect(next.split(separator: "-").first == page.split(separator: "-").first)
    #expect(commune.get(page).status == 410)
  }

  @Test("No secret of a link lies in the database")
  func hashed() throws {
    let commune = try NotesCommune.mailing()
    let confirm = try #require(try confirmLink(commune).split(separator: "/").last)
    commune.post("/follow/confirm/\(confirm)", [])
    let mail = try #require(try commune.announce("Titre").first)
    let page = try #require(mail.links.last?.split(separator: "-").last)
    for table in ["host_mail_address", "host_mail_request", "host_follow", "host_outbox"] {
      for row in try commune.rows("SELECT * FROM \(table)") {
        for value in row.values {
          let text = value.asText ?? value.asBlob.map { hexadecimal($0) } ?? ""
          #expect(!text.contains(page), "\(table)")
          // The link to confirm stands in the mail that carries it, until that is removed.
          if table != "host_outbox" { #expect(!text.contains(confirm), "\(table)") }
        }
      }
    }
  }

  @Test("A wrong form comes back with what was typed; an unknown or unpublished thing cannot be followed")
  func refusals() throws {
    let commune = try NotesCommune.mailing()
    commune.write("pas encore lu")
    let wrong = commune.post("/follow/ask/notes/note/1", [("email", "pas une adresse"), ("frequency", "now")])
    #expect(wrong.status == 422 && wrong.body.contains("pas une adresse"))
    for subject in ["notes/note/2", "notes/note/99", "notes/secret/1", "nowhere/x/1", "x", ""] {
      let answer = commune.post("/follow/ask/\(subject)", [("email", me), ("frequency", "now")])
      #expect(answer.status == 404, "\(subject)")
    }
    #expect(commune.send("DELETE", "/follow/p/1-x", [], []).status == 405)
    #expect(commune.get("/follow/ask/notes/note/1").status == 404)
    let robot = commune.post(
      "/follow/ask/notes/note/1", [("email", me), ("frequency", "now"), ("website", "x")])
    #expect(robot.status == 400)
    #expect(try commune.sendMail().isEmpty)
  }
}
