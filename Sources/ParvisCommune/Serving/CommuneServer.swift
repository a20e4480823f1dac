import Glibc
import HTTPListener
import ParticipationKit
import ParvisHost
import Synchronization

/// Serves a commune: the emitted files, the actions, the desk. Production stands behind nginx or Caddy.
public final class CommuneServer: Sendable {
  /// The port that is listened on.
  public let port: Int
  private let commune: Commune
  private let listener: Listener
  /// The local socket for the command; nil where it could not be made.
  private let door: ServerDoor?

  /// Starts to serve. What an unclean stop left behind is checked and queued first.
  /// - Parameters:
  ///   - commune: The commune.
  ///   - host: The address to listen on.
  ///   - port: The port; 0 for a free one.
  ///   - behindProxy: Whether a proxy in front tells the client's address in `X-Forwarded-For`.
  /// - Throws: ``CommuneError``: `busyPort` when the port is taken or may not be used, `badAddress` when there is no
  ///   such address, `failed` when the system lacks something.
  public static func start(
    _ commune: Commune, host: String, port: Int, behindProxy: Bool
  ) throws -> CommuneServer {
    let policy = CommuneServer.policy(commune.configuration)
    let files = HTTPListener.StaticFiles(
      root: commune.folder + "/site", options: HTTPListener.StaticFiles.Options(contentSecurityPolicy: policy))
    let router = Router(host: commune.host)
    let log = commune.options.log
    let isBelowPath = RelativeLocation.isNeeded(commune.configuration.server ?? commune.configuration.facts.address)
    do {
      let limits = Listener.Options(
        maxBody: 64 << 10,
        tooLarge: { request, limit in
          CommuneServer.reply(router.tooLarge(CommuneServer.web(request, behindProxy), limit: limit), policy)
        }, upload: { request in CommuneServer.uploadRules(request, commune, behindProxy) })
      let listener = try Listener.start(host: host, port: port, options: limits) { exchange in
        CommuneServer.answer(exchange, files, router, commune.files, policy, behindProxy: behindProxy, log) { reply in
          exchange.reply(isBelowPath ? RelativeLocation.set(reply, asked: exchange.request.path) : reply)
        }
      }
      return CommuneServer(commune, listener, host: host)
    } catch {
      throw CommuneServer.inWords(error)
    }
  }

  static func inWords(_ error: ListenerError) -> CommuneError {
    let kind: CommuneError.Kind
    switch error {
    case .addressInUse, .permissionDenied: kind = .busyPort
    case .badAddress, .badSocketPath: kind = .badAddress
    case .system: kind = .failed
    }
    return CommuneError(kind, fr: error.french, en: error.english)
  }

  private init(_ commune: Commune, _ listener: Listener, host: String) {
    self.commune = commune
    self.listener = listener
    port = listener.port
    let authority = (host.contains(":") ? "[\(host)]" : host == "0.0.0.0" ? "127.0.0.1" : host) + ":\(listener.port)"
    do {
      door = try ServerDoor(commune, linkBase: commune.host.linkBase(heardAt: authority))
    } catch {
      // People are served all the same; the command then asks to stop the server.
      commune.options.log("no local socket: \(error)")
      door = nil
    }
    commune.startPublishing()
  }

  /// Stops: acts in flight finish, what they changed is published.
  public func stop() {
    door?.stop()
    listener.stop(graceful: true, deadline: 10)
    commune.close()
  }

  /// Nothing from elsewhere runs in a page; forms go to the site's own origin or to the configured server.
  static func policy(_ configuration: CommuneConfiguration) -> String {
    let server = configuration.server.map { " \(WebAddress($0).origin)" } ?? ""
    return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'\(server); "
      + "form-action 'self'\(server); base-uri 'none'; frame-ancestors 'none'"
  }

  private static func answer(
    _ exchange: Exchange, _ files: HTTPListener.StaticFiles, _ router: Router, _ store: FileStore, _ policy: String,
    behindProxy: Bool, _ log: @escaping @Sendable (String) -> Void, done: @escaping @Sendable (HTTPReply) -> Void
  ) {
    let request = exchange.request
    guard Router.owns(request.path, method: request.method) else {
      return done(file(request, files, router, policy, behindProxy: behindProxy))
    }
    let path = CommuneServer.logged(request.path)
    let method = request.method
    var asked = web(request, behindProxy)
    if let form = request.form {
      asked.parts = form.values.map { (name: $0.0, value: $0.1) }
      asked.files = form.files.map { incoming($0, store) }
    }
    router.answer(asked) { response in
      log("method=\(method) path=\(path) status=\(response.status)")
      done(reply(response, policy))
    }
  }

  /// Forms with files are read where staff send them; from who has no session, files are thrown away as they come, and
  /// what was typed is kept as it is for every form of the desk.
  private static func uploadRules(_ request: HTTPRequest, _ commune: Commune, _ behindProxy: Bool) -> UploadRules? {
    guard Router.hasFileForms(request.path) else { return nil }
    let isTaken = commune.host.takesFiles(web(request, behindProxy))
    return UploadRules(folder: isTaken ? commune.files.incoming : nil, mostBytes: commune.files.mostBytes)
  }

  private static func incoming(_ file: ReceivedFile, _ store: FileStore) -> IncomingFile {
    let state: IncomingFile.State =
      switch file.state {
      case .whole: .whole
      case .tooLarge: .tooLarge
      case .unwritable: .unwritable
      case .dropped: .dropped
      }
    return IncomingFile(field: file.field, name: file.name, state: state) {
      let found = try store.take(file.path, name: file.name)
      file.take()
      return found
    }
  }

  /// A file of the site; where there is none, or a file takes no such method, the host has the words.
  private static func file(
    _ request: HTTPRequest, _ files: HTTPListener.StaticFiles, _ router: Router, _ policy: String, behindProxy: Bool
  ) -> HTTPReply {
    let found = files.reply(to: request)
    if found.status == 405 { return reply(router.wrongMethod(web(request, behindProxy)), policy) }
    guard found.status == 404, request.path.utf8.starts(with: "/api/".utf8) else { return found }
    return reply(router.missing(web(request, behindProxy)), policy)
  }

  private static func web(_ request: HTTPRequest, _ behindProxy: Bool) -> WebRequest {
    WebRequest(
      method: request.method, path: request.path, query: request.query.map { (name: $0.0, value: $0.1) },
      headers: request.headers.all, body: request.body,
      remoteAddress: network(behindProxy ? forwarded(request) : request.remoteAddress))
  }

  private static func reply(_ response: WebResponse, _ policy: String) -> HTTPReply {
    var headers = response.headers.map { ($0.name, $0.value) }
    headers += [("X-Content-Type-Options", "nosniff"), ("Content-Security-Policy", policy)]
    if !response.headers.contains(where: { $0.name == "Referrer-Policy" }) {
      headers.append(("Referrer-Policy", "same-origin"))
    }
    let body: HTTPReply.Body = response.body.isEmpty ? .empty : .bytes(response.body)
    return HTTPReply(status: response.status, headers: headers, body: body)
  }

  /// The last hop that the proxy itself wrote; what a client pretends stands before it.
  private static func forwarded(_ request: HTTPRequest) -> String {
    guard let header = request.headers.values("X-Forwarded-For").last,
      let last = header.split(separator: ",").last
    else { return request.remoteAddress }
    return ByteText.trimmed(String(last))
  }

  /// What limits count by: an IPv4 address, or the /64 of an IPv6 address, since one connection has a whole one.
  static func network(_ address: String) -> String {
    var bytes = in6_addr()
    guard inet_pton(AF_INET6, address, &bytes) == 1 else { return address }
    return withUnsafeBytes(of: bytes) { all in
      // An IPv4 address in IPv6 form (RFC 4291 §2.5.5.2) is itself; its first 64 bits are those of all others.
      if all.prefix(12).elementsEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]) {
        return all.dropFirst(12).map { String($0) }.joined(separator: ".")
      }
      return all.prefix(8).map { String($0, radix: 16) }.joined(separator: ":") + "/64"
    }
  }

  /// Below these, the address itself is a secret: who reads it can act for somebody. The files in `Tools/deploy` name
  /// the same.
  static let secretPaths = [
    "/receipt/", "/desk/setup/", "/confirm/", "/me/enter/", "/me/data/", "/api/v1/moderation/appeal/",
    "/follow/confirm/", "/follow/p/", "/follow/stop/",
  ]

  /// A path for the log without the secrets of receipts and invitations.
  static func logged(_ path: String) -> String {
    for prefix in secretPaths
    where path.utf8.starts(with: prefix.utf8) { return prefix + "…" }
    return String(decoding: path.utf8.prefix(200).map { $0 > 0x20 && $0 < 0x7F ? $0 : 0x3F }, as: UTF8.self)
  }
}
