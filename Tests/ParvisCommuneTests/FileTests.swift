import Glibc
import ParticipationKit
import ParticipationTesting
import SQLiteStorage
import SiteGeneration
import Testing

@testable import ParvisCommune
@testable import ParvisHost

/// A file that a clerk sends: through the wire, onto the disk, into backups, and never further than it should.
@Suite("Files from the wire to the backup")
struct FileTests {
  private let folder: Folder
  private static let options = CommuneOptions(
    modules: [ModuleDescriptor(PapersModule.self)], clock: { TestCommune.noon })
  private static let pdf = SampleFiles.pdf("Un hamster")

  init() throws { folder = try Folder(yaml: PapersModule.yaml) }

  private func open() throws -> Commune { try Commune.open(folder.path, Self.options) }

  private func multipart(_ fields: [(String, String)], name: String, _ bytes: [UInt8]) -> String {
    var text = ""
    for (field, value) in fields {
      text += "--PARVIS\r\nContent-Disposition: form-data; name=\"\(field)\"\r\n\r\n\(value)\r\n"
    }
    text += "--PARVIS\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(name)\"\r\n"
    return text + "Content-Type: application/pdf\r\n\r\n\(String(decoding: bytes, as: UTF8.self))\r\n--PARVIS--\r\n"
  }

  private static let type = ("Content-Type", "multipart/form-data; boundary=PARVIS")

  private func stored() -> [String] {
    ((try? Files.names(folder.path + "/data/uploads")) ?? []).flatMap {
      (try? Files.names(folder.path + "/data/uploads/" + $0)) ?? []
    }
  }

  private func incoming() -> Int { ((try? Files.names(folder.path + "/data/uploads/.incoming")) ?? []).count }

  @Test("a form with a file is accepted in a session, and its file is served as what it is")
  func wire() throws {
    let commune = try open()
    let session = try commune.signInForTest(role: "clerk")
    let server = try CommuneServer.start(commune, host: "127.0.0.1", port: 0, behindProxy: false)
    defer { server.stop() }
    let client = WireClient(port: server.port)
    let fields = [("form_token", session.formToken), ("return", "/desk"), ("key", "a")]
    let headers = [Self.type, ("Cookie", session.cookie)]
    let done = client.send("POST", "/desk/do/papers/keep", headers, body: multipart(fields, name: "A.pdf", Self.pdf))
    #expect(done?.status == 303)
    #expect(eventually { folder.text("site/papers/a.html") != nil })
    let path = try #require(try Files.names(folder.path + "/site/files").first)
    let file = client.send("GET", "/files/\(path)")
    #expect(file?.status == 200 && file?.header("Content-Type") == "application/pdf")
    #expect(
      file?.header("X-Content-Type-Options") == "nosniff" && file?.body == String(decoding: Self.pdf, as: UTF8.self))
    #expect(incoming() == 0)
    let large = client.send(
      "POST", "/desk/do/papers/keep", headers,
      body: multipart(
        [("form_token", session.formToken), ("key", "MARK")], name: "B.pdf",
        Self.pdf + [UInt8](repeating: 0x20, count: 1 << 20)))
    #expect(large?.status == 422 && large?.body.contains("MARK") == true && large?.body.contains("1 Mio") == true)
    #expect(stored().count == 1 && incoming() == 0)
  }

  @Test("without session, with another form token or from another site, no file is kept; what was typed is")
  func strangers() throws {
    let commune = try open()
    let session = try commune.signInForTest(role: "clerk")
    let server = try CommuneServer.start(commune, host: "127.0.0.1", port: 0, behindProxy: false)
    defer { server.stop() }
    let client = WireClient(port: server.port)
    let body = multipart([("form_token", session.formToken), ("key", "MARK")], name: "secret.pdf", Self.pdf)
    let unknown = client.send("POST", "/desk/do/papers/keep", [Self.type], body: body)
    #expect(unknown?.status == 401 && unknown?.body.contains("MARK") == true)
    let foreign = client.send(
      "POST", "/desk/do/papers/keep", [Self.type, ("Cookie", session.cookie), ("Origin", "https://evil.example")],
      body: body)
    #expect(foreign?.status == 403)
    let wrong = client.send(
      "POST", "/desk/do/papers/keep", [Self.type, ("Cookie", session.cookie)],
      body: multipart([("form_token", "x"), ("key", "a")], name: "secret.pdf", Self.pdf))
    #expect(wrong?.status == 403)
    let program = client.send("POST", "/api/v1/papers/keep", [Self.type, ("Accept", "application/json")], body: body)
    #expect(program?.status == 415 && program?.body.contains("Aucun fichier") == true)
    #expect(stored() == [] && incoming() == 0)
  }

  @Test("a backup is one file and brings the files back; what is missing or altered is found by a check")
  func backup() throws {
    try folder.write("list.txt", "a.pdf\n")
    try folder.write("a.pdf", String(decoding: Self.pdf, as: UTF8.self))
    let copy = folder.path + "/copy.parvis"
    do {
      let commune = try open()
      defer { commune.close() }
      let report = try commune.runImport(
        kind: "papers", file: folder.path + "/list.txt", options: [:], dryRun: false)
      #expect(report.added == 1)
      try commune.backup(to: copy)
      #expect(try commune.fileFindings().isEmpty)
      let name = try #require(stored().first)
      let path = commune.files.path(name)
      try Files.replace(path, with: [1, 2, 3])
      #expect(try commune.fileFindings().first?.message("en").contains("altered") == true)
      unlink(path)
      #expect(try commune.fileFindings().first?.message("en").contains("missing") == true)
      #expect(commune.doctor().contains { $0.name == "files" && !$0.isFine })
    }
    let other = try Folder(yaml: PapersModule.yaml)
    _ = try Commune.restore(copy, into: other.path, force: false, Self.options)
    let commune = try Commune.open(other.path, Self.options)
    defer { commune.close() }
    #expect(try commune.fileFindings().isEmpty)
    _ = try commune.build(out: nil, dryRun: false)
    #expect(try Files.names(other.path + "/site/files").count == 1)
    let rest = try commune.store.readers.read { try $0.rows("SELECT 1 FROM host_file_backup") }
    #expect(rest.isEmpty, "the database does not keep a second copy")
  }

  @Test("a running server asks the command for the files that stand beside an imported one")
  func door() throws {
    let commune = try open()
    let server = try CommuneServer.start(commune, host: "127.0.0.1", port: 0, behindProxy: false)
    defer { server.stop() }
    try folder.write("list.txt", "a.pdf\nb.pdf\n")
    try folder.write("a.pdf", String(decoding: Self.pdf, as: UTF8.self))
    let door = try CommuneDoor.open(folder.path, Self.options)
    let missing = #expect(throws: CommuneError.self) {
      try door.runImport(kind: "papers", file: folder.path + "/list.txt", options: [:], dryRun: false)
    }
    #expect(missing?.diagnostics.first?.message("en").contains("b.pdf") == true)
    try folder.write("b.pdf", String(decoding: SampleFiles.pdf("Un castor"), as: UTF8.self))
    let again = try CommuneDoor.open(folder.path, Self.options)
    let report = try again.runImport(kind: "papers", file: folder.path + "/list.txt", options: [:], dryRun: false)
    #expect(report.added == 2)
    #expect(eventually { folder.text("site/papers/b.pdf.html") != nil })
  }

  @Test("a module publishes no file that came to another one, and nothing that is altered")
  func foreign() throws {
    let commune = try open()
    defer { commune.close() }
    try folder.write("list.txt", "a.pdf\n")
    try folder.write("a.pdf", String(decoding: Self.pdf, as: UTF8.self))
    _ = try commune.runImport(kind: "papers", file: folder.path + "/list.txt", options: [:], dryRun: false)
    try commune.host.ports.store.perform {
      _ = try $0.host.execute("UPDATE host_file SET module = 'others'")
    }
    let report = try commune.build(out: nil, dryRun: false)
    #expect(report.failures.contains { $0.reason.contains("did not come to this module") })
    #expect(try Files.names(folder.path + "/site/files") == [])
  }

  @Test("a published file that was damaged in the site is written again; one that nobody took is forgotten")
  func repaired() throws {
    let commune = try open()
    defer { commune.close() }
    try folder.write("list.txt", "a.pdf\n")
    try folder.write("a.pdf", String(decoding: Self.pdf, as: UTF8.self))
    _ = try commune.runImport(kind: "papers", file: folder.path + "/list.txt", options: [:], dryRun: false)
    _ = try commune.build(out: nil, dryRun: false)
    let path = folder.path + "/site/files/" + (try #require(try Files.names(folder.path + "/site/files").first))
    try Files.replace(path, with: [UInt8](repeating: 7, count: Self.pdf.count), mode: 0o644)
    _ = try commune.build(out: nil, dryRun: false)
    #expect(try Files.read(path) == Self.pdf)
    let forgotten = try #require(try commune.takeForTest(SampleFiles.pdf("Personne"), name: "x.pdf"))
    try commune.files.removeForgotten([])
    #expect(Files.exists(commune.files.path(forgotten.sha256)), "its form may still come")
    var old = [timespec(tv_sec: 1, tv_nsec: 0), timespec(tv_sec: 1, tv_nsec: 0)]
    utimensat(AT_FDCWD, commune.files.path(forgotten.sha256), &old, 0)
    let kept = Set(try commune.host.ports.store.reading { try commune.host.files.all(in: $0) }.map(\.sha256))
    try commune.files.removeForgotten(kept)
    #expect(!Files.exists(commune.files.path(forgotten.sha256)) && stored().count == 1)
  }
}
