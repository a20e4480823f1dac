import ParticipationKit
import Testing

/// A title breaks between words, never before a mark: «&nbsp;Chemin des Vignes&nbsp;: …» keeps its colon.
@Suite("French titles")
struct TitleTextTests {
  @Test(
    "spaces before marks and within guillemets do not break, apostrophes are curved",
    arguments: [
      ("Chemin des Vignes : choix de l'entreprise", "Chemin des Vignes\u{A0}: choix de l’entreprise"),
      ("Et maintenant ?", "Et maintenant\u{202F}?"),
      ("Attention ! Travaux ; détour", "Attention\u{202F}! Travaux\u{202F}; détour"),
      ("Salle n° 3, 1 640 € à 20 h 30", "Salle n°\u{A0}3, 1\u{202F}640\u{A0}€ à 20\u{A0}h\u{A0}30"),
      ("Le « bon » sens", "Le «\u{202F}bon\u{202F}» sens"), ("L'été d'Émile", "L’été d’Émile"),
    ])
  func french(typed: String, shown: String) {
    #expect(TitleText.set(typed, locale: "fr") == shown)
    // Setting what is set changes nothing.
    #expect(TitleText.set(shown, locale: "fr") == shown)
    #expect(TitleText.set(typed, locale: "en") == typed)
  }

  @Test(
    "what is no French mark stays as it is",
    arguments: [
      "", " ", "20:30", "a != b", "' seul '", "« ", "\u{1F600} fin", "Ratio 3:4", "https://a.example/?b",
    ])
  func untouched(text: String) {
    let shown = TitleText.set(text, locale: "fr")
    #expect(shown == (text == "« " ? "«\u{202F}" : text))
  }
}
