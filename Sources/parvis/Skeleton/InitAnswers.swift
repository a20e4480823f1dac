import ParticipationKit

extension CommuneFacts {
  /// The options of `parvis init` that say what the commune is.
  static var options: [Option] {
    [
      Option("name", value: "NAME", fr: "le nom de la commune", en: "the name of the commune"),
      Option("insee", value: "CODE", fr: "le code INSEE, 5 caractères", en: "the INSEE code, 5 characters"),
      Option("population", value: "N", fr: "le nombre d’habitants", en: "the number of residents"),
      Option(
        "department", value: "CODE", fr: "le département (tiré du code INSEE)", en: "the department (from the code)"),
      Option("time-zone", value: "ZONE", fr: "le fuseau (tiré du département)", en: "the zone (from the department)"),
      Option("languages", value: "LIST", fr: "les langues du site : fr ou fr,en", en: "the languages: fr or fr,en"),
      Option("address", value: "URL", fr: "l’adresse du site", en: "the address of the site"),
      Option(
        "server", value: "URL", fr: "l’adresse du serveur, si le site est ailleurs",
        en: "the address of the server, when the site is elsewhere"),
    ]
  }
}

/// What `commune.yaml` is written from: options, answers at the terminal, or assumptions that are told.
struct InitAnswers {
  var name = "Ma commune"
  var insee = "00000"
  var population = "500"
  var department = ""
  var timeZone = ""
  var languages = ["fr"]
  var address = "http://127.0.0.1:8080/"
  var server = ""
  /// The keys of `commune.yaml` that nobody answered.
  private(set) var assumed: [String] = []

  /// - Throws: ``CommandError`` with exit code 2 for a value that cannot be.
  init(_ invocation: Invocation, asks: Bool) throws {
    func answer(
      _ option: String, _ key: String, _ question: Bilingual, _ value: String, _ check: @escaping (String) -> Bilingual?
    ) throws -> String {
      if let given = invocation.value(option) {
        let given = ByteText.singleLine(given)
        if let complaint = check(given) {
          throw CommandError(
            .usage, fr: "--\(option) : \(complaint.fr)", en: "--\(option): \(complaint.en)")
        }
        return given
      }
      if asks { return try Prompt(console: invocation.console).ask(question, default: value, check: check) }
      assumed.append(key)
      return value
    }
    name = try answer(
      "name", "name", Bilingual(fr: "Nom de la commune", en: "Name of the commune"), name, InitCheck.name)
    insee = try answer("insee", "insee", Bilingual(fr: "Code INSEE", en: "INSEE code"), insee, InitCheck.insee)
    population = try answer(
      "population", "population", Bilingual(fr: "Nombre d’habitants", en: "Number of residents"), population,
      InitCheck.population)
    department = try answer(
      "department", "department", Bilingual(fr: "Département", en: "Department"), InitCheck.department(of: insee),
      InitCheck.department)
    timeZone = try answer(
      "time-zone", "time_zone", Bilingual(fr: "Fuseau horaire", en: "Time zone"), InitCheck.timeZone(of: department),
      InitCheck.timeZone)
    let list = try answer(
      "languages", "languages", Bilingual(fr: "Langues (fr ou fr,en)", en: "Languages (fr or fr,en)"), "fr",
      InitCheck.languages)
    languages = list.split(separator: ",").map { ByteText.trimmed(String($0)) }
    address = InitCheck.slashed(
      try answer(
        "address", "address", Bilingual(fr: "Adresse du site", en: "Address of the site"), address, InitCheck.address))
    if let given = invocation.value("server") {
      if let complaint = InitCheck.address(given) {
        throw CommandError(.usage, fr: "--server : \(complaint.fr)", en: "--server: \(complaint.en)")
      }
      server = InitCheck.slashed(given)
    }
  }
}
