import Glibc
import ParticipationKit
import Testing

@testable import SiteGeneration

/// What was published and is known nowhere must not stay public: whoever had words erased would find them for ever.
@Suite struct UnknownFileTests {
  private func expectSameAsFullBuild(_ commune: ToyCommune, _ stop: Int) throws {
    let site = FileTree.read(commune.sitePath) { $0.hasSuffix(".part") }
    #expect(FileTreeDifference(site, try commune.fullBuild()) == FileTreeDifference(), "stopped at step \(stop)")
  }

  /// A commune whose publication of a new record was stopped; nil when it had fewer steps.
  private func stopped(at stop: Int) throws -> (commune: ToyCommune, publisher: Publisher)? {
    let commune = try ToyCommune(languages: ["fr", "en"])
    try commune.create(1...5)
    _ = try commune.publisher().publishPending(now: commune.now)
    try commune.create([6])
    let stopper = CrashTests.Stopper(at: stop)
    let publisher = try commune.publisher { _ in try stopper.check() }
    do {
      _ = try publisher.publishPending(now: commune.now)
      return nil
    } catch is CrashTests.Stopped {}
    return (commune, publisher)
  }

  @Test func aRecordErasedAfterAStopLeavesNoPage() throws {
    var steps = 0
    for stop in 1...200 {
      guard let (commune, publisher) = try stopped(at: stop) else { break }
      steps = stop
      try commune.delete(6)
      #expect(publisher.hasUnrecordedFiles || !commune.page("toy/item-6.html").contains("Première"))
      // The same program goes on, as after a disk that was full for a while.
      _ = try publisher.publishPending(now: commune.now)
      #expect(!publisher.hasUnrecordedFiles)
      try expectSameAsFullBuild(commune, stop)
    }
    #expect(steps > 30)
  }

  @Test func aRecordErasedAfterAKillLeavesNoPage() throws {
    var steps = 0
    for stop in 1...200 {
      guard let (commune, _) = try stopped(at: stop) else { break }
      steps = stop
      try commune.delete(6)
      let publisher = try commune.publisher()
      try publisher.verifyFiles()
      _ = try publisher.publishPending(now: commune.now)
      try expectSameAsFullBuild(commune, stop)
      #expect(try commune.queued() == 0)
    }
    #expect(steps > 30)
  }

  @Test func alsoWithoutACheckAPageThatIsNoLongerThereGoes() throws {
    for stop in 1...12 {
      guard let (commune, _) = try stopped(at: stop) else { break }
      try commune.delete(6)
      _ = try commune.publisher().publishPending(now: commune.now)
      for path in ["toy/item-6.html", "en/toy/item-6.html", "api/v1/toy/item-6.json"] {
        #expect(commune.site[path] == nil, "step \(stop): \(path) is still there")
      }
    }
  }

  @Test func anEditTakenBackAfterAStopIsNotPublic() throws {
    let commune = try ToyCommune(languages: ["fr"])
    try commune.create(1...3)
    _ = try commune.publisher().publishPending(now: commune.now)
    // Of the same length: neither the size of the file nor the row, which is that of the old text, tells.
    let retitle = { (title: String) in
      try commune.act([Subject("toy", "item", "2"), Subject("toy", "all", "all")]) {
        try $0.execute("UPDATE toy_item SET title = ? WHERE id = 2", [.text(title)])
      }
    }
    try retitle("Été n° 7 <b>")
    for stop in 1...60 {
      let stopper = CrashTests.Stopper(at: stop)
      let publisher = try commune.publisher { _ in try stopper.check() }
      do {
        _ = try publisher.publishPending(now: commune.now)
        #expect(stop > 10)
        break
      } catch is CrashTests.Stopped {}
      try retitle("Été n° 2 <b>")
      _ = try publisher.publishPending(now: commune.now)
      try expectSameAsFullBuild(commune, stop)
      try retitle("Été n° 7 <b>")
    }
  }

  @Test func aFullPublicationRemovesWhatNothingKnows() throws {
    let commune = try ToyCommune(languages: ["fr", "en"])
    try commune.create(1...2)
    _ = try commune.publisher().publishPending(now: commune.now)
    let whole = commune.site
    let page = commune.page("toy/item-1.html")
    mkdir(commune.sitePath + "/toy/old", 0o755)
    let strays = [
      "toy/ghost.html", "toy/old/ghost.html", "en/toy/ghost.html", "api/v1/toy/ghost.json", "search/fr-9.js",
      "sitemap-9.xml", "ghost.html",
    ]
    for path in strays { FileTree.write(commune.sitePath + "/" + path, page) }
    // What a person put there by hand, as far as it can be told apart.
    mkdir(commune.sitePath + "/.well-known", 0o755)
    mkdir(commune.sitePath + "/photos", 0o755)
    let others = [".htaccess", ".well-known/token", "photos/fete.jpg", "google12345.html", "toy/.keep"]
    for path in others { FileTree.write(commune.sitePath + "/" + path, "google-site-verification") }
    symlink("item-1.html", commune.sitePath + "/toy/link.html")
    let report = try commune.publisher().publishAll(now: commune.now)
    #expect(report.deleted == strays.count && report.written == 0)
    #expect(!FileTree.isFolder(commune.sitePath + "/toy/old"))
    let left = FileTreeDifference(commune.site, whole)
    #expect(left.surplus == (others + ["toy/link.html"]).sorted() && left.missing.isEmpty)
  }

  @Test func aPathThatChangesItsOwnerKeepsItsFile() throws {
    let commune = try ToyCommune(languages: ["fr"])
    let odd = DocumentFamily(
      "odd", rank: .record, titles: ["fr": "Drôle"], path: { "toy/odd-\($0)" },
      keys: { _, after, _ in after == nil ? ["a"] : [] },
      load: { _, key in
        Document(value: nil, updated: Timestamp(milliseconds: 0)) { _ in
          Page(title: "of a document", summary: "", body: [])
        }
      })
    let asDocument = { try commune.publisher(families: [odd]) }
    let asFile = { try commune.publisher(families: [], more: [("toy/odd-a.html", Array("of the host".utf8))]) }
    for _ in 0..<2 {
      _ = try asDocument().publishAll(now: commune.now)
      #expect(commune.page("toy/odd-a.html").contains("of a document"))
      _ = try asFile().publishAll(now: commune.now)
      #expect(commune.page("toy/odd-a.html") == "of the host")
    }
    #expect(try asFile().publishAll(now: commune.now).written == 0)
  }

  @Test func aSiteMayLieBehindALink() throws {
    // A folder of the web server, or a disk of its own: the first publication cannot take its name by renaming.
    let commune = try ToyCommune(languages: ["fr"])
    try commune.create(1...2)
    let served = commune.folder.path + "/served"
    mkdir(served, 0o755)
    symlink("served", commune.sitePath)
    _ = try commune.publisher().publishPending(now: commune.now)
    #expect(FileTreeDifference(FileTree.read(served), try commune.fullBuild()) == FileTreeDifference())
    try commune.comment(1)
    _ = try commune.publisher().publishPending(now: commune.now)
    #expect(FileTreeDifference(FileTree.read(served), try commune.fullBuild()) == FileTreeDifference())
  }

  @Test func anotherEditionIsPublishedAnewAsAWhole() throws {
    let commune = try ToyCommune(languages: ["fr"])
    try commune.create(1...2)
    let publisher = try commune.publisher()
    try publisher.enqueueAll(unlessMadeFrom: [1])
    _ = try publisher.publishPending(now: commune.now)
    try publisher.enqueueAll(unlessMadeFrom: [1])
    #expect(try commune.queued() == 0)
    // Other content, and other files of the program.
    try publisher.enqueueAll(unlessMadeFrom: [2])
    #expect(try commune.queued() == 1)
    _ = try publisher.publishPending(now: commune.now)
    try commune.publisher(more: [("assets/new.js", [1])]).enqueueAll(unlessMadeFrom: [2])
    #expect(try commune.queued() == 1)
  }
}
