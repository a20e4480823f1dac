import ParticipationKit
import ParticipationTesting
import Testing

@testable import ParvisHost

/// A resident of 68 years mistypes, corrects, mistypes again: their mistakes must not lock them out. Who guesses codes
/// or asks the checks without end is stopped all the same.
@Suite("What a connection may do in an hour")
struct AllowanceTests {
  private func cheer(_ commune: TestCommune, _ code: String) -> Int {
    commune.post("/api/v1/notes/cheer/1", [("code", code)]).status
  }

  @Test("refused forms use nothing of the hourly allowance, wherever the refusal comes from")
  func mistakes() throws {
    let commune = try NotesCommune.make()
    try commune.publishNote("un mot")
    for _ in 1...10 { #expect(cheer(commune, "") == 422) }
    #expect(cheer(commune, "a") == 303)
    // The effect refuses, too: the code served already. The field is an ordinary line, so it is no secret.
    for number in 1...10 {
      #expect(
        commune.send(
          "POST", "/api/v1/notes/cheer/1", Array("code=a&lang=\(number)".utf8),
          [("Content-Type", "application/x-www-form-urlencoded"), ("Idempotency-Key", "k\(number)")]
        ).status == 409)
    }
    #expect(cheer(commune, "b") == 303 && cheer(commune, "c") == 303, "three an hour, as the action says")
    #expect(cheer(commune, "d") == 429)
  }

  @Test("refusals are counted apart and end, too; another connection is free, and an hour later all is as before")
  func oracle() throws {
    let commune = try NotesCommune.make()
    try commune.publishNote("un mot")
    let statuses = (1...Allowance.refusals.atLeast + 2).map { _ in cheer(commune, "") }
    #expect(statuses.filter { $0 == 422 }.count == Allowance.refusals.atLeast)
    #expect(statuses.suffix(2) == [429, 429])
    let other = commune.send(
      "POST", "/api/v1/notes/cheer/1", Array("code=y".utf8), RefusalTests.html, from: "2001:db8::1")
    #expect(other.status == 303)
    commune.now = commune.now.adding(seconds: 3_600)
    #expect(cheer(commune, "z") == 303)
  }

  @Test("a repeated act uses up no act: a nervous finger does not lock out")
  func repeats() throws {
    let commune = try NotesCommune.make()
    try commune.publishNote("un mot")
    for _ in 1...10 { #expect(cheer(commune, "same") == 303) }
    #expect(cheer(commune, "b") == 303 && cheer(commune, "c") == 303 && cheer(commune, "d") == 429)
  }

  @Test(
    "a refusal by the effect that names another field than the typed code gives the act back; a wrong code does not")
  func codes() {
    let limiter = RateLimiter()
    let now = TestCommune.noon
    func left(_ error: any Error, typed: Set<String>) -> Bool {
      let request = ActRequest(
        module: "m", action: "a\(typed.count)\(error)", key: "", submission: RawSubmission(values: [:]), locale: "fr",
        actor: .anyone, addressKey: [1], idempotencyKey: nil)
      let action = HostedAction(
        module: "m", name: "a", audience: .anyone, titles: [:], hourlyLimit: 1, form: { _, _, _, _ in nil },
        perform: { _, _, _ in throw Problem.notFound("") })
      guard let allowance = Allowance(request, action, limiter: limiter) else { return false }
      guard allowance.enter(now: now) == nil else { return false }
      allowance.refusedAct(error, secrets: typed)
      return allowance.enter(now: now) == nil
    }
    let code = Participants.codeField
    #expect(left(Problem.invalid("body", "court"), typed: []))
    #expect(left(Problem.invalid("body", "court"), typed: [code]), "the code was right")
    #expect(!left(Problem.invalid(code, "inconnu"), typed: [code]), "a guess")
    #expect(!left(Problem.conflict("servi"), typed: [code]), "a guess that says that a code exists")
    #expect(left(Problem.conflict("clos"), typed: []))
  }

  @Test("codes are guessed no faster than acts are done")
  func guessing() throws {
    let commune = try NotesCommune.make()
    let statuses = (1...40).map { number in
      commune.act("vote", [("access_code", "AAAA-BBBB-C\(100 + number)")]).status
    }
    #expect(statuses.first == 422 && statuses.last == 429, "\(statuses)")
  }

  @Test("staff are not limited")
  func staff() throws {
    let commune = try NotesCommune.make()
    try commune.publishNote("un mot")
    let desk = try commune.desk(role: "clerk")
    for _ in 1...80 { #expect(desk.act("notes", "headline", key: "1", [("headline", "")]).status == 422) }
    #expect(desk.act("notes", "headline", key: "1", [("headline", "Titre")]).status == 303)
  }
}
