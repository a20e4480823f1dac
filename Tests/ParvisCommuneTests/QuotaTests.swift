import ParticipationKit
import ParticipationTesting
import ParvisCommune
import Testing

@testable import ParvisHost

/// A commune may say how often one person takes part. Who is refused must read why and until when, and lose no word;
/// nobody else may be refused with them; and the counting must not say who did what.
@Suite("How often one person takes part")
struct QuotaTests {
  private let comment = "/api/v1/comments/add/notes/note/1"

  private func commune(
    _ scope: String, most: Int, per period: String = "day", who: String = "all"
  ) throws -> TestCommune {
    let commune = try NotesCommune.make(languages: ["fr", "en"])
    try commune.publishNote("un mot")
    let set = try set(commune, scope, most: String(most), per: period, who: who)
    #expect(set.status == 303, "\(set.body)")
    return commune
  }

  private func set(
    _ commune: TestCommune, _ scope: String, most: String, per period: String, who: String
  ) throws -> TestCommune.Answer {
    try commune.desk(role: "clerk").post(
      "/desk/calm/quota", [("scope", scope), ("who", who), ("most", most), ("period", period)])
  }

  private func say(
    _ commune: TestCommune, _ words: String, from address: String = "198.51.100.1", accept: String = "text/html"
  ) -> TestCommune.Answer {
    let body = "kind=comment&body=" + words.split(separator: " ").joined(separator: "+")
    return commune.send(
      "POST", comment, Array(body.utf8),
      [("Content-Type", "application/x-www-form-urlencoded"), ("Accept", accept)], from: address)
  }

  @Test("the act that is one too many is refused in words with its date; the form keeps everything; tomorrow it passes")
  func reached() throws {
    let commune = try commune("comments/add", most: 2)
    #expect(say(commune, "un").status == 303 && say(commune, "deux").status == 303)
    let refused = say(commune, "MARKkept words")
    #expect(refused.status == 429 && refused.body.contains("MARKkept words"))
    #expect(refused.body.contains("2 par jour") && refused.body.contains("22 novembre 2026"))
    #expect((refused.header("Retry-After").flatMap { Int($0) } ?? 0) > 3600)
    let program = say(commune, "trois", accept: "application/json")
    #expect(program.status == 429 && program.header("Content-Type") == "application/problem+json")
    #expect(program.json["detail"]?.asString?.contains("2 par jour") == true)
    #expect(try commune.count("SELECT count(*) FROM host_comment") == 2)
    #expect(say(commune, "voisin", from: "198.51.100.2").status == 303, "another connection is another person")
    #expect(commune.write("autre chose").status == 303, "the limit is that of comments")
    commune.now = commune.now.adding(seconds: 86_400)
    #expect(say(commune, "MARKkept words").status == 303)
  }

  @Test("the same words sent again are the same act and count once; what is refused otherwise counts not at all")
  func counted() throws {
    let commune = try commune("comments/add", most: 2)
    for _ in 1...4 { #expect(say(commune, "pareil").status == 303) }
    for _ in 1...4 { #expect(say(commune, "").status == 422) }
    #expect(say(commune, "encore").status == 303)
    #expect(say(commune, "trop").status == 429)
  }

  @Test("residents are counted by their code, and people with a confirmed address by it, whatever the connection")
  func persons() throws {
    let commune = try commune("all", most: 2)
    let codes = try commune.letters(2).codes
    func walk(_ code: String, _ words: String) -> Int {
      commune.act("walk", [("access_code", code), ("body", words)]).status
    }
    #expect(walk(codes[0], "a") == 303 && walk(codes[0], "b") == 303 && walk(codes[0], "c") == 429)
    #expect(walk(codes[1], "a") == 303, "another resident behind the same connection")
    let ana = try commune.personal("ana@essai.example")
    func vow(_ words: String) -> TestCommune.Answer {
      commune.post("/me/do/notes/vow", [("body", words), ("form_token", ana.token)], headers: ana.headers)
    }
    #expect(vow("a").status == 303 && vow("b").status == 303)
    let refused = vow("MARKtyped")
    #expect(refused.status == 429 && refused.body.contains("MARKtyped"))
  }

  @Test("an act that waited for a mail is refused at the button and can be pressed again when the time is over")
  func held() throws {
    let commune = try commune("notes/vow", most: 1)
    var links: [String] = []
    for words in ["un", "deux"] {
      #expect(commune.act("vow", [("confirm_email", "ana@essai.example"), ("body", words)]).status == 202)
      links.append(try commune.lastLink())
    }
    #expect(commune.post(links[0], []).status == 303)
    #expect(commune.post(links[1], []).status == 429)
    commune.now = commune.now.adding(seconds: 86_400)
    #expect(commune.post(links[1], []).status == 303)
  }

  @Test("a limit for one sort of participants leaves the others free; a week is a week; removed, it is gone")
  func sorts() throws {
    let commune = try commune("notes/walk", most: 1, per: "week", who: "resident")
    let code = try commune.letters(1).codes[0]
    func walk(_ words: String) -> Int { commune.act("walk", [("access_code", code), ("body", words)]).status }
    for words in ["un", "deux", "trois"] { #expect(say(commune, words).status == 303) }
    #expect(walk("a") == 303 && walk("b") == 429)
    // The test's day is a Saturday: Sunday is the same week, Monday is not.
    commune.now = commune.now.adding(seconds: 86_400)
    #expect(walk("b") == 429)
    commune.now = commune.now.adding(seconds: 86_400)
    #expect(walk("b") == 303 && walk("c") == 429)
    let desk = try commune.desk(role: "clerk")
    #expect(desk.get("/desk/calm").body.contains("1 par semaine"))
    #expect(desk.post("/desk/calm/quota-end", [("scope", "notes/walk"), ("who", "resident")]).status == 303)
    #expect(walk("c") == 303)
  }

  @Test("a module’s own quota holds without any setting; the counter and imports are not counted")
  func ownQuota() throws {
    let commune = try NotesCommune.make()
    for number in 1...3 { #expect(commune.act("tell", [("body", "mot \(number)")]).status == 303) }
    #expect(commune.act("tell", [("body", "mot 4")]).status == 429)
    let clerk = try commune.desk(role: "clerk")
    for number in 1...5 {
      let entered = clerk.post(
        "/desk/counter/do/notes/tell", [("body", "au guichet \(number)"), ("counter_channel", "counter")])
      #expect(entered.status == 303)
    }
  }

  @Test("what is stored is digests and numbers that end; of a secret act nothing is stored, and it counts all the same")
  func secrecy() throws {
    let commune = try commune("all", most: 2)
    let code = try commune.letters(1).codes[0]
    func ballot(_ key: String) -> Int {
      commune.act("ballot", key: key, [("access_code", code), ("body", "secret")]).status
    }
    #expect(ballot("a") == 303 && ballot("b") == 303 && ballot("c") == 429)
    #expect(try commune.count("SELECT count(*) FROM host_quota_count") == 0)
    #expect(say(commune, "public").status == 303)
    let rows = try commune.rows("SELECT key, count FROM host_quota_count")
    #expect(try rows.count == 1 && rows.allSatisfy { try $0.blob("key").count == 32 })
    commune.now = commune.now.adding(seconds: 2 * 86_400)
    #expect(say(commune, "plus tard", from: "198.51.100.9").status == 303)
    try commune.turnClocks()
    #expect(try commune.count("SELECT count(*) FROM host_quota_count") == 1, "what is over is gone")
  }

  @Test(
    "each change is a leaf of the register; what cannot be set is refused with everything typed; other roles are too")
  func settings() throws {
    let commune = try commune("comments/add", most: 2)
    let leaves = "SELECT count(*) FROM host_register WHERE leaf LIKE '%host/quota/%'"
    #expect(try commune.count(leaves) == 1)
    for (scope, most, period, who) in [
      ("nothing", "2", "day", "all"), ("all", "0", "day", "all"), ("all", "1001", "day", "all"),
      ("all", "2", "year", "all"), ("all", "2", "day", "nobody"), ("all", "2", "week", "address"),
    ] {
      let answer = try set(commune, scope, most: most, per: period, who: who)
      #expect(answer.status == 422 && answer.body.contains("value=\"\(most)\""), "\(scope) \(most) \(period) \(who)")
    }
    #expect(try commune.count("SELECT count(*) FROM host_quota") == 1)
    let fields = [("scope", "all"), ("who", "all"), ("most", "1"), ("period", "day")]
    for role in ["councillor", "agent"] {
      #expect(try commune.desk(role: role).post("/desk/calm/quota", fields).status == 403)
    }
    _ = try commune.desk(role: "clerk").post(
      "/desk/calm/quota-end", [("scope", "comments/add"), ("who", "all")])
    #expect(try commune.count(leaves) == 2)
  }
}
