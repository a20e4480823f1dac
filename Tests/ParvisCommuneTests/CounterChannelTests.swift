import ParticipationKit
import ParticipationTesting
import ParvisCommune
import Testing

@testable import ParvisHost

@Suite("How an act came that the town hall entered is public")
struct CounterChannelTests {
  @Test("its leaf and the moderator’s case name the channel; what residents send themselves names none")
  func channel() throws {
    let commune = try NotesCommune.make()
    let clerk = try commune.desk(role: "clerk")
    #expect(
      clerk.post(
        "/desk/counter/do/notes/write", [("counter_channel", "paper"), ("body", "écrit au stylo")]
      ).status == 303)
    commune.write("envoyé du téléphone")
    func channel(_ position: Int) throws -> String? {
      let leaf = try commune.rows("SELECT leaf FROM host_register WHERE kind = 'act' ORDER BY position")[position]
      return try JSONValue.parse(Array(leaf.text("leaf").utf8))["channel"]?.asString
    }
    #expect(try channel(0) == "paper")
    #expect(try channel(1) == nil)
    #expect(clerk.get("/desk/moderation/1").body.contains("Saisi par la mairie\u{A0}: sur papier"))
    #expect(!clerk.get("/desk/moderation/2").body.contains("Saisi par la mairie"))
    try commune.approveAll()
    try commune.signHead()
    #expect(try commune.findingsOfBoth() == [])
  }

  private let form = "/desk/counter/do/notes/write"

  @Test("a sheet entered later says the day it arrived: on its receipt, in the case, the register and the own data")
  func arrived() throws {
    let commune = try NotesCommune.make(languages: ["fr", "en"])
    let clerk = try commune.desk(role: "clerk")
    #expect(clerk.get(form).body.contains("name=\"counter_received\""))
    let sheet = [("counter_channel", "paper"), ("counter_received", "2026-11-20"), ("body", "écrit au stylo")]
    let done = clerk.post(form, sheet)
    #expect(done.status == 303)
    #expect(clerk.get(done.header("Location") ?? "").body.contains("sur papier, arrivé le vendredi 20 novembre 2026"))
    #expect(clerk.get("/desk/counter").body.contains("sur papier, arrivé le vendredi 20 novembre 2026"))
    #expect(clerk.get("/desk/moderation").body.contains("sur papier, arrivé le vendredi 20 novembre 2026"))
    let host = commune.opened.host
    let leaf = try #require(try commune.rows("SELECT leaf FROM host_register WHERE kind = 'act'").first)
    #expect(try JSONValue.parse(Array(leaf.text("leaf").utf8))["received"]?.asString == "2026-11-20")
    let position = try commune.count("SELECT max(position) FROM host_counter_act")
    let book = ReceiptBook(host: host)
    #expect(commune.get("/\(book.path(position))").body.contains("Papier arrivé le"))
    #expect(commune.get("/\(book.path(position)).json").json["received"]?.asString == "2026-11-20")
    let own = commune.get("/me/data/r-\(book.name(position))").body
    #expect(own.contains("papier arrivé le vendredi 20 novembre 2026"))
    let export = try host.rights.export(.receipt(position), actor: .anyone, locale: "fr")
    #expect(export["contributions"]?.asArray?.first?["received"]?.asString == "2026-11-20")
    try commune.approveAll()
    try commune.signHead()
    #expect(try commune.findingsOfBoth() == [])
  }

  @Test(
    "a day that cannot be is refused beside the field and nothing is lost",
    arguments: [
      ("paper", "2026-11-22", "pas encore venu"), ("paper", "2006-11-20", "plus d’un an"),
      ("paper", "vendredi", "Écrivez la date"), ("telephone", "2026-11-20", "Seul le papier"),
    ])
  func wrongDay(channel: String, day: String, words: String) throws {
    let commune = try NotesCommune.make()
    let clerk = try commune.desk(role: "clerk")
    let refused = clerk.post(
      form, [("counter_channel", channel), ("counter_received", day), ("body", "MARKkept au stylo")])
    #expect(refused.status == 422 && refused.body.contains(words) && refused.body.contains("MARKkept au stylo"))
    #expect(refused.body.contains(day))
    #expect(try commune.count("SELECT count(*) FROM host_register WHERE kind = 'act'") == 0)
    // Only who enters for others says it: a resident's own words arrive when they are sent.
    commune.write("envoyé", [("counter_received", "2026-11-20")])
    let leaf = try commune.rows("SELECT leaf FROM host_register WHERE kind = 'act'").first?.text("leaf")
    #expect(leaf?.contains("received") == false)
  }
}
