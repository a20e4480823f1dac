import ParticipationKit

/// The files of a new commune.
struct CommuneSkeleton {
  let answers: InitAnswers

  /// Writes what is not there yet.
  /// - Returns: The paths that were added, in order.
  func add(to folder: String) throws -> [String] {
    try FileTree.makeFolder(folder)
    var added: [String] = []
    let pages = SkeletonPages(name: answers.name)
    for (path, text) in [("commune.yaml", configuration)] + pages.all {
      let whole = FileTree.join(folder, path)
      try FileTree.makeFolder(FileTree.parent(whole))
      if try FileTree.create(whole, Array(text.utf8)) { added.append(path) }
    }
    let data = FileTree.join(folder, "data")
    if FileTree.kind(data) == .nothing {
      try FileTree.makeFolder(data, mode: 0o700)
      added.append("data/")
    }
    return added
  }

  private var configuration: String {
    let server = answers.server.isEmpty ? "# server: https://actes.exemple.fr/" : "server: \(quoted(answers.server))"
    let modules = BundledModules.all.map { module in
      let name = module.manifest.names["fr"] ?? module.manifest.id
      return "  \(module.manifest.id): {}  # \(name)"
    }
    return """
      # La commune, telle que Parvis la présente. Après une modification : parvis check, puis parvis build.
      name: \(quoted(answers.name))
      # Le code INSEE de la commune (code officiel géographique), entre guillemets pour garder les zéros.
      insee: \(quoted(answers.insee))
      # La population municipale : certaines règles de droit en dépendent.
      population: \(answers.population)
      department: \(quoted(answers.department))
      time_zone: \(answers.timeZone)
      # La première langue a ses pages à la racine du site.
      languages: [\(answers.languages.joined(separator: ", "))]
      # L'adresse publique du site, avec la barre finale : flux, plan du site, liens canoniques.
      address: \(quoted(answers.address))
      # L'adresse du serveur, si le site est déposé ailleurs (hébergement statique, CDN).
      \(server)
      # La couleur de la commune ; le contraste est calculé et corrigé s'il le faut.
      accent: "#6d2a55"
      demonstration: false

      # Ce qui est écrit au pied de chaque page.
      town_hall:
        address:
          - "Mairie \(inner(FrenchOf.before(answers.name, isPlace: true)))"
        hours: []
        # telephone: "03 00 00 00 00"
        # email: "mairie@exemple.fr"

      # À qui signaler une faille de sécurité (RFC 9116) ; la date est à repousser chaque année.
      # security_contact: "mailto:mairie@exemple.fr"
      # security_expires: 2027-01-31

      # Les rôles qui se connectent aussi avec un code de téléphone ; une liste de mots de passe divulgués à refuser.
      staff:
        second_factor: [administrator, clerk]
        # leaked_passwords: "mots-de-passe-divulgues.txt"
      # Le courrier : suivis, accusés de réception, décisions, réponses. Sans lui, rien ne part et rien ne se suit.
      # « parvis mail test ADRESSE » l'essaie ; toutes les clés sont dans Tools/deploy/README.md.
      # mail:
      #   from: "participer@exemple.fr"
      #   transport: smtp
      #   smtp: "smtp://127.0.0.1:25"
      #   tls: none

      # Les modules en service, avec leurs réglages : parvis module info MODULE
      modules:
      \(modules.joined(separator: "\n"))

      """
  }

  /// A YAML text between double quotes.
  private func quoted(_ text: String) -> String { "\"\(inner(text))\"" }

  private func inner(_ text: String) -> String {
    var out = String.UnicodeScalarView()
    for scalar in ByteText.singleLine(text).unicodeScalars {
      if scalar == "\"" || scalar == "\\" { out.append("\\") }
      out.append(scalar)
    }
    return String(out)
  }
}
