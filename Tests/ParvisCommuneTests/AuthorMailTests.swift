import ParticipationKit
import ParticipationTesting
import ParvisCommune
import Testing

@testable import ParvisHost

@Suite("What authors are told")
struct AuthorMailTests {
  @Test("Receipt, decision with its reason and the moderator’s words, answer: each once, with the link of the receipt")
  func journey() throws {
    let commune = try NotesCommune.mailing()
    let sent = commune.post(
      "/api/v1/comments/add/notes/note/1",
      [("kind", "question"), ("body", "Quand ?"), ("email", "o.perrin@essai.example")])
    let receipt = "https://essai.example" + (sent.header("Location") ?? "?")
    var mails = try commune.sendMail()
    #expect(mails.count == 1 && mails.first?.links.contains(receipt) == true)
    #expect(mails.first?.text.contains("Quand ?") == false, "an unconfirmed address gets nobody’s words")
    let desk = try commune.desk(role: "clerk")
    desk.post(
      "/desk/moderation/2", [("decision", "refuse"), ("reason", "personal-data"), ("note", "Retirez le nom.")])
    mails = try commune.sendMail()
    #expect(mails.count == 1 && mails.first?.text.contains("> Retirez le nom.") == true)
    #expect(mails.first?.text.contains("Motif") == true && mails.first?.links.contains(receipt) == true)
    desk.post("/desk/moderation/2", [("decision", "approve")])
    #expect(try commune.sendMail().count == 1)
    desk.act("answers", "publish", key: "host/comment/1", [("body", "En **mai**."), ("author", "La maire")])
    mails = try commune.sendMail()
    #expect(mails.count == 1 && mails.first?.text.contains("> En mai.") == true)
  }

  @Test("A won appeal is told as won, a lost one as it stands; neither as a new refusal")
  func appeals() throws {
    for (answer, subject, text) in [
      ("reverse", "Votre contestation est acceptée", "est levée"),
      ("confirm", "Réponse à votre contestation", "est maintenue"),
    ] {
      let commune = try NotesCommune.mailing()
      let sent = commune.write("mon avis", [("email", "o.perrin@essai.example")])
      _ = try commune.desk(role: "councillor").post(
        "/desk/moderation/2", [("decision", "refuse"), ("reason", "off-topic")])
      try commune.sendMail()
      let name = String((sent.header("Location") ?? "").dropFirst("/receipt/".count))
      commune.post("/api/v1/moderation/appeal/\(name)", [("body", "Relisez")])
      let other = try commune.desk(role: "clerk")
      #expect(other.post("/desk/appeals/1", [("answer", answer), ("note", "Relu avec soin.")]).status == 303)
      let mails = try commune.sendMail()
      let mail = try #require(mails.first { $0.header("Subject")?.isEmpty == false && $0.text.contains(text) })
      #expect(mail.text.contains("> Relu avec soin."))
      #expect(!mails.contains { $0.text.contains("n’est pas publiée") })
      #expect(mails.count == (answer == "reverse" ? 2 : 1), "\(subject)")
    }
  }

  @Test("However much an address was told today, a link that its owner asks for arrives, and none lies at the desk")
  func asked() throws {
    let commune = try NotesCommune.mailing()
    for number in 1...12 { commune.write("mot \(number)", [("email", "ana@essai.example")]) }
    #expect(try commune.sendMail().count == 10)
    commune.post("/me/data", [("email", "ana@essai.example")])
    let mails = try commune.sendMail()
    #expect(mails.contains { $0.links.contains { $0.contains("/me/data/") } })
    for _ in 1...40 {
      commune.post("/me/sign-in", [("email", "ana@essai.example")])
      commune.now = commune.now.adding(seconds: 1200)
    }
    #expect(try commune.sendMail().count < 40, "nobody’s mailbox is filled by others")
    #expect(try commune.count("SELECT count(*) FROM host_held_message") == 0)
  }

  @Test("With “keep me informed” the author hears of every change; without it of none")
  func updates() throws {
    let commune = try NotesCommune.mailing()
    commune.write("deux", [("email", "two@essai.example"), ("agreed", "on")])
    commune.write("trois", [("email", "three@essai.example")])
    try commune.approveAll()
    try commune.sendMail()
    #expect(try commune.announce("A", "2").map(\.to) == ["two@essai.example"])
    #expect(try commune.announce("B", "3").isEmpty)
  }

  @Test("Nothing of one person stands in another’s mail")
  func markers() throws {
    let commune = try NotesCommune.mailing()
    let names = ["ANNA", "BORIS", "CHLOE"]
    for name in names {
      commune.post(
        "/api/v1/comments/add/notes/note/1",
        [("kind", "question"), ("body", "Question \(name)-pending"), ("email", "\(name.lowercased())@essai.example")])
      try commune.follow("\(name.lowercased())@essai.example", "notes/note/1", "now")
    }
    var mails = try commune.sendMail()
    let desk = try commune.desk(role: "clerk")
    desk.post("/desk/moderation/2", [("decision", "refuse"), ("reason", "insult"), ("note", "Note ANNA-note")])
    mails += try commune.sendMail()
    #expect(mails.count >= 1)
    var tokens: [String: Set<String>] = [:]
    for mail in mails {
      for name in names where mail.to != "\(name.lowercased())@essai.example" {
        #expect(!mail.source.contains(name) && !mail.text.contains(name) && !mail.html.contains(name))
        #expect(!mail.source.lowercased().contains("\(name.lowercased())@"))
      }
      for link in mail.links where link.contains("/receipt/") || link.contains("/follow/") {
        tokens[mail.to, default: []].insert(link)
      }
    }
    let all = tokens.values.flatMap { $0 }
    #expect(Set(all).count == all.count, "a secret link of one person in another’s mail")
  }

  @Test("Names, unread words and addresses stay out of what followers get")
  func publicOnly() throws {
    let commune = try NotesCommune.mailing()
    try commune.follow("b@essai.example", "notes/note/1", "now")
    commune.post(
      "/api/v1/comments/add/notes/note/1",
      [("kind", "comment"), ("body", "Bien **dit**"), ("author", "MARKname"), ("email", "mark@essai.example")])
    try commune.approveAll()
    let mails = try commune.sendMail().filter { $0.to == "b@essai.example" }
    #expect(mails.count == 1 && mails.first?.text.contains("> Bien dit") == true)
    #expect(mails.first?.source.contains("mark@") == false && mails.first?.text.contains("MARKname") == false)
  }

  @Test("A refusal that comes back by mail stops the address when it quotes a message of ours, and only then")
  func bounces() throws {
    let commune = try NotesCommune.mailing()
    commune.write("mot", [("email", "gone@essai.example")])
    let mail = try #require(try commune.sendMail().first)
    let id = try #require(mail.header("Message-ID"))
    let outbox = commune.opened.host.outbox
    func report(_ id: String, action: String = "failed", status: String = "5.1.1") -> [UInt8] {
      Array(
        """
        From: MAILER-DAEMON@relay.example\r
        Message-ID: <dsn@relay.example>\r
        Content-Type: multipart/report; report-type=delivery-status; boundary=b\r
        \r
        --b\r
        Content-Type: message/delivery-status\r
        \r
        Final-Recipient: rfc822; gone@essai.example\r
        Action: \(action)\r
        Status: \(status)\r
        \r
        --b\r
        Content-Type: text/rfc822-headers\r
        \r
        Message-ID:\r
         \(id)\r
        --b--\r

        """.utf8)
    }
    for wrong in [
      report("<1.000000000000000000000000@essai.example>"), report(id, action: "delayed"), report(id, status: "4.4.1"),
      report(id, status: "5.2.2"), [], [0xFF, 0x0A, 0x00], Array("Action: failed\nStatus: 5.1.1\n".utf8),
    ] {
      #expect(try !outbox.bounced(wrong))
    }
    #expect(try outbox.bounced(report(id)))
    #expect(try commune.count("SELECT count(*) FROM host_mail_address WHERE stopped_why = 'refused'") == 1)
    commune.write("autre mot", [("email", "gone@essai.example")])
    #expect(try commune.sendMail().isEmpty)
  }

  @Test("A program that is told gets the public words, once, of the kinds it wants")
  func webhooks() throws {
    let hooks = """

      webhooks:
        - name: sms
          url: https://sms.example/hook
          secret_file: data/sms
          events: [changed]
      """
    let commune = try NotesCommune.mailing(more: hooks)
    commune.post("/api/v1/comments/add/notes/note/1", [("kind", "comment"), ("body", "Rien")])
    try commune.approveAll()
    try commune.desk(role: "clerk").act("notes", "headline", key: "1", [("headline", "Neuf")])
    let jobs = try commune.sendAll()
    let calls = jobs.compactMap { if case .call(let call) = $0.payload { call } else { nil } }
    #expect(calls.count == 1)
    let body = try JSONValue.parse(try #require(calls.first).body)
    #expect(body["event"]?.asString == "changed" && body["subject"]?.asString == "notes/note/1")
    #expect(body["words"]?["fr"]?["title"]?.asString == "Titre : Neuf")
    #expect(body["url"]?.asString == "https://essai.example/notes/1.html")
    #expect(try commune.sendAll().isEmpty)
  }
}
