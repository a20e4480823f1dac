import Glibc
import ParticipationKit
@testable import ParticipationTesting
@testable import ParvisCommune
@testable import ParvisHost

/// What the tests of this target share: communes with the notes module, and short ways to act in them.
struct NotesCommune {
  static let modules = [ModuleDescriptor(NotesModule.self)]
  static let topics = ["topics/roads.md": "---\ntitle: Routes\n---\n", "topics/trees.md": "---\ntitle: Arbres\n---\n"]

  static func make(languages: [String] = ["fr"], configuration: String = "") throws -> TestCommune {
    try TestCommune(modules, content: topics, languages: languages, configuration: configuration)
  }

  /// A commune with three notes, the last refused.
  static func threeNotes() throws -> TestCommune {
    let commune = try make()
    for body in ["premier", "deuxième", "refusé"] { commune.write(body) }
    try commune.decide("notes", "1", approve: true)
    try commune.decide("notes", "2", approve: true)
    try commune.decide("notes", "3", approve: false)
    return commune
  }

  /// `commune.yaml` of a commune that is opened by hand.
  static let yaml = """
    name: Essai
    insee: "55999"
    population: 752
    department: "55"
    languages: [fr]
    address: https://essai.example/
    modules:
      notes: {}

    """
}

extension TestCommune {
  /// Sends a note and gives the answer of the server.
  @discardableResult
  func write(_ body: String, _ more: [(String, String)] = []) -> Answer {
    post("/api/v1/notes/write", [("body", body)] + more)
  }

  /// The rows of a table, whatever its namespace: what a test reads that no module may.
  func rows(_ sql: String, in namespace: String = "host") throws -> [Row] {
    try opened.host.ports.store.reading { try $0(namespace).rows(sql) }
  }

  func count(_ sql: String, in namespace: String = "host") throws -> Int {
    try opened.host.ports.store.reading { try $0(namespace).count(sql) }
  }

  /// The receipt that an answer to a form leads to, as JSON.
  func receipt(_ answer: Answer) -> JSONValue {
    get((answer.header("Location") ?? "") + ".json").json
  }

  /// Sends, approves and publishes a note.
  func publishNote(_ body: String) throws {
    write(body)
    try approveAll()
    try publish()
  }

  /// The paths of the site's files that hold some bytes.
  func filesHolding(_ text: String) -> [String] {
    files().filter { $0.bytes.holds(text) }.map(\.path)
  }
}

/// A temporary folder for communes that are opened by hand; removed with the value.
final class Folder {
  let path: String

  init(yaml: String = NotesCommune.yaml, content: [String: String] = NotesCommune.topics) throws {
    var template = Array("/tmp/parvis-test-XXXXXX".utf8CString)
    path = template.withUnsafeMutableBufferPointer { buffer in
      buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) } ?? ""
    }
    try write("commune.yaml", yaml)
    try Files.makeFolder(path + "/content")
    for (name, text) in content { try write("content/" + name, text) }
  }

  deinit { Folder.remove(path) }

  func write(_ name: String, _ text: String) throws {
    let whole = path + "/" + name
    if let slash = whole.utf8.lastIndex(of: UInt8(ascii: "/")) { try Files.makeFolder(String(whole[..<slash])) }
    guard let file = fopen(whole, "w") else { throw Files.unwritable(whole, errno) }
    defer { fclose(file) }
    fputs(text, file)
  }

  func read(_ name: String) -> [UInt8]? { (try? Files.read(path + "/" + name)) ?? nil }

  func text(_ name: String) -> String? { read(name).map { String(decoding: $0, as: UTF8.self) } }

  func open(
    clock: (@Sendable () -> Timestamp)? = { TestCommune.noon }, log: (@Sendable (String) -> Void)? = nil,
    sync: @escaping @Sendable () -> Void = {}, for access: Commune.Access = .writing
  ) throws -> Commune {
    var options = CommuneOptions(modules: NotesCommune.modules, clock: clock, log: log)
    options.sync = sync
    return try Commune.open(path, options, for: access)
  }

  func rename(_ name: String, _ other: String) { _ = Glibc.rename(path + "/" + name, path + "/" + other) }

  private static func remove(_ path: String) {
    guard path.utf8.starts(with: "/tmp/parvis-test-".utf8) else { return }
    guard let directory = opendir(path) else {
      unlink(path)
      return
    }
    var names: [String] = []
    while let entry = readdir(directory) {
      names.append(
        withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
    }
    closedir(directory)
    for name in names where name != "." && name != ".." { remove(path + "/" + name) }
    rmdir(path)
  }
}

extension Commune {
  /// Does a public act and waits until it is on disk.
  func act(_ action: String, key: String = "", _ values: [String: String]) throws {
    let answer = Arrival<Result<ActResult, any Error>>()
    host.perform(
      ActRequest(
        module: "notes", action: action, key: key, submission: RawSubmission(values: values.mapValues { [$0] }),
        locale: "fr", actor: .anyone, addressKey: [], idempotencyKey: nil)
    ) { answer.set($0) }
    _ = try answer.value().get()
  }
}

extension OpeningTests {
  /// Writes some equal bytes over the beginning of a file, as a loss of power may leave it.
  static func overwrite(_ path: String, with byte: UInt8, count: Int) throws {
    guard let file = fopen(path, "r+") else { throw Files.unwritable(path, errno) }
    defer { fclose(file) }
    for _ in 0..<count { fputc(Int32(byte), file) }
  }

  static func remove(_ path: String) throws {
    guard unlink(path) == 0 else { throw Files.unwritable(path, errno) }
  }
}

extension TestCommune {
  /// Decides one record, as an administrator.
  func decide(_ module: String, _ key: String, approve: Bool) throws {
    let host = opened.host
    let actor = Actor(personID: 0, name: "test", role: Role.administrator, channel: "desk")
    let now = self.now
    try host.ports.store.perform { ledgers in
      guard let entry = try host.moderation.entry(for: Subject(module, "note", key), in: ledgers) else { return }
      let decision = Decision(isApproved: approve, reason: approve ? "" : "off-topic", note: "")
      try host.moderation.decide(
        entry.id, ModerationQueue.Ruling(decision: decision), actor: actor, locale: "fr", now: now, in: ledgers)
    }
  }
}

/// Changes files of a copy, as a hostile host of it would.
struct TestFiles {
  /// Replaces a file, or removes it.
  static func replace(_ path: String, _ bytes: [UInt8]?) throws {
    unlink(path)
    if let bytes { try TestCommune.write(bytes, to: path) }
  }
}
