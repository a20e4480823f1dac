import ParticipationKit
import ParticipationTesting
import ParvisCommune
import Testing

@testable import ParvisHost

@Suite("A form that is kept over the end of a session keeps no password and no code")
struct KeptSecretTests {
  let commune: TestCommune

  init() throws { commune = try NotesCommune.make() }

  private func kept(_ path: String, _ fields: [(String, String)]) -> String {
    commune.post(path, [("form_token", "x"), ("return", "/desk")] + fields).body
  }

  @Test("changing one’s password, erasing and entering codes: the sign-in page carries none of it")
  func secrets() {
    let password = kept("/desk/security/password", [("old", "ancien-secret"), ("password", "nouveau-secret")])
    #expect(!password.contains("ancien-secret") && !password.contains("nouveau-secret"))
    let erase = kept("/desk/data/erase", [("who", "ana@essai.example"), ("password", "mon-secret")])
    #expect(erase.contains("ana@essai.example") && !erase.contains("mon-secret"))
    let code = kept("/desk/confirm", [("password", "mon-secret"), ("code", "123456")])
    #expect(!code.contains("mon-secret") && !code.contains("123456"))
  }

  @Test("words taken down at the counter are kept, secret fields of the form and secret acts are not")
  func counter() {
    let note = kept("/desk/counter/do/notes/write", [("body", "un-mot-entendu"), ("code", "champ-secret")])
    #expect(note.contains("un-mot-entendu") && !note.contains("champ-secret"))
    let wish = kept("/desk/counter/do/notes/wish", [("body", "un-souhait"), ("access_code", "K7MQ-2RTD-94HX")])
    #expect(wish.contains("un-souhait") && !wish.contains("K7MQ"))
    let ballot = kept("/desk/counter/do/notes/ballot", [("body", "mon-vote"), ("access_code", "K7MQ-2RTD-94HX")])
    #expect(!ballot.contains("mon-vote") && !ballot.contains("K7MQ"))
  }

  @Test("nor is what an older page still carries shown after signing in")
  func carried() throws {
    let password = "une phrase assez longue"
    _ = try commune.opened.people.add(
      email: "ana@essai.example", name: "Ana", role: "clerk", password: password, locale: "fr")
    let answer = commune.post(
      "/desk/sign-in",
      [
        ("email", "ana@essai.example"), ("password", password), ("kept_path", "/desk/security/password"),
        ("kept.old", "ancien-secret"), ("kept.password", "nouveau-secret"), ("kept.note", "une-note"),
      ])
    #expect(answer.status == 200 && answer.body.contains("une-note"))
    #expect(!answer.body.contains("ancien-secret") && !answer.body.contains("nouveau-secret"))
  }
}
