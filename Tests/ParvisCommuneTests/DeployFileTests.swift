import Glibc
import Testing

@testable import ParvisCommune

/// What stands in two places because two programs read it.
@Suite("The files of Tools/deploy and the program")
struct DeployFileTests {
  private func text(_ name: String) throws -> String {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    return String(decoding: try #require(try Files.read("/\(root)/Tools/deploy/\(name)")), as: UTF8.self)
  }

  @Test("nginx hides the same addresses from its log as the program, and keeps none of those that come without https")
  func secrets() throws {
    let lines = try text("nginx.conf").split(separator: "\n")
    let hidden = lines.compactMap { line -> String? in
      let words = line.split(separator: " ")
      guard words.count == 2, let first = words.first, first.utf8.starts(with: "~^/".utf8) else { return nil }
      let path = String(first.dropFirst(2))
      #expect(words[1] == "\"\(path)...\";", "\(line)")
      return path
    }
    #expect(hidden.sorted() == CommuneServer.secretPaths.sorted())
    let servers = try text("nginx.conf").split(separator: "server {")
    let plain = try #require(servers.first { $0.contains("listen 80;") })
    #expect(plain.contains("access_log off;"))
    let logs = lines.filter { $0.contains("access_log ") && !$0.contains("access_log off;") }
    #expect(logs.allSatisfy { $0.contains(" parvis;") } && !logs.isEmpty)
  }

  @Test("Caddy, which logs what failed with its address, hides the same")
  func caddy() throws {
    let line = try #require(try text("Caddyfile").split(separator: "\n").first { $0.contains("request>uri regexp") })
    let inside = try #require(line.split(separator: "(").dropFirst().first?.split(separator: ")").first)
    let hidden = inside.split(separator: "|").map { "/\($0)/" }
    #expect(hidden.sorted() == CommuneServer.secretPaths.sorted())
  }
}
