import ParticipationKit
import ParticipationTesting
import ParvisCommune
import Testing

@testable import ParvisHost

@Suite("Mail at the desk")
struct MailDeskTests {
  @Test("The list shows what waits, left and failed, without whole addresses; one message shows both its parts")
  func list() throws {
    let commune = try NotesCommune.mailing()
    commune.write("mot", [("email", "o.perrin@essai.example")])
    let desk = try commune.desk(role: "clerk")
    var list = desk.get("/desk/mail")
    #expect(list.body.contains("o…@essai.example") && !list.body.contains("o.perrin@"))
    #expect(list.body.contains("en attente"))
    _ = try commune.sendAll { _ in .refused("554 spam", isAddress: false) }
    list = desk.get("/desk/mail?state=failed")
    #expect(list.body.contains("554 spam"))
    let one = desk.get("/desk/mail/1")
    #expect(one.body.contains("Votre contribution est arrivée.") && one.body.contains("o.perrin@essai.example"))
    let html = desk.get("/desk/mail/1/html")
    #expect(html.body.hasPrefix("<!doctype html>"))
    #expect(html.header("Content-Security-Policy")?.contains("sandbox") == true)
    #expect(desk.get("/desk/mail/99").status == 404)
  }

  @Test("A failed message is sent again from the desk; one that waits is not doubled")
  func resend() throws {
    let commune = try NotesCommune.mailing()
    commune.write("mot", [("email", "o.perrin@essai.example")])
    let desk = try commune.desk(role: "clerk")
    #expect(desk.post("/desk/mail/1/resend", []).status == 409)
    _ = try commune.sendAll { _ in .refused("554 spam", isAddress: false) }
    #expect(desk.post("/desk/mail/1/resend", []).status == 303)
    #expect(try commune.sendMail().count == 1)
  }

  @Test("A refused address is shown and can be allowed again")
  func allow() throws {
    let commune = try NotesCommune.mailing()
    commune.write("mot", [("email", "o.perrin@essai.example")])
    _ = try commune.sendAll { _ in .refused("550 unknown", isAddress: true) }
    let desk = try commune.desk(role: "clerk")
    #expect(desk.get("/desk/mail").body.contains("o.perrin@essai.example"))
    desk.post("/desk/mail/1/allow", [])
    commune.write("un autre mot", [("email", "o.perrin@essai.example")])
    #expect(try commune.sendMail().count == 1)
  }

  @Test("Every template can be read in both parts, also where no mail is sent", arguments: MailSamples.kinds)
  func samples(kind: String) throws {
    let desk = try NotesCommune.make().desk(role: "clerk")
    let page = desk.get("/desk/mail/samples/\(kind)")
    #expect(page.status == 200 && page.body.contains("<pre"))
    #expect(!page.body.contains("mail.") && !page.body.contains("maildesk."), "a word is missing")
    #expect(desk.get("/desk/mail/samples/\(kind)/html").body.contains("color-scheme"))
  }
}
