import ParticipationKit
import ParticipationTesting
import ParvisCommune
import Testing

@testable import ParvisHost

@Suite("Words compared after their acts")
struct ComparisonTests {
  let commune: TestCommune
  var host: Host { commune.opened.host }

  init() throws { commune = try NotesCommune.make() }

  private func count(_ table: String) throws -> Int { try commune.count("SELECT count(*) FROM \(table)") }

  @Test("an act notes its record and writes nothing of its words; the comparison finds them, once")
  func later() throws {
    #expect(commune.write("Rendez le grand pré à la commune, et vite !").status == 303)
    #expect(try count("host_uncompared") == 1)
    #expect(try count("host_sketch") == 0 && count("host_likeness") == 0)
    try host.compareWords(seconds: 1)
    #expect(try count("host_uncompared") == 0)
    let found = try commune.rows("SELECT subject, at FROM host_likeness")
    #expect(try found.map { try $0.text("subject") } == ["notes/note/1"])
    // Kept for as long as if the act itself had noted it.
    #expect(try found.map { try $0.timestamp("at") } == [commune.now])
    let numbers = try count("host_sketch")
    #expect(numbers > 0)
    try host.compareWords(seconds: 1)
    #expect(try count("host_sketch") == numbers && count("host_likeness") == 1)
  }

  @Test("words that were sent anew while they were read are compared as they are now, not as they were")
  func changed() throws {
    #expect(commune.write("Rendez le grand pré à la commune, et vite !").status == 303)
    let host = host
    let read = try host.ports.store.reading { try host.comparison.batch(after: .min, in: $0).read }
    #expect(read.count == 1)
    try host.ports.store.perform { ledgers in
      try ledgers.host.execute("UPDATE host_moderation SET version = version + 1")
      for item in read { try host.comparison.keep(item, in: ledgers) }
    }
    #expect(try count("host_uncompared") == 1)
    #expect(try count("host_sketch") == 0 && count("host_likeness") == 0)
    try host.compareWords(seconds: 1)
    #expect(try count("host_uncompared") == 0 && count("host_likeness") == 1)
  }

  @Test("a record that was erased while its words were read leaves nothing of them")
  func erased() throws {
    #expect(commune.write("Rendez le grand pré à la commune, et vite !").status == 303)
    let host = host
    let read = try host.ports.store.reading { try host.comparison.batch(after: .min, in: $0).read }
    let order = Erasures.Order(actor: Retention.actor, reason: "retention", locale: "fr", now: commune.now)
    try host.ports.store.perform { ledgers in
      _ = try host.erasures.erase([Subject("notes", "note", "1")], email: "", order, in: ledgers)
    }
    #expect(try count("host_uncompared") == 0)
    try host.ports.store.perform { ledgers in
      for item in read { try host.comparison.keep(item, in: ledgers) }
    }
    #expect(try count("host_sketch") == 0 && count("host_likeness") == 0)
  }

  @Test("a long comparison stops where it is told to and goes on there; entries that are gone are let go")
  func rest() throws {
    try host.ports.store.perform { ledgers in
      for entry in 1...60 { try host.comparison.note(entry, in: ledgers) }
    }
    try host.comparison.run { true }
    #expect(try count("host_uncompared") == 10)
    try host.compareWords(seconds: 1)
    #expect(try count("host_uncompared") == 0 && count("host_sketch") == 0)
  }

  @Test("a note of an act that was refused is not kept")
  func refused() throws {
    struct Refused: Error {}
    #expect(throws: Refused.self) {
      try host.ports.store.perform { ledgers in
        try host.comparison.note(1, in: ledgers)
        throw Refused()
      }
    }
    #expect(try count("host_uncompared") == 0)
  }
}
