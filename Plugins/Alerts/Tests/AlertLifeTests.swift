import ParticipationKit
import ParticipationTesting
import Testing

@testable import Alerts

/// What a resident sees of an alert from the desk to its end, on a real database and in a real folder.
@Suite("The life of an alert")
struct AlertLifeTests {
  private let commune: TestCommune
  private let desk: TestDesk

  init() throws {
    commune = try TestCommune([ModuleDescriptor(AlertsModule.self)], configuration: TestCommune.withMail)
    desk = try commune.desk(role: "clerk")
    try commune.publish()
  }

  private static let key = "2026-11-21-coupure-d-eau"

  @discardableResult
  private func send(_ changes: [(String, String)] = []) -> TestCommune.Answer {
    let fields = [
      ("level", "urgent"), ("title", "Coupure d’eau"), ("body", "Jusqu’à **demain**."), ("ends", "2026-11-22T08:00"),
    ]
    let names = changes.map(\.0)
    return desk.act("alerts", "publish-alert", fields.filter { !names.contains($0.0) } + changes)
  }

  private func page(_ path: String = "alerts/index.html") -> String { commune.file(path) ?? "" }

  @Test("it is public at once: page, list, front page, screen, feed and JSON, in both languages")
  func published() throws {
    #expect(send().status == 303)
    try commune.publish()
    #expect(page("alerts/\(Self.key).html").contains("Valable jusqu’au dimanche 22 novembre 2026 à 8"))
    #expect(page("alerts/\(Self.key).html").contains("<strong>demain</strong>"))
    #expect(page("en/alerts/\(Self.key).html").contains("Valid until Sunday 22 November 2026"))
    for path in ["index.html", "en/index.html", "alerts/index.html", "alerts/screen.html", "alerts/feed.atom"] {
      #expect(page(path).contains("Coupure d’eau"), "\(path)")
    }
    #expect(page("api/v1/alerts/\(Self.key).json").contains(#""level":"urgent""#))
    #expect(try commune.brokenLinks() == [])
  }

  @Test("it expires by time alone, and the page then says since when")
  func expires() throws {
    send()
    try commune.publish()
    commune.now = Timestamp(rfc3339: "2026-11-22T07:00:01Z") ?? commune.now
    try commune.publish()
    #expect(page("alerts/\(Self.key).html").contains("Terminée depuis le dimanche 22 novembre 2026 à 8"))
    #expect(!page("index.html").contains("Coupure d’eau") && !page("alerts/screen.html").contains("Coupure d’eau"))
    #expect(page().contains("Aucune alerte en cours.") && page().contains("Coupure d’eau"))
    let answer = try commune.desk(role: "clerk").act("alerts", "end-alert", key: Self.key, [("confirm", "true")])
    #expect(answer.status == 409, "what has ended changes no more")
  }

  @Test("the clerk reads on the front page of the desk how many stand, and none after their end")
  func deskTile() throws {
    #expect(desk.get("/desk").body.contains("<b>0</b>"))
    send()
    #expect(desk.get("/desk").body.contains("<b>1</b> <span>alerte en cours</span>"))
    commune.now = Timestamp(rfc3339: "2026-11-22T07:00:01Z") ?? commune.now
    #expect(try commune.desk(role: "clerk").get("/desk").body.contains("<b>0</b>"))
  }

  @Test("what is prepared is nowhere before its time, then appears and is told")
  func prepared() throws {
    try follow()
    send([("starts", "2026-11-22T06:00")])
    try commune.publish()
    #expect(commune.files(holding: "Coupure d’eau").filter { $0.hasPrefix("site/") } == [])
    #expect(try commune.sendMail().isEmpty)
    commune.now = Timestamp(rfc3339: "2026-11-22T05:30:00Z") ?? commune.now
    try commune.turnClocks()
    try commune.publish()
    #expect(page("alerts/2026-11-22-coupure-d-eau.html").contains("Coupure d’eau"))
    let mails = try commune.sendMail()
    #expect(mails.map(\.to) == ["a@essai.example"])
    #expect(mails.first?.text.contains("Urgent\u{A0}: Coupure d’eau") == true)
  }

  @Test("a prepared alert that is ended is gone, and nobody ever saw it")
  func withdrawn() throws {
    send([("starts", "2026-11-22T06:00")])
    #expect(desk.act("alerts", "end-alert", key: "2026-11-22-coupure-d-eau", [("confirm", "true")]).status == 303)
    try commune.publish()
    #expect(commune.files(holding: "Coupure d’eau").filter { $0.hasPrefix("site/") } == [])
  }

  @Test("followers hear of it once, and again only when its level rises")
  func announced() throws {
    try follow()
    send([("level", "information")])
    #expect(try commune.sendMail().map(\.to) == ["a@essai.example"])
    func edit(_ level: String, revision: String) -> Int {
      desk.act(
        "alerts", "edit-alert", key: Self.key,
        [
          ("revision", revision), ("level", level), ("title", "Coupure d’eau"), ("body", ""),
          ("ends", "2026-11-23T08:00"),
        ]
      ).status
    }
    #expect(edit("information", revision: "1") == 303)
    #expect(try commune.sendMail().isEmpty)
    #expect(edit("urgent", revision: "1") == 409, "somebody else’s change is not overwritten")
    #expect(edit("urgent", revision: "2") == 303)
    #expect(try commune.sendMail().map(\.to) == ["a@essai.example"])
  }

  @Test("a form that cannot be right is refused at its field")
  func refused() {
    #expect(send([("ends", "2026-11-20T08:00")]).body.contains("La fin doit être à venir"))
    #expect(send([("ends", "2028-11-20T08:00")]).body.contains("366 jours"))
    #expect(send([("starts", "2026-11-25T08:00")]).status == 422)
    #expect(send([("level", "rouge")]).status == 422)
    #expect(send([("title", " ")]).status == 422)
  }

  @Test("the most urgent stands first, on the front page and on the screen")
  func order() throws {
    send([("level", "information"), ("title", "Marché")])
    send([("level", "urgent"), ("title", "Incendie")])
    send([("level", "vigilance"), ("title", "Verglas")])
    try commune.publish()
    for path in ["alerts/screen.html", "alerts/index.html"] {
      let places = ["Incendie", "Verglas", "Marché"].map { page(path).range(of: $0) }
      #expect(places == places.sorted() && !places.contains(-1), "\(path)")
    }
  }

  @Test("the screen fetches itself again and leaves menu and footer out by the style sheet")
  func screen() {
    #expect(page("alerts/screen.html").contains(#"<meta http-equiv="refresh" content="300">"#))
    #expect(page("alerts/screen.html").contains(#"<div class="screen">"#))
    #expect(!page().contains("http-equiv"), "a page that people read does not move")
  }

  private func follow() throws {
    commune.post(
      "/follow/ask/alerts/list/index", [("email", "a@essai.example"), ("frequency", "now"), ("lang", "fr")])
    let links: [String] = try commune.sendMail().flatMap { $0.links }
    let link = try #require(links.first { $0.contains("/follow/confirm/") })
    #expect(commune.post(String(link.dropFirst("https://essai.example".count)), []).status == 303)
  }
}

extension String {
  /// Where a text first stands, in bytes; -1 for nowhere.
  fileprivate func range(of text: String) -> Int {
    let (all, part) = (Array(utf8), Array(text.utf8))
    return all.indices.first { all[$0...].starts(with: part) } ?? -1
  }
}
