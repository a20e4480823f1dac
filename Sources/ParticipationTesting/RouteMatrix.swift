import ParticipationKit
import ParvisCommune
import ParvisHost

/// Every route of a commune with every role: what the tests of the host and of each module ask.
///
/// The routes come from the host's table of the desk and from the registered actions and screens, so that a new one is
/// tested without anybody thinking of it.
extension TestCommune {
  /// One route and what it needs.
  public struct Route: Sendable, CustomStringConvertible {
    /// `GET` or `POST`.
    public let method: String
    /// The address.
    public let path: String
    /// The permission that opens it; nil for all staff.
    public let permission: String?
    /// The module whose route it is; nil for the host's.
    var module: String?
    /// Whether the module divides the route among categories.
    var isDivided = false
    /// Whether the address names a record, whose category then decides.
    var isKeyed = false

    /// The method and the address.
    public var description: String { "\(method) \(path)" }
  }

  /// Whether a role may use a route; nil where the category of the record decides.
  private func isOpen(_ route: Route, to role: String) -> Bool? {
    let roles = opened.host.roles
    guard route.permission.map({ roles.may(role, $0) }) ?? true else { return false }
    guard let module = route.module, !(roles.role(role)?.holds(in: module) ?? true) else { return true }
    guard route.isDivided else { return false }
    return route.isKeyed ? nil : true
  }

  /// The routes of the desk: the host's own, the modules' screens and staff actions, and public actions at the counter.
  public var deskRoutes: [Route] {
    let host = opened.host
    var routes = host.deskRouteTable.map { Route(method: $0.method, path: $0.path, permission: $0.permission) }
    for (permission, method, steps) in Self.deskSteps {
      routes += steps.map { Route(method: method, path: "/desk/\($0)", permission: permission) }
    }
    for entry in host.registry.entries {
      let id = entry.manifest.id
      for screen in entry.instance.deskScreens {
        for key in ["", "/1"] {
          routes.append(
            Route(
              method: "GET", path: "/desk/m/\(id)/\(screen.name)\(key)", permission: screen.permission, module: id,
              isDivided: screen.category != nil, isKeyed: !key.isEmpty))
        }
      }
      for action in entry.instance.actions {
        let isPublic = action.audience.isPublic
        let path = isPublic ? "/desk/counter/do/\(id)/\(action.name)" : "/desk/do/\(id)/\(action.name)"
        for path in [path, path + "/1"] {
          routes.append(
            Route(
              method: "POST", path: path, permission: isPublic ? "host.counter" : action.audience.permission,
              module: isPublic ? nil : id, isDivided: action.category != nil, isKeyed: path.hasSuffix("/1")))
        }
      }
    }
    return routes
  }

  /// What the host’s screens answer below the routes of its table, with what they need; records that are not there.
  private static let deskSteps: [(permission: String?, method: String, steps: [String])] = [
    ("host.moderate", "GET", ["moderation/read", "moderation/99", "decided"]),
    ("host.moderate", "POST", ["moderation/99", "moderation/bulk", "undo/99", "appeals/99"]),
    ("host.answer", "GET", ["answers/notes/note/99"]), ("host.settings", "POST", ["rules/save"]),
    ("host.letters", "GET", ["letters/99"]),
    (
      "host.letters", "POST",
      ["letters/make", "letters/99/printed", "letters/99/lost", "letters/99/reissue", "letters/99/revoke"]
    ), ("host.mail", "GET", ["mail/99", "mail/99/html", "mail/samples", "mail/samples/receipt"]),
    ("host.mail", "POST", ["mail/99/resend", "mail/99/allow"]),
    ("host.calm", "POST", ["calm/set", "calm/end", "calm/quota", "calm/quota-end"]),
    ("host.people", "GET", ["data/record", "data/record.md"]),
    ("host.people", "POST", ["data/find", "data/export", "data/erase"]),
    ("host.counter", "GET", ["counter/do/comments/add/notes/note/99", "counter/receipt/99"]),
    ("host.counter", "POST", ["counter/link", "counter/do/comments/add/notes/note/99"]),
    (nil, "POST", ["security/password", "security/end", "security/end-others"]),
  ]

  /// The token of the forms of a page; nil where there is none.
  private static func formToken(in page: String) -> String? {
    guard let start = page.firstRange(of: "name=\"form_token\" value=\"")?.upperBound else { return nil }
    return String(page[start...].prefix { $0 != "\"" })
  }

  /// Signs a resident in as a mailed link does, and gives the cookie’s value and the token of the forms.
  private func participantSession() throws -> (token: String, formToken: String) {
    _ = post("/me/sign-in", [("email", "habitante@essai.example")])
    let mailed = opened.host.outbox.sendsMail ? try sendMail().flatMap(\.links) : [try opened.host.lastHeldLink()]
    let link = mailed.last { $0.firstRange(of: "/me/enter/") != nil } ?? ""
    let entered = post(String(link[(link.firstRange(of: "/me/enter/")?.lowerBound ?? link.startIndex)...]), [])
    let token = String((entered.header("Set-Cookie") ?? "").drop { $0 != "=" }.dropFirst().prefix { $0 != ";" })
    let home = get("/me", headers: [("Cookie", "parvis_me=\(token)")])
    guard home.status == 200, let formToken = Self.formToken(in: home.body) else {
      throw Failure(description: "no session of a resident: \(entered.status), \(home.status)")
    }
    return (token, formToken)
  }

  /// What is wrong with who may use the routes: nobody without session, with a session of the personal pages, with a
  /// wrong form token or from another site; each role its own routes only, by GET and by POST.
  /// - Returns: A line for each finding; none when all is well.
  /// - Throws: The store's error.
  public func routeFindings() throws -> [String] {
    var findings: [String] = []
    func expect(_ holds: Bool, _ words: String) {
      if !holds { findings.append(words) }
    }
    let strangers = try self.strangers()
    for route in deskRoutes {
      for method in ["GET", "POST"] {
        for (name, headers) in strangers {
          let answer = request(method, route.path, "", headers)
          expect(
            answer.status == 303 && answer.header("Location") == "/desk/sign-in",
            "\(method) \(route.path) without session (\(name)): \(answer.status)")
        }
      }
      for role in opened.host.roles.all {
        // Signing out ends a session, so each route meets a fresh one.
        let (cookie, token) = try opened.signInForTest(role: role.id)
        let headers = [("Cookie", cookie)]
        let isOpen = isOpen(route, to: role.id)
        let isAllowed = isOpen ?? true
        if route.method == "POST" {
          for (name, wrong) in [("no token", ""), ("another token", token + "0")] {
            let answer = request("POST", route.path, wrong, headers)
            expect(answer.status == 403, "\(route) as \(role.id) with \(name): \(answer.status)")
          }
          let foreign = request("POST", route.path, token, headers + [("Origin", "https://evil.example")])
          expect(foreign.status == 403, "\(route) as \(role.id) from another site: \(foreign.status)")
        }
        let answer = request(route.method, route.path, token, headers)
        if isAllowed {
          expect(
            (answer.status != 403 || isOpen == nil) && answer.status < 500, "\(route) as \(role.id): \(answer.status)")
          let leaves = route.path == "/desk/sign-out" || answer.header("Location") != "/desk/sign-in"
          expect(leaves, "\(route) as \(role.id) leads to sign-in")
        } else {
          expect(answer.status == 403, "\(route) as \(role.id), who may not: \(answer.status)")
        }
        let other = route.method == "GET" ? "POST" : "GET"
        let crossed = request(other, route.path, token, headers)
        expect(
          crossed.status != 500 && (isAllowed || crossed.status == 403 || crossed.status == 404),
          "\(other) \(route.path) as \(role.id), who may not: \(crossed.status)")
      }
    }
    return findings + (try publicFindings()) + (try personalFindings())
  }

  /// The pages of residents: behind their own session only, and those behind a secret link alike for everybody.
  private func personalFindings() throws -> [String] {
    var findings: [String] = []
    let (staff, _) = try opened.signInForTest(role: Role.administrator)
    let me = try participantSession()
    let token = staff.drop { $0 != "=" }.dropFirst()
    let others: [(String, [(String, String)])] = [
      ("none", []), ("staff", [("Cookie", staff)]), ("staff’s token", [("Cookie", "parvis_me=\(token)")]),
      ("made up", [("Cookie", "parvis_me=\(String(repeating: "a", count: 64))")]),
    ]
    let own = [("Cookie", "parvis_me=\(me.token)")]
    for path in ["/me", "/me/name", "/me/code", "/me/do/comments/add/x", "/me/sign-out", "/me/sign-out-all"] {
      for (name, headers) in others {
        for method in ["GET", "POST"] where (method, path) != ("GET", "/me/code") {
          let answer = request(method, path, me.formToken, headers)
          if answer.status != 303 || answer.header("Location") != "/me/sign-in" {
            findings.append("\(method) \(path) (\(name)): \(answer.status)")
          }
        }
      }
      for (name, wrong, headers) in [
        ("no token", "", own), ("another token", me.formToken + "0", own),
        ("another site", me.formToken, own + [("Origin", "https://evil.example")]),
      ] {
        let answer = request("POST", path, wrong, headers)
        if answer.status != 403 { findings.append("POST \(path) with \(name): \(answer.status)") }
      }
    }
    for path in ["/me", "/me/code"] where request("GET", path, "", own).status != 200 {
      findings.append("GET \(path) with a session of its own")
    }
    let secret = String(repeating: "0", count: 64)
    for path in [
      "/confirm/\(secret)", "/me/enter/\(secret)", "/me/data/\(secret)", "/receipt/0-\(secret)",
      "/receipt/0-\(secret).json", "/follow/confirm/\(secret)", "/follow/p/1-\(secret)", "/follow/stop/all/1-\(secret)",
    ] {
      for method in ["GET", "POST"] {
        let plain = request(method, path, "", [])
        for (name, headers) in others + [("its own", own)] {
          let answer = request(method, path, me.formToken, headers)
          if answer.status != plain.status || !(400..<500).contains(answer.status) || answer.header("Set-Cookie") != nil
          {
            findings.append("\(method) \(path) (\(name)): \(answer.status), without cookie \(plain.status)")
          }
        }
      }
    }
    return findings
  }

  /// Public actions: staff sessions change nothing, GET does nothing, staff actions are not there.
  private func publicFindings() throws -> [String] {
    var findings: [String] = []
    let (cookie, token) = try opened.signInForTest(role: Role.administrator)
    let own = opened.host.registry.entries.flatMap { entry in
      entry.instance.actions.map { (what: "\(entry.manifest.id)/\($0.name)", isPublic: $0.audience.isPublic) }
    }
    let hosts = [
      (what: "comments/add", isPublic: true), (what: "moderation/flag", isPublic: true),
      (what: "moderation/appeal", isPublic: true), (what: "answers/publish", isPublic: false),
    ]
    for (what, isPublic) in own + hosts {
      let path = "/api/v1/\(what)"
      let plain = request("POST", path, "", [])
      let signedIn = request("POST", path, token, [("Cookie", cookie)])
      let isThere = plain.status != 404 || isPublic
      if isPublic ? plain.status != signedIn.status : isThere || signedIn.status != 404 {
        findings.append("POST \(path): \(plain.status), with a session of staff \(signedIn.status)")
      }
      if plain.header("Set-Cookie") != nil { findings.append("POST \(path) sets a cookie") }
      let read = request("GET", path, "", [("Cookie", cookie)])
      if read.status != 405 { findings.append("GET \(path): \(read.status)") }
      let personal = request("POST", "/me/do/\(what)", token, [("Cookie", cookie)])
      if personal.header("Location") != "/me/sign-in" {
        findings.append("POST /me/do/… of \(path) with a session of staff: \(personal.status)")
      }
    }
    return findings
  }

  /// Cookies that open nothing at the desk, among them those of a resident who is signed in.
  private func strangers() throws -> [(String, [(String, String)])] {
    let me = try participantSession().token
    return [
      ("none", []), ("empty", [("Cookie", "parvis_desk=")]),
      ("made up", [("Cookie", "parvis_desk=\(String(repeating: "a", count: 64))")]),
      ("personal", [("Cookie", "parvis_me=\(me)")]), ("personal, renamed", [("Cookie", "parvis_desk=\(me)")]),
    ]
  }

  private func request(_ method: String, _ path: String, _ token: String, _ headers: [(String, String)]) -> Answer {
    method == "GET" ? get(path, headers: headers) : post(path, [("form_token", token)], headers: headers)
  }
}
