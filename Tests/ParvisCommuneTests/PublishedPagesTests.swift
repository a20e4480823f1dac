import ParticipationKit
import ParticipationTesting
import Testing

@testable import ParvisCommune
@testable import ParvisHost

/// Somebody changes a page and leaves the JSON beside it alone: readers would never look there.
@Suite("Pages and feeds that say something else than the JSON are found")
struct PublishedPagesTests {
  let commune: TestCommune

  /// Two notes, one with a comment that is answered, under a signed head.
  init() throws {
    commune = try NotesCommune.make(languages: ["fr", "en"])
    commune.write("Un *banc* devant l'école, s'il vous plaît")
    commune.write("deuxième")
    try commune.approveAll()
    commune.post("/api/v1/comments/add/notes/note/1", [("kind", "comment"), ("body", "je ne suis pas d’accord")])
    try commune.approveAll()
    let desk = try commune.desk(role: "clerk")
    desk.act("answers", "publish", key: "host/comment/1", [("body", "Merci **bien**."), ("author", "La maire")])
    try commune.signHead()
  }

  /// What both checks say when a part of a page is another.
  private func forged(_ path: String, _ old: String, _ new: String) throws -> [String] {
    let text = try #require(commune.file(path))
    let halves = text.split(separator: old, maxSplits: 1, omittingEmptySubsequences: false)
    try #require(halves.count == 2, "\(path) does not hold \(old)")
    let copy = try commune.copySite("forged")
    try TestFiles.replace(copy + "/" + path, Array((halves[0] + new + halves[1]).utf8))
    return try commune.findingsOfBoth(site: copy)
  }

  @Test("a page as it was made has every text in each language, whatever typography does to it")
  func honest() throws {
    #expect(try commune.findingsOfBoth() == [])
    let verdict = try Commune.verifyRegister(commune.folder + "/site")
    #expect(verdict.texts >= 8 && verdict.uncompared == 0)
  }

  @Test("a word that is changed, put in, taken out or hidden in what a resident wrote is found, in any language")
  func words() throws {
    for (path, old, new) in [
      ("notes/1.html", "<em>banc</em>", "<em>champ</em>"), ("en/notes/1.html", "<em>banc</em>", "grand banc"),
      ("notes/1.html", "je ne suis pas d’accord", "je suis d’accord"),
      ("notes/1.html", "je ne suis", "je <span hidden>ne</span> suis"),
      ("notes/1.html", "<strong>bien</strong>", "<strong>rien</strong>"),
    ] {
      let found = try forged(path, old, new)
      #expect(found.contains { $0.contains("does not stand on the page as in the JSON") }, "\(old): \(found)")
    }
  }

  @Test("a comment that is left out, invented or moved, and an answer that is invented, are found")
  func elements() throws {
    func has(_ found: [String], _ words: String) { #expect(found.contains { $0.contains(words) }, "\(found)") }
    has(try forged("notes/1.html", "id=\"r-1\"", "id=\"x-1\""), "“markdown” of host/comment/1 does not stand")
    has(
      try forged("notes/2.html", "</main>", "<article class=\"comment\" id=\"r-7\">moi</article></main>"),
      "shows host/comment/7, which its JSON does not hold")
    has(
      try forged("notes/index.html", "</main>", "<article id=r-1>je ne suis pas d’accord</article></main>"),
      "shows host/comment/1, which its JSON does not hold")
    has(
      try forged("notes/2.html", "</main>", "<section class=\"answer\">Oui</section></main>"),
      "shows 1 official answers, its JSON holds 0")
    has(try forged("feed.atom", "host/comment/1</id>", "host/comment/9</id>"), "the feed shows host/comment/9")
  }

  @Test("a page that is missing in every language is named; one without texts may be missing")
  func missing() throws {
    let copy = try commune.copySite("copy")
    for path in ["notes/2.html", "en/notes/2.html"] { try TestFiles.replace(copy + "/" + path, nil) }
    #expect(try commune.findingsOfBoth(site: copy).contains { $0.contains("the page of notes/note/2 is missing") })
  }

  @Test("whatever a resident writes, a page that was made of it is never called forged")
  func trolls() throws {
    for text in [
      "1. un\n2. deux\n\n14) 3. > - 9. trois", "2026. Fin", "Prix : 12. Et 3) aussi", "[un](https://exemple.fr/deux)",
      "[a][b]\n\n[b]: javascript:alert(1)", "[x](\n/y\n'z')", "caf&eacute; &#233; &amp; &nope;", "R&D & co",
      "```ruby\nputs 1\n```", "~~~ sh\nls", "| a | b |\n|---|---|\n| 1 | 2 | 3 |",
      "<b>gras</b> <!-- non --> <script>x</script>",
      "# Titre\n===\n* * *\n- [x] fait", "un_deux_trois \\*pas\\* `code`", "« oui ! » : l'eau ; « non »",
      "\u{1F600} ß ﬁ œ Ω ᵃ",
      "<article id=\"r-99\">moi</article>", "<section class=\"answer\">oui</section>", "![image](photo.jpg)",
      "1.\n2)\n\t3. x",
      "aaaa\naaaa\naaaa", "<https://exemple.fr/é?a=1> moi@exemple.fr", "×÷…–—‘’", "\u{200B}zéro\u{AD}largeur\u{FEFF}",
    ] {
      commune.now = commune.now.adding(seconds: 3600)
      #expect(commune.write(text).status == 303, "\(text)")
      commune.post("/api/v1/comments/add/notes/note/2", [("kind", "comment"), ("body", text)])
    }
    try commune.approveAll()
    try commune.signHead()
    #expect(try commune.findingsOfBoth() == [])
  }

  @Test("the key that is expected is taken as its line or its fingerprint, and a site signed with another is refused")
  func pinned() throws {
    let line = commune.opened.host.registerVerifier
    let short = commune.opened.host.registerKeyFingerprint
    #expect(commune.file("registre.html")?.contains(short) == true)
    #expect(try commune.findingsOfBoth(key: line) == [])
    #expect(try commune.findingsOfBoth(key: short) == [])
    #expect(try commune.findingsOfBoth(key: short.filter { $0 != " " }.uppercased()) == [])
    let other = try NotesCommune.make()
    for wrong in [
      other.opened.host.registerVerifier, other.opened.host.registerKeyFingerprint, String(short.prefix(9)),
      short + " 0000", "",
    ] {
      let found = try commune.findingsOfBoth(key: wrong)
      #expect(found.contains { $0.contains("signed by another key than the expected one") }, "\(wrong)")
    }
    #expect(try Commune.verifyRegister(commune.folder + "/site").isKeyPinned == false)
  }
}
