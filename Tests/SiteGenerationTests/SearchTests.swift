import ParticipationKit
import Testing

@testable import SiteGeneration

/// The static search: a resident finds what a page shows, wherever on it, in their language, and is led to the place.
@Suite struct SearchTests {
  private func words(_ html: String) -> PageWords {
    let bytes = Array(html.utf8)
    return PageWords(bytes, 0..<bytes.count)
  }

  private func text(_ part: PageWords.Part) -> [String] {
    [part.anchor, part.heading, part.text].map { ByteText.trimmed(String(decoding: $0, as: UTF8.self)) }
  }

  @Test func aPageIsCutWhereALinkCanLead() {
    let parts = words(
      """
      <h1>Séance</h1><p>Avant &amp; après</p><section class="item" id="point-7">
      <header><h2 id="t7">Cantine</h2></header>
      <div class="block" id="p7-1"><p>Le prix</p></div><section class="thread"><h3>1 remarque</h3>
      <article class="comment" id="r-3"><p>Trop cher !</p><section class="answer"><p>Réponse du conseil</p></section>
      </article></section><p>Fin du point</p></section><p>Pied</p>
      """
    ).parts.map { text($0).map { $0.split(separator: "\n").joined(separator: " ") } }
    #expect(parts.map { $0[0] } == ["", "point-7", "r-3"])
    #expect(parts[0][2].contains("Avant & après") && parts[0][2].contains("Pied"))
    #expect(!parts[0][2].contains("Séance"), "the title stands in the row already")
    #expect(parts[1][1] == "Cantine")
    #expect(parts[1][2].contains("Le prix") && parts[1][2].contains("Fin du point"))
    #expect(parts[2][2].contains("Trop cher !") && parts[2][2].contains("Réponse du conseil"))
    #expect(!parts[1][2].contains("Trop cher"))
  }

  @Test func headingsWithAnAnchorLeadToTheirPart() {
    let parts = words("<p>un</p><h2 id=\"charte\">Charte</h2><p>deux</p><h2>Sans</h2><p>trois</p>").parts.map(text)
    #expect(parts.map { $0[0] } == ["", "charte"])
    #expect(parts[1][1] == "Charte" && parts[1][2] == "deux")
    #expect(parts[0][2].contains("trois"))
  }

  @Test func whatPeopleDoNotReadIsNotFound() {
    let parts = words(
      """
      <p>vu</p><form><p>formulaire</p></form><nav><a href="x">menu</a></nav><svg><title>carte</title></svg>
      <details class="say no-print"><summary>suivre</summary><details><p>dedans</p></details></details>
      <span class="sr">oreille</span><span aria-hidden="true">image</span><p>vu aussi &lt;b&gt; l&#39;été</p>
      """
    ).parts
    #expect(parts.count == 1)
    let found = text(parts[0])[2]
    #expect(found.contains("vu aussi <b> l'été"))
    for unseen in ["formulaire", "menu", "carte", "suivre", "dedans", "oreille", "image"] {
      #expect(!found.contains(unseen), "\(unseen) is found")
    }
  }

  @Test func aPageWithoutAnEndIsReadToItsEnd() {
    for html in [
      "<p>mot", "<p", "<", "<section id=\"a\"><p>mot", "</section></article>mot", "<form><p>mot", "&", "a&amp",
    ] {
      _ = words(html)
    }
    #expect(text(words("</section>mot").parts[0])[2] == "mot")
  }

  @Test func everyWordOfALongTextIsFound() {
    let long = (0..<9_000).map { "mot\($0)" }.joined(separator: " ")
    #expect(text(words("<p>\(long)</p>").parts[0])[2].hasSuffix("mot8999"))
    let longer = String(repeating: "<p>\(String(repeating: "abcdefgh ", count: 500))</p>", count: 100)
    #expect(words(longer).parts[0].text.count <= PageWords.mostBytes + 5_000)
  }

  // MARK: In which shards

  @Test func wordsAreKnownByTheirBeginningFolded() {
    let line = SearchWords.line(
      "Éclairage",
      [PageWords.Part(text: Array("Œuvre d’été, n° 12 — 日本".utf8)), PageWords.Part(anchor: Array("zz".utf8))])
    let buckets = SearchWords.words(of: [line[...]])
    let all = Set(buckets.flatMap { $0.split(separator: " ").map(String.init) })
    #expect(all == ["eclai!", "oeuvr", "d", "ete", "n", "12"])
    for (bucket, words) in buckets.enumerated() {
      for word in words.split(separator: " ") { #expect(Int(word.utf8.first ?? 0) & 15 == bucket) }
    }
  }

  @Test func manyWordsAreAllKept() {
    let text = (0..<40_000).map { String($0, radix: 36) }.joined(separator: " ")
    let line = SearchWords.line("", [PageWords.Part(text: Array(text.utf8))])
    let all = SearchWords.words(of: [line[...]]).flatMap { $0.split(separator: " ") }
    #expect(all.count == 40_000)
    #expect(Set(all).count == 40_000)
  }

  @Test func wordsAreCutAsTheTextFoldedByTheContractWouldBe() throws {
    // Every letter with an accent and every mark of French typography, beside what has no table.
    let scalars = [0x80...0x2FFF, 0x1F600...0x1F605].joined()
    var samples = scalars.compactMap { Unicode.Scalar(UInt32($0)) }.map { "ab\($0)cd \($0)e \($0)" }
    samples += ["", " ", "l’été\u{202F}: «\u{A0}Œuvre\u{A0}»", "e\u{301}te\u{301}", "ǅ ß ﬁ İ", "naïveté-là", "日本 ok"]
    for sample in samples {
      let expected = Set(beginnings(ByteText.folded(sample)))
      let line = SearchWords.line("", [PageWords.Part(text: Array(sample.utf8))])
      let found = String(decoding: line, as: UTF8.self).split(separator: " ").map(String.init)
      #expect(Set(found) == expected, "\(sample.unicodeScalars.map { String($0.value, radix: 16) })")
      #expect(found.count == expected.count)
    }
  }

  /// The words of folded text as the search page's script reads them, each with its first five letters.
  private func beginnings(_ folded: String) -> [String] {
    func isLetter(_ scalar: Unicode.Scalar) -> Bool {
      scalar.value < 0x80 ? scalar.properties.isAlphabetic || "0"..."9" ~= scalar : scalar.value >= 0xC0
    }
    return folded.unicodeScalars.split { !isLetter($0) }.map { word in
      String(String.UnicodeScalarView(word.prefix { $0.isASCII }.prefix(5)))
    }.filter { !$0.isEmpty }
  }

  @Test func aWordOfATitleIsSaidOnceAndAsTheTitles() {
    let line = SearchWords.line(
      "Le marché", [PageWords.Part(heading: Array("Marché".utf8), text: Array("le jour".utf8))])
    #expect(String(decoding: line, as: UTF8.self) == "le! march! jour")
    // Another page that says it in its text alone does not take the mark away, whichever comes first.
    let other = SearchWords.line("", [PageWords.Part(text: Array("jour de marché".utf8))])
    for lines in [[line[...], other[...]], [other[...], line[...]]] {
      let all = Set(SearchWords.words(of: lines).flatMap { $0.split(separator: " ").map(String.init) })
      #expect(all == ["le!", "march!", "jour", "de"])
    }
  }

  @Test func theWordsOfABucketAreInTheirOrder() {
    let text = "abc abcd ab zebu abces abcef 1 21 a1"
    let buckets = SearchWords.words(of: [SearchWords.line("abcd", [PageWords.Part(text: Array(text.utf8))])[...]])
    #expect(buckets[1].split(separator: " ") == ["1", "a1", "ab", "abc", "abcd!", "abcef", "abces"])
  }

  @Test func linesOfLanguagesWithoutPagesAreLeftOut() {
    let documents = ["a\n\nw1\n", "\nb\n\nw2", "c"].map { Array($0.utf8) }
    let columns = SearchShard.columns(documents, count: 4).map { $0.map { String(decoding: $0, as: UTF8.self) } }
    #expect(columns == [["a", "c"], ["b"], ["w1"], ["w2"]])
  }

  @Test func aCommentIsFoundAndOnlyItsFilesAreWritten() throws {
    let commune = try ToyCommune(languages: ["fr"])
    let publisher = try commune.publisher()
    try commune.create(1...200)
    _ = try publisher.publishPending(now: commune.now)
    let before = commune.site
    try commune.comment(2, "Un premier mot")
    _ = try publisher.publishPending(now: commune.now)
    try commune.comment(3, "Un ornithorynque passe")
    let report = try publisher.publishPending(now: commune.now)
    let written = report.paths.filter { $0.hasPrefix("search/") }
    #expect(written.contains("search/fr-0.js"))
    #expect(written.allSatisfy { $0 == "search/fr-0.js" || $0.hasPrefix("search/words-fr-0-") })
    // The letters of its few new words, not all of them.
    #expect(written.count < SearchWords.buckets / 2, "\(written)")
    #expect(commune.page("search/fr-0.js").contains("ornithorynque"))
    let bucket = Int(UInt8(ascii: "o")) & 15
    #expect(commune.page("search/words-fr-0-\(bucket).js").contains("ornit"))
    #expect(before["search/words-fr-0-\(bucket).js"] != nil)
    #expect(FileTreeDifference(commune.site, try commune.fullBuild()) == FileTreeDifference())
  }

  @Test func aLanguageFindsItsOwnWords() throws {
    let commune = try ToyCommune()
    try commune.create(1...2)
    _ = try commune.publisher().publishPending(now: commune.now)
    #expect(commune.page("search/fr-0.js").contains("\"Fiche\""))
    #expect(commune.page("search/en-0.js").contains("\"Record\""))
    #expect(commune.page("search/en-0.js").contains("Open data"))
    // A page of its own without an entry is found by its title.
    #expect(commune.page("search/en-0.js").contains("\"toy/index.html\""))
  }
}
