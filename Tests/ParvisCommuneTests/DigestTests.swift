import ParticipationKit
import ParticipationTesting
import Testing

@testable import ParvisHost

@Suite("Digests")
struct DigestTests {
  private let day: Int64 = 86_400
  private let people = ["a@essai.example", "b@essai.example", "c@essai.example"]

  @Test("A daily digest comes at seven in the commune’s zone, with the words, once")
  func daily() throws {
    let commune = try NotesCommune.mailing()
    try commune.follow(people[0], "notes/all/all", "daily")
    // 21 November, 13:00 in Paris.
    #expect(try commune.announce("Un").isEmpty)
    #expect(try commune.announce("Deux").isEmpty)
    commune.now = Timestamp(seconds: TestCommune.noon.seconds + 18 * 3600 - 1)
    #expect(try commune.sendMail().isEmpty, "05:59:59 UTC is one second before seven in Paris")
    commune.now = commune.now.adding(seconds: 1)
    let mails = try commune.sendMail()
    #expect(mails.count == 1)
    #expect(mails.first?.text.contains("Titre : Un") == true && mails.first?.text.contains("Titre : Deux") == true)
    #expect(try commune.sendMail().isEmpty)
    commune.now = commune.now.adding(seconds: day)
    #expect(try commune.sendMail().isEmpty, "never an empty one")
  }

  @Test("A weekly digest comes on Monday")
  func weekly() throws {
    let commune = try NotesCommune.mailing()
    try commune.follow(people[0], "notes/all/all", "weekly")
    try commune.announce("Samedi")
    commune.now = commune.now.adding(seconds: day)
    #expect(try commune.sendMail().isEmpty, "Sunday")
    commune.now = commune.now.adding(seconds: day)
    #expect(try commune.sendMail().count == 1, "Monday the 23rd")
  }

  /// What one person was told, day by day.
  private struct Told {
    var count: [String: Int] = [:]
    var days: [Int64] = []
  }

  @Test("Whatever people choose and whenever they change it: each event once, no empty digest, at most one a day")
  func properties() throws {
    for seed in [3, 14, 15] as [UInt64] {
      var dice = SplitMix(seed: seed)
      let commune = try NotesCommune.mailing()
      var pages: [String] = []
      for person in people { pages.append(try commune.follow(person, "notes/all/all", "daily")) }
      var told: [String: Told] = [:]
      var number = 0
      func take(_ mails: [TestMail]) {
        for mail in mails where people.contains(mail.to) {
          let titles = (0...number).filter { mail.text.contains("Titre : T\($0).") }
          // What time brings in these days is told too; another test looks at it.
          #expect(!titles.isEmpty || mail.text.contains("La foire aux mots"), "an empty mail")
          for title in titles { told[mail.to, default: Told()].count["T\(title).", default: 0] += 1 }
          if mail.html.contains("depuis hier") {
            told[mail.to, default: Told()].days.append(commune.now.seconds)
          }
        }
      }
      for _ in 0..<60 {
        switch Int.random(in: 0..<(4), using: &dice) {
        case 0:
          number += 1
          take(try commune.announce("T\(number)."))
        case 1:
          let frequency = ["now", "daily", "weekly"][Int.random(in: 0..<(3), using: &dice)]
          commune.post(
            pages[Int.random(in: 0..<(3), using: &dice)], [("step", "save"), ("f:notes/all/all", frequency)])
        default:
          commune.now = commune.now.adding(seconds: Int64(Int.random(in: 0..<(40), using: &dice)) * 1800)
          take(try commune.sendMail())
        }
      }
      commune.now = commune.now.adding(seconds: 15 * day)
      take(try commune.sendMail())
      for person in people where number > 0 {
        for event in 1...number { #expect(told[person]?.count["T\(event)."] == 1, "\(person) T\(event) seed \(seed)") }
        let days = told[person]?.days ?? []
        #expect(Set(days).count == days.count, "two digests of one day")
      }
    }
  }

  @Test("What a moderator withholds meanwhile is told to nobody, also when its mail waits already")
  func withdrawn() throws {
    let commune = try NotesCommune.mailing()
    try commune.follow(people[0], "notes/note/1", "now")
    try commune.follow(people[1], "notes/note/1", "daily")
    commune.post("/api/v1/comments/add/notes/note/1", [("kind", "comment"), ("body", "MARKER words")])
    try commune.approveAll()
    // The relay rests: the message waits.
    _ = try commune.sendAll { _ in .later("421") }
    let desk = try commune.desk(role: "clerk")
    desk.post("/desk/moderation/2", [("decision", "refuse"), ("reason", "insult")])
    commune.now = commune.now.adding(seconds: 2 * day)
    #expect(try commune.sendMail().isEmpty)
    for row in try commune.rows("SELECT * FROM host_outbox") + commune.rows("SELECT * FROM host_event") {
      #expect(!row.values.contains { $0.asText?.contains("MARKER") == true })
    }
  }

  @Test("What time brings is told once, also when the program rested over it, and nothing from before the beginning")
  func timed() throws {
    let commune = try NotesCommune.mailing()
    try commune.follow(people[0], "notes/all/all", "now")
    commune.now = NotesModule.fair.adding(seconds: -1)
    #expect(try commune.sendMail().isEmpty)
    commune.now = NotesModule.fair.adding(seconds: 40_000)
    #expect(try commune.sendMail().count == 1)
    commune.now = commune.now.adding(seconds: 40_000)
    #expect(try commune.sendMail().isEmpty)
    let late = try NotesCommune.make(configuration: TestCommune.withMail)
    late.now = NotesModule.fair.adding(seconds: 10)
    try late.publishNote("x")
    try late.follow(people[0], "notes/all/all", "now")
    #expect(try late.count("SELECT count(*) FROM host_event WHERE kind = 'opened'") == 0)
  }
}
