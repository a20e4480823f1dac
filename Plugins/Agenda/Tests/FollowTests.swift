import ParticipationKit
import ParticipationTesting
import Testing

@testable import Agenda

/// Whoever follows the council hears that the notice left and that the minutes are there, and of no draft.
@Suite("What followers of the council are told") struct FollowTests {
  let commune: TestCommune

  init() throws {
    commune = try TestCommune([ModuleDescriptor(AgendaModule.self)], configuration: TestCommune.withMail)
    try commune.sendMail()
  }

  /// Somebody follows, in a language, and confirms by the mailed link.
  private func follow(_ email: String, _ locale: String, _ subject: String, _ frequency: String = "now") throws {
    commune.post("/follow/ask/\(subject)", [("email", email), ("frequency", frequency), ("lang", locale)])
    let links: [String] = try commune.sendMail().flatMap { $0.links }
    let link = try #require(links.first { $0.contains("/follow/confirm/") })
    #expect(commune.post(String(link.dropFirst("https://essai.example".count)), []).status == 303)
  }

  /// A meeting of one deliberation, imported as a draft.
  private func add(_ id: String, isPublic: Bool, starts: String = "2026-12-11T20:00") throws {
    _ = try commune.importText(
      "meeting",
      """
      ---
      id: \(id)
      title: "Conseil \(id)"
      assembly: "Conseil municipal"
      starts: \(starts)
      place: "Salle du conseil"
      state: draft
      public: \(isPublic)
      ---

      ## Le chemin des Vignes {#vignes}

      Nature : délibération

      Texte interne.

      """)
  }

  private func set(_ state: String, _ id: String) throws -> [TestMail] {
    let answer = try commune.desk(role: "clerk").act(
      "agenda", "set-state", key: id, [("state", state), ("confirm", "true")])
    #expect(answer.status == 303, "\(answer.body)")
    return try commune.sendMail()
  }

  @Test("a notice is announced with date, place and items, in French and in English, once")
  func notice() throws {
    try follow("fr@essai.example", "fr", "agenda/meetings/index")
    try follow("en@essai.example", "en", "agenda/meetings/index")
    try add("2026-12-11-conseil", isPublic: true)
    #expect(try commune.sendMail().isEmpty, "a draft is announced to nobody")
    let mails = try set("sent", "2026-12-11-conseil")
    #expect(Set(mails.map(\.to)) == ["fr@essai.example", "en@essai.example"] && mails.count == 2)
    let french = try #require(mails.first { $0.to.hasPrefix("fr") })
    #expect(french.text.contains("Convocation envoyée\u{A0}: Conseil 2026-12-11-conseil"))
    #expect(french.text.contains("11 décembre 2026") && french.text.contains("Salle du conseil"))
    #expect(french.text.contains("> 1. Le chemin des Vignes") && !french.text.contains("Texte interne"))
    let english = try #require(mails.first { $0.to.hasPrefix("en") })
    #expect(english.text.contains("Notice sent: Conseil 2026-12-11-conseil"))
    #expect(english.text.contains("11 December 2026"))
    #expect(try commune.sendMail().isEmpty)
  }

  @Test("minutes are announced to who follows one item; a digest holds both steps in its own words")
  func minutes() throws {
    try add("2026-12-11-conseil", isPublic: true)
    try commune.publish()
    try follow("fr@essai.example", "fr", "agenda/meeting/2026-12-11-conseil")
    try follow("jour@essai.example", "en", "agenda/meeting/2026-12-11-conseil", "daily")
    #expect(try set("sent", "2026-12-11-conseil").map(\.to) == ["fr@essai.example"])
    commune.now = Timestamp(rfc3339: "2026-12-11T21:30:00Z") ?? commune.now
    var mails = try set("held", "2026-12-11-conseil")
    let digest = try #require(mails.first { $0.to == "jour@essai.example" })
    #expect(digest.text.contains("Notice sent:"))
    #expect(!mails.contains { $0.to == "fr@essai.example" }, "that a meeting took place is no news")
    try commune.desk(role: "clerk").act(
      "agenda", "record-minutes", key: "2026-12-11-conseil--vignes",
      [("minutes", "Adopté."), ("revision", "0"), ("replace", "true")])
    mails = try set("minuted", "2026-12-11-conseil")
    #expect(mails.first { $0.to == "fr@essai.example" }?.text.contains("Procès-verbal publié\u{A0}: Conseil") == true)
  }

  @Test("a meeting that prepared in private cannot be followed, and is told as any other once its notice leaves")
  func prepared() throws {
    try follow("fr@essai.example", "fr", "agenda/meetings/index")
    try add("2026-12-11-conseil", isPublic: false)
    let asked = commune.post(
      "/follow/ask/agenda/meeting/2026-12-11-conseil", [("email", "a@essai.example"), ("frequency", "now")])
    #expect(asked.status == 404)
    #expect(try commune.sendMail().isEmpty)
    #expect(try set("sent", "2026-12-11-conseil").map(\.to) == ["fr@essai.example"])
  }
}
