import Glibc
import ParticipationKit
import ParvisCommune
import ParvisHost

extension Verb {
  private static let roleHelp = Bilingual(
    fr: "clerk (secrétariat), councillor (élu), agent (technique) ou administrator",
    en: "clerk, councillor, agent or administrator")
  private static let email = Operand("EMAIL", fr: "l’adresse du compte", en: "the address of the account")

  /// `parvis person add`.
  static let personAdd = Verb(
    "person add", summary: Bilingual(fr: "crée un compte pour le bureau", en: "makes an account for the desk"),
    details: Bilingual(
      fr: """
        Le mot de passe (12 caractères au moins) est demandé au terminal, ou lu d’un fichier ou de l’entrée standard ;
        jamais des arguments, que d’autres programmes peuvent voir.
        """,
      en: """
        The password (at least 12 characters) is asked for at the terminal, or read from a file or standard input; never
        from the arguments, which other programs can see.
        """),
    operands: [email],
    options: [
      .commune, Option("name", value: "NAME", fr: "le nom affiché", en: "the name shown"),
      Option("role", value: "ROLE", fr: roleHelp.fr, en: roleHelp.en),
      Option("password-file", value: "FILE", fr: "le fichier du mot de passe", en: "the file with the password"),
      Option(
        "password-stdin", fr: "le mot de passe vient de l’entrée standard", en: "the password comes from standard input"
      ),
    ],
    examples: [
      "parvis person add mairie@vaubrisey.example --name \"Odile Perrin\" --role clerk",
      "parvis person add elu@vaubrisey.example --name \"Sandrine\" --role councillor --password-stdin < secret",
    ]
  ) { invocation in
    let role = try invocation.askedRole()
    let name = try invocation.asked("name", Bilingual(fr: "Nom affiché", en: "Name to show"))
    let password = try invocation.password()
    let person = try invocation.withDoor { door in
      try door.addPerson(
        email: invocation.operands[0], name: name, role: role, password: password, locale: invocation.language.code)
    }
    try invocation.console.say(
      Bilingual(
        fr: "Compte créé : \(person.email) (\(person.name), \(person.role)).",
        en: "Account made: \(person.email) (\(person.name), \(person.role))."))
    return .done
  }

  /// `parvis person list`.
  static let personList = Verb(
    "person list", summary: Bilingual(fr: "liste les comptes", en: "lists the accounts"), options: [.commune, .json]
  ) { invocation in
    let people = try invocation.withCommune(for: .reading) { try $0.people.all() }
    if invocation.wantsJSON {
      let list = people.map { person -> JSONValue in
        [
          "email": .string(person.email), "name": .string(person.name), "role": .string(person.role),
          "disabled": .bool(person.isDisabled),
        ]
      }
      try invocation.console.say(JSONValue.object([("ok", true), ("people", .array(list))]).text)
      return .done
    }
    for person in people {
      let state = person.isDisabled ? Bilingual(fr: "  (désactivé)", en: "  (disabled)")(invocation.language) : ""
      try invocation.console.say("\(person.email)  \(person.role)  \(person.name)\(state)")
    }
    if people.isEmpty {
      invocation.console.note(
        Bilingual(
          fr: "Aucun compte. « parvis serve » affiche un lien pour créer le premier.",
          en: "No account. “parvis serve” prints a link to make the first one."))
    }
    return .done
  }

  /// `parvis person role`.
  static let personRole = Verb(
    "person role", summary: Bilingual(fr: "change le rôle d’un compte", en: "changes the role of an account"),
    operands: [email, Operand("ROLE", fr: roleHelp.fr, en: roleHelp.en)], options: [.commune]
  ) { invocation in
    let role = try Verb.checkedRole(invocation.operands[1])
    try invocation.withDoor {
      try $0.setRole(email: invocation.operands[0], role: role, locale: invocation.language.code)
    }
    try invocation.console.say(
      Bilingual(
        fr: "\(invocation.operands[0]) a le rôle \(role).", en: "\(invocation.operands[0]) has the role \(role)."))
    return .done
  }

  /// `parvis person disable`.
  static let personDisable = Verb(
    "person disable",
    summary: Bilingual(
      fr: "désactive un compte et ferme ses sessions", en: "disables an account and ends its sessions"),
    operands: [email], options: [.commune]
  ) { try $0.setDisabled(true, done: Bilingual(fr: "est désactivé", en: "is disabled")) }

  /// `parvis person enable`.
  static let personEnable = Verb(
    "person enable", summary: Bilingual(fr: "réactive un compte", en: "enables an account again"), operands: [email],
    options: [.commune]
  ) { try $0.setDisabled(false, done: Bilingual(fr: "est actif", en: "is enabled")) }

  /// `parvis person invite`.
  static let personInvite = Verb(
    "person invite",
    summary: Bilingual(fr: "fait un lien pour créer un compte", en: "makes a link with which an account is created"),
    details: Bilingual(
      fr: "Le lien vaut une seule fois, pendant 7 jours. Remettez-le à la personne, et à elle seule.",
      en: "The link works once, for 7 days. Give it to the person, and to nobody else."),
    options: [.commune, Option("role", value: "ROLE", fr: roleHelp.fr, en: roleHelp.en)],
    examples: ["parvis person invite --role councillor"]
  ) { invocation in
    let role = try invocation.askedRole()
    try invocation.console.say(try invocation.withDoor { try $0.invite(role: role) })
    return .done
  }

  /// `parvis person reset-factor`.
  static let personResetFactor = Verb(
    "person reset-factor",
    summary: Bilingual(
      fr: "retire le second facteur d’un compte, par exemple après la perte du téléphone",
      en: "takes the second factor of an account away, as after the loss of a telephone"),
    details: Bilingual(
      fr: "Les sessions du compte se terminent. Vérifiez d’abord que la demande vient bien de la personne.",
      en: "The sessions of the account end. Check first that the request comes from the person."),
    operands: [email], options: [.commune]
  ) { invocation in
    try invocation.withDoor {
      try $0.resetSecondFactor(email: invocation.operands[0], locale: invocation.language.code)
    }
    try invocation.console.say(
      Bilingual(
        fr: "\(invocation.operands[0]) n’a plus de second facteur.",
        en: "\(invocation.operands[0]) has no second factor any more."))
    return .done
  }

  /// `parvis person reset-password`.
  static let personResetPassword = Verb(
    "person reset-password",
    summary: Bilingual(
      fr: "fait un lien pour choisir un nouveau mot de passe", en: "makes a link for choosing a new password"),
    details: Bilingual(
      fr: """
        Le lien vaut une seule fois, pendant 24 heures. Les sessions du compte se terminent ; son second facteur reste.
        Vérifiez d’abord que la demande vient bien de la personne, et ne remettez le lien qu’à elle.
        """,
      en: """
        The link works once, for 24 hours. The sessions of the account end; its second factor stays. Check first that
        the request comes from the person, and give the link to nobody else.
        """),
    operands: [email], options: [.commune], examples: ["parvis person reset-password elu@vaubrisey.example"]
  ) { invocation in
    try invocation.console.say(
      try invocation.withDoor {
        try $0.passwordLink(email: invocation.operands[0], locale: invocation.language.code)
      })
    return .done
  }

  /// A role that exists.
  fileprivate static func checkedRole(_ text: String) throws -> String {
    if Role.all.contains(text) { return text }
    let known = Role.all.joined(separator: ", ")
    throw CommandError(
      .usage, fr: "rôle inconnu « \(text) » ; attendu : \(known)", en: "unknown role “\(text)”; expected: \(known)")
  }
}

extension Invocation {
  fileprivate func setDisabled(_ isDisabled: Bool, done: Bilingual) throws -> ExitCode {
    try withDoor {
      try $0.setDisabled(email: operands[0], isDisabled, locale: language.code)
    }
    try console.say("\(operands[0]) \(done(language)).")
    return .done
  }

  /// An option that is asked for at a terminal when it is missing.
  fileprivate func asked(_ name: String, _ question: Bilingual) throws -> String {
    if let value = value(name), !ByteText.trimmed(value).isEmpty { return ByteText.singleLine(value) }
    if console.isInteractive, !has("password-stdin") {
      return try Prompt(console: console).ask(question, default: "") { answer in
        answer.isEmpty ? Bilingual(fr: "Il faut une réponse.", en: "An answer is needed.") : nil
      }
    }
    throw CommandError(.usage, fr: "il manque --\(name)", en: "--\(name) is missing")
  }

  fileprivate func askedRole() throws -> String {
    let question = Bilingual(
      fr: "Rôle (\(Role.all.joined(separator: ", ")))", en: "Role (\(Role.all.joined(separator: ", ")))")
    return try Verb.checkedRole(try asked("role", question))
  }

  /// The password: the first line of a file or of standard input, or typed twice.
  fileprivate func password() throws -> String {
    if let file = value("password-file") {
      return Self.firstLine(try FileTree.bytes(of: file, maxBytes: 1 << 16))
    }
    if has("password-stdin") {
      guard let bytes = Descriptor(STDIN_FILENO).readAll(maxBytes: 1 << 16) else {
        throw FileTree.failure("-", fr: "de lire l’entrée standard", en: "read standard input")
      }
      return Self.firstLine(bytes)
    }
    guard console.isInteractive else {
      throw CommandError(
        .usage, fr: "pas de terminal pour demander le mot de passe ; utilisez --password-stdin ou --password-file",
        en: "no terminal to ask for the password; use --password-stdin or --password-file")
    }
    return try Prompt(console: console).newPassword()
  }

  private static func firstLine(_ bytes: [UInt8]) -> String {
    String(decoding: bytes.prefix { $0 != 0x0A && $0 != 0x0D }, as: UTF8.self)
  }
}
