import Glibc
import ParticipationKit
import ParvisCommune
import ParvisHost

extension Verb {
  /// `parvis mail send`.
  static let mailSend = Verb(
    "mail send", summary: Bilingual(fr: "envoie le courrier qui attend", en: "sends the mail that waits"),
    details: Bilingual(
      fr: """
        « parvis serve » envoie lui-même ; ce verbe sert là où aucun serveur ne tourne, par exemple une fois par heure
        avec cron. Pendant qu’un serveur tourne, c’est lui qui envoie, tout de suite, ce qui est dû.
        """,
      en: """
        “parvis serve” sends by itself; this verb is for where no server runs, once an hour with cron for example.
        While a server runs, the server sends what is due, at once.
        """),
    options: [.commune, .json], examples: ["parvis mail send -C vaubrisey"]
  ) { invocation in
    let report = try invocation.withDoor { try $0.sendMail() }
    if invocation.wantsJSON {
      let value: JSONValue = [
        "ok": .bool(report.failed == 0), "sent": .integer(report.sent), "deferred": .integer(report.deferred),
        "failed": .integer(report.failed),
      ]
      try invocation.console.say(value.text)
    } else {
      try invocation.console.say(
        Bilingual(
          fr: "Envoyés : \(report.sent) ; à retenter : \(report.deferred) ; refusés : \(report.failed).",
          en: "Sent: \(report.sent); to be tried again: \(report.deferred); refused: \(report.failed)."))
    }
    return report.failed == 0 ? .done : .foundWrong
  }

  /// `parvis mail test`.
  static let mailTest = Verb(
    "mail test", summary: Bilingual(fr: "envoie un message d’essai", en: "sends a message to try"),
    details: Bilingual(
      fr: "Le message part tout de suite, par le transport de commune.yaml, et la réponse du relais est affichée.",
      en: "The message leaves at once, by the transport of commune.yaml, and the relay’s answer is shown."),
    operands: [Operand("EMAIL", fr: "à quelle adresse", en: "to which address")], options: [.commune],
    examples: ["parvis mail test mairie@vaubrisey.example"]
  ) { invocation in
    guard let address = MailAddress(invocation.operands[0]) else {
      throw CommandError(
        .usage, fr: "« \(invocation.operands[0]) » n’est pas une adresse électronique",
        en: "“\(invocation.operands[0])” is no e-mail address")
    }
    let result = try invocation.withDoor { try $0.sendTest(to: address, locale: invocation.language.code) }
    switch result {
    case .sent:
      try invocation.console.say(Bilingual(fr: "Le message est parti.", en: "The message has left."))
      return .done
    case .later(let reason), .refused(let reason, _):
      throw CommandError(
        .couldNot, fr: "Le message n’est pas parti : \(reason)", en: "The message did not leave: \(reason)")
    }
  }

  /// `parvis mail bounce`.
  static let mailBounce = Verb(
    "mail bounce",
    summary: Bilingual(
      fr: "lit sur l’entrée standard un avis de non-remise", en: "reads a report of failed delivery from standard input"
    ),
    details: Bilingual(
      fr: """
        Pour le serveur de courrier : l’adresse d’envoi est dirigée vers ce verbe (un « pipe »). Seul compte un avis qui
        cite un message de cette commune ; l’adresse refusée ne reçoit plus rien. Marche aussi à côté d’un serveur.
        """,
      en: """
        For the mail server: the sender’s address leads to this verb (a pipe). Only a report that quotes a message of
        this commune counts; the refused address gets nothing any more. Works while a server runs.
        """),
    options: [.commune], examples: ["parvis mail bounce -C /srv/parvis/vaubrisey < avis.eml"]
  ) { invocation in
    guard let bytes = Descriptor(STDIN_FILENO).readAll(maxBytes: 32 << 20) else {
      throw FileTree.failure("-", fr: "de lire l’entrée standard", en: "read standard input")
    }
    guard FileTree.kind(FileTree.join(invocation.folder, "commune.yaml")) == .file else {
      throw CommandError(
        .couldNot, fr: "Aucune commune dans « \(invocation.folder) ».", en: "No commune in “\(invocation.folder)”.")
    }
    try BounceBox(commune: invocation.folder).keep(bytes)
    do {
      try invocation.withCommune(for: .writing) { try $0.readBounces() }
    } catch let error as CommuneError where error.kind == .locked {
      // The server that runs reads it within a minute.
    }
    return .done
  }
}
