import ParticipationKit
import ParticipationTesting
import ParvisHost

extension NotesCommune {
  /// A commune that sends mail, with one published note.
  static func mailing(languages: [String] = ["fr"], more: String = "") throws -> TestCommune {
    let commune = try make(languages: languages, configuration: TestCommune.withMail + more)
    try commune.publishNote("Bonjour")
    // What lies before the beginning is told to nobody, so that the clock of a test starts here.
    try commune.sendMail()
    return commune
  }
}

extension TestCommune {
  /// The path of a link on the server, without its origin.
  static func path(_ link: String) -> String { String(link.dropFirst("https://essai.example".count)) }

  /// Asks to follow, confirms by the mailed link, and gives the address of the choices.
  @discardableResult
  func follow(_ email: String, _ subject: String, _ frequency: String) throws -> String {
    post("/follow/ask/\(subject)", [("email", email), ("frequency", frequency)])
    let mail = try sendMail().filter { $0.to == email }
    let link = mail.flatMap(\.links).first { $0.contains("/follow/confirm/") } ?? ""
    let answer = post(TestCommune.path(link), [])
    let location = answer.header("Location") ?? ""
    return String(location.prefix { $0 != "?" })
  }

  /// Gives note 1 a headline, which is announced, and gives what left.
  @discardableResult
  func announce(_ headline: String, _ key: String = "1") throws -> [TestMail] {
    try desk(role: "clerk").act("notes", "headline", key: key, [("headline", headline)])
    return try sendMail()
  }
}
