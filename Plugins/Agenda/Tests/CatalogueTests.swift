import ParticipationKit
import Testing

@testable import Agenda

/// A key without words would be shown to a resident as it is.
@Suite struct CatalogueTests {
  private func catalogue(_ index: Int) throws -> Catalogue {
    let source = AgendaModule.catalogues[index]
    return try Catalogue(locale: source.locale, json: source.json)
  }

  @Test func bothLanguagesHaveTheSameKeys() throws {
    #expect(try catalogue(0).keys == catalogue(1).keys)
  }

  @Test func everyStateKindAndRefusalHasWords() throws {
    let french = try catalogue(0)
    var keys = ItemKind.allCases.map { "kind.\($0.rawValue)" }
    for state in MeetingState.allCases {
      keys += ["state.\(state.rawValue)", "kicker.\(state.rawValue)", "badge.\(state.rawValue)"]
      keys += ["", ".help", ".confirm"].map { "form.setState.\(state.rawValue)\($0)" }
      if state > .draft { keys.append("done.state.\(state.rawValue)") }
    }
    keys += ["already", "early", "empty", "final", "late", "minutes", "order"].map { "state.refused.\($0)" }
    keys += ["error.markdown.length", "error.markdown.nesting", "badge.draft.until", "badge.sent.until"]
    for key in keys { #expect(french.text(key) != nil, "\(key)") }
  }

  @Test func zeroIsSingularInFrenchAndPluralInEnglish() throws {
    #expect(try catalogue(0).text("index.items", ["count": "0"]) == "0 point à l’ordre du jour")
    #expect(try catalogue(1).text("index.items", ["count": "0"]) == "0 items on the agenda")
  }
}
