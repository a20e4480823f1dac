import Testing

@testable import Incidents

@Suite("Hints for the moderator")
struct PersonalHintsTests {
  @Test(
    "signs of personal data are found",
    arguments: [
      ("écrivez à paul@exemple.fr", "hint.email"), ("tél. 06 11 22 33 44", "hint.telephone"),
      ("06.11.22.33.44", "hint.telephone"), ("0611223344", "hint.telephone"), ("la voiture AB-123-CD", "hint.plate"),
      ("ab 123 cd garée là", "hint.plate"),
    ])
  func found(text: String, key: String) {
    #expect(PersonalHints.keys(in: text) == [key])
  }

  @Test(
    "ordinary words are not",
    arguments: [
      "", "@", "@ la mairie", "mât L-031, depuis le 12/03/2026", "le 12 mars 2026 à 20 h 30", "du 3 au 5, 120 mètres",
      "XAB-123-CDX", "lampe n° 1234567",
    ])
  func nothing(text: String) {
    #expect(PersonalHints.keys(in: text).isEmpty)
  }

  @Test("all signs are told together")
  func all() {
    #expect(PersonalHints.keys(in: "a@b 0611223344 AB-123-CD").count == 3)
  }
}
