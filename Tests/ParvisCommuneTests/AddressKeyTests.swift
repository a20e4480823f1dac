import ParticipationKit
import ParticipationTesting
import ParvisCommune
import Testing

@testable import ParvisHost

@Suite("Addresses on the network are known for a day, under a key of that day")
struct AddressKeyTests {
  let commune: TestCommune

  init() throws { commune = try NotesCommune.make() }

  private func key() -> [UInt8] { commune.opened.host.secrets.addressKey("192.0.2.7", at: commune.now) }

  @Test("the key is random, the same all day and after a restart, and another one the next day")
  func rotation() throws {
    let host = commune.opened.host
    let first = key()
    #expect(key() == first)
    let again = try Secrets(store: host.ports.store, sealing: host.ports.sealing)
    #expect(again.addressKey("192.0.2.7", at: commune.now) == first)
    let day = String(commune.now.seconds / 86_400)
    let guessed = host.secrets.derive("address", Array(day.utf8) + [0] + Array("192.0.2.7".utf8))
    #expect(guessed != first, "whoever has the commune’s key could try all addresses, of any day")
    commune.now = commune.now.adding(seconds: 86_400)
    #expect(key() != first)
    #expect(try commune.count("SELECT count(*) FROM host_secret WHERE name LIKE 'address-%'") == 1)
  }

  @Test("the daily clock removes the key of yesterday, which flags came from one connection, and what was counted")
  func daily() throws {
    try commune.publishNote("mot")
    #expect(
      commune.post(
        "/api/v1/moderation/flag/notes/note/1", [("item", "notes/note/1"), ("reason", "insult"), ("note", "non")]
      ).status == 303)
    for number in 1...2 { _ = commune.act("tell", [("body", "mot \(number)")]) }
    #expect(try commune.count("SELECT count(*) FROM host_flag WHERE origin IS NOT NULL") == 1)
    #expect(try commune.count("SELECT count(*) FROM host_quota_count") > 0)
    commune.now = commune.now.adding(seconds: 86_400)
    try commune.turnClocks()
    #expect(try commune.count("SELECT count(*) FROM host_flag WHERE origin IS NOT NULL") == 0)
    #expect(try commune.count("SELECT count(*) FROM host_quota_count") == 0)
    #expect(try commune.count("SELECT count(*) FROM host_secret WHERE name LIKE 'address-%'") == 0)
  }
}
