import ParticipationKit
import ParticipationTesting
import Sealing
import Synchronization
import Testing

@testable import ParvisCommune
@testable import ParvisHost

/// Nobody finds out from outside who works at the town hall or who has an account. Counted, not timed.
@Suite("Signing in costs the same for who is known and who is not")
struct SignInCostTests {
  /// What one request made the host do that takes time or shows.
  private struct Cost: Equatable {
    var checks = 0
    var hashes: [String] = []
    var status = 0
  }

  private final class Meter: Sendable {
    private let state = Mutex(Cost())
    func check(_ hash: String) { state.withLock { $0.hashes.append(Meter.parameters(hash)) } }
    func take(_ status: Int) -> Cost {
      state.withLock { cost in
        defer { cost = Cost() }
        cost.status = status
        cost.checks = cost.hashes.count
        return cost
      }
    }

    /// Algorithm, version, memory and turns of a hash: what it costs.
    static func parameters(_ hash: String) -> String { hash.split(separator: "$").prefix(3).joined(separator: "$") }
  }

  /// The host of a commune, with a count on its port of passwords.
  private func measured(_ commune: TestCommune, _ meter: Meter) throws -> Host {
    let host = commune.opened.host
    let (ports, sealing) = (host.ports, host.ports.sealing)
    let counted = SealingPort(
      sha256: sealing.sha256, hmac: sealing.hmac, leafHash: sealing.leafHash, treeRoot: sealing.treeRoot,
      inclusionPath: sealing.inclusionPath, publicKey: sealing.publicKey, sign: sealing.sign, random: sealing.random,
      hashPassword: sealing.hashPassword,
      verifyPassword: { password, hash in
        meter.check(hash)
        return sealing.verifyPassword(password, hash)
      })
    return try Host(
      facts: host.facts, zone: host.zone, registry: host.registry, words: host.words,
      ports: HostPorts(
        store: ports.store, sealing: counted, rendering: ports.rendering, accounts: ports.accounts, now: ports.now,
        enqueue: ports.enqueue, enqueueAll: ports.enqueueAll, background: ports.background, log: ports.log,
        expectDelivery: ports.expectDelivery), serverAddress: host.serverAddress)
  }

  @Test("one password is checked, at the same price, for a wrong address, a disabled account and a wrong password")
  func desk() throws {
    let commune = try NotesCommune.make()
    let people = commune.opened.people
    for email in ["clerk@essai.example", "left@essai.example"] {
      _ = try people.add(
        email: email, name: "Ana", role: Role.administrator, password: "le chat dort sur le mur", locale: "fr")
    }
    try people.setDisabled(email: "left@essai.example", true, locale: "fr")
    let meter = Meter()
    let host = try measured(commune, meter)
    var costs: [Cost] = []
    var details: Set<String> = []
    for email in ["clerk@essai.example", "left@essai.example", "nobody@essai.example", "no address"] {
      let problem = #expect(throws: Problem.self) {
        try host.people.signIn(
          email: email, password: "un mot de passe faux", request: SignInRequest(), locale: "fr")
      }
      costs.append(meter.take(problem?.status ?? 0))
      details.insert(problem?.detail ?? "")
    }
    #expect(costs[0].checks == 1 && costs[0].status == 401)
    #expect(costs.allSatisfy { $0 == costs[0] }, "\(costs)")
    #expect(details.count == 1)
    // What a fresh account costs is what the decoy costs.
    let fresh = Meter.parameters(try PasswordHash.hash("le chat dort sur le mur"))
    #expect(costs[0].hashes == [fresh] && Meter.parameters(People.decoyHash) == fresh)
    #expect(
      try PasswordHash.verify("", against: People.decoyHash) == false, "a decoy that is no hash would cost nothing")
  }

  @Test("asking for a mailed link: the same answer, the same rows and no password, known or not")
  func links() throws {
    let commune = try NotesCommune.mailing()
    commune.post("/me/sign-in", [("email", "known@essai.example")])
    let links: [String] = try commune.sendMail().flatMap { $0.links }
    let link = try #require(links.first { $0.contains("/me/enter/") })
    commune.post(TestCommune.path(link), [])
    #expect(try commune.count("SELECT count(*) FROM host_account") == 1)
    for path in ["/me/sign-in", "/me/data"] {
      var answers: Set<String> = []
      var rows: Set<[Int]> = []
      for email in ["known@essai.example", "other@essai.example"] {
        let tables = ["host_link", "host_data_link", "host_outbox"]
        let before = try tables.map { try commune.count("SELECT count(*) FROM \($0)") }
        let answer = commune.post(path, [("email", email)])
        answers.insert("\(answer.status) \(answer.body)")
        let after = try tables.map { try commune.count("SELECT count(*) FROM \($0)") }
        rows.insert(zip(after, before).map { $0 - $1 })
      }
      #expect(answers.count == 1 && rows.count == 1, "\(path)")
      #expect(try commune.sendMail().count == 2)
    }
  }
}
