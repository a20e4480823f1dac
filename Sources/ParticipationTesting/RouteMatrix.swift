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

  /// What is wrong with who may use the routes: nobody without session, with a session of the personal pages, with a
  /// wrong form token or from another site; each role its own routes only, by GET and by POST.
  /// - Returns: A line for each finding; none when all is well.
  /// - Throws: The store's error.
  public func routeFindings() throws -> [String] {
    var findings: [String] = []
    func expect(_ holds: Bool, _ words: String) {
      if !holds { findings.append(words) }
    }
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
    return findings + (try publicFindings())
  }

  /// Public actions: staff sessions change nothing, GET does nothing, staff actions are not there.
  private func publicFindings() throws -> [String] {
    var findings: [String] = []
    let (cookie, token) = try opened.signInForTest(role: Role.administrator)
    for entry in opened.host.registry.entries {
      for action in entry.instance.actions {
        let path = "/api/v1/\(entry.manifest.id)/\(action.name)"
        let plain = request("POST", path, "", [])
        let signedIn = request("POST", path, token, [("Cookie", cookie)])
        let isThere = plain.status != 404 || action.audience.isPublic
        if action.audience.isPublic ? plain.status != signedIn.status : isThere || signedIn.status != 404 {
          findings.append("POST \(path): \(plain.status), with a session of staff \(signedIn.status)")
        }
        if plain.header("Set-Cookie") != nil { findings.append("POST \(path) sets a cookie") }
        let personal = request("POST", "/me/do/\(entry.manifest.id)/\(action.name)", token, [("Cookie", cookie)])
        if personal.header("Location") != "/me/sign-in" {
          findings.append("POST /me/do/… of \(path) with a session of staff: \(personal.status)")
        }
      }
    }
    return findings
  }

  /// Cookies that open nothing at the desk.
  private var strangers: [(String, [(String, String)])] {
    [
      ("none", []), ("empty", [("Cookie", "parvis_desk=")]),
      ("made up", [("Cookie", "parvis_desk=\(String(repeating: "a", count: 64))")]),
      ("personal", [("Cookie", "parvis_me=\(String(repeating: "a", count: 64))")]),
    ]
  }

  private func request(_ method: String, _ path: String, _ token: String, _ headers: [(String, String)]) -> Answer {
    method == "GET" ? get(path, headers: headers) : post(path, [("form_token", token)], headers: headers)
  }
}
