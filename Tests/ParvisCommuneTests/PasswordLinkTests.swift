import ParticipationKit
import ParticipationTesting
import Testing

@testable import ParvisCommune
@testable import ParvisHost

/// Who forgot a password must get back in with the help of whoever manages accounts, and nobody else with it.
@Suite("A new password for who forgot the old one")
struct PasswordLinkTests {
  private static let email = "ana@essai.example"
  private static let new = "une autre phrase longue"

  private func commune() throws -> TestCommune {
    let commune = try NotesCommune.make()
    _ = try commune.opened.people.add(
      email: Self.email, name: "Ana", role: "councillor", password: "a long password here", locale: "fr")
    return commune
  }

  private func signIn(_ commune: TestCommune, _ password: String) -> Int {
    commune.post("/desk/sign-in", [("email", Self.email), ("password", password)]).status
  }

  /// The path of the link that the desk shows.
  private func link(in page: String) throws -> String {
    let found = try #require(page.components("/desk/password/").dropFirst().first)
    return "/desk/password/" + found.prefix { $0 != "<" }
  }

  @Test("the link sets a password once; the old one and open sessions end; the register tells it without the hour")
  func once() throws {
    let commune = try commune()
    let clerk = try commune.desk(role: "clerk")
    let answer = clerk.post("/desk/people/password", [("email", Self.email)])
    #expect(answer.status == 200)
    let link = try link(in: answer.body)
    #expect(signIn(commune, "a long password here") == 303, "until it is used, the old one works")
    #expect(commune.get(link).body.contains(Self.email))
    let short = commune.post(link, [("password", "court")])
    #expect(short.status == 422 && short.body.contains("12"))
    #expect(commune.post(link, [("password", Self.new)]).status == 303)
    #expect(signIn(commune, "a long password here") == 401)
    #expect(signIn(commune, Self.new) == 303)
    #expect(commune.get(link).status == 410)
    #expect(commune.post(link, [("password", "encore une autre phrase")]).status == 410)
    let leaf = try commune.rows("SELECT leaf FROM host_register WHERE leaf LIKE '%password-link%'")
    #expect(leaf.count == 1)
    #expect(try leaf.first?.text("leaf").contains("\"at\"") == false)
  }

  @Test("an old link, one that was changed, one of another account and one of a disabled account open nothing")
  func refused() throws {
    let commune = try commune()
    let path = "/" + (try commune.opened.people.passwordLink(email: Self.email, locale: "fr"))
    let parts = path.split(separator: "-")
    let other = try commune.opened.people.add(
      email: "bea@essai.example", name: "Béa", role: "clerk", password: "a long password here", locale: "fr")
    for wrong in [
      path + "0", "\(parts[0])-\((Int(parts[1]) ?? 0) + 9)-\(parts[2])",
      "/desk/password/\(other.id)-\(parts[1])-\(parts[2])",
      "/desk/password/", "/desk/password/1-2",
    ] {
      #expect(commune.get(wrong).status == 410, "\(wrong)")
    }
    try commune.opened.people.setDisabled(email: Self.email, true, locale: "fr")
    #expect(commune.get(path).status == 410)
    #expect(throws: Problem.self) { try commune.opened.people.passwordLink(email: Self.email, locale: "fr") }
    try commune.opened.people.setDisabled(email: Self.email, false, locale: "fr")
    #expect(commune.get(path).status == 200)
    commune.now = commune.now.adding(seconds: People.passwordLinkSeconds)
    #expect(commune.get(path).status == 410)
  }

  @Test("only who manages accounts makes one, not for an administrator, and only after showing who they are")
  func guarded() throws {
    let commune = try commune()
    let fields = [("email", Self.email)]
    #expect(try commune.desk(role: "councillor").post("/desk/people/password", fields).status == 403)
    let clerk = try commune.desk(role: "clerk")
    _ = try commune.opened.people.add(
      email: "root@essai.example", name: "Root", role: "administrator", password: "a long password here", locale: "fr")
    let administrator = clerk.post("/desk/people/password", [("email", "root@essai.example")])
    #expect(administrator.status == 409 && !administrator.body.contains("/desk/password/"))
    commune.now = commune.now.adding(seconds: 1000)
    let answer = clerk.post("/desk/people/password", fields)
    #expect(answer.status == 303 && answer.header("Location")?.contains("/desk/confirm") == true)
  }
}
