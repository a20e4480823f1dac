import Glibc
import ParticipationKit
import ParvisHost
import SQLiteStorage

/// The server's side of the local socket: does the errands of the command's writing verbs, one after the other, on the
/// server's own writer. So nothing needs to stop for a backup or an import.
final class ServerDoor: Sendable {
  private struct State {
    var current: Int32?
    var isStopping = false
    var isStopped = false
  }

  /// How long, in seconds, the command may be silent while it sends.
  private static let patience = 30

  private let commune: Commune
  private let listening: Int32
  private let linkBase: String
  private let monitor = Monitor(State())

  /// Listens on `data/parvis.sock`. Whoever holds `data/lock` may take the place of what a killed server left there.
  /// - Parameters:
  ///   - commune: The commune that is served.
  ///   - linkBase: Where links that the server gives begin.
  /// - Throws: ``CommuneError`` when the folder has no place for a socket.
  init(_ commune: Commune, linkBase: String) throws {
    self.commune = commune
    self.linkBase = linkBase
    let data = commune.folder + "/data"
    let path = data + "/" + LocalLine.name
    unlink(path)
    listening = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    let descriptor = listening
    guard descriptor >= 0, LocalLine.withAddress(data, { bind(descriptor, $0, $1) }) == 0,
      // Nobody can connect before `listen`, so the mode is right from the first connection on.
      chmod(path, 0o600) == 0, listen(descriptor, 8) == 0
    else {
      let code = errno
      if descriptor >= 0 { close(descriptor) }
      throw Files.unwritable(path, code)
    }
    BackgroundThread.start { self.run() }
  }

  /// Finishes the errand in hand and goes.
  func stop() {
    let descriptor = listening
    let isFirst = monitor.update { state in
      defer { state.isStopping = true }
      shutdown(descriptor, Int32(SHUT_RDWR))
      // What is still being sent is given up; what is being done is finished and answered.
      if let current = state.current { shutdown(current, Int32(SHUT_RD)) }
      return !state.isStopping
    }
    monitor.wait(seconds: nil) { $0.isStopped ? true : nil }
    if isFirst {
      unlink(commune.folder + "/data/" + LocalLine.name)
      close(descriptor)
    }
  }

  private func run() {
    while !monitor.update({ $0.isStopping }) {
      let descriptor = accept(listening, nil, nil)
      if descriptor < 0 {
        // The socket itself is no longer one that accepts, as after `stop`; all else passes (accept(2)).
        if [EINVAL, EBADF, ENOTSOCK, EOPNOTSUPP].contains(errno) { break }
        usleep(10_000)
        continue
      }
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
      var patience = timeval(tv_sec: ServerDoor.patience, tv_usec: 0)
      for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
        setsockopt(descriptor, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
      }
      let line = LocalLine(descriptor: descriptor)
      let isStopping = monitor.update { state in
        state.current = descriptor
        return state.isStopping
      }
      // The line closes its descriptor when it goes, and `stop` may use the number as long as it stands in the state:
      // by then it could be somebody else's.
      withExtendedLifetime(line) {
        if !isStopping { serve(line) }
        monitor.update { $0.current = nil }
      }
    }
    monitor.update { $0.isStopped = true }
  }

  private func serve(_ line: LocalLine) {
    do {
      guard case .message(let errand) = try line.receive() else { return }
      let answer: JSONValue
      do {
        answer = try self.do(errand, line)
      } catch let broken as LineBroken {
        throw broken
      } catch {
        answer = DoorMessages.value(of: error)
      }
      try line.send(.message(answer))
    } catch {
      commune.options.log("local socket: the command went away")
    }
  }

  private func `do`(_ errand: JSONValue, _ line: LocalLine) throws -> JSONValue {
    guard errand["version"]?.asInteger == DoorMessages.version else {
      throw CommuneError(
        .locked, fr: "Le serveur est d’une autre version de Parvis. Arrêtez-le, puis recommencez.",
        en: "The server is of another version of Parvis. Stop it, then try again.")
    }
    func text(_ name: String) -> String { errand[name]?.asString ?? "" }
    let people = commune.people
    switch text("do") {
    case "backup": return try backup(line)
    case "import": return try runImport(errand, line)
    case "person-add":
      let person = try people.add(
        email: text("email"), name: text("name"), role: text("role"), password: text("password"),
        locale: text("locale"))
      return ["ok": true, "email": .string(person.email), "name": .string(person.name), "role": .string(person.role)]
    case "person-role": try people.setRole(email: text("email"), role: text("role"), locale: text("locale"))
    case "person-disable": try people.setDisabled(email: text("email"), true, locale: text("locale"))
    case "person-enable": try people.setDisabled(email: text("email"), false, locale: text("locale"))
    case "person-reset-factor": try people.resetSecondFactor(email: text("email"), locale: text("locale"))
    case "person-password":
      let path = try people.passwordLink(email: text("email"), locale: text("locale"))
      return ["ok": true, "link": .string(linkBase + path)]
    case "person-invite": return ["ok": true, "link": .string(linkBase + (try people.invite(role: text("role"))))]
    case "note-export": try commune.host.noteExport(kind: text("kind"))
    case "mail-send": return DoorMessages.value(try commune.sendMailNow())
    case "mail-test":
      guard let address = MailAddress(text("to")) else { throw Problem.invalid("to", text("to")) }
      return DoorMessages.value(try commune.sendTest(to: address, locale: text("locale")))
    case let name where name.utf8.starts(with: "data-".utf8):
      return try send(commune.personalData(name, of: text("who"), locale: text("locale")), line)
    case "register-head": return ["ok": true, "head": try commune.signHead()]
    default:
      throw CommuneError(
        .invalid, fr: "Le serveur ne sait pas faire « \(text("do")) ».", en: "The server cannot do “\(text("do"))”.")
    }
    return ["ok": true]
  }

  /// Somebody's data may be more than a frame holds: they go in pieces.
  private func send(_ value: JSONValue, _ line: LocalLine) throws -> JSONValue {
    let bytes = value.bytes
    for start in stride(from: 0, to: bytes.count, by: LocalLine.frameLimit) {
      try line.send(.piece(Array(bytes[start..<min(start + LocalLine.frameLimit, bytes.count)])))
    }
    return ["ok": true]
  }

  /// The copy is made beside the database and goes over the line: the command writes it where it may.
  private func backup(_ line: LocalLine) throws -> JSONValue {
    let path = commune.folder + "/data/.backup.sending"
    unlink(path)
    defer { unlink(path) }
    try commune.backup(to: path)
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw Files.unreadable(path, errno) }
    defer { close(file) }
    unlink(path)
    try line.send(file: file, path: path)
    return ["ok": true]
  }

  /// The file comes whole before the import begins: a slow sender must not hold the writer.
  private func runImport(_ errand: JSONValue, _ line: LocalLine) throws -> JSONValue {
    let source = try received(line, as: errand["path"]?.asString ?? "")
    var options: [String: String] = [:]
    for member in errand["options"]?.asObject ?? [] { options[member.name] = member.value.asString ?? "" }
    let report = try commune.runImport(
      kind: errand["kind"]?.asString ?? "", file: source, options: options, dryRun: errand["dry_run"]?.asBool ?? true,
      fetch: { try self.neighbour($0, line) })
    return DoorMessages.value(report)
  }

  /// A file that stands beside the imported one, which the command has and the server may not be able to read.
  private func neighbour(_ name: String, _ line: LocalLine) throws -> OpenFile? {
    try line.send(.message(["need": .string(name)]))
    guard case .message(let answer) = try line.receive(), answer["have"]?.asBool == true else { return nil }
    return try received(line, as: name)
  }

  /// A file that comes over the line. Without a name on the disk, nothing is left of it whatever happens.
  private func received(_ line: LocalLine, as name: String) throws -> OpenFile {
    let path = commune.folder + "/data/.import.receiving"
    unlink(path)
    let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Files.unwritable(path, errno) }
    let file = OpenFile(owned: descriptor, path: name)
    unlink(path)
    try receive(line, into: descriptor, path)
    lseek(descriptor, 0, SEEK_SET)
    return file
  }

  private func receive(_ line: LocalLine, into file: Int32, _ path: String) throws {
    var failure: (any Error)?
    while true {
      switch try line.receive() {
      case .piece(let bytes):
        // After a failure the rest is still taken, so that the command reads the answer instead of a broken line.
        if failure == nil {
          do { try Files.write(bytes[...], to: file, path) } catch { failure = error }
        }
      case .end:
        if let failure { throw failure }
        return
      case .message: throw LineBroken()
      }
    }
  }
}
