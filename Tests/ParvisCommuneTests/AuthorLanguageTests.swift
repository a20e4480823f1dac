import ParticipationKit
import ParticipationTesting
import ParvisCommune
import Testing

@testable import ParvisHost

/// Who wrote in English is answered in English, whichever module took the act and however long ago.
@Suite("The language of an author")
struct AuthorLanguageTests {
  private let me = "ann@essai.example"

  private func commune() throws -> TestCommune {
    let commune = try NotesCommune.mailing(languages: ["fr", "en"])
    let sent = commune.write("Hello", [("lang", "en"), ("email", me), ("agreed", "on")])
    #expect(sent.status == 303)
    return commune
  }

  @Test("receipt, decision, statement of reasons, changes and answer of a module’s act are in the language of its form")
  func messages() throws {
    let commune = try commune()
    var mails = try commune.sendMail()
    #expect(mails.count == 1 && mails[0].text.contains("has arrived"))
    let desk = try commune.desk(role: "clerk")
    desk.post("/desk/moderation/2", [("decision", "refuse"), ("reason", "personal-data"), ("note", "")])
    mails = try commune.sendMail()
    #expect(mails.count == 1 && mails[0].text.contains("Reason") && !mails[0].text.contains("Motif"))
    desk.post("/desk/moderation/2", [("decision", "approve")])
    mails = try commune.sendMail()
    #expect(mails.count == 1 && mails[0].header("Content-Language") != "fr" && !mails[0].text.contains("Bonjour"))
    desk.act("notes", "headline", key: "2", [("headline", "A")])
    mails = try commune.sendMail()
    #expect(mails.map(\.to) == [me])
    desk.act("answers", "publish", key: "notes/note/2", [("body", "Oui."), ("author", "La maire")])
    mails = try commune.sendMail()
    #expect(mails.count == 1 && mails[0].text.contains("Answer from"), "\(mails.first?.text ?? "none")")
  }

  @Test("the language outlives the receipt, and the desk’s usual messages are in it")
  func kept() throws {
    let commune = try commune()
    #expect(try commune.rows("SELECT language FROM host_moderation WHERE id = 2")[0].text("language") == "en")
    try commune.tamper("host", "DELETE FROM host_receipt")
    let desk = try commune.desk(role: "clerk")
    let page = desk.get("/desk/moderation/2").body
    #expect(page.contains("anglais"), "the moderator is told in which language the author reads")
    _ = try commune.sendMail()
    desk.post("/desk/moderation/2", [("decision", "refuse"), ("reason", "insult")])
    let mails = try commune.sendMail()
    #expect(mails.count == 1 && mails[0].text.contains("Reason"))
  }

  @Test("a record sent again keeps its author’s language; one that a clerk enters has the clerk’s; an import has none")
  func others() throws {
    let commune = try commune()
    commune.write("Bonsoir", [("lang", "fr")])
    #expect(try commune.rows("SELECT language FROM host_moderation WHERE id = 3")[0].text("language") == "fr")
    let host = commune.opened.host
    let language = try host.ports.store.reading { ledgers in
      (
        try host.moderation.language(of: Subject("notes", "note", "2"), in: ledgers),
        try host.moderation.language(of: Subject("notes", "note", "99"), in: ledgers)
      )
    }
    #expect(language == ("en", ""))
  }
}
