import ParticipationKit
import ParticipationTesting
import ParvisCommune
import Synchronization
import Testing

@testable import ParvisHost

@Suite("The outbox")
struct OutboxTests {
  private func message(_ to: String = "o.perrin@essai.example", key: String = "", isAsked: Bool = false) throws
    -> OutgoingMessage
  {
    OutgoingMessage(
      kind: "test", to: try #require(MailAddress(to)), locale: "fr", subject: "Objet", blocks: [.paragraph("Bonjour")],
      once: key, isAsked: isAsked)
  }

  @discardableResult
  private func put(_ message: OutgoingMessage, _ commune: TestCommune) throws -> Bool {
    let host = commune.opened.host
    return try host.ports.store.perform { try host.sendMessage(message, in: $0) }
  }

  @Test("An act that fails sends nothing; one that is committed sends once")
  func withTheAct() throws {
    let commune = try NotesCommune.mailing()
    commune.write("fail", [("email", "o.perrin@essai.example")])
    #expect(try commune.sendMail().isEmpty)
    commune.write("Un mot", [("email", "o.perrin@essai.example")])
    #expect(try commune.sendMail().count == 1)
    #expect(try commune.sendMail().isEmpty)
  }

  @Test("A crash between leaving and marking sends the same message once more and loses none")
  func crash() throws {
    let commune = try NotesCommune.mailing()
    let outbox = commune.opened.host.outbox
    try put(try message(), commune)
    let first = try #require(try outbox.take(limit: 5).first)
    #expect(try outbox.take(limit: 5).isEmpty, "somebody has it")
    // The program ends here, after the relay took the message. At the next start:
    try outbox.recover()
    let second = try #require(try outbox.take(limit: 5).first)
    guard case .mail(let a) = first.payload, case .mail(let b) = second.payload else { return }
    #expect(a.bytes == b.bytes, "same Message-ID: mailboxes can tell")
    try outbox.finish(second, .sent)
    try outbox.recover()
    #expect(try outbox.take(limit: 5).isEmpty)
  }

  @Test("A sender that hangs loses its claim after ten minutes")
  func lease() throws {
    let commune = try NotesCommune.mailing()
    let outbox = commune.opened.host.outbox
    try put(try message(), commune)
    #expect(try outbox.take(limit: 5).count == 1)
    commune.now = commune.now.adding(seconds: 599)
    #expect(try outbox.take(limit: 5).isEmpty)
    commune.now = commune.now.adding(seconds: 2)
    #expect(try outbox.take(limit: 5).count == 1)
  }

  @Test("What is refused for now is tried later and later, and fails in the end")
  func backOff() throws {
    let commune = try NotesCommune.mailing()
    try put(try message(), commune)
    var tries: [Int64] = []
    let start = commune.now.seconds
    for _ in 0..<6000 {
      let jobs = try commune.sendAll { _ in .later("421 try again, o.perrin@essai.example") }
      if !jobs.isEmpty { tries.append(commune.now.seconds - start) }
      let next = try commune.opened.host.outbox.nextDue()
      guard let next else { break }
      commune.now = next
    }
    #expect(tries.count == Outbox.mostAttempts)
    #expect(Array(tries.prefix(4)) == [0, 60, 300, 1260])
    #expect((tries.last ?? 0) > 2 * 86_400)
    let row = try #require(try commune.rows("SELECT state, error FROM host_outbox WHERE kind = 'test'").first)
    #expect(try row.text("state") == "failed")
    #expect(!(try row.text("error").contains("perrin")), "an error holds no address")
    #expect(try commune.count("SELECT count(*) FROM host_mail_address WHERE stopped_at IS NOT NULL") == 0)
  }

  @Test("A refused address gets nothing any more, but for what its owner asks for")
  func refusedAddress() throws {
    let commune = try NotesCommune.mailing()
    try put(try message(), commune)
    _ = try commune.sendAll { _ in .refused("550 no such user", isAddress: true) }
    #expect(try !put(try message(), commune))
    #expect(try put(try message(isAsked: true), commune))
    #expect(try commune.sendMail().count == 1)
  }

  @Test("A refused message does not stop its address")
  func refusedMessage() throws {
    let commune = try NotesCommune.mailing()
    try put(try message(), commune)
    _ = try commune.sendAll { _ in .refused("554 spam", isAddress: false) }
    #expect(try put(try message(), commune))
  }

  @Test("What people asked for goes first")
  func order() throws {
    let commune = try NotesCommune.mailing()
    try put(try message("a@essai.example"), commune)
    try put(try message("b@essai.example", isAsked: true), commune)
    #expect(try commune.sendMail().map(\.to) == ["b@essai.example", "a@essai.example"])
  }

  @Test("A key makes it happen once, and nobody can have an unconfirmed mailbox flooded")
  func limits() throws {
    let commune = try NotesCommune.mailing()
    #expect(try put(try message(key: "k"), commune))
    #expect(try !put(try message(key: "k"), commune))
    for _ in 0..<30 { try put(try message(), commune) }
    #expect(try commune.sendMail().count == Outbox.dailyLimits.unconfirmed)
    commune.now = commune.now.adding(seconds: 86_401)
    #expect(try put(try message(), commune))
  }

  @Test("Without `mail:` nothing is kept, asked for or shown")
  func switchedOff() throws {
    let commune = try NotesCommune.make()
    try commune.publishNote("Bonjour")
    #expect(try !put(try message(), commune))
    #expect(!(commune.file("notes/1.html") ?? "").contains("email"))
    #expect(commune.post("/follow/ask/notes/note/1", [("email", "a@b.fr"), ("frequency", "now")]).status == 404)
    try commune.announce("Titre")
    #expect(try commune.count("SELECT count(*) FROM host_event") == 0)
    #expect(try commune.count("SELECT count(*) FROM host_mail_address") == 0)
  }

  @Test("After thirty days words and address of what left are gone; that something left stays")
  func forgetting() throws {
    let commune = try NotesCommune.mailing()
    try put(try message(), commune)
    try commune.sendMail()
    commune.now = commune.now.adding(seconds: 31 * 86_400)
    try commune.work()
    let row = try #require(try commune.rows("SELECT * FROM host_outbox WHERE kind = 'test'").first)
    #expect(try row.text("content") == "" && row.optionalInt("address") == nil && row.text("state") == "sent")
    commune.now = commune.now.adding(seconds: 340 * 86_400)
    try commune.work()
    #expect(try commune.count("SELECT count(*) FROM host_mail_address") == 0)
    #expect(try commune.count("SELECT count(*) FROM host_outbox") == 0, "after a year not even that")
  }

  @Test("A reader that looks for robots and answers can tell the mail from a person’s, and unsubscribe with one click")
  func headers() throws {
    let commune = try NotesCommune.mailing()
    try put(try message(), commune)
    try put(try message(isAsked: true), commune)
    let mails = try commune.sendMail()
    #expect(mails.count == 2)
    for mail in mails { #expect(mail.header("Auto-Submitted") == "auto-generated") }
    #expect(mails[0].header("List-Unsubscribe") == nil, "a sign-in link is no list")
    #expect(mails[1].header("List-Unsubscribe")?.hasPrefix("<https://essai.example/follow/stop/all/") == true)
    #expect(mails[1].header("List-Unsubscribe-Post") == "List-Unsubscribe=One-Click")
    #expect(Set(mails.compactMap { $0.header("Message-ID") }).count == 2)
  }
}
