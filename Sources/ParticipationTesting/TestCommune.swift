import Glibc
public import ParticipationKit
package import ParvisCommune
package import ParvisHost
import SiteGeneration

/// A throw-away commune for tests of modules: a temporary folder, a fixed clock, real SQLite, real emission.
///
/// Everything goes the way it goes in production: forms are checked, acts are committed, decisions publish, and pages
/// are files that the test reads.
public final class TestCommune: Sendable {
  /// What the public answers of the commune look like to a test.
  public struct Answer: Sendable {
    /// The HTTP status.
    public let status: Int
    /// The headers.
    public let headers: [(name: String, value: String)]
    /// The body as text.
    public let body: String

    /// The body as JSON; null when it is not JSON.
    public var json: JSONValue { (try? JSONValue.parse(Array(body.utf8))) ?? .null }

    /// The first value of a header.
    public func header(_ name: String) -> String? {
      headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
  }

  /// A failure of the test's own means.
  public struct Failure: Error, CustomStringConvertible {
    /// What went wrong.
    public let description: String
  }

  /// The folder of the commune; removed when the value is.
  public let folder: String
  private let commune: Commune
  private let isKept: Bool

  /// Makes a commune with modules.
  /// - Parameters:
  ///   - modules: The modules; all are switched on.
  ///   - content: Files of `content/`, by path below it.
  ///   - settings: Lines of YAML below a module's name in `commune.yaml`, by module id.
  ///   - languages: The languages of the site.
  ///   - configuration: More lines of `commune.yaml`, as `server: https://actes.essai.example/`.
  ///   - now: The time at the start.
  /// - Throws: What `Commune.open` throws: findings in configuration and content.
  public convenience init(
    _ modules: [ModuleDescriptor], content: [String: String] = [:], settings: [String: String] = [:],
    languages: [String] = ["fr", "en"], configuration: String = "", now: Timestamp = TestCommune.noon
  ) throws {
    let folder = try TestCommune.temporaryFolder()
    try TestCommune.configure(
      folder, modules: modules, settings: settings, languages: languages, configuration: configuration)
    for (path, text) in content { try TestCommune.write(text, to: "\(folder)/content/\(path)") }
    try self.init(folder: folder, modules: modules, now: now)
  }

  /// Opens a commune in a folder that has one already.
  /// - Parameter isKept: Whether the folder stays when the value goes, so that it can be opened again.
  init(
    folder: String, modules: [ModuleDescriptor], now: Timestamp, isKept: Bool = false, grades: [ModuleGrade] = []
  ) throws {
    self.folder = folder
    self.isKept = isKept
    let clock = TestClock(now)
    self.clock = clock
    let post = TestPost()
    testPost = post
    var options = CommuneOptions(modules: modules, clock: { clock.now })
    // A test's folder does not outlive it: nothing needs to reach the disk.
    options.sync = {}
    options.send = { post.send($0) }
    options.grades = { _ in grades }
    commune = try Commune.open(folder, options)
    router = Router(host: commune.host)
  }

  /// A commune whose desk shows what a check has said of its modules.
  package static func showing(_ grades: [ModuleGrade], _ modules: [ModuleDescriptor]) throws -> TestCommune {
    let folder = try temporaryFolder()
    try configure(folder, modules: modules)
    return try TestCommune(folder: folder, modules: modules, now: noon, grades: grades)
  }

  /// A new folder that is removed with the commune that is opened in it.
  static func temporaryFolder() throws -> String {
    var template = Array("\(root)/parvis-test-XXXXXX".utf8CString)
    guard let made = template.withUnsafeMutableBufferPointer({ $0.baseAddress.flatMap { mkdtemp($0) } }) else {
      throw Failure(description: "no temporary folder: errno \(errno)")
    }
    return String(cString: made)
  }

  /// Where throw-away communes lie: in memory where there is room, since each act waits for its disk.
  private static let root: String = {
    var room = statvfs()
    guard statvfs("/dev/shm", &room) == 0, access("/dev/shm", W_OK) == 0 else { return "/tmp" }
    return UInt64(room.f_bavail) * UInt64(room.f_frsize) > 512 << 20 ? "/dev/shm" : "/tmp"
  }()

  /// Writes `commune.yaml` and makes the folder of the content, which may stay empty.
  static func configure(
    _ folder: String, modules: [ModuleDescriptor], settings: [String: String] = [:],
    languages: [String] = ["fr", "en"],
    configuration: String = ""
  ) throws {
    makeFolder(folder + "/content")
    var yaml = """
      name: Essai
      insee: "55999"
      population: 752
      department: "55"
      time_zone: Europe/Paris
      languages: [\(languages.joined(separator: ", "))]
      address: https://essai.example/
      \(configuration)
      modules:

      """
    for module in modules.map(\.manifest.id).sorted() {
      yaml += "  \(module):\n"
      for line in (settings[module] ?? "").split(separator: "\n") { yaml += "    \(line)\n" }
    }
    try TestCommune.write(yaml, to: folder + "/commune.yaml")
  }

  let testPost: TestPost
  /// Who takes part where codes and confirmed addresses are asked for.
  let residents = Residents()
  private let clock: TestClock
  private let router: Router

  deinit {
    commune.close()
    if !isKept { TestCommune.remove(folder) }
  }

  /// 21 November 2026, 12:00 UTC: when tests begin unless they say otherwise.
  public static let noon = Timestamp(seconds: 1_795_262_400)

  /// The commune behind, for tests of the host itself.
  package var opened: Commune { commune }

  /// The time; a test moves it.
  public var now: Timestamp {
    get { clock.now }
    set { clock.set(newValue) }
  }

  /// Sends a form without script, as a browser does.
  @discardableResult
  public func post(_ path: String, _ fields: [(String, String)], headers: [(String, String)] = []) -> Answer {
    let body = fields.map { "\(PercentCoding.encode($0.0))=\(PercentCoding.encode($0.1))" }.joined(separator: "&")
    return send(
      "POST", path, Array(body.utf8),
      [("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "text/html")] + headers)
  }

  /// Sends JSON, as a program does.
  @discardableResult
  public func post(_ path: String, json: JSONValue, headers: [(String, String)] = []) -> Answer {
    send("POST", path, json.bytes, [("Content-Type", "application/json"), ("Accept", "application/json")] + headers)
  }

  /// Asks for a page that the server makes: a receipt, the desk.
  public func get(_ path: String, headers: [(String, String)] = []) -> Answer { send("GET", path, [], headers) }

  /// Sends any request to the host, from some address on the network.
  public func send(
    _ method: String, _ target: String, _ body: [UInt8], _ headers: [(String, String)],
    from address: String = "192.0.2.7"
  ) -> Answer {
    deliver(method, target, body, headers, from: address, form: nil, files: [])
  }

  /// The same, also for a form with files.
  func deliver(
    _ method: String, _ target: String, _ body: [UInt8], _ headers: [(String, String)], from address: String,
    form: [(String, String)]?, files: [IncomingFile]
  ) -> Answer {
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let query =
      parts.count < 2
      ? []
      : parts[1].split(separator: "&").map { pair -> (name: String, value: String) in
        let both = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let value = both.count > 1 ? PercentCoding.decodeForm(both[1].utf8) : ""
        return (name: PercentCoding.decodeForm(both[0].utf8) ?? "", value: value ?? "")
      }
    var request = WebRequest(
      method: method, path: String(parts[0]), query: query, headers: headers.map { (name: $0.0, value: $0.1) },
      body: body, remoteAddress: address)
    request.parts = form?.map { (name: $0.0, value: $0.1) }
    request.files = files
    let waiting = Waiting<WebResponse>()
    router.answer(request) { waiting.set($0) }
    let response = waiting.value()
    return Answer(
      status: response.status, headers: response.headers, body: String(decoding: response.body, as: UTF8.self))
  }

  /// Publishes what acts have changed.
  /// - Throws: When a document cannot be made or written.
  public func publish() throws {
    try commune.publishNow()
  }

  /// Does what the server does by night: clocks, retention, publication, the database file written anew when something
  /// was erased.
  /// - Throws: When a document cannot be made, or the store's error.
  public func passNight() throws {
    try turnClocks()
    try commune.compactForTest()
  }

  /// Whether a file of the commune, published or in the database with its log, holds some bytes now; the paths of those
  /// that do.
  public func files(holding text: String) -> [String] {
    ["site", "data"].flatMap { folder in
      files(in: folder).filter { $0.bytes.holds(text) }.map { "\(folder)/\($0.path)" }
    }
  }

  /// Writes the whole site in place, as `parvis build` does.
  /// - Returns: The documents that could not be made, with the reason.
  /// - Throws: When the site cannot be written.
  func build() throws -> [(subject: String, reason: String)] {
    try commune.build(out: nil, dryRun: false).failures.map { (subject: "\($0.subject)", reason: "\($0.reason)") }
  }

  /// Closes the commune before its time, so that its folder can be opened again.
  func close() { commune.close() }

  /// Does what the host does once a day: what time alone removes is removed.
  /// - Throws: What a retention clock throws; the store's error.
  public func turnClocks() throws {
    try commune.host.runDailyWork()
    try publish()
  }

  /// The text of an emitted file; nil when there is none.
  public func file(_ path: String) -> String? {
    TestCommune.read("\(folder)/site/\(path)").map { String(decoding: $0, as: UTF8.self) }
  }

  /// The emitted files, sorted, with their bytes.
  public func files(in subfolder: String = "site") -> [(path: String, bytes: [UInt8])] {
    TestCommune.list("\(folder)/\(subfolder)").sorted().map { path in
      (path: path, bytes: TestCommune.read("\(folder)/\(subfolder)/\(path)") ?? [])
    }
  }

  /// Builds the whole site into another folder beside and gives its files.
  /// - Throws: When a document cannot be made or written.
  public func fullBuild() throws -> [(path: String, bytes: [UInt8])] {
    TestCommune.remove(folder + "/full")
    _ = try commune.build(out: folder + "/full", dryRun: false)
    return files(in: "full")
  }

  /// Approves everything that waits in the moderation queue, as the clerk would.
  /// - Throws: When a decision is refused.
  public func approveAll() throws { try commune.decideAll(approve: true, reason: "") }

  /// Refuses everything that waits, with a reason of the charter.
  /// - Throws: When a decision is refused.
  public func refuseAll(reason: String) throws { try commune.decideAll(approve: false, reason: reason) }

  /// A file as it comes with a form.
  func incoming(_ field: String, _ name: String, _ bytes: [UInt8]) -> IncomingFile {
    let commune = commune
    return IncomingFile(field: field, name: name, state: .whole) { try commune.takeForTest(bytes, name: name) }
  }

  /// Puts a file beside the one that ``importText(_:_:options:dryRun:)`` imports.
  /// - Throws: When it cannot be written.
  public func place(_ bytes: [UInt8], beside name: String) throws {
    try TestCommune.write(bytes, to: "\(folder)/\(name)")
  }

  /// Imports a text as a file; in a dry run nothing is kept.
  /// - Throws: `CommuneError` with line and expectation.
  @discardableResult
  public func importText(
    _ kind: String, _ text: String, options: [String: String] = [:], dryRun: Bool = false
  ) throws -> ImportReport {
    let path = folder + "/import.txt"
    try TestCommune.write(text, to: path)
    return try commune.runImport(kind: kind, file: path, options: options, dryRun: dryRun)
  }

  /// Exports a kind as text.
  /// - Throws: `CommuneError` for an unknown kind.
  public func exportText(_ kind: String, options: [String: String] = [:]) throws -> String {
    var bytes: [UInt8] = []
    try commune.runExport(kind: kind, options: options) { bytes += $0 }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Signs a staff member in and gives a client of the desk.
  /// - Throws: The store's error.
  public func desk(role: String) throws -> TestDesk {
    let (cookie, token) = try commune.signInForTest(role: role)
    return TestDesk(commune: self, cookie: cookie, formToken: token)
  }

  /// Signs a head of the register over everything so far, and publishes it.
  /// - Throws: When a leaf is missing, or a document cannot be made.
  public func signHead() throws {
    _ = try commune.host.signHead()
    try publish()
  }

  /// Copies the emitted site to a folder beside, as somebody who keeps a copy would.
  /// - Returns: The path of the copy.
  /// - Throws: When a file cannot be written.
  public func copySite(_ name: String) throws -> String {
    for file in files() { try TestCommune.write(file.bytes, to: "\(folder)/\(name)/\(file.path)") }
    return "\(folder)/\(name)"
  }

  /// What is wrong with the register of a copy of the site, checked offline from its files.
  /// - Parameters:
  ///   - site: The path of the copy; the site itself when nil.
  ///   - older: The path of an older copy.
  ///   - receipt: A receipt, as its JSON.
  /// - Throws: When a file cannot be read.
  public func registerFindings(
    site: String? = nil, older: String? = nil, receipt: JSONValue? = nil
  ) throws -> [String] {
    try Commune.verifyRegister(site ?? folder + "/site", older: older, receipt: receipt?.bytes).findings
      .map { $0.line("en") }
  }

  /// Changes the tables of a module, or of the `host`, by hand: what the register must show afterwards.
  /// - Throws: The store's error.
  public func tamper(_ module: String, _ sql: String) throws {
    try commune.host.ports.store.perform { _ = try $0(module).execute(sql) }
  }

  /// What is wrong with the links of the emitted site.
  /// - Throws: When the site cannot be read.
  public func brokenLinks() throws -> [String] {
    try Commune.checkSite(folder + "/site").map { $0.line("en") }
  }
}

/// A signed-in member of staff.
public struct TestDesk: Sendable {
  private let commune: TestCommune
  private let cookie: String
  private let formToken: String

  init(commune: TestCommune, cookie: String, formToken: String) {
    self.commune = commune
    self.cookie = cookie
    self.formToken = formToken
  }

  /// A screen of the desk.
  public func get(_ path: String) -> TestCommune.Answer { commune.get(path, headers: [("Cookie", cookie)]) }

  /// Sends a form as a browser does by itself, which is then led to what came of it.
  public func navigate(_ path: String, _ fields: [(String, String)]) -> TestCommune.Answer {
    commune.post(
      path, fields + [("form_token", formToken)], headers: [("Cookie", cookie), ("Sec-Fetch-Mode", "navigate")])
  }

  /// Sends a form with the session's token.
  @discardableResult
  public func post(_ path: String, _ fields: [(String, String)]) -> TestCommune.Answer {
    commune.post(path, [("form_token", formToken), ("return", "/desk")] + fields, headers: [("Cookie", cookie)])
  }

  /// Does a staff action of a module.
  @discardableResult
  public func act(_ module: String, _ action: String, key: String = "", _ fields: [(String, String)])
    -> TestCommune.Answer
  {
    post("/desk/do/\(module)/\(action)" + (key.isEmpty ? "" : "/" + key), fields)
  }

  /// Does a staff action of a module with files: the field, the name and the bytes of each.
  @discardableResult
  public func act(
    _ module: String, _ action: String, key: String = "", _ fields: [(String, String)],
    files: [(field: String, name: String, bytes: [UInt8])]
  ) -> TestCommune.Answer {
    if files.isEmpty { return act(module, action, key: key, fields) }
    return commune.deliver(
      "POST", "/desk/do/\(module)/\(action)" + (key.isEmpty ? "" : "/" + key), [],
      [("Content-Type", "multipart/form-data"), ("Cookie", cookie)], from: "192.0.2.7",
      form: [("form_token", formToken), ("return", "/desk")] + fields,
      files: files.map { commune.incoming($0.field, $0.name, $0.bytes) })
  }
}
