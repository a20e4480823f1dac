import ParticipationKit
import ParticipationTesting
import ParvisCommune
import Testing

@testable import ParvisHost

@Suite("What somebody answered secretly cannot be tried out against the database")
struct SecretKeyTests {
  @Test("no key of a repeated secret act follows from the commune’s key, an address and a guess")
  func guesses() throws {
    let commune = try NotesCommune.make()
    let code = try commune.letters(1).codes[0]
    let fields = [("body", "oui"), ("access_code", code)]
    let idempotency = [("Idempotency-Key", "k1")]
    #expect(commune.act("ballot", fields, headers: idempotency).status == 303)
    let secrets = commune.opened.host.secrets
    let sent = RawSubmission(values: Dictionary(uniqueKeysWithValues: fields.map { ($0.0, [$0.1]) })).canonicalBytes()
    let what = Array("notes/ballot/".utf8) + [0]
    let named = what + Array("k1".utf8) + [0]
    let guesses = [
      secrets.derive("repeat", what + secrets.addressKey("192.0.2.7", at: commune.now) + sent),
      secrets.derive("idempotency", named + sent), secrets.derive("idempotency-name", named),
    ]
    let stored = try commune.rows("SELECT key FROM host_repeat").map { try $0.blob("key") }
    #expect(stored.count == 3)
    for guess in guesses { #expect(!stored.contains(guess)) }
    #expect(commune.act("ballot", fields).header("Location") != nil, "and a repeated one is still recognised")
    #expect(try commune.count("SELECT count(*) FROM host_receipt WHERE action = 'notes/ballot'") == 1)
    commune.write("mot")
    let note = RawSubmission(values: ["body": ["mot"]]).canonicalBytes()
    let key = secrets.derive(
      "repeat", Array("notes/write/".utf8) + [0] + secrets.addressKey("192.0.2.7", at: commune.now) + note)
    let all = try commune.rows("SELECT key FROM host_repeat").map { try $0.blob("key") }
    #expect(all.contains(key), "the guess of this test would find what is not secret")
  }
}
