import MailDelivery
import Testing

@Suite("The system's sendmail program")
struct SendmailProgramTests {
  private func envelope(_ message: String = "A: b\r\n\r\nBonjour\r\n") throws -> MailEnvelope {
    try #require(MailEnvelope(from: "mairie@essai.example", to: "o.perrin@essai.example", message: Array(message.utf8)))
  }

  @Test("It gets fixed arguments and the message with the line ends of the system")
  func handsOver() throws {
    let folder = try TemporaryFolder()
    let out = folder.path
    let program = folder.program(
      "sendmail", "#!/bin/sh\nfor a in \"$@\"; do printf '%s\\n' \"$a\"; done > \(out)/args\ncat > \(out)/mail\n")
    #expect(SendmailProgram(path: program).send(try envelope()) == .accepted)
    #expect(folder.text("args") == "-i\n-f\nmairie@essai.example\n--\no.perrin@essai.example\n")
    #expect(folder.text("mail") == "A: b\n\nBonjour\n")
  }

  @Test("A long message is written whole, though the pipe is short")
  func longMessage() throws {
    let folder = try TemporaryFolder()
    let program = folder.program("sendmail", "#!/bin/sh\nwc -c > \(folder.path)/count\n")
    let message = String(repeating: "x", count: 1_000_000)
    #expect(SendmailProgram(path: program).send(try envelope(message)) == .accepted)
    #expect(folder.text("count") == "1000000\n")
  }

  @Test(
    "Its exit code decides: 75 is later, 67 a wrong address, 65 a bad message",
    arguments: [
      (75, DeliveryOutcome.deferred("exit 75")), (1, .deferred("exit 1")),
      (67, .rejected("exit 67: no such user", isRecipient: true)),
      (65, .rejected("exit 65: message refused", isRecipient: false)),
    ])
  func exitCodes(code: Int, expected: DeliveryOutcome) throws {
    let folder = try TemporaryFolder()
    let program = folder.program("sendmail", "#!/bin/sh\ncat > /dev/null\nexit \(code)\n")
    #expect(SendmailProgram(path: program).send(try envelope()) == expected)
  }

  @Test("A program that ends before it read everything has not taken the message")
  func endsEarly() throws {
    let folder = try TemporaryFolder()
    let program = folder.program("sendmail", "#!/bin/sh\nexit 0\n")
    let message = String(repeating: "x", count: 1_000_000)
    guard case .deferred = SendmailProgram(path: program).send(try envelope(message)) else {
      Issue.record("the message would be lost")
      return
    }
  }

  @Test("A program that is not there, or is killed, leaves the message to be tried again")
  func missing() throws {
    guard case .deferred(let reason) = SendmailProgram(path: "/nowhere/sendmail").send(try envelope()) else {
      Issue.record("the message would be lost")
      return
    }
    #expect(reason.contains("/nowhere/sendmail"))
    let folder = try TemporaryFolder()
    let program = folder.program("sendmail", "#!/bin/sh\ncat > /dev/null\nkill -9 $$\n")
    #expect(SendmailProgram(path: program).send(try envelope()) == .deferred("ended by a signal"))
  }

  @Test(
    "What could become an option, a second recipient or a line is no envelope",
    arguments: [
      "-oQ/tmp@x.fr", "a@b.fr,c@d.fr", "a@b.fr\r\nRCPT TO:<c@d.fr>", "a b@c.fr", "<a@b.fr>", "a", "a@b@c.fr", "é@b.fr",
      "",
    ])
  func refusedEnvelope(address: String) {
    #expect(MailEnvelope(from: "mairie@essai.example", to: address, message: []) == nil)
    #expect(MailEnvelope(from: address, to: "mairie@essai.example", message: []) == nil)
  }

  @Test(
    "Only https, or http to this machine, is called",
    arguments: [
      ("https://sms.example/hook", true), ("http://127.0.0.1:9/x", true), ("http://localhost/x", true),
      ("http://sms.example/hook", false), ("ftp://sms.example/", false), ("file:///etc/passwd", false),
      ("https://user:key@sms.example/", false), ("https://", false), ("https:///x", false),
      ("https://a.example/\r\nX: y", false), ("http://127.0.0.1.evil.example/", false), ("gopher://127.0.0.1/", false),
    ])
  func webAddresses(url: String, isAllowed: Bool) {
    #expect(WebCall.isAllowed(url) == isAllowed)
    if !isAllowed { #expect(WebCall(url: url) == nil) }
  }
}
