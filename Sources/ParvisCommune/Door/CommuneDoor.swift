import Glibc
public import ParticipationKit
public import ParvisHost

/// How the command's writing verbs reach a commune: they open it, or give their errand to the server that has it, over
/// its local socket.
public final class CommuneDoor: Sendable {
  private enum Way: Sendable {
    case own(Commune)
    case server(LocalLine)
  }

  private let way: Way

  private init(_ way: Way) { self.way = way }

  /// Reaches a commune for one errand.
  /// - Throws: ``CommuneError``; kind `locked` when another program writes to it that is no server.
  public static func open(_ folder: String, _ options: CommuneOptions) throws -> CommuneDoor {
    do {
      return CommuneDoor(.own(try Commune.open(folder, options)))
    } catch let error as CommuneError where error.kind == .locked {
      guard let line = LocalLine.connect(data: folder + "/data") else { throw error }
      return CommuneDoor(.server(line))
    }
  }

  /// Closes what was opened.
  public func close() {
    if case .own(let commune) = way { commune.close() }
  }

  // MARK: Errands

  /// Writes a copy of the database that is whole in itself; never over an existing file.
  /// - Throws: ``CommuneError``.
  public func backup(to file: String) throws {
    switch way {
    case .own(let commune): try commune.backup(to: file)
    case .server(let line):
      let output = Glibc.open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
      guard output >= 0 else { throw errno == EEXIST ? Transfers.exists(file) : Files.unwritable(file, errno) }
      defer { Glibc.close(output) }
      do {
        _ = try CommuneDoor.ask(line, "backup") { try Files.write($0[...], to: output, file) }
        guard fsync(output) == 0 else { throw Files.unwritable(file, errno) }
      } catch {
        unlink(file)
        throw error
      }
    }
  }

  /// Imports a file, see ``Commune/runImport(kind:file:options:dryRun:)``.
  /// - Throws: ``CommuneError`` with file and line of what is wrong.
  public func runImport(
    kind: String, file: String, options: [String: String], dryRun: Bool
  ) throws -> ImportReport {
    switch way {
    case .own(let commune): return try commune.runImport(kind: kind, file: file, options: options, dryRun: dryRun)
    case .server(let line):
      let source = try OpenFile(file)
      let values = options.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.string($0.value)) }
      let more: [(String, JSONValue)] = [
        ("kind", .string(kind)), ("path", .string(file)), ("options", .object(values)), ("dry_run", .bool(dryRun)),
      ]
      return DoorMessages.report(try CommuneDoor.ask(line, "import", more, sending: source))
    }
  }

  /// Makes an account of the desk.
  /// - Returns: The address, name and role as they were stored.
  /// - Throws: `Problem` when the address is taken or something is missing; ``CommuneError``.
  public func addPerson(
    email: String, name: String, role: String, password: String, locale: String
  ) throws -> (email: String, name: String, role: String) {
    switch way {
    case .own(let commune):
      let person = try commune.people.add(email: email, name: name, role: role, password: password, locale: locale)
      return (person.email, person.name, person.role)
    case .server(let line):
      let answer = try CommuneDoor.ask(
        line, "person-add",
        [
          ("email", .string(email)), ("name", .string(name)), ("role", .string(role)), ("password", .string(password)),
          ("locale", .string(locale)),
        ])
      func text(_ name: String) -> String { answer[name]?.asString ?? "" }
      return (text("email"), text("name"), text("role"))
    }
  }

  /// Changes the role of an account and ends its sessions.
  /// - Throws: `Problem` when there is no such account, or it is the last one that can manage accounts.
  public func setRole(email: String, role: String, locale: String) throws {
    switch way {
    case .own(let commune): try commune.people.setRole(email: email, role: role, locale: locale)
    case .server(let line):
      _ = try CommuneDoor.ask(
        line, "person-role", [("email", .string(email)), ("role", .string(role)), ("locale", .string(locale))])
    }
  }

  /// Disables or enables an account and ends its sessions.
  /// - Throws: `Problem` when there is no such account, or it is the last one that can manage accounts.
  public func setDisabled(email: String, _ isDisabled: Bool, locale: String) throws {
    switch way {
    case .own(let commune): try commune.people.setDisabled(email: email, isDisabled, locale: locale)
    case .server(let line):
      let errand = isDisabled ? "person-disable" : "person-enable"
      _ = try CommuneDoor.ask(line, errand, [("email", .string(email)), ("locale", .string(locale))])
    }
  }

  /// Takes the second factor of an account away and ends its sessions.
  /// - Throws: `Problem` when there is no such account.
  public func resetSecondFactor(email: String, locale: String) throws {
    switch way {
    case .own(let commune): try commune.people.resetSecondFactor(email: email, locale: locale)
    case .server(let line):
      _ = try CommuneDoor.ask(line, "person-reset-factor", [("email", .string(email)), ("locale", .string(locale))])
    }
  }

  /// Makes a link with which the owner of an account chooses a new password, and ends the account's sessions.
  /// - Throws: `Problem` when there is no such account, or it is disabled; ``CommuneError``.
  public func passwordLink(email: String, locale: String) throws -> String {
    switch way {
    case .own(let commune):
      return (commune.configuration.server ?? commune.configuration.facts.address)
        + (try commune.people.passwordLink(email: email, locale: locale))
    case .server(let line):
      let answer = try CommuneDoor.ask(
        line, "person-password", [("email", .string(email)), ("locale", .string(locale))])
      return answer["link"]?.asString ?? ""
    }
  }

  /// Makes a one-time link for an account with a role: where the server listens, or will.
  /// - Throws: ``CommuneError``.
  public func invite(role: String) throws -> String {
    switch way {
    case .own(let commune):
      return (commune.configuration.server ?? commune.configuration.facts.address)
        + (try commune.people.invite(role: role))
    case .server(let line):
      return try CommuneDoor.ask(line, "person-invite", [("role", .string(role))])["link"]?.asString ?? ""
    }
  }

  /// Signs a head of the register over all leaves.
  /// - Returns: `size`, `root` in hexadecimal, `signed` and `checkpoint`; null while the register is empty.
  /// - Throws: `RegisterGap` when a leaf is missing; ``CommuneError``.
  public func signHead() throws -> JSONValue {
    switch way {
    case .own(let commune): try commune.signHead()
    case .server(let line): try CommuneDoor.ask(line, "register-head")["head"] ?? .null
    }
  }

  /// Notes in the register that data leave the commune by an export; an unknown kind is left to the export to refuse.
  /// - Throws: ``CommuneError``.
  public func noteExport(kind: String) throws {
    switch way {
    case .own(let commune): try commune.host.noteExport(kind: kind)
    case .server(let line): _ = try CommuneDoor.ask(line, "note-export", [("kind", .string(kind))])
    }
  }

  // MARK: Mail

  /// Sends what waits and is due.
  /// - Throws: ``CommuneError`` when no mail is configured; the store's error.
  public func sendMail() throws -> DeliveryReport {
    switch way {
    case .own(let commune):
      try commune.requireMail()
      return try commune.sendMail()
    case .server(let line): return DoorMessages.delivery(try CommuneDoor.ask(line, "mail-send"))
    }
  }

  /// Sends one message at once, to see whether the transport works.
  /// - Throws: ``CommuneError`` when no mail is configured.
  public func sendTest(to address: MailAddress, locale: String) throws -> DeliveryResult {
    switch way {
    case .own(let commune): try commune.sendTest(to: address, locale: locale)
    case .server(let line):
      DoorMessages.result(
        try CommuneDoor.ask(line, "mail-test", [("to", .string(address.description)), ("locale", .string(locale))]))
    }
  }

  // MARK: One person's data

  /// What may be done with what is held about a person.
  public struct DataErrand: Sendable {
    let name: String
    /// To look.
    public static let find = DataErrand(name: "data-find")
    /// To give it out, with a leaf.
    public static let export = DataErrand(name: "data-export")
    /// To erase it, with leaves.
    public static let erase = DataErrand(name: "data-erase")
  }

  /// Sees, exports or erases what is held about a person, see `PersonalDataErrands`.
  /// - Parameters:
  ///   - errand: Which of the three.
  ///   - who: An e-mail address, or the number of a receipt.
  ///   - locale: The language of refusals.
  /// - Throws: `Problem` when `who` is neither; ``CommuneError``.
  public func personalData(_ errand: DataErrand, of who: String, locale: String) throws -> JSONValue {
    switch way {
    case .own(let commune): return try commune.personalData(errand.name, of: who, locale: locale)
    case .server(let line):
      var bytes: [UInt8] = []
      let asked: [(String, JSONValue)] = [("who", .string(who)), ("locale", .string(locale))]
      _ = try CommuneDoor.ask(line, errand.name, asked) { bytes += $0 }
      return try JSONValue.parse(bytes)
    }
  }

  // MARK: Asking the server

  private static func ask(
    _ line: LocalLine, _ errand: String, _ more: [(String, JSONValue)] = [], sending file: OpenFile? = nil,
    _ take: ([UInt8]) throws -> Void = { _ in }
  ) throws -> JSONValue {
    do {
      let head: [(String, JSONValue)] = [("version", .integer(DoorMessages.version)), ("do", .string(errand))]
      try line.send(.message(.object(head + more)))
      if let file { try line.send(file: file.descriptor, path: file.path) }
      while true {
        switch try line.receive() {
        case .piece(let bytes): try take(bytes)
        case .end: continue
        case .message(let answer):
          if let name = answer["need"]?.asString {
            let found = try file.flatMap { try OpenFile(beside: $0, named: name) }
            try line.send(.message(["have": .bool(found != nil)]))
            if let found { try line.send(file: found.descriptor, path: found.path) }
            continue
          }
          guard answer["ok"]?.asBool == true else { throw DoorMessages.error(answer) }
          return answer
        }
      }
    } catch is LineBroken {
      throw CommuneError(
        .failed,
        fr: "Le serveur s’est arrêté avant de répondre. Vérifiez ce qui a été fait, puis recommencez.",
        en: "The server stopped before it answered. Check what was done, then try again.")
    }
  }
}

/// A file that is open for reading, with the path under which people know it.
final class OpenFile: Sendable {
  let descriptor: Int32
  let path: String

  init(_ path: String) throws {
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Files.unreadable(path, errno) }
    self.path = path
  }

  /// A file in the folder of another one; nil when there is none.
  convenience init?(beside file: OpenFile, named name: String) throws {
    let folder = file.path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(file.path[...$0]) } ?? "./"
    var status = stat()
    guard ImportFiles.isPlain(name), stat(folder + name, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      return nil
    }
    try self.init(folder + name)
  }

  /// A file that is open already, and that this closes.
  init(owned descriptor: Int32, path: String) {
    self.descriptor = descriptor
    self.path = path
  }

  deinit { close(descriptor) }
}
