import ParticipationKit
import Testing

@testable import ParvisCommune

/// What `parvis check SITE` says of a folder before it is handed to a static host.
@Suite("Links of an emitted site")
struct SiteLinkTests {
  private func findings(_ address: String, missing: String, page: String = "") throws -> [String] {
    let folder = try Folder(content: [:])
    try Files.makeFolder(folder.path + "/site")
    try Files.makeFolder(folder.path + "/site/a")
    try folder.write(
      "site/index.html", "<link rel=\"canonical\" href=\"\(address)index.html\"><a href=\"a/b.html#x\">b</a>\(page)")
    try folder.write("site/a/b.html", "<p id=\"x\"><a href=\"../index.html\">home</a></p>")
    try folder.write("site/404.html", missing)
    return try Commune.checkSite(folder.path + "/site").map { $0.line("en") }
  }

  @Test(
    "the page of missing addresses names the whole path, at the root of a host and under a folder of it",
    arguments: [
      ("https://essai.example/", "/"), ("https://mairie.example/participer/", "/participer/"),
      ("https://mairie.example/une/place/", "/une/place/"),
    ])
  func wholePaths(address: String, base: String) throws {
    #expect(
      try findings(address, missing: "<a href=\"\(base)a/b.html#x\">b</a><a href=\"\(base)index.html\">h</a>") == [])
    let lost = try findings(address, missing: "<a href=\"\(base)a/c.html\">c</a><a href=\"/elsewhere/a/b.html\">b</a>")
    #expect(lost.count == 2 && lost.allSatisfy { $0.contains("404.html") && $0.contains("leads nowhere") })
  }

  @Test("a link out of the folder, to a file that is not there, or to an anchor that is not there is said")
  func lost() throws {
    let page =
      "<a href=\"../x.html\">x</a><img src=\"no.svg\"><a href=\"a/b.html#y\">y</a><a href=\"https://e.example/z\">z</a>"
    let lost = try findings("https://essai.example/", missing: "", page: page)
    #expect(lost.count == 3 && lost.filter { $0.contains("no such anchor") }.count == 1)
  }
}
