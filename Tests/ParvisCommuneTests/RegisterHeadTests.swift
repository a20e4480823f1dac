import ParticipationKit
import ParticipationTesting
import Sealing
import Testing

@testable import ParvisCommune
@testable import ParvisHost

@Suite("Heads of the register")
struct RegisterHeadTests {
  let commune: TestCommune

  init() throws { commune = try NotesCommune.make() }

  private func sizes() throws -> [Int] {
    try commune.rows("SELECT size FROM host_head ORDER BY size").map { try $0.int("size") }
  }

  @Test("a head is signed once a day of the commune, when there is something new")
  func daily() throws {
    try commune.publish()
    #expect(try sizes() == [])
    commune.write("un")
    try commune.publish()
    #expect(try sizes() == [1])
    commune.write("deux")
    try commune.publish()
    #expect(try sizes() == [1])
    // Half past midnight in Paris; still the day before in UTC.
    commune.now = Timestamp(rfc3339: "2026-11-21T23:30:00Z") ?? commune.now
    try commune.publish()
    #expect(try sizes() == [1, 2])
    commune.now = commune.now.adding(seconds: 172_800)
    try commune.publish()
    #expect(try sizes() == [1, 2])
    #expect(commune.file("registre.html")?.contains("2 lignes") == true)
  }

  @Test("the root over every size is that of RFC 6962, whatever was hashed before")
  func roots() throws {
    var leaves: [[UInt8]] = []
    for count in [1, 2, 255, 256, 257, 300, 511, 512, 513, 1100] {
      let now = commune.now
      let host = commune.opened.host
      let known = leaves.count
      try host.ports.store.perform { ledgers in
        for number in known..<count {
          try host.register.append(
            kind: "test", what: "x", subject: "host/test/\(number)", payload: [], at: now, in: ledgers)
        }
      }
      leaves = try commune.rows("SELECT hash FROM host_register ORDER BY position").map { try $0.blob("hash") }
      let head = try #require(try host.signHead())
      #expect(head.size == count && head.root == MerkleHash.root(ofLeaves: leaves), "\(count)")
    }
    try commune.publish()
    #expect(try commune.registerFindings() == [])
    #expect(commune.files().filter { $0.path.hasPrefix("register/tile/0/") }.map(\.path).count == 5)
    #expect(commune.file("register/tile/1/000.p/4") != nil)
  }

  @Test("files of the register are the same after many small publications and after a whole one")
  func incremental() throws {
    let host = commune.opened.host
    let now = commune.now
    for number in 0..<300 {
      try host.ports.store.perform { ledgers in
        _ = try host.register.append(
          kind: "test", what: "x", subject: "host/test/\(number)", payload: [], at: now, in: ledgers)
      }
      if number % 60 == 0 { try commune.signHead() }
    }
    try commune.signHead()
    let small = commune.files().filter { $0.path.hasPrefix("register/") }
    let whole = try commune.fullBuild().filter { $0.path.hasPrefix("register/") }
    #expect(small.map(\.path) == whole.map(\.path))
    #expect(zip(small, whole).allSatisfy { $0.bytes == $1.bytes })
    // Partial tiles go when the full one is there.
    #expect(!small.contains { $0.path.hasPrefix("register/tile/0/000.p") })
  }

  @Test("the key and a checkpoint are what signed-note tools read, and another key’s note is refused")
  func notes() throws {
    commune.write("un")
    let head = try #require(try commune.opened.host.signHead())
    let verifier = try #require(RegisterVerifier(commune.opened.host.registerVerifier))
    #expect(verifier.name == "essai.example/register")
    #expect(SignedHead.all(head.note, verifier).compactMap { $0 }.map(\.size) == [1])
    let other = try NotesCommune.make()
    other.write("un")
    let theirs = try #require(RegisterVerifier(other.opened.host.registerVerifier))
    #expect(SignedHead.all(head.note, theirs).compactMap { $0 }.isEmpty)
    // The example of C2SP signed-note: its key id follows from its name and key.
    let known = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
    #expect(RegisterVerifier(known)?.name == "sum.golang.org")
    #expect(RegisterVerifier(known + "x") == nil)
    #expect(RegisterVerifier("sum.golang.org+133de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8") == nil)
  }

  @Test("the index of a tile is written in groups of three digits")
  func names() {
    #expect(RegisterFiles.name(5) == "005")
    #expect(RegisterFiles.name(1_234_067) == "x001/x234/067")
    #expect(RegisterCopy.name(1_234_067, 256) == "x001/x234/067")
    #expect(RegisterCopy.name(70_000 / 256, 112) == "273.p/112")
  }

  @Test("an import is one leaf, and each published record of it is proven by its line")
  func imported() throws {
    try commune.importText("notes", "a;texte un\nb;texte deux\nc;texte trois\n")
    try commune.signHead()
    #expect(try commune.registerFindings() == [])
    let proof = try JSONValue.parse(Array((commune.file("api/v1/notes/2.json") ?? "").utf8))["proof"]
    #expect(proof?["index"]?.asInteger != nil && proof?["fields"] == ["body"])
    try commune.tamper("notes", "UPDATE notes_note SET body = 'texte faux' WHERE id = 2")
    _ = try commune.fullBuild()
    let found = try commune.registerFindings(site: commune.folder + "/full")
    #expect(found.count == 1 && found[0].contains("the words of notes/note/2"))
  }
}
