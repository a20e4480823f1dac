import ParticipationKit
import Testing

@testable import Agenda

/// A comment under the wrong paragraph, or with a state nobody chose, would misquote a resident.
@Suite struct CommentLineTests {
  private func message(_ json: String) throws -> String {
    do {
      let line = try CommentLine(Array(json.utf8)[...], number: 7)
      _ = try line.word("kind", of: ["comment", "question"])
      _ = try line.instant("sent", zone: zone)
      return ""
    } catch let error as ImportError {
      #expect(error.line == 7)
      return error.messages["fr"] ?? ""
    }
  }

  private func line(_ more: String = "", kind: String = "comment", state: String = "pending") -> String {
    """
    {"reference":"r","meeting":"m","item":"i","kind":"\(kind)","sent":"2026-11-21T10:40","text":"t",\
    "state":"\(state)"\(more)}
    """
  }

  @Test func aWholeLineIsTaken() throws { #expect(try message(line()).isEmpty) }

  @Test func eachFaultIsNamed() throws {
    #expect(try message("{").hasPrefix("JSON illisible"))
    #expect(try message("[]").contains("un objet JSON par ligne"))
    #expect(try message("{\"reference\":\"r\"}").contains("« meeting » manque"))
    #expect(try message(line(",\"mail\":\"x\"")).contains("membre inconnu « mail »"))
    #expect(try message(line(",\"author\":3")).contains("« author » : un nombre"))
    #expect(try message(line(kind: "avis")).contains("« avis » ; attendu : comment, question"))
    #expect(try message(line(state: "withheld")).contains("« reason » manque"))
    #expect(try message(line(",\"answer\":\"Oui\"")).contains("vont ensemble"))
  }

  @Test func aQuoteIsFoundWhateverItsTypographyAndOnlyAsWordsInARow() {
    let blocks = [
      KeptBlock(id: "b1", text: "L’accès des riverains est maintenu le matin."),
      KeptBlock(id: "b2", text: "Le matin, l’accès est fermé."),
    ]
    #expect(CommentImport.blocks(blocks, holding: "l'acces des RIVERAINS").map(\.id) == ["b1"])
    #expect(CommentImport.blocks(blocks, holding: "accès").map(\.id) == ["b1", "b2"])
    #expect(CommentImport.blocks(blocks, holding: "riverains le matin").isEmpty)
    #expect(CommentImport.blocks(blocks, holding: "…").isEmpty)
  }
}
