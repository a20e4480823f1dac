import ParticipationKit
import Testing

@testable import Incidents

@Suite("The words")
struct CatalogueTests {
  private func objects() throws -> [(locale: String, members: [(name: String, value: JSONValue)])] {
    try IncidentsModule.catalogues.map { ($0.locale, try #require(try JSONValue.parse($0.json).asObject)) }
  }

  private func arguments(_ text: String) -> Set<String> {
    Set(
      text.split(separator: "{", omittingEmptySubsequences: false).dropFirst().compactMap {
        $0.split(separator: "}").first.map(String.init)
      })
  }

  @Test("French and English say the same things, with the same arguments")
  func complete() throws {
    let all = try objects()
    #expect(all.map(\.locale) == ["fr", "en"])
    #expect(Set(all[0].members.map(\.name)) == Set(all[1].members.map(\.name)))
    for (french, english) in zip(all[0].members, all[1].members) {
      let a = french.value.asString ?? french.value["other"]?.asString ?? ""
      let b = english.value.asString ?? english.value["other"]?.asString ?? ""
      #expect(arguments(a) == arguments(b), "\(french.name)")
    }
  }

  @Test("every state, look, publication, channel and role has a word in both languages")
  func words() throws {
    let catalogues = try IncidentsModule.catalogues.map { try Catalogue(locale: $0.locale, json: $0.json) }
    var keys = ReportState.allCases.map(\.wordKey) + ReportState.Look.allCases.map { "look.\($0.rawValue)" }
    keys += ["pending", "published", "withheld"].map { "publication.\($0)" }
    keys += ReportRecord.channels.map { "channel.\($0)" } + ReportRecord.roles.map { "role.\($0)" }
    for catalogue in catalogues {
      for key in keys { #expect(catalogue.text(key) != nil, "\(catalogue.locale) \(key)") }
    }
  }

  @Test("French is written with its apostrophe and no-break spaces")
  func typography() throws {
    let french = try objects()[0]
    for member in french.members {
      let text = member.value.asString ?? member.value["other"]?.asString ?? ""
      #expect(!text.contains("'"), "\(member.name)")
      for mark in [" ?", " !", " ;", " »", "« "] { #expect(!text.contains(mark), "\(member.name)") }
    }
  }
}
