import ParticipationKit
import ParticipationTesting
import ParvisCommune
import Testing

@testable import ParvisHost

/// A statement of reasons that says something false makes residents send again what is public, or believe that
/// somebody read what nobody read.
@Suite("Each notice says what was done")
struct AuthorNoticeTests {
  static let comment = "/api/v1/comments/add/notes/note/1"
  static let refusal = [("decision", "refuse"), ("reason", "personal-data")]

  let commune: TestCommune
  let desk: TestDesk

  init() throws {
    commune = try NotesCommune.mailing(more: "\nmoderation:\n  hide_after_flags: 1\n")
    desk = try commune.desk(role: "clerk")
  }

  /// Sends a comment with an address and lets its receipt leave. It is entry 2 of the queue.
  private func send(_ body: String = "Un chien de Paul") throws -> TestCommune.Answer {
    let sent = commune.post(
      Self.comment, [("kind", "comment"), ("body", body), ("email", "o.perrin@essai.example")])
    try commune.sendMail()
    return sent
  }

  private func decide(_ more: [(String, String)]) { #expect(desk.post("/desk/moderation/2", more).status == 303) }

  private func flag() {
    let answer = commune.post(
      "/api/v1/moderation/flag/notes/note/1", [("item", "host/comment/1"), ("reason", "insult"), ("note", "")])
    #expect(answer.status == 303)
  }

  private func undo() throws {
    let id = try commune.count("SELECT max(id) FROM host_decision")
    #expect(desk.post("/desk/undo/\(id)", []).status == 303)
  }

  /// The one letter that leaves, with its subject.
  private func letter() throws -> (subject: String, text: String) {
    let mails = try commune.sendMail()
    #expect(mails.count == 1)
    let row = try commune.rows("SELECT subject FROM host_outbox WHERE kind = 'decision' ORDER BY id DESC LIMIT 1")
    let words = mails.first?.text.split(whereSeparator: { $0 == " " || $0.isNewline }).joined(separator: " ")
    return (try row.first?.text("subject") ?? "", words ?? "")
  }

  @Test("refused: it is not published, and the charter’s words ask for it again")
  func refused() throws {
    _ = try send()
    decide(Self.refusal)
    let (subject, text) = try letter()
    #expect(subject.contains("n’est pas publiée") && text.contains("elle n’est pas publiée"))
    #expect(text.contains("Renvoyez-le sans ces mots"))
    #expect(!text.contains("Contestez ici") && text.contains("Sur la page de votre reçu, « Contester cette décision »"))
  }

  @Test("taken off after publication: it is not published any more")
  func withdrawn() throws {
    _ = try send()
    try commune.approveAll()
    try commune.sendMail()
    decide(Self.refusal)
    let (subject, text) = try letter()
    #expect(subject.contains("n’est plus publiée") && text.contains("elle n’est plus publiée"))
    #expect(!text.contains("n’est pas publiée"))
  }

  @Test("hidden by flags: nobody read it; refused then, it is not published any more")
  func hidden() throws {
    let sent = try send()
    try commune.approveAll()
    try commune.sendMail()
    flag()
    var (subject, text) = try letter()
    #expect(subject.contains("est masquée en attendant lecture"))
    #expect(text.contains("personne à la mairie ne l’a encore lue") && !text.contains("a été lue par un modérateur"))
    #expect(!subject.contains("publiée") && text.contains("Sur la page de votre reçu"))
    decide(Self.refusal)
    (subject, text) = try letter()
    #expect(subject.contains("n’est plus publiée") && text.contains("Votre texte n’est plus public."))
    #expect(commune.get(sent.header("Location") ?? "").body.contains("Votre texte n’est plus public."))
  }

  @Test("a passage taken out of a public text: the rest is public, and neither mail nor receipt ask for it again")
  func redacted() throws {
    let sent = try send()
    try commune.approveAll()
    try commune.sendMail()
    decide([
      ("decision", "redact"), ("field", "body"), ("marked", "Un chien de [[Paul]]"), ("reason", "personal-data"),
    ])
    let (subject, text) = try letter()
    #expect(subject.contains("Un passage de votre contribution est retiré") && text.contains("Le reste est publié"))
    #expect(!text.contains("pas publiée") && !text.contains("Renvoyez"))
    let page = commune.get(sent.header("Location") ?? "").body
    #expect(page.contains("Un passage de votre texte est retiré") && !page.contains("Renvoyez"))
    #expect(commune.receipt(sent)["statement"]?["message"]?.asString == "")
  }

  @Test("a passage taken out and the rest published together: one mail, which says both")
  func redactedAndPublished() throws {
    _ = try send()
    decide([
      ("decision", "redact"), ("field", "body"), ("marked", "Un chien de [[Paul]]"), ("reason", "personal-data"),
      ("publish", "true"),
    ])
    let (subject, text) = try letter()
    #expect(subject.contains("Un passage de votre contribution est retiré") && text.contains("Le reste est publié"))
  }

  @Test("a passage taken out before anybody decided: the rest is not public yet, and the approval says when it is")
  func redactedWaiting() throws {
    _ = try send()
    decide([
      ("decision", "redact"), ("field", "body"), ("marked", "Un chien de [[Paul]]"), ("reason", "personal-data"),
    ])
    #expect(try letter().text.contains("Le reste n’est pas publié pour l’instant"))
    decide([("decision", "approve")])
    #expect(try letter().text.contains("elle est publiée"))
  }

  @Test("undone: who was told of a decision is told that it holds no more, once; who was told nothing is not")
  func undone() throws {
    _ = try send()
    decide(Self.refusal)
    try commune.sendMail()
    try undo()
    var (subject, text) = try letter()
    #expect(subject.contains("est annulée") && text.contains("votre contribution sera relue"))
    try commune.approveAll()
    try commune.sendMail()
    decide(Self.refusal)
    try commune.sendMail()
    try undo()
    (subject, text) = try letter()
    #expect(subject.contains("est annulée") && text.contains("est publiée comme avant"))
    commune.post(Self.comment, [("kind", "comment"), ("body", "sans adresse")])
    #expect(desk.post("/desk/moderation/3", Self.refusal).status == 303)
    try undo()
    #expect(try commune.sendMail().isEmpty)
  }

  @Test("followers read nothing that is refused, hidden, taken out, withdrawn, held back or undone, in no kind of mail")
  func followers() throws {
    let (now, day) = ("now@essai.example", "day@essai.example")
    try commune.follow(now, "notes/note/1", "now")
    try commune.follow(day, "notes/note/1", "daily")
    for (number, state) in ["hidden", "refused", "redacted", "withdrawn", "embargoed", "undone"].enumerated() {
      commune.post(
        Self.comment,
        [
          ("kind", "comment"), ("body", "Avis MARK\(state)"), ("author", "NAME\(state)"),
          ("email", "mark\(state)@essai.example"),
        ])
      let entry = "/desk/moderation/\(number + 2)"
      let approve = { desk.post(entry, [("decision", "approve")]).status == 303 }
      switch state {
      case "hidden":
        #expect(approve())
        flag()
      case "refused": #expect(desk.post(entry, Self.refusal).status == 303)
      case "redacted":
        let redaction = [
          ("decision", "redact"), ("field", "body"), ("marked", "Avis [[MARKredacted]]"), ("reason", "insult"),
          ("publish", "true"),
        ]
        #expect(desk.post(entry, redaction).status == 303)
      case "withdrawn":
        #expect(approve())
        #expect(desk.post(entry, Self.refusal).status == 303)
      case "embargoed":
        #expect(desk.post(entry, [("decision", "approve"), ("public_at", "2099-01-01T10:00")]).status == 303)
      default:
        #expect(approve())
        try undo()
      }
    }
    var mails = try commune.sendMail()
    commune.now = commune.now.adding(seconds: 86_400)
    // More is waiting than the sender takes at once.
    for _ in 0..<3 { mails += try commune.sendMail() }
    for address in [now, day] {
      let own = mails.filter { $0.to == address }
      #expect(own.contains { $0.text.contains("Avis [passage retiré") }, "the scan would find nothing")
      for mail in own {
        for marker in ["MARK", "NAME", "mark"] {
          #expect(!mail.text.contains(marker) && !mail.html.contains(marker) && !mail.source.contains(marker))
        }
      }
    }
  }
}
