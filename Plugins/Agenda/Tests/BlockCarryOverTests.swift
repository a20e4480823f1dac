import ParticipationTesting
import Testing

@testable import Agenda

/// Comments hang on block ids: an id that jumps puts a resident's words under another paragraph.
@Suite struct BlockCarryOverTests {
  private func ids(_ previous: BlockIDs?, _ texts: [String], earlier: [KeptBlock] = []) -> BlockIDs {
    BlockIDs(previous: previous?.blocks ?? [], earlier: earlier, texts: texts, next: previous?.next ?? 1)
  }

  private let draft = [
    "Le conseil est invité à délibérer sur le chemin des Vignes.", "Trois entreprises ont répondu à l’appel d’offres.",
    "Les travaux durent six semaines, de mars à avril.",
  ]

  @Test func theFirstVersionCountsFromOne() {
    #expect(ids(nil, draft).blocks.map(\.id) == ["b1", "b2", "b3"])
  }

  @Test func unchangedTextKeepsAllIDs() {
    let first = ids(nil, draft)
    #expect(ids(first, draft).blocks == first.blocks)
    #expect(ids(first, draft).next == first.next)
  }

  @Test func anInsertedBlockChangesNoOtherID() {
    let second = ids(ids(nil, draft), [draft[0], "Une phrase neuve sur la circulation.", draft[1], draft[2]])
    #expect(second.blocks.map(\.id) == ["b1", "b4", "b2", "b3"])
  }

  @Test func typographyAloneKeepsIDs() {
    let first = ids(nil, ["L'offre A : 84 300 € hors taxes, l'été compris.", "E\u{301}cole et œuvre"])
    let second = ids(first, ["L’offre A\u{A0}: 84\u{202F}300\u{A0}€ hors taxes ; l’ÉTÉ compris", "École et oeuvre"])
    #expect(second.blocks.map(\.id) == ["b1", "b2"])
  }

  @Test func identicalTwinsStayInTheirOrder() {
    let twin = "Vu le code général des collectivités territoriales"
    let first = ids(nil, [twin, "Premier point", twin, "Second point"])
    let second = ids(first, ["Préambule", twin, "Premier point", twin, "Second point"])
    #expect(second.blocks.map(\.id) == ["b5", "b1", "b2", "b3", "b4"])
  }

  @Test func aChangedAmountKeepsTheBlock() {
    let first = ids(nil, ["Salle des Tilleuls, habitants : 120 €", "Salle des Tilleuls, autres : 240 €"])
    let second = ids(first, ["Salle des Tilleuls, habitants : 130 €", "Salle des Tilleuls, autres : 280 €"])
    #expect(second.blocks.map(\.id) == ["b1", "b2"])
  }

  @Test func twoBlocksThatChangePlacesKeepTheirIDs() {
    let second = ids(ids(nil, draft), [draft[1], draft[0], draft[2]])
    #expect(second.blocks.map(\.id) == ["b2", "b1", "b3"])
  }

  @Test func equalWordsWeighMoreThanLikelyOnes() {
    let twin = "Le tarif de la salle reste fixé à cent vingt euros"
    let before = "Le tarif de la cantine reste fixé à quatre euros"
    let after = "Le tarif de la salle passe à cent trente euros demain"
    let second = ids(ids(nil, [before, twin, twin]), [twin, twin, after])
    #expect(second.blocks.map(\.id) == ["b2", "b3", "b4"])
  }

  @Test func aMovedBlockIsNotMistakenForTheSentenceWrittenInItsPlace() {
    let place = "Le tarif de la salle passe à cent vingt euros"
    let new = "Le tarif de la salle passe à cent trente euros"
    let second = ids(ids(nil, [place, draft[1], draft[2]]), [new, draft[1], draft[2], place])
    #expect(second.blocks.map(\.id) == ["b4", "b2", "b3", "b1"])
  }

  @Test func anotherTextGetsNewIDsAndNoneIsUsedAgain() {
    let first = ids(nil, draft)
    let second = ids(first, ["Rien de commun ici", "Pas davantage là"])
    #expect(second.blocks.map(\.id) == ["b4", "b5"])
    #expect(second.next == 6)
  }

  @Test func undoingADeletionBringsTheIDBack() {
    let first = ids(nil, draft)
    let second = ids(first, [draft[0], draft[2]])
    let third = ids(second, draft, earlier: first.blocks)
    #expect(third.blocks.map(\.id) == ["b1", "b2", "b3"])
  }

  @Test func emptyTextIsNoBlock() {
    #expect(ids(ids(nil, draft), []).blocks.isEmpty)
  }

  /// Ten random edits at a time: ids stay unique, and untouched blocks that kept their order keep their ids.
  @Test(arguments: 0..<40) func randomEditsKeepIDsUniqueAndUntouchedBlocksTheirOwn(seed: UInt64) {
    var random = SplitMix(seed: seed)
    let words = [
      "école", "chemin", "forêt", "budget", "salle", "eau", "vote", "travaux", "mairie", "arbre", "pont", "place",
    ]
    func sentence() -> String { (0..<8).map { _ in words.randomElement(using: &random) ?? "" }.joined(separator: " ") }
    var texts = (0..<12).map { "\($0) \(sentence())" }
    var version = ids(nil, texts)
    for round in 0..<10 {
      let before = Dictionary(zip(texts, version.blocks.map(\.id)), uniquingKeysWith: { first, _ in first })
      switch Int.random(in: 0..<3, using: &random) {
      case 0: texts.insert("\(100 + round) \(sentence())", at: Int.random(in: 0...texts.count, using: &random))
      case 1 where texts.count > 3: texts.remove(at: Int.random(in: 0..<texts.count, using: &random))
      default: texts[Int.random(in: 0..<texts.count, using: &random)] = "\(200 + round) \(sentence())"
      }
      version = ids(version, texts)
      #expect(Set(version.blocks.map(\.id)).count == texts.count)
      for block in version.blocks { if let id = before[block.text] { #expect(block.id == id) } }
    }
  }
}
