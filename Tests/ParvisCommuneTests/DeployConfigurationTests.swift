import ParvisHost
import Testing

@testable import ParvisCommune

/// A route that a web server in front does not pass on is a feature that works on the developer's machine only.
@Suite("The configurations of Tools/deploy")
struct DeployConfigurationTests {
  private func text(_ name: String) throws -> String {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let bytes = try #require(try Files.read("/\(root)/Tools/deploy/\(name)"))
    return String(decoding: bytes, as: UTF8.self)
  }

  private func lines(_ name: String) throws -> [String] {
    try text(name).split(separator: "\n").map { String($0) }.filter { line in
      line.first { $0 != " " && $0 != "\t" } != "#"
    }
  }

  @Test("every path that only the server answers is owned by the program, and nothing else is")
  func owned() {
    for path in Router.serverPaths {
      #expect(Router.owns(path.hasSuffix("/") ? path + "x" : path, method: "GET"), "\(path)")
    }
    for path in ["/", "/index.html", "/desktop", "/mehr", "/me.html", "/followers/", "/confirm", "/api/v1/index.json"] {
      #expect(!Router.owns(path, method: "GET"), "\(path)")
    }
    #expect(Router.owns("/api/v1/notes/write", method: "POST"))
  }

  @Test("nginx, alone on its host, passes each of them on", arguments: Router.serverPaths)
  func nginx(path: String) throws {
    let own = try lines("nginx.conf")
    let wanted = path.hasSuffix("/") ? "location \(path) {" : "location = \(path) {"
    #expect(own.contains { $0.contains(wanted) }, "\(wanted)")
  }

  @Test("Caddy passes each of them on", arguments: Router.serverPaths)
  func caddy(path: String) throws {
    let wanted = path.hasSuffix("/") ? path + "*" : path
    let words = try lines("Caddyfile").flatMap { $0.split(separator: " ").map(String.init) }
    #expect(words.contains { $0.trimmingTabs == wanted }, "\(wanted)")
  }

  @Test(
    "with the site on a host of its own, nginx and Apache lead each of them to the server",
    arguments: Router.serverPaths)
  func elsewhere(path: String) throws {
    // The machine's own question is for the server's host alone.
    guard path != "/healthz" else {
      #expect(try lines("nginx-two-hosts.conf").contains { $0.contains("location = /healthz {") })
      return
    }
    let name = path.filter { $0 != "/" }
    for file in ["nginx-two-hosts.conf", "htaccess"] {
      let isBelow = path.hasSuffix("/")
      let led = try lines(file).contains { line in
        guard line.contains("307"), let open = line.firstIndex(of: "("), let close = line.firstIndex(of: ")") else {
          return false
        }
        let names = line[line.index(after: open)..<close].split(separator: "|").map(String.init)
        return names.contains(name) && line[close...].hasPrefix(isBelow ? ")/" : ")$")
      }
      #expect(led, "\(file) leads \(path) nowhere")
    }
    let proxied = try text("nginx-two-hosts.conf").contains("location / {\n    limit_req zone=parvis_acts")
    #expect(proxied, "the server’s host passes everything on")
  }

  @Test("no configuration logs the secret of a link")
  func secrets() throws {
    for file in ["nginx.conf"] {
      for path in ["/receipt/", "/desk/setup/", "/me/enter/", "/me/data/", "/confirm/", "/follow/"] {
        #expect(try text(file).contains("~^\(path)"), "\(file): \(path)")
      }
    }
  }
}

extension String {
  fileprivate var trimmingTabs: String { String(drop { $0 == "\t" }) }
}
