import Glibc
import ParticipationKit
import SQLiteStorage
import Synchronization
import Testing

@testable import SiteGeneration

/// A publication may stop at any instant: the next one brings the site to what a full build gives, and no file that
/// people read was ever half written.
@Suite struct CrashTests {
  struct Stopped: Error {}

  /// Counts steps and stops at one of them.
  final class Stopper: Sendable {
    private let count = Mutex(0)
    let at: Int
    init(at: Int) { self.at = at }
    func check() throws {
      let number = count.withLock { value in
        value += 1
        return value
      }
      if number == at { throw Stopped() }
    }
  }

  private func acts(_ commune: ToyCommune) throws {
    try commune.create([8, 9])
    try commune.comment(2)
    try commune.rename(3, "Neuf")
    try commune.delete(5)
  }

  @Test func stoppingBetweenAnyTwoStepsLosesNothing() throws {
    var steps = 0
    for stop in 1...200 {
      let commune = try ToyCommune(languages: ["fr"])
      try commune.create(1...7)
      _ = try commune.publisher().publishPending(now: commune.now)
      try acts(commune)
      let stopper = Stopper(at: stop)
      let stopping = try commune.publisher { _ in try stopper.check() }
      do {
        _ = try stopping.publishPending(now: commune.now)
        steps = stop
        break
      } catch is Stopped {}
      #expect(try commune.queued() > 0, "step \(stop): the marks are gone though the publication stopped")
      try expectNoDeadLink(commune, stop)
      let report = try commune.publisher().publishPending(now: commune.now)
      #expect(report.pending == 0)
      let site = FileTree.read(commune.sitePath) { $0.hasSuffix(".part") }
      #expect(FileTreeDifference(site, try commune.fullBuild()) == FileTreeDifference(), "stopped at step \(stop)")
    }
    #expect(steps > 30)
  }

  /// Whatever is pointed to is there, at whatever step the publication stopped: a page's JSON resource, the pages that
  /// lists, feeds and the sitemap name, and the files that the data page names. (A resource and its page name each
  /// other: the resource comes first and goes last, since people come by the page.)
  private func expectNoDeadLink(_ commune: ToyCommune, _ stop: Int) throws {
    let site = commune.site
    let address = commune.facts.address
    for (path, bytes) in site where !path.hasPrefix("assets/") && !path.hasSuffix(".part") {
      let text = String(decoding: bytes, as: UTF8.self)
      for mark in ["href=\"", "<loc>"] {
        for part in text.split(separator: mark, omittingEmptySubsequences: false).dropFirst() {
          let link = part.prefix { $0 != "\"" && $0 != "<" && $0 != "#" }
          // The toy commune has no desk and no description of its API.
          if ["api/v1/index.json", "api/v1/openapi.json"].contains(where: link.hasSuffix) { continue }
          if link.contains("desk/") || link == address + "me" || link.isEmpty { continue }
          let target: String
          if link.hasPrefix(address) {
            target = String(link.dropFirst(address.count))
          } else if link.contains(":") {
            continue
          } else {
            target = CrashTests.resolve(String(link), from: path)
          }
          #expect(site[target] != nil, "step \(stop): \(path) points to \(target)")
        }
      }
    }
  }

  private static func resolve(_ link: String, from path: String) -> String {
    var steps = path.split(separator: "/").dropLast().map(String.init)
    for step in link.split(separator: "/") {
      if step == ".." { _ = steps.popLast() } else if step != "." { steps.append(String(step)) }
    }
    return steps.joined(separator: "/")
  }

  @Test func aFullPublicationInPlaceWritesFirstWhatIsPointedTo() throws {
    // As after a change of the configuration: everything is written again, and a family and a dump are new.
    var steps = 0
    for stop in 1...400 {
      let commune = try ToyCommune(languages: ["fr"])
      try commune.create(1...4)
      _ = try commune.publisher(families: [ToyModule.index]).publishPending(now: commune.now)
      try acts(commune)
      let stopper = Stopper(at: stop)
      do {
        _ = try commune.publisher { _ in try stopper.check() }.publishAll(now: commune.now)
        steps = stop
        break
      } catch is Stopped {}
      for (path, bytes) in commune.site where path.hasPrefix("toy/item-") && path.hasSuffix(".html") {
        let json = "api/v1/" + path.dropLast(5) + ".json"
        if String(decoding: bytes, as: UTF8.self).contains(json) {
          #expect(commune.site[json] != nil, "step \(stop): \(path) names \(json)")
        }
      }
      _ = try commune.publisher().publishAll(now: commune.now)
      let site = FileTree.read(commune.sitePath) { $0.hasSuffix(".part") }
      #expect(FileTreeDifference(site, try commune.fullBuild()) == FileTreeDifference(), "stopped at step \(stop)")
    }
    #expect(steps > 30)
  }

  @Test func aLargePublicationCanStopAfterPartsWereRecorded() throws {
    // 700 records are more than one transaction holds: shards must not be forgotten after the first.
    for stop in [1005, 1410, 2104, 2106, 2110] {
      let commune = try ToyCommune(languages: ["fr"])
      try commune.create(1...3)
      _ = try commune.publisher().publishPending(now: commune.now)
      try commune.create(4...700)
      let stopper = Stopper(at: stop)
      let stopping = try commune.publisher { _ in try stopper.check() }
      #expect(throws: Stopped.self) { _ = try stopping.publishPending(now: commune.now) }
      _ = try commune.publisher().publishPending(now: commune.now)
      let site = FileTree.read(commune.sitePath) { $0.hasSuffix(".part") }
      #expect(FileTreeDifference(site, try commune.fullBuild()) == FileTreeDifference(), "stopped at step \(stop)")
      #expect(try commune.queued() == 0)
    }
  }

  @Test func aFirstPublicationThatStopsLeavesNoHalfSite() throws {
    let commune = try ToyCommune(languages: ["fr"])
    try commune.create(1...600)
    for stop in [1, 300, 900, 1400] {
      let stopper = Stopper(at: stop)
      let stopping = try commune.publisher { _ in try stopper.check() }
      #expect(throws: Stopped.self) { _ = try stopping.publishPending(now: commune.now) }
      #expect(commune.site.isEmpty)
    }
    _ = try commune.publisher().publishPending(now: commune.now)
    #expect(FileTreeDifference(commune.site, try commune.fullBuild()) == FileTreeDifference())
    #expect(!FileTree.isFolder(commune.sitePath + ".building"))
  }

  @Test func damagedFilesAreFoundAndWrittenAgain() throws {
    let commune = try ToyCommune()
    let publisher = try commune.publisher()
    try commune.create(1...6)
    _ = try publisher.publishPending(now: commune.now)
    let whole = commune.site
    // After a loss of power a file can have its size and not its content, or be gone.
    let page = commune.page("toy/item-2.html")
    FileTree.write(commune.sitePath + "/toy/item-2.html", String(repeating: "\0", count: page.utf8.count))
    unlink(commune.sitePath + "/api/v1/toy/item-3.json")
    FileTree.write(commune.sitePath + "/search/fr-0.js", "")
    FileTree.write(commune.sitePath + "/search/words-fr-0-3.js", "")
    FileTree.write(commune.sitePath + "/toy/news.atom", "")
    FileTree.write(commune.sitePath + "/sitemap.xml", "")
    FileTree.write(commune.sitePath + "/assets/parvis.css", "x")
    FileTree.write(commune.sitePath + "/toy/.item-9.html.part", "left by a crash")
    try publisher.verifyFiles()
    let report = try publisher.publishPending(now: commune.now)
    #expect(FileTreeDifference(commune.site, whole) == FileTreeDifference())
    #expect(!report.paths.contains("toy/item-4.html"))
    try publisher.verifyFiles()
    #expect(try commune.queued() == 0)
  }

  @Test func aFullDiskIsSaidAndTheQueueStays() throws {
    let commune = try ToyCommune()
    try commune.create(1...3)
    _ = try commune.publisher().publishPending(now: commune.now)
    try commune.comment(2)
    let publisher = try commune.publisher { step in
      if case .rename(let path) = step, path == "toy/item-2.html" {
        throw PublicationError.file(
          operation: "write", path: path, code: ENOSPC, reason: SystemCode.text(ENOSPC))
      }
    }
    let error = #expect(throws: PublicationError.self) { _ = try publisher.publishPending(now: commune.now) }
    #expect(error?.message("fr").contains("Libérez de la place") == true)
    #expect(try commune.queued() == 1)
    #expect(!commune.page("toy/item-2.html").contains("D’accord"))
  }

  @Test func aReadOnlyFolderIsSaidWithItsPath() throws {
    guard getuid() != 0 else { return try unreachableFolderIsSaid() }
    let commune = try ToyCommune()
    try commune.create([1])
    chmod(commune.folder.path, 0o500)
    defer { chmod(commune.folder.path, 0o700) }
    let error = #expect(throws: PublicationError.self) {
      _ = try commune.publisher().publishPending(now: commune.now)
    }
    #expect(error?.description.contains("site.building") == true)
  }

  /// For the administrator no folder is read-only, but a file can stand where a folder must be.
  private func unreachableFolderIsSaid() throws {
    let commune = try ToyCommune()
    try commune.create([1])
    FileTree.write(commune.sitePath, "a file")
    let error = #expect(throws: PublicationError.self) {
      _ = try commune.publisher().publishPending(now: commune.now)
    }
    #expect(error?.description.contains(commune.sitePath) == true)
    #expect(FileTree.text(commune.sitePath) == "a file")
  }
}
