/// The name that an author lets the public see: none, the first name, or the whole name. The same choice in every form
/// in which people write something of their own; nothing is chosen for them but « none ».
public struct PublicName: Sendable {
  private init() {}

  /// The name of the field with the choice; its values are `none`, `first` and `full`.
  public static let choiceField = "name_shown"
  /// The name of the field with the name.
  public static let nameField = "author"
  /// The most characters of a name.
  public static let maxLength = 80
  /// The most bytes of a name in UTF-8: four a character.
  public static var maxBytes: Int { maxLength * 4 }

  /// The two fields, with their words in a language.
  public static func fields(_ locale: String) -> [Field] {
    let words = locale == "en" ? english : french
    return [
      Field(
        choiceField, .choice, words.choice, help: words.choiceHelp,
        choices: [Choice("none", words.none), Choice("first", words.first), Choice("full", words.full)]),
      Field(nameField, .line, words.name, help: words.nameHelp, maxLength: maxLength, autocomplete: "name"),
    ]
  }

  /// What is shown and kept of a name: what the author does not want shown is not stored either. A program that sends a
  /// name without a choice wants it shown.
  public static func shown(_ submission: Submission) -> String {
    let name = ByteText.singleLine(submission.text(nameField))
    switch submission.text(choiceField) {
    case "none": return ""
    case "first": return String(name.split(separator: " ").first ?? "")
    default: return name
    }
  }

  private struct Texts {
    let choice: String
    let choiceHelp: String
    let none: String
    let first: String
    let full: String
    let name: String
    let nameHelp: String
  }

  private static let french = Texts(
    choice: "Votre nom sur la page", choiceHelp: "Rien n’est montré si vous ne le demandez pas.", none: "Aucun nom",
    first: "Mon prénom seulement", full: "Mon nom en entier", name: "Nom",
    nameHelp: "Prénom puis nom. Ce que vous ne montrez pas n’est pas gardé.")
  private static let english = Texts(
    choice: "Your name on the page", choiceHelp: "Nothing is shown unless you ask.", none: "No name",
    first: "My first name only", full: "My whole name", name: "Name",
    nameHelp: "First name, then family name. What you do not show is not kept.")
}
