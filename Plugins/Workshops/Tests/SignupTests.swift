import ParticipationKit
import ParticipationTesting
import Testing

@testable import Workshops

/// A session of two places, and what happens to those who want to come.
@Suite("Signing up for a workshop")
struct SignupTests {
  private let commune: TestCommune
  private let desk: TestDesk
  private static let key = "2026-12-03-tablette"

  init() throws {
    commune = try TestCommune([ModuleDescriptor(WorkshopsModule.self)], configuration: TestCommune.withMail)
    desk = try commune.desk(role: "clerk")
    #expect(
      desk.act(
        "workshops", "create-session",
        [
          ("title", "Tablette"), ("place", "Bibliothèque"), ("starts", "2026-12-03T14:00"),
          ("ends", "2026-12-03T16:00"), ("places", "2"), ("fee", "5 €"),
        ]
      ).status == 303)
    try commune.publish()
  }

  @Test("the front page of the desk names the next session and its free places, but not one that is called off")
  func deskTile() throws {
    try signUp("Ada")
    let home = desk.get("/desk").body
    #expect(home.contains("<p>Tablette</p>") && home.contains("2 places, 1 libre"))
    #expect(desk.act("workshops", "cancel-session", key: Self.key, [("confirm", "true"), ("note", "x")]).status == 303)
    #expect(!desk.get("/desk").body.contains("<p>Tablette</p>"))
  }

  /// Signs somebody up; gives the message and the path of the receipt.
  @discardableResult
  private func signUp(_ name: String, email: String? = nil) throws -> (message: String, receipt: String) {
    let contact: (String, JSONValue) = email.map { ("email", .string($0)) } ?? ("phone", "06 00 00 00 00")
    let answer = commune.post(
      "/api/v1/workshops/sign-up/\(Self.key)", json: .object([("name", .string(name)), contact]))
    #expect(answer.status == 201, "\(answer.body)")
    let address = try #require(answer.json["receipt"]?["url"]?.asString)
    let base = "https://essai.example"
    let receipt = address.hasPrefix(base) ? String(address.dropFirst(base.count)) : address
    #expect(
      commune.get(receipt).body.contains("api/v1/workshops/sign-off/\(Self.key)\""),
      "the page of the receipt lets its holder sign off")
    return (answer.json["receipt"]?["message"]?.asString ?? "", receipt)
  }

  private func signOff(_ receipt: String) -> Int {
    commune.post("/api/v1/workshops/sign-off/\(Self.key)", [("earlier_receipt", receipt)]).status
  }

  private func session() throws -> JSONValue {
    try commune.publish()
    return try JSONValue.parse(Array((commune.file("api/v1/workshops/\(Self.key).json") ?? "").utf8))
  }

  private func counts() throws -> [Int?] {
    let session = try session()
    return ["confirmed", "waiting", "free"].map { session[$0]?.asInteger }
  }

  @Test("who comes first has a place, who comes later waits; the page says how many and never who")
  func places() throws {
    #expect(try signUp("Anne Un").message.contains("Votre place est réservée"))
    #expect(try counts() == [1, 0, 1])
    try signUp("Bruno Deux")
    #expect(try signUp("Carla Trois").message.contains("liste d’attente, rang 1"))
    #expect(try counts() == [2, 1, 0])
    let page = commune.file("workshops/\(Self.key).html") ?? ""
    #expect(page.contains("2 places, toutes prises\u{202F}; 1 personne attend"))
    #expect(page.contains("5 €"))
    #expect(commune.files(holding: "Carla").filter { $0.hasPrefix("site/") } == [])
    #expect(commune.files(holding: "06 00").filter { $0.hasPrefix("site/") } == [])
  }

  @Test("who signs off gives the place to whoever waits longest, and that person is told")
  func promotion() throws {
    let anne = try signUp("Anne")
    try signUp("Bruno")
    try signUp("Carla", email: "carla@essai.example")
    try signUp("Denis", email: "denis@essai.example")
    try commune.sendMail()
    #expect(signOff("/receipt/1-00000000000000000000000000000000") == 422, "nobody signs somebody else off")
    #expect(signOff("") == 422)
    #expect(signOff(anne.receipt) == 303)
    #expect(try counts() == [2, 1, 0])
    let mails = try commune.sendMail().filter { $0.text.contains("Une place s’est libérée\u{A0}: Tablette") }
    #expect(mails.map(\.to) == ["carla@essai.example"])
    #expect(signOff(anne.receipt + "?") == 422, "once only")
    #expect(!desk.get("/desk/m/workshops/session/\(Self.key)").body.contains("Anne"), "the contact is erased at once")
  }

  @Test("more places are given at once to those who wait")
  func morePlaces() throws {
    for name in ["Anne", "Bruno", "Carla"] { try signUp(name) }
    let answer = desk.act(
      "workshops", "edit-session", key: Self.key,
      [
        ("revision", "1"), ("title", "Tablette"), ("place", "Bibliothèque"), ("starts", "2026-12-03T14:00"),
        ("ends", "2026-12-03T16:00"), ("places", "5"),
      ])
    #expect(answer.status == 303, "\(answer.body)")
    #expect(try counts() == [3, 0, 2])
  }

  @Test("name and one way to be reached are asked; a closed, called off or past session takes nobody")
  func refusals() throws {
    let path = "/api/v1/workshops/sign-up/\(Self.key)"
    #expect(commune.post(path, json: ["name": "Anne"]).status == 422)
    #expect(commune.post(path, json: ["phone": "06"]).status == 422)
    #expect(commune.post("/api/v1/workshops/sign-up/rien", json: ["name": "A", "phone": "06"]).status == 404)
    commune.now = Timestamp(rfc3339: "2026-12-03T13:30:00Z") ?? commune.now
    #expect(commune.post(path, json: ["name": "Anne", "phone": "06"]).status == 409)
    try commune.publish()
    #expect(
      commune.file("workshops/\(Self.key).html")?.contains("Inscriptions closes depuis le jeudi 3 décembre") == true)
  }

  @Test("calling it off keeps the page with the reason and tells those who gave an address")
  func cancellation() throws {
    try signUp("Anne", email: "anne@essai.example")
    try commune.sendMail()
    let answer = desk.act(
      "workshops", "cancel-session", key: Self.key, [("note", "Salle fermée."), ("confirm", "true")])
    #expect(answer.status == 303)
    let mail = try #require(try commune.sendMail().first)
    #expect(mail.to == "anne@essai.example" && mail.text.contains("Annulé\u{A0}: Tablette"))
    #expect(mail.text.contains("Salle fermée."))
    try commune.publish()
    #expect(commune.file("workshops/\(Self.key).html")?.contains("Salle fermée.") == true)
    #expect(commune.file("workshops/sessions.ics")?.contains("STATUS:CANCELLED\r\n") == true)
    #expect(commune.post("/api/v1/workshops/sign-up/\(Self.key)", json: ["name": "B", "phone": "06"]).status == 409)
  }

  @Test("the attendance sheet has names and contacts, for the office only, and who came is noted")
  func attendance() throws {
    try signUp("Anne", email: "anne@essai.example")
    try signUp("Bruno")
    let sheet = desk.get("/desk/m/workshops/sheet/\(Self.key)")
    for text in ["Anne", "anne@essai.example", "Bruno", "06 00 00 00 00", "Signature"] {
      #expect(sheet.body.contains(text), "\(text)")
    }
    #expect(try commune.desk(role: "councillor").get("/desk/m/workshops/sheet/\(Self.key)").status == 403)
    #expect(desk.act("workshops", "note-attendance", key: Self.key, [("came", "1")]).status == 409, "too early")
    commune.now = Timestamp(rfc3339: "2026-12-03T14:00:00Z") ?? commune.now
    let later = try commune.desk(role: "clerk")
    #expect(later.act("workshops", "note-attendance", key: Self.key, [("came", "1")]).status == 303)
    let noted = later.get("/desk/m/workshops/sheet/\(Self.key)").body
    #expect(noted.contains("oui") && noted.contains("non"))
  }

  @Test("who holds a place, waits for another and is erased gets none on the way: it goes to whoever waits next")
  func erasure() throws {
    try signUp("Anne", email: "anne@essai.example")
    try signUp("Bruno")
    try signUp("Anne pour Zoé", email: "anne@essai.example")
    try signUp("Carla", email: "carla@essai.example")
    try commune.sendMail()
    #expect(commune.post("/me/data", [("email", "anne@essai.example")]).status == 202)
    let links: [String] = try commune.sendMail().flatMap { $0.links }
    let link = try #require(links.first { $0.contains("/me/data/") && !$0.contains("/me/data/m-") })
    let erased = commune.post(String(link.dropFirst("https://essai.example".count)), [("step", "erase")])
    #expect(erased.status == 200, "\(erased.body)")
    #expect(try counts() == [2, 0, 0])
    let mails = try commune.sendMail().filter { $0.text.contains("Une place s’est libérée\u{A0}: Tablette") }
    #expect(mails.map(\.to) == ["carla@essai.example"])
    #expect(!commune.files(holding: "promoted/4").isEmpty, "Carla’s notice is kept by this name")
    #expect(commune.files(holding: "promoted/3") == [], "nobody announced a place to who was being erased")
    #expect(!desk.get("/desk/m/workshops/session/\(Self.key)").body.contains("Anne"))
  }

  @Test("a sign-up changes page, list and data; calendar and feed, which hold no count, stay as they were")
  func streams() throws {
    let paths = ["workshops/sessions.ics", "workshops/feed.atom"]
    let before = paths.map { commune.file($0) }
    #expect(before.allSatisfy { $0?.contains("Tablette") == true })
    let updated = try session()["updated"]
    commune.now = commune.now.adding(seconds: 3_600)
    let anne = try signUp("Anne")
    try signUp("Bruno")
    #expect(try counts() == [2, 0, 0])
    #expect(try session()["updated"] != updated, "the data of the session says that it changed")
    #expect(paths.map { commune.file($0) } == before)
    try expectWhole("after two sign-ups")
    commune.now = commune.now.adding(seconds: 3_600)
    #expect(signOff(anne.receipt) == 303)
    #expect(try counts() == [1, 0, 1])
    #expect(paths.map { commune.file($0) } == before)
    try expectWhole("after a sign-off")
    let later = try commune.desk(role: "clerk")
    let fields = [
      ("title", "Tablette, suite"), ("place", "Mairie"), ("starts", "2026-12-04T14:00"), ("ends", "2026-12-04T16:00"),
      ("places", "3"),
    ]
    #expect(later.act("workshops", "edit-session", key: Self.key, fields + [("revision", "1")]).status == 303)
    try commune.publish()
    #expect(commune.file(paths[0])?.contains("LOCATION:Mairie\r\n") == true)
    #expect(commune.file(paths[1])?.contains("Tablette, suite") == true)
    try expectWhole("after a change")
    #expect(later.act("workshops", "create-session", fields).status == 303)
    try commune.publish()
    try expectWhole("after a second session")
    let line = #"{"key":"k1","title":"Souris","place":"Gare","starts":"2026-12-05T14:00","ends":"2026-12-05T16:00","#
    #expect(try commune.importText("workshops", line + "\"places\":2}\n").added == 1)
    try commune.publish()
    #expect(paths.allSatisfy { commune.file($0)?.contains("Souris") == true })
    try expectWhole("after an import")
    #expect(later.act("workshops", "cancel-session", key: Self.key, [("confirm", "true")]).status == 303)
    try commune.publish()
    #expect(commune.file(paths[0])?.contains("STATUS:CANCELLED\r\n") == true)
    try expectWhole("after a cancellation")
  }

  /// What acts wrote equals the whole site made anew.
  private func expectWhole(_ when: String) throws {
    let (site, whole) = (commune.files(), try commune.fullBuild())
    #expect(site.map(\.path) == whole.map(\.path), "\(when)")
    for (one, other) in zip(site, whole) where one.bytes != other.bytes { Issue.record("\(one.path) differs, \(when)") }
  }

  @Test("names and contacts go ninety days after the session; the count stays")
  func retention() throws {
    try signUp("Anne Oublier", email: "anne@essai.example")
    commune.now = Timestamp(rfc3339: "2027-03-02T12:00:00Z") ?? commune.now
    try commune.passNight()
    #expect(desk(now: "Anne Oublier"), "three months are not over")
    commune.now = Timestamp(rfc3339: "2027-03-05T12:00:00Z") ?? commune.now
    try commune.passNight()
    #expect(!desk(now: "Anne Oublier"))
    #expect(try counts().first == 1)
  }

  /// Whether the desk, signed in anew, still shows a text on the session's sheet.
  private func desk(now text: String) -> Bool {
    (try? commune.desk(role: "clerk").get("/desk/m/workshops/sheet/\(Self.key)").body.contains(text)) ?? false
  }
}
