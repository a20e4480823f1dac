import ParticipationKit
import ParticipationTesting
import Testing

@testable import Agenda

/// The file is what a clerk keeps for thirty years: it must come back as it left.
@Suite struct MeetingFileTests {
  private let writer = MeetingFileWriter(zone: zone)

  private func sample(_ items: [MeetingFile.Item], state: MeetingState = .draft) -> MeetingFile {
    MeetingFile(
      id: "2026-12-11-conseil",
      text: MeetingText(
        title: "Conseil du \"vendredi\" : 11 décembre", assembly: "Conseil municipal",
        starts: instant("2026-12-11T20:00"), place: "Salle du conseil # 1", commentsUntil: instant("2026-12-06T18:00")),
      state: state, sent: state >= .sent ? instant("2026-12-04T17:30") : nil,
      minuted: state == .minuted ? instant("2027-01-20T09:00") : nil, items: items)
  }

  @Test func aFileIsReadWithItsItems() throws {
    let file = try read(
      """
      ---
      id: 2026-12-11-conseil
      title: "Conseil municipal"
      starts: 2026-12-11T20:00
      place: "Mairie"
      state: draft
      ---

      Bonjour.

      ## Cantine {#repas}

      Rapporteuse : Mme Sandrine Malvoisin
      Nature : information

      Le prix change.

      ## Questions diverses
      """)
    #expect(file.text.intro == "Bonjour.")
    #expect(file.text.starts == instant("2026-12-11T20:00"))
    #expect(file.items.map(\.slug) == ["repas", "questions-diverses"])
    #expect(file.items[0].text.rapporteur == "Mme Sandrine Malvoisin")
    #expect(file.items[0].text.kind == .information)
    #expect(file.items[0].text.body == "Le prix change.")
    #expect(file.items[1].text.kind == .deliberation)
  }

  @Test func whatIsWrittenIsReadBack() throws {
    let item = MeetingFile.Item(
      slug: "cantine",
      text: ItemText(
        title: "Cantine {prix}", rapporteur: "Mme A : adjointe", kind: .questions, isClosed: true,
        body: "Un.\n\n- deux",
        minutes: "Adopté."))
    let withdrawn = MeetingFile.Item(slug: "voirie", text: ItemText(title: "Voirie"), isWithdrawn: true)
    let file = sample([item, withdrawn], state: .minuted)
    #expect(try read(writer.file(file)) == file)
  }

  @Test func aRapporteuseStaysOne() throws {
    let text = writer.file(
      sample([
        MeetingFile.Item(slug: "a", text: ItemText(title: "A", rapporteur: "Odile Vautrin", isRapporteuse: true)),
        MeetingFile.Item(slug: "b", text: ItemText(title: "B", rapporteur: "Mme Aubrion, maire")),
      ]))
    #expect(text.contains("Rapporteuse : Odile Vautrin\n") && text.contains("Rapporteur : Mme Aubrion, maire\n"))
    #expect(try writer.file(read(text)) == text)
  }

  /// A body may hold every line that the format itself uses; none may turn into an item, a definition or minutes.
  @Test(arguments: 0..<60) func anyBodyComesBack(seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    let lines = [
      "## Titre", "\\## Titre", "\\\\## x {#y}", "### Procès-verbal", "\\### Procès-verbal", "  ### Procès-verbal ",
      "---",
      "Nature : information", "Rapporteur : X", "Huis clos : oui", "```", "", "", "texte", "    code", "| a | b |",
      "##",
      "\u{301}accent", "{#id}", "\\", "# un", "fin  ",
    ]
    func text() -> String {
      let count = Int.random(in: 0...9, using: &random)
      return MeetingFileWords.tidy(
        (0..<count).map { _ in lines.randomElement(using: &random) ?? "" }.joined(separator: "\n"))
    }
    var items: [MeetingFile.Item] = []
    for number in 1...4 {
      items.append(
        MeetingFile.Item(slug: "p\(number)", text: ItemText(title: "P {#\(number)}", body: text(), minutes: text())))
    }
    var file = sample(items, state: .held)
    file.text.intro = text()
    #expect(try read(writer.file(file)) == file)
    #expect(try writer.file(read(writer.file(file))) == writer.file(file))
  }

  @Test func theHourThatExistsTwiceComesBack() throws {
    var file = sample([])
    file.text.starts = Timestamp(seconds: 1_792_890_000 + 600)
    #expect(zone.civil(file.text.starts) == zone.civil(Timestamp(seconds: 1_792_890_000 - 3000)))
    #expect(try read(writer.file(file)).text.starts == file.text.starts)
  }

  @Test func lineEndsOfOtherSystemsAreLineEnds() throws {
    let text = writer.file(sample([MeetingFile.Item(slug: "a", text: ItemText(title: "A", body: "un\n\ndeux"))]))
    let windows = MeetingFileWords.lines(of: text).joined(separator: "\r\n")
    #expect(try read(windows) == read(text))
  }

  @Test func theNoticeHoldsNothingThatIsNotPublic() {
    let open = MeetingFile.Item(slug: "a", text: ItemText(title: "Ouvert", body: "visible", minutes: "après"))
    let closed = MeetingFile.Item(slug: "b", text: ItemText(title: "Fermé", isClosed: true, body: "secret"))
    let gone = MeetingFile.Item(slug: "c", text: ItemText(title: "Parti", body: "retiré"), isWithdrawn: true)
    let notice = writer.notice(sample([open, closed, gone], state: .held))
    #expect(notice.contains("visible") && notice.contains("## Fermé {#b}"))
    for hidden in ["secret", "retiré", "Parti", "après", "held", "comments_until"] { #expect(!notice.contains(hidden)) }
  }

  @Test func theNoticeStaysTheSameThroughTheStates() {
    let item = MeetingFile.Item(slug: "a", text: ItemText(title: "A", body: "x"))
    #expect(writer.notice(sample([item])) == writer.notice(sample([item], state: .minuted)))
  }
}
