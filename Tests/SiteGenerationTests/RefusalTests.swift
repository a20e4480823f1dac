import Glibc
import ParticipationKit
import Testing

@testable import SiteGeneration

/// A module's mistake stops its own document and nothing else.
@Suite struct RefusalTests {
  struct Broken: Error, CustomStringConvertible { var description: String { "broken on purpose" } }

  private func family(
    path: @escaping @Sendable (String) -> String, load: @escaping @Sendable (String) throws -> Document?
  ) -> DocumentFamily {
    DocumentFamily(
      "odd", rank: .record, titles: ["fr": "Drôle"], path: path,
      keys: { _, after, _ in after == nil ? ["a", "b"] : [] }, load: { _, key in try load(key) })
  }

  private func page(_ title: String) -> Document {
    Document(value: nil, updated: Timestamp(milliseconds: 0)) { _ in Page(title: title, summary: "", body: []) }
  }

  @Test func aDocumentThatCannotBeMadeIsReportedAndTheOthersAppear() throws {
    let commune = try ToyCommune()
    let odd = family(path: { "toy/odd-\($0)" }) { key in
      if key == "a" { throw Broken() }
      return page("b")
    }
    let report = try commune.publisher(families: [odd, ToyModule.index]).publishAll(now: commune.now)
    #expect(report.failures.map(\.subject) == [Subject("toy", "odd", "a")])
    #expect(report.failures.first?.reason.contains("broken on purpose") == true)
    #expect(commune.site["toy/odd-b.html"] != nil)
    #expect(commune.site["toy/odd-a.html"] == nil)
    #expect(report.pending == 1)
    let mended = family(path: { "toy/odd-\($0)" }) { page($0) }
    let next = try commune.publisher(families: [mended, ToyModule.index]).publishPending(now: commune.now)
    #expect(next.failures.isEmpty)
    #expect(next.pending == 0)
    #expect(commune.site["toy/odd-a.html"] != nil)
  }

  @Test(arguments: ["id", "url", "updated"])
  func dataWithAMemberThatTheHostWritesIsRefused(_ name: String) throws {
    let commune = try ToyCommune()
    let odd = family(path: { "toy/odd-\($0)" }) { key in
      let value = JSONValue.object([(key == "a" ? name : "other", .string("mine"))])
      return Document(value: value, updated: Timestamp(milliseconds: 0)) { _ in Page(title: "", summary: "", body: []) }
    }
    let report = try commune.publisher(families: [odd]).publishAll(now: commune.now)
    #expect(report.failures.map(\.subject) == [Subject("toy", "odd", "a")])
    #expect(report.failures.first?.reason.contains("“\(name)”") == true)
    #expect(commune.site["api/v1/toy/odd-b.json"] != nil, "a name of the module's own is published")
  }

  @Test(arguments: [
    "../etc/passwd", "toy/../../x", "/toy/x", "toy/É", "toy/a b", "toy//x", "toy/.hidden", "other/x", "toy", "toy/",
    "toy/x\u{0}", "toy/A", "toyx/a", "",
  ])
  func aPathThatLeavesTheModuleIsRefused(_ path: String) throws {
    let commune = try ToyCommune()
    let report = try commune.publisher(families: [family(path: { _ in path }) { page($0) }])
      .publishAll(now: commune.now)
    #expect(report.failures.count == 2)
    #expect(report.failures.first?.reason.contains("toy/odd/a") == true)
    #expect(commune.site.keys.allSatisfy { !$0.contains("..") && !$0.hasPrefix("other") })
  }

  @Test func aPageThatMovesLeavesNoFileBehind() throws {
    let commune = try ToyCommune()
    let families = { (prefix: String) in [family(path: { "toy/\(prefix)-\($0)" }) { page($0) }] }
    _ = try commune.publisher(families: families("old")).publishAll(now: commune.now)
    #expect(commune.site["toy/old-a.html"] != nil)
    _ = try commune.publisher(families: families("new")).publishAll(now: commune.now)
    #expect(commune.site["toy/old-a.html"] == nil)
    #expect(commune.site["en/toy/old-a.html"] == nil)
    #expect(commune.site["toy/new-a.html"] != nil)
    // Two documents change places: neither file is removed with the other's old name.
    let swapped = family(path: { $0 == "a" ? "toy/new-b" : "toy/new-a" }) { page($0) }
    _ = try commune.publisher(families: [swapped]).publishAll(now: commune.now)
    #expect(commune.page("toy/new-a.html").contains("<h1>b</h1>"))
    #expect(commune.page("toy/new-b.html").contains("<h1>a</h1>"))
  }

  @Test func aBuildDoesNotOverwriteAFolderThatHoldsSomething() throws {
    let commune = try ToyCommune()
    try commune.create([1])
    let target = commune.folder.path + "/elsewhere"
    _ = try commune.publisher().build(into: target, now: commune.now)
    let error = #expect(throws: PublicationError.self) {
      _ = try commune.publisher().build(into: target, now: commune.now)
    }
    #expect(error?.message("fr").contains("n’est pas vide") == true)
  }

  @Test func aBuildElsewhereLeavesSiteAndQueueAlone() throws {
    let commune = try ToyCommune()
    let publisher = try commune.publisher()
    try commune.create(1...3)
    _ = try publisher.publishPending(now: commune.now)
    let before = commune.site
    try commune.create(4...5)
    try commune.rename(1, "Changé")
    let built = try commune.fullBuild()
    #expect(commune.site == before)
    #expect(try commune.queued() > 0)
    #expect(built["toy/item-4.html"] != nil)
    _ = try publisher.publishPending(now: commune.now)
    #expect(FileTreeDifference(commune.site, built) == FileTreeDifference())
  }

  @Test func aFamilyWhoseKeysCannotBeHadKeepsItsPagesAndHoldsNobodyBack() throws {
    let commune = try ToyCommune()
    try commune.create(1...3)
    let families = { (isBroken: Bool) in
      [
        DocumentFamily(
          "odd", rank: .record, titles: ["fr": "Drôle"], path: { "toy/odd-\($0)" },
          keys: { _, after, _ in
            if isBroken { throw Broken() }
            return after == nil ? ["a", "b"] : []
          },
          load: { _, key in page(isBroken ? "broken" : key) }), ToyModule.items, ToyModule.index,
      ]
    }
    _ = try commune.publisher(families: families(false)).publishAll(now: commune.now)
    try commune.rename(2, "Neuf")
    let report = try commune.publisher(families: families(true)).publishAll(now: commune.now)
    #expect(report.failures.map(\.subject) == [Subject("toy", "~family", "odd")])
    #expect(report.failures.first?.reason.contains("broken on purpose") == true)
    #expect(commune.page("toy/odd-a.html").contains("<h1>a</h1>"))
    #expect(commune.page("toy/item-2.html").contains("Neuf"))
    #expect(report.pending == 1)
    // What the queue names is made when the family is mended.
    unlink(commune.sitePath + "/toy/odd-b.html")
    let mended = try commune.publisher(families: families(false)).publishPending(now: commune.now)
    #expect(mended.pending == 0 && mended.failures.isEmpty)
    #expect(commune.page("toy/odd-b.html").contains("<h1>b</h1>"))
  }

  @Test(arguments: [["a", "a", "b"], ["a", "b", "a"]])
  func aKeyThatComesTwiceCountsOnce(_ keys: [String]) throws {
    let commune = try ToyCommune()
    // And whatever it is asked for, it begins again.
    let odd = DocumentFamily(
      "odd", rank: .record, titles: ["fr": "Drôle"], path: { "toy/odd-\($0)" }, keys: { _, _, _ in keys },
      load: { _, key in page(key) })
    let report = try commune.publisher(families: [odd, ToyModule.index]).publishAll(now: commune.now)
    #expect(report.failures.isEmpty && report.pending == 0)
    #expect(commune.site["toy/odd-a.html"] != nil && commune.site["toy/odd-b.html"] != nil)
    #expect(try commune.publisher(families: [odd, ToyModule.index]).publishAll(now: commune.now).written == 0)
  }

  @Test func aSetOfFilesThatFailsKeepsThemAndHoldsNobodyBack() throws {
    let commune = try ToyCommune()
    try commune.create([1])
    let set = { (fails: String) in
      FileSet(name: "sheets", subject: Subject("host", "sheets", "all"), module: "host") { _ in
        if fails == "all" { throw Broken() }
        return ["one", "two"].map { name in
          FileSet.File(path: "sheets/\(name).txt", isFixed: false) {
            if fails == name { throw Broken() }
            return Array(name.utf8)
          }
        }
      }
    }
    _ = try commune.publisher(fileSets: [set("")]).publishAll(now: commune.now)
    for fails in ["all", "one"] {
      try commune.rename(1, "Neuf \(fails)")
      let report = try commune.publisher(fileSets: [set(fails)]).publishAll(now: commune.now)
      #expect(report.failures.map(\.subject) == [Subject("host", "~file", "sheets")])
      #expect(commune.page("sheets/one.txt") == "one" && commune.page("sheets/two.txt") == "two")
      #expect(commune.page("toy/item-1.html").contains("Neuf \(fails)"))
      #expect(try commune.queued() == 1)
    }
    #expect(try commune.publisher(fileSets: [set("")]).publishPending(now: commune.now).failures.isEmpty)
    #expect(try commune.queued() == 0)
  }
}
