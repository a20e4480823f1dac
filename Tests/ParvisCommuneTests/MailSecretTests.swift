import ParticipationKit
import ParticipationTesting
import ParvisCommune
import Testing

@testable import ParvisHost

@Suite("Links of residents are nobody else’s")
struct MailSecretTests {
  /// The last step of each link to the server, as it left.
  private func secrets(_ mails: [TestMail]) -> [String] {
    mails.flatMap(\.links).compactMap { link in
      let steps = link.split(separator: "/")
      return ["confirm", "enter", "data", "receipt", "p"].contains { steps.dropLast().last == Substring($0) }
        ? steps.last.map(String.init) : nil
    }
  }

  @Test("no link that works and no code is to be read at the desk, before and after a message left")
  func desk() throws {
    let commune = try NotesCommune.mailing()
    _ = commune.act("vow", [("confirm_email", "ana@essai.example")])
    commune.write("mot", [("email", "ana@essai.example")])
    commune.post("/follow/ask/notes/note/1", [("email", "ana@essai.example"), ("frequency", "daily")])
    let clerk = try commune.desk(role: "clerk")
    let ids = try commune.rows("SELECT id FROM host_outbox ORDER BY id").map { try $0.int("id") }
    func pages() -> String {
      ids.flatMap { ["/desk/mail/\($0)", "/desk/mail/\($0)/html"] }.map { clerk.get($0).body }.joined()
        + clerk.get("/desk/mail").body
    }
    let before = pages()
    let secrets = secrets(try commune.sendMail())
    #expect(secrets.count > 4, "confirmation, follow, receipt, one’s data: \(secrets)")
    let all = before + pages()
    for secret in secrets { #expect(!all.contains(secret), "\(secret)") }
    #expect(before.contains("/confirm/…") && before.contains("/me/data/…") && before.contains("Votre contribution"))
  }

  @Test("what somebody asked for is gone from the outbox once it left; a receipt can be sent again")
  func outbox() throws {
    let commune = try NotesCommune.mailing()
    _ = commune.act("vow", [("confirm_email", "ana@essai.example")])
    commune.write("mot", [("email", "ana@essai.example")])
    let secrets = secrets(try commune.sendMail().filter { !$0.text.contains("Votre contribution est arrivée") })
    #expect(!secrets.isEmpty)
    let contents = try commune.rows("SELECT is_asked, content FROM host_outbox WHERE state = 'sent'")
    for row in contents {
      let content = try row.text("content")
      #expect(try row.bool("is_asked") == content.isEmpty)
      for secret in secrets { #expect(!content.contains(secret)) }
    }
    #expect(contents.count >= 2)
  }

  @Test("a link that could not leave is kept to be tried again")
  func failed() throws {
    let commune = try NotesCommune.mailing()
    _ = commune.act("vow", [("confirm_email", "ana@essai.example")])
    _ = try commune.sendAll { _ in .refused("554 spam", isAddress: false) }
    let id = try #require(try commune.rows("SELECT id FROM host_outbox WHERE is_asked = 1").first?.int("id"))
    #expect(try commune.desk(role: "clerk").post("/desk/mail/\(id)/resend", []).status == 303)
    #expect(try commune.sendMail().count == 1)
  }
}
