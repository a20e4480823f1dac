import ParticipationKit
import ParvisCommune
import ParvisHost

extension Verb {
  /// `parvis register verify`.
  static let registerVerify = Verb(
    "register verify",
    summary: Bilingual(
      fr: "vérifie le registre d’une copie du site, hors ligne", en: "checks the register of a site’s copy, offline"),
    details: Bilingual(
      fr: """
        Ne lit que les fichiers : signatures, lignes, mots publiés, décomptes. Avec une copie plus ancienne, dit aussi
        ce qui a changé ou disparu entre les deux ; avec un reçu (.json), s’il est bien au registre.
        """,
      en: """
        Reads files only: signatures, leaves, published words, counts. With an older copy, says too what changed or
        disappeared in between; with a receipt (.json), whether it is in the register.
        """),
    operands: [
      Operand("SITE", fr: "le dossier d’une copie du site", en: "the folder of a copy of the site"),
      Operand("OLDER_SITE", isRequired: false, fr: "une copie plus ancienne", en: "an older copy"),
    ],
    options: [
      Option("receipt", value: "FILE", fr: "le reçu à vérifier, en JSON", en: "the receipt to check, as JSON"),
      Option(
        "root", value: "HEX", fr: "l’empreinte lue en mairie, à comparer",
        en: "the fingerprint read at the town hall, to be compared"),
      Option(
        "key", value: "KEY", fr: "la clé attendue : la ligne de key.txt, ou son empreinte lue en mairie",
        en: "the expected key: the line of key.txt, or its fingerprint read at the town hall"),
      Option(
        "allow-waiting", fr: "ce qui attend la prochaine empreinte n’est pas une faute",
        en: "what waits for the next head is no fault"),
      .json,
    ],
    examples: [
      "parvis register verify vaubrisey/site", "parvis register verify site-juin site-mai --receipt recu-00042.json",
    ]
  ) { invocation in
    let receipt = try invocation.value("receipt").map { try FileTree.bytes(of: $0) }
    var verdict = try Commune.verifyRegister(
      invocation.operands[0], older: invocation.operands.count > 1 ? invocation.operands[1] : nil, receipt: receipt,
      key: try invocation.value("key").map { try expectedKey($0) }, allowsWaiting: invocation.has("allow-waiting"))
    if let root = invocation.value("root") { verdict.compare(root: root) }
    try verdict.tell(invocation)
    return verdict.isGood ? .done : .foundWrong
  }

  /// The value of `--key`: a line of `key.txt`, or 32 hexadecimal digits or more.
  private static func expectedKey(_ text: String) throws -> String {
    let digits = text.utf8.filter { $0 > 0x20 }
    let isHexadecimal = digits.allSatisfy {
      (0x30...0x39).contains($0) || (0x61...0x66).contains($0) || (0x41...0x46).contains($0)
    }
    guard text.utf8.contains(0x2B) || isHexadecimal && (32...64).contains(digits.count) else {
      throw CommandError(
        .usage,
        fr: "--key : attendu la ligne de register/key.txt, ou 32 chiffres hexadécimaux (huit groupes de quatre)",
        en: "--key: expected the line of register/key.txt, or 32 hexadecimal digits (eight groups of four)")
    }
    return text
  }

  /// `parvis register head`.
  static let registerHead = Verb(
    "register head",
    summary: Bilingual(
      fr: "signe l’empreinte du registre, à afficher en mairie", en: "signs the head of the register, for the board"),
    details: Bilingual(
      fr: "Une empreinte est signée d’elle-même chaque jour et à chaque clôture. « parvis build » la publie.",
      en: "A head is signed by itself each day and at each closing. “parvis build” publishes it."),
    options: [.commune, .json]
  ) { invocation in
    let head = try invocation.withDoor { try $0.signHead() }
    guard let root = head["root"]?.asString, let size = head["size"]?.asInteger else {
      throw CommandError(
        .foundWrong, fr: "le registre est encore vide ; il n’y a rien à signer",
        en: "the register is still empty; there is nothing to sign")
    }
    if invocation.wantsJSON {
      try invocation.console.say(
        JSONValue.object([("ok", true)] + (head.asObject ?? []).map { ($0.name, $0.value) }).text)
      return .done
    }
    let count = Bilingual(fr: "\(size) lignes", en: "\(size) leaves")
    try invocation.console.say("\(count(invocation.language))  \(head["signed"]?.asString ?? "")")
    let digits = Array(root.utf8)
    for start in stride(from: 0, to: digits.count, by: 16) {
      let groups = stride(from: start, to: min(start + 16, digits.count), by: 4).map {
        String(decoding: digits[$0..<min($0 + 4, digits.count)], as: UTF8.self)
      }
      try invocation.console.say("  " + groups.joined(separator: " "))
    }
    let key = head["key"]?.asString ?? ""
    try invocation.console.say(Bilingual(fr: "Clé : \(key)", en: "Key: \(key)"))
    try invocation.console.say(head["checkpoint"]?.asString ?? "")
    return .done
  }

  /// `parvis register receipt`.
  static let registerReceipt = Verb(
    "register receipt",
    summary: Bilingual(
      fr: "redonne un reçu par son numéro, en JSON", en: "gives a receipt again by its number, as JSON"),
    operands: [Operand("NUMBER", fr: "le numéro du reçu, comme 00042", en: "the number of the receipt, as 00042")],
    options: [.commune], examples: ["parvis register receipt 00042 > recu.json"]
  ) { invocation in
    guard let number = Int(invocation.operands[0]), number > 0 else {
      throw CommandError(
        .usage, fr: "\(invocation.operands[0]) : attendu un numéro comme 00042",
        en: "\(invocation.operands[0]): expected a number such as 00042")
    }
    guard let receipt = try invocation.withCommune(for: .reading, { try $0.host.receipt(number: number) }) else {
      throw CommandError(
        .foundWrong, fr: "il n’y a pas de reçu n° \(invocation.operands[0])",
        en: "there is no receipt number \(invocation.operands[0])")
    }
    try invocation.console.say(receipt.text)
    return .done
  }
}

extension RegisterVerdict {
  fileprivate func tell(_ invocation: Invocation) throws {
    let language = invocation.language
    if invocation.wantsJSON {
      let value: JSONValue = [
        "ok": .bool(isGood), "leaves": .integer(size), "root": .string(root), "heads": .integer(heads),
        "records": .integer(records), "waiting": .integer(waiting), "suppressed": .integer(suppressed),
        "key": .string(fingerprint), "keyPinned": .bool(isKeyPinned), "texts": .integer(texts),
        "uncompared": .integer(uncompared), "receipt": receipt[language.code].map { .string($0) } ?? .null,
        "findings": .array(findings.map { $0.json(language) }),
      ]
      return try invocation.console.say(value.text)
    }
    for finding in findings { try invocation.console.say(finding.line(language.code)) }
    try invocation.console.say(
      Bilingual(
        fr: "\(size) lignes, \(heads) empreintes signées, \(records) textes publiés comparés.",
        en: "\(size) leaves, \(heads) signed heads, \(records) published texts compared."))
    try invocation.console.say(
      Bilingual(
        fr: "\(texts) passages retrouvés sur les pages ; \(uncompared) non cherchés (liens ou tableaux).",
        en: "\(texts) passages found again on the pages; \(uncompared) not looked for (links or tables)."))
    if let words = receipt[language.code] { try invocation.console.say(words) }
    if waiting > 0 {
      try invocation.console.say(
        Bilingual(
          fr: "\(waiting) textes publiés attendent la prochaine empreinte signée.",
          en: "\(waiting) published texts wait for the next signed head."))
    }
    if suppressed > 0 {
      try invocation.console.say(
        Bilingual(fr: "\(suppressed) décomptes déclarés masqués.", en: "\(suppressed) counts declared suppressed."))
    }
    if !root.isEmpty { try invocation.console.say(root) }
    if !fingerprint.isEmpty {
      let key = fingerprint
      try invocation.console.say(
        isKeyPinned
          ? Bilingual(fr: "Clé attendue : \(key)", en: "Expected key: \(key)")
          : Bilingual(
            fr: "Clé prise dans le site lui-même : \(key). Comparez-la à celle de la mairie, ou donnez --key.",
            en: "Key taken from the site itself: \(key). Compare it with the town hall’s, or give --key."))
    }
    if isGood { try invocation.console.say(Bilingual(fr: "Rien à redire.", en: "Nothing to correct.")) }
  }
}
