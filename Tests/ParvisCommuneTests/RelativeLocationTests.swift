import ParticipationKit
import Testing

@testable import ParvisCommune

/// A commune whose address has a path: the proxy takes it away, and the browser must not be led out of it.
@Suite("Redirections below a path of the host")
struct RelativeLocationTests {
  @Test("a reference leads from the page that was asked to the same place as the whole path")
  func references() {
    let cases = [
      ("/desk", "/desk/sign-in", "desk/sign-in"), ("/desk/", "/desk/sign-in", "sign-in"),
      ("/desk/sign-in", "/desk", "../desk"),
      ("/desk/moderation/5", "/desk/moderation?after=3#case-2", "../moderation?after=3#case-2"),
      ("/api/v1/notes/write", "/receipt/0-x", "../../../receipt/0-x"), ("/agenda", "/agenda/", "agenda/"),
      ("/me", "/", "./"), ("/a/b", "/", "../"), ("/me", "/me", "me"), ("/x", "/a:b", "./a:b"),
      ("/x", "https://e.example/y", "https://e.example/y"), ("/x", "//e.example/y", "//e.example/y"),
    ]
    for (path, target, expected) in cases {
      #expect(RelativeLocation.from(path, to: target) == expected, "\(path) → \(target)")
    }
  }

  @Test("it is done for an address with a path, of the site or of its server, and for no other")
  func addresses() {
    for address in ["https://e.example/participer/", "https://e.example/a", "http://127.0.0.1:1/bureau"] {
      #expect(RelativeLocation.isNeeded(address), "\(address)")
    }
    for address in ["https://e.example/", "https://e.example", "http://127.0.0.1:8080/"] {
      #expect(!RelativeLocation.isNeeded(address), "\(address)")
    }
  }

  @Test("the desk, a person's own pages, acts and folders stay below the path, through the real server")
  func served() throws {
    let yaml = NotesCommune.yaml.replacing("https://essai.example/", with: "https://essai.example/participer/")
    let folder = try Folder(yaml: yaml)
    let commune = try folder.open()
    let server = try CommuneServer.start(commune, host: "127.0.0.1", port: 0, behindProxy: false)
    defer { server.stop() }
    #expect(eventually { folder.text("site/notes/index.html") != nil })
    let client = WireClient(port: server.port)
    #expect(client.send("GET", "/desk", [])?.header("Location") == "desk/sign-in")
    #expect(client.send("GET", "/notes", [])?.header("Location") == "notes/")
    let act = client.form("/api/v1/notes/write", "body=encore", [])
    #expect(act?.status == 303)
    #expect(act?.header("Location")?.hasPrefix("../../../receipt/0-") == true)
  }
}
