import ParticipationKit
import ParticipationTesting
import Testing

@testable import ParvisCommune
@testable import ParvisHost

/// The clerk sends mail and answers somebody at the counter from the command line, while residents go on writing.
@Suite("Mail and one person’s data, with a server and without")
struct DoorErrandTests {
  private static let mail = "moi@essai.example"

  /// A commune that sends mail into a folder, with a note by somebody; served or not. A door is opened for each errand.
  private func commune(
    served: Bool, yaml: String = NotesCommune.yaml + "\(TestCommune.withMail)\n",
    _ body: (Folder, () throws -> CommuneDoor) throws -> Void
  ) throws {
    let folder = try Folder(yaml: yaml)
    let commune = try folder.open()
    try commune.act("write", ["body": "mon banc", "email": Self.mail])
    guard served else {
      commune.close()
      return try body(folder) { try DoorErrandTests.door(folder) }
    }
    let server = try CommuneServer.start(commune, host: "127.0.0.1", port: 0, behindProxy: false)
    defer { server.stop() }
    try body(folder) { try DoorErrandTests.door(folder) }
  }

  private static func door(_ folder: Folder) throws -> CommuneDoor {
    try CommuneDoor.open(folder.path, CommuneOptions(modules: NotesCommune.modules, clock: { TestCommune.noon }))
  }

  private func with<Result>(_ door: CommuneDoor, _ body: (CommuneDoor) throws -> Result) rethrows -> Result {
    defer { door.close() }
    return try body(door)
  }

  private func letters(_ folder: Folder) -> [String] {
    ((try? Files.names(folder.path + "/data/maildir/new")) ?? []).filter { !$0.hasPrefix(".") }
  }

  @Test("what waits is sent once, whoever sends it, and a message to try arrives", arguments: [true, false])
  func mail(served: Bool) throws {
    try commune(served: served) { folder, door in
      let report = try with(try door()) { try $0.sendMail() }
      #expect(served || report.sent == 1)
      #expect(report.failed == 0)
      #expect(eventually { letters(folder).count == 1 })
      #expect(try with(try door()) { try $0.sendMail() } == DeliveryReport())
      let address = try #require(MailAddress("mairie@essai.example"))
      #expect(try with(try door()) { try $0.sendTest(to: address, locale: "fr") } == .sent)
      #expect(letters(folder).count == 2)
    }
  }

  @Test("without “mail:” both errands say what is missing", arguments: [true, false])
  func noMail(served: Bool) throws {
    try commune(served: served, yaml: NotesCommune.yaml) { _, door in
      let address = try #require(MailAddress("mairie@essai.example"))
      let refused = #expect(throws: CommuneError.self) { _ = try with(try door()) { try $0.sendMail() } }
      #expect(refused?.exitCode == 3 && refused?.message("fr").contains("mail:") == true)
      #expect(throws: CommuneError.self) {
        _ = try with(try door()) { try $0.sendTest(to: address, locale: "fr") }
      }
    }
  }

  @Test("a person’s data are seen, given out and erased by address or receipt", arguments: [true, false])
  func data(served: Bool) throws {
    try commune(served: served) { folder, door in
      func ask(_ errand: CommuneDoor.DataErrand, _ who: String) throws -> JSONValue {
        try with(try door()) { try $0.personalData(errand, of: who, locale: "fr") }
      }
      let seen = try ask(.find, Self.mail)
      #expect(seen["contributions"]?.asArray?.count == 1 && seen.text.contains("mon banc"))
      #expect(try ask(.find, "#00001")["contributions"]?.asArray?.first?["receipt"]?.asString == "00001")
      #expect(try ask(.export, Self.mail).text.contains("mon banc"))
      #expect(try ask(.find, "personne@essai.example").isNull && ask(.export, "00099").isNull)
      let refused = #expect(throws: Problem.self) { _ = try ask(.find, "ni l’un ni l’autre") }
      #expect(refused?.fieldErrors.first?.message.contains("récépissé") == true)
      #expect(try ask(.erase, Self.mail)["erased"]?.asInteger == 1)
      #expect(try ask(.erase, Self.mail).isNull, "nothing leads to the person any more")
      let commune = try Commune.open(folder.path, OpeningTests.options, for: .reading)
      defer { commune.close() }
      let leaves = try commune.host.ports.store.reading { ledgers in
        try ledgers.host.rows("SELECT leaf FROM host_register ORDER BY position").map { try $0.text("leaf") }
      }
      #expect(
        leaves.count { $0.contains("\"what\":\"host/person\"") } == 1, "one export, one leaf; looking leaves none")
      #expect(leaves.contains { $0.contains("\"what\":\"erased\",\"subject\":\"notes/note/1\"") })
      #expect(!leaves.joined().contains("moi@"))
    }
  }
}
