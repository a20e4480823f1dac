import ParticipationKit

/// What signing in needs to know of a request.
struct SignInRequest: Sendable {
  /// The keyed digest of the address on the network.
  let addressKey: [UInt8]
  /// The cookie that came along; its session ends, so that none that was planted before lives on.
  let cookie: String?
  /// What the browser is, in a few words, for the list of sessions.
  let device: String

  init(_ request: WebRequest, cookie: String, host: Host) {
    addressKey = host.secrets.addressKey(request.remoteAddress, at: host.ports.now())
    self.cookie = request.cookie(cookie)
    device = SignInRequest.device(request.header("User-Agent") ?? "")
  }

  /// For starts that no browser asked for.
  init() {
    addressKey = []
    cookie = nil
    device = ""
  }

  /// A browser and a system from a `User-Agent`: enough to recognise one's own telephone, too little to follow anybody.
  static func device(_ agent: String) -> String {
    func first(_ names: [(mark: String, name: String)]) -> String? {
      let bytes = Array(agent.utf8.prefix(400))
      return names.first { holds(bytes, Array($0.mark.utf8)) }?.name
    }
    let browser = first([
      ("Firefox/", "Firefox"), ("Edg/", "Edge"), ("OPR/", "Opera"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
    ])
    let system = first([
      ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"),
      ("Linux", "Linux"),
    ])
    return [browser, system].compactMap { $0 }.joined(separator: ", ")
  }

  private static func holds(_ bytes: [UInt8], _ mark: [UInt8]) -> Bool {
    guard bytes.count >= mark.count else { return false }
    return (0...(bytes.count - mark.count)).contains { bytes[$0..<($0 + mark.count)].elementsEqual(mark) }
  }
}

/// A session that was just started.
struct StartedSession: Sendable {
  /// The token for the cookie.
  let token: String
  let stage: DeskSession.Stage
}
