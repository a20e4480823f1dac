import Glibc
import ParticipationKit
import SQLiteStorage
import Testing

@testable import SiteGeneration

/// After any acts, what was published piece by piece is what a full build gives. Otherwise people read old pages.
@Suite struct IncrementalPublicationTests {
  @Test func everyActLeavesTheSiteOfAFullBuild() throws {
    let commune = try ToyCommune()
    let publisher = try commune.publisher()
    try commune.create(1...12)
    _ = try publisher.publishPending(now: commune.now)
    #expect(commune.site == (try commune.fullBuild()))

    let acts: [(ToyCommune) throws -> Void] = [
      { try $0.comment(3) }, { try $0.create([13]) }, { try $0.rename(7, "Autre titre") }, { try $0.delete(4) },
      { try $0.create(14...16) }, { try $0.delete(16) }, { try $0.comment(13, "<script>alert(1)</script>") },
    ]
    for act in acts {
      try act(commune)
      let report = try publisher.publishPending(now: commune.now)
      #expect(report.pending == 0)
      #expect(report.failures.isEmpty)
      #expect(FileTreeDifference(commune.site, try commune.fullBuild()) == FileTreeDifference())
    }
    #expect(commune.page("toy/item-3.html").contains("D’accord"))
    #expect(!commune.page("toy/item-13.html").contains("<script>alert"))
    #expect(commune.site["toy/item-4.html"] == nil)
    #expect(commune.site["api/v1/toy/item-4.json"] == nil)
    #expect(commune.site["en/toy/item-4.html"] == nil)
  }

  @Test func aCommentRewritesOnlyWhatShowsIt() throws {
    let commune = try ToyCommune()
    let publisher = try commune.publisher()
    try commune.create(1...40)
    _ = try publisher.publishPending(now: commune.now)
    try commune.comment(20)
    let report = try publisher.publishPending(now: commune.now)
    // The page in two languages, the JSON, and the sitemap's shard for the new date; no list. The search knows the
    // words
    // of the comment, see `SearchTests`.
    #expect(
      Set(report.paths.filter { !$0.hasPrefix("search/") }) == [
        "toy/item-20.html", "en/toy/item-20.html", "api/v1/toy/item-20.json", "sitemap-0.xml",
      ])
  }

  @Test func anUnchangedBuildWritesNothing() throws {
    let commune = try ToyCommune()
    let publisher = try commune.publisher()
    try commune.create(1...12)
    let first = try publisher.publishAll(now: commune.now)
    #expect(first.written > 40)
    let second = try publisher.publishAll(now: commune.now)
    #expect(second.written == 0)
    #expect(second.deleted == 0)
    #expect(second.unchanged == first.written)
    #expect(try publisher.publishAll(now: commune.now, dryRun: true).written == 0)
  }

  @Test func aSiteIsBroughtUpToDateWithoutMakingWhatNothingChanged() throws {
    let commune = try ToyCommune()
    let publisher = try commune.publisher()
    try commune.create(1...12)
    let first = try publisher.bringUpToDate(now: commune.now)
    #expect(first.written > 40 && first.written == commune.site.count)
    let second = try publisher.bringUpToDate(now: commune.now)
    #expect(second.written == 0 && second.deleted == 0 && second.documents == 0)
    #expect(second.unchanged == first.written)
    try commune.rename(2, "Neuf")
    let third = try publisher.bringUpToDate(now: commune.now)
    #expect(third.paths.contains("toy/item-2.html") && third.written + third.unchanged == first.written)
    let before = commune.site
    #expect(try publisher.publishAll(now: commune.now).written == 0, "making everything anew finds no difference")
    // What a slip of the hand changed is as it was written.
    unlink(commune.sitePath + "/toy/item-3.html")
    FileTree.write(commune.sitePath + "/robots.txt", "Disallow: /")
    FileTree.write(commune.sitePath + "/toy/ghost.html", commune.page("toy/item-1.html"))
    let repaired = try publisher.bringUpToDate(now: commune.now)
    #expect(repaired.deleted == 1 && commune.site == before)
  }

  @Test func aDryRunSaysWhatWouldBeWrittenAndWritesNothing() throws {
    let commune = try ToyCommune()
    let publisher = try commune.publisher()
    try commune.create(1...3)
    _ = try publisher.publishPending(now: commune.now)
    try commune.rename(2, "Neuf")
    let before = commune.site
    let report = try publisher.publishAll(now: commune.now, dryRun: true)
    #expect(report.paths.contains("toy/item-2.html"))
    #expect(!report.paths.contains("toy/item-3.html"))
    #expect(commune.site == before)
    #expect(try commune.queued() > 0)
  }

  @Test func aNewRecordLeavesOtherShardsAlone() throws {
    let commune = try ToyCommune(languages: ["fr"])
    let publisher = try commune.publisher()
    try commune.create(1...450)
    _ = try publisher.publishPending(now: commune.now)
    let before = commune.site
    try commune.create([451])
    let report = try publisher.publishPending(now: commune.now)
    let after = commune.site
    #expect(before["search/fr-0.js"] == after["search/fr-0.js"])
    #expect(before["search/fr-1.js"] == after["search/fr-1.js"])
    #expect(report.paths.filter { $0.hasPrefix("search/fr-") }.count == 1)
    #expect(report.paths.filter { $0.hasPrefix("sitemap-") }.count <= 2)
    #expect(FileTreeDifference(after, try commune.fullBuild()) == FileTreeDifference())
  }

  @Test func aNewShardIsNamedBySearchPageAndSitemap() throws {
    let commune = try ToyCommune(languages: ["fr"])
    let publisher = try commune.publisher()
    try commune.create(1...4)
    _ = try publisher.publishPending(now: commune.now)
    #expect(commune.page("recherche.html").contains("data-shards=\"0\""))
    try commune.create(5...520)
    _ = try publisher.publishPending(now: commune.now)
    #expect(commune.page("recherche.html").contains("data-shards=\"0 1 2"))
    #expect(commune.page("sitemap.xml").contains("sitemap-1.xml"))
    #expect(FileTreeDifference(commune.site, try commune.fullBuild()) == FileTreeDifference())
  }

  @Test func timeAloneChangesADocument() throws {
    let commune = try ToyCommune()
    let publisher = try commune.publisher()
    let closes = commune.now.adding(seconds: 3600)
    try commune.create([1], closes: closes)
    _ = try publisher.publishPending(now: commune.now)
    #expect(commune.page("toy/item-1.html").contains(">open<"))
    let next = try commune.readers.read {
      try publisher.nextChange(in: ToyCommune.ledger($0, "publication", isWriting: false))
    }
    #expect(next == closes)
    try publisher.enqueueDue(now: commune.now)
    #expect(try commune.queued() == 0)
    commune.pass(seconds: 4000)
    try publisher.enqueueDue(now: commune.now)
    _ = try publisher.publishPending(now: commune.now)
    #expect(commune.page("toy/item-1.html").contains(">closed<"))
    let after = try commune.readers.read {
      try publisher.nextChange(in: ToyCommune.ledger($0, "publication", isWriting: false))
    }
    #expect(after == nil)
    #expect(FileTreeDifference(commune.site, try commune.fullBuild()) == FileTreeDifference())
  }

  @Test func aFamilyThatIsGoneTakesItsPagesAlong() throws {
    let commune = try ToyCommune()
    try commune.create(1...7)
    _ = try commune.publisher().publishAll(now: commune.now)
    #expect(commune.site["toy/page-1.html"] != nil)
    let reduced = try commune.publisher(families: [ToyModule.items, ToyModule.index])
    let report = try reduced.publishAll(now: commune.now)
    #expect(report.deleted == 2 * 3)
    #expect(commune.site["toy/page-1.html"] == nil)
    #expect(commune.site["api/v1/toy/page-2.json"] == nil)
    #expect(!commune.page("sitemap-0.xml").contains("page-1"))
  }

  @Test func everythingCanBeQueuedByOneMark() throws {
    let commune = try ToyCommune()
    let publisher = try commune.publisher()
    try commune.create(1...6)
    _ = try publisher.publishPending(now: commune.now)
    try commune.writer.perform { connection in
      try ToyCommune.ledger(connection, "toy", isWriting: true).execute("UPDATE toy_item SET title = 'Même'")
      try publisher.enqueueAll(in: ToyCommune.ledger(connection, "publication", isWriting: true))
    }
    _ = try publisher.publishPending(now: commune.now)
    #expect(commune.page("toy/item-5.html").contains("<h1>Même</h1>"))
    #expect(try commune.queued() == 0)
  }

  @Test func anActDuringAPublicationStaysQueued() throws {
    let commune = try ToyCommune()
    try commune.create(1...2)
    _ = try commune.publisher().publishPending(now: commune.now)
    try commune.comment(1, "avant")
    // The act comes between the files and the last transaction.
    let publisher = try commune.publisher { step in
      if step == .commit { try commune.comment(1, "pendant") }
    }
    let report = try publisher.publishPending(now: commune.now)
    #expect(report.pending == 1)
    #expect(!commune.page("toy/item-1.html").contains("pendant"))
    _ = try commune.publisher().publishPending(now: commune.now)
    #expect(commune.page("toy/item-1.html").contains("pendant"))
  }
}

/// Which files differ, for messages that can be read.
struct FileTreeDifference: Equatable {
  var missing: [String] = []
  var surplus: [String] = []
  var different: [String] = []

  init() {}

  init(_ found: [String: [UInt8]], _ expected: [String: [UInt8]]) {
    missing = expected.keys.filter { found[$0] == nil }.sorted()
    surplus = found.keys.filter { expected[$0] == nil }.sorted()
    different = found.filter { expected[$0.key] != nil && expected[$0.key] != $0.value }.map(\.key).sorted()
  }
}
