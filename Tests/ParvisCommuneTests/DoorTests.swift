import Glibc
import ParticipationKit
import ParticipationTesting
import ParvisHost
import Testing

@testable import ParvisCommune

/// The clerk backs up and imports without telling the residents to wait.
@Suite("Errands for a running server, over its local socket")
struct DoorTests {
  private static let password = "le chat dort sur le mur"

  /// A served commune, and a door to it as the command opens one for each errand.
  private func served(_ body: (Folder, CommuneServer, () throws -> CommuneDoor) throws -> Void) throws {
    let yaml = NotesCommune.yaml.replacing("https://essai.example/", with: "http://127.0.0.1:8080/")
    let folder = try Folder(yaml: yaml)
    let commune = try folder.open()
    let server = try CommuneServer.start(commune, host: "127.0.0.1", port: 0, behindProxy: false)
    defer { server.stop() }
    try body(folder, server) { try DoorTests.door(folder) }
  }

  private static func door(_ folder: Folder) throws -> CommuneDoor {
    try CommuneDoor.open(folder.path, CommuneOptions(modules: NotesCommune.modules))
  }

  @Test("a backup holds everything that was acknowledged, and replaces nothing")
  func backup() throws {
    try served { folder, _, door in
      let writer = try door()
      try folder.write("many.txt", (1...500).map { "r\($0);mot \($0)\n" }.joined())
      let report = try writer.runImport(kind: "notes", file: folder.path + "/many.txt", options: [:], dryRun: false)
      #expect(report.added == 500)
      let copy = folder.path + "/copy.parvis"
      try door().backup(to: copy)
      let again = #expect(throws: CommuneError.self) { try door().backup(to: copy) }
      #expect(again?.kind == .exists)
      #expect(throws: CommuneError.self) { try door().backup(to: folder.path + "/nowhere/copy") }
      let empty = try Folder()
      _ = try Commune.restore(copy, into: empty.path, force: false, OpeningTests.options)
      #expect(
        try OpeningTests.count(empty.path + "/data/parvis.sqlite", "SELECT count(*) FROM notes_note") == 500)
      var status = stat()
      #expect(stat(copy, &status) == 0 && status.st_mode & 0o777 == 0o600)
      #expect(!Files.exists(folder.path + "/data/.backup.sending"))
    }
  }

  @Test("an import is published by the server; a dry run keeps nothing; a mistake arrives with file and line")
  func imports() throws {
    try served { folder, _, door in
      try folder.write("notes.txt", "a;premier\nb;deuxième\n")
      let file = folder.path + "/notes.txt"
      #expect(try door().runImport(kind: "notes", file: file, options: [:], dryRun: true).added == 2)
      #expect(try door().runImport(kind: "notes", file: file, options: [:], dryRun: false).added == 2)
      #expect(try door().runImport(kind: "notes", file: file, options: [:], dryRun: false).unchanged == 2)
      #expect(eventually { folder.text("site/notes/2.html") != nil })
      try folder.write("bad.txt", "a;premier\nsans rien\n")
      let error = #expect(throws: CommuneError.self) {
        try door().runImport(kind: "notes", file: folder.path + "/bad.txt", options: [:], dryRun: false)
      }
      #expect(error?.kind == .invalid && error?.diagnostics.first?.line == 2)
      #expect(error?.diagnostics.first?.file == folder.path + "/bad.txt")
      #expect(error?.message("fr") != error?.message("en"))
      for (kind, options) in [("nothing", [:]), ("notes", ["colour": "red"])] as [(String, [String: String])] {
        #expect(throws: CommuneError.self) {
          try door().runImport(kind: kind, file: file, options: options, dryRun: false)
        }
      }
    }
  }

  @Test("accounts are made and changed, refusals arrive as they were meant, and a link leads where the server is")
  func people() throws {
    try served { _, server, door in
      let clerk = "ana@essai.example"
      let made = try door().addPerson(
        email: " ANA@essai.example", name: "Ana", role: "clerk", password: DoorTests.password, locale: "fr")
      #expect(made == (email: clerk, name: "Ana", role: "clerk"))
      let taken = #expect(throws: Problem.self) {
        try door().addPerson(
          email: clerk, name: "Ana", role: "clerk", password: DoorTests.password, locale: "en")
      }
      #expect(taken?.fieldErrors.map(\.field) == ["email"])
      let last = #expect(throws: Problem.self) { try door().setDisabled(email: clerk, true, locale: "fr") }
      #expect(last?.status == 409 && last?.detail.contains("dernier compte") == true)
      _ = try door().addPerson(
        email: "bo@essai.example", name: "Bo", role: "agent", password: DoorTests.password, locale: "fr")
      try door().setRole(email: "bo@essai.example", role: "clerk", locale: "fr")
      try door().setDisabled(email: clerk, true, locale: "fr")
      try door().setDisabled(email: clerk, false, locale: "fr")
      #expect(try door().invite(role: "agent").hasPrefix("http://127.0.0.1:\(server.port)/desk/setup/"))
    }
  }

  @Test("the socket is the server's user's alone, goes with the server, and one that was left behind is replaced")
  func socketFile() throws {
    let folder = try Folder()
    let path = folder.path + "/data/parvis.sock"
    try folder.write("data/parvis.sock", "left behind")
    let server = try CommuneServer.start(try folder.open(), host: "127.0.0.1", port: 0, behindProxy: false)
    var status = stat()
    #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600 && status.st_mode & S_IFMT == S_IFSOCK)
    server.stop()
    #expect(!Files.exists(path))
    // Nobody listens: the errand is done by opening the commune.
    let door = try DoorTests.door(folder)
    #expect(try door.invite(role: "agent").hasPrefix("https://essai.example/desk/setup/"))
    // While that holds the commune, another is refused: it is no server that could be asked.
    let error = #expect(throws: CommuneError.self) { try DoorTests.door(folder) }
    #expect(error?.kind == .locked && error?.exitCode == 4)
    door.close()
  }

  @Test("noise on the socket, an errand nobody knows and a command that goes away leave the server as it was")
  func noise() throws {
    try served { folder, _, door in
      let data = folder.path + "/data"
      let noise: [[UInt8]] = [
        [], [0], Array("GET / HTTP/1.1\r\n\r\n".utf8), [0x4A, 0xFF, 0xFF, 0xFF, 0xFF],
        [0x4A, 0, 0, 0, 2, 0x7B, 0x7B], [0x44, 0, 0, 0, 1, 0x41],
      ]
      for bytes in noise {
        let line = try #require(LocalLine.connect(data: data))
        _ = bytes.withUnsafeBytes { write(line.descriptor, $0.baseAddress, $0.count) }
        shutdown(line.descriptor, Int32(SHUT_WR))
      }
      for errand in [["version": .integer(DoorMessages.version), "do": "drop"], ["version": 99, "do": "backup"]]
        as [JSONValue]
      {
        let line = try #require(LocalLine.connect(data: data))
        try line.send(.message(errand))
        guard case .message(let answer) = try line.receive() else { throw LineBroken() }
        #expect(answer["ok"]?.asBool == false && answer["fr"]?.asString?.isEmpty == false)
      }
      do {
        let leaving = try #require(LocalLine.connect(data: data))
        try leaving.send(
          .message([
            "version": .integer(DoorMessages.version), "do": "import", "kind": "notes", "path": "x", "options": [:],
            "dry_run": false,
          ]))
        try leaving.send(.piece(Array("a;un\n".utf8)))
      }
      try folder.write("n.txt", "b;deux\n")
      let report = try door().runImport(kind: "notes", file: folder.path + "/n.txt", options: [:], dryRun: false)
      #expect(report.added == 1)
      #expect(
        try OpeningTests.count(data + "/parvis.sqlite", "SELECT count(*) FROM notes_note WHERE reference = 'a'") == 0)
    }
  }

  @Test("a server that stops while a command is silent does not wait for it")
  func stopping() throws {
    let folder = try Folder()
    let server = try CommuneServer.start(try folder.open(), host: "127.0.0.1", port: 0, behindProxy: false)
    let silent = try #require(LocalLine.connect(data: folder.path + "/data"))
    try silent.send(
      .message([
        "version": .integer(DoorMessages.version), "do": "import", "kind": "notes", "path": "x", "options": [:],
        "dry_run": false,
      ]))
    usleep(50_000)
    var before = timespec()
    clock_gettime(CLOCK_MONOTONIC, &before)
    server.stop()
    var after = timespec()
    clock_gettime(CLOCK_MONOTONIC, &after)
    #expect(after.tv_sec - before.tv_sec < 10)
  }
}
