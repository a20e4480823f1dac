import FrontMatter
import MailDelivery
import ParvisHost

/// What `commune.yaml` says about mail: `mail:`.
struct MailConfiguration: Sendable {
  /// How messages leave.
  enum Transport: Sendable {
    case sendmail(String)
    case smtp(url: String, protection: SMTPRelay.Protection, user: String, passwordFile: String, certificates: String?)
    case maildir(String)
  }

  let settings: MailSettings
  let transport: Transport

  /// Reads the mapping; nil when something is wrong, which the reader then reports.
  init?(_ reader: MappingReader, commune: String) {
    let from = MailConfiguration.address(reader, "from", reader.text("from"))
    let replyTo = reader.optionalText("reply_to").flatMap { MailConfiguration.address(reader, "reply_to", $0) }
    let name = reader.optionalText("name") ?? commune
    let hour = reader.optionalInt("digest_hour", in: 0...23) ?? 7
    let kind = reader.choice("transport", of: ["sendmail", "smtp", "maildir"])
    let transport: Transport
    switch kind {
    case "smtp": transport = MailConfiguration.relay(reader)
    case "maildir": transport = .maildir(reader.optionalText("maildir") ?? "data/maildir")
    default: transport = .sendmail(MailConfiguration.program(reader))
    }
    guard let from else { return nil }
    settings = MailSettings(from: from, name: name, replyTo: replyTo, digestHour: hour)
    self.transport = transport
  }

  private static func address(_ reader: MappingReader, _ key: String, _ text: String) -> MailAddress? {
    if let address = MailAddress(text) { return address }
    reader.report(
      key,
      expected: Wording(fr: "une adresse comme mairie@exemple.fr", en: "an address such as hall@example.org"))
    return nil
  }

  private static func program(_ reader: MappingReader) -> String {
    let path = reader.optionalText("sendmail") ?? "/usr/sbin/sendmail"
    if path.utf8.first != UInt8(ascii: "/") {
      reader.report(
        "sendmail",
        expected: Wording(fr: "un chemin absolu comme /usr/sbin/sendmail", en: "an absolute path: /usr/sbin/sendmail"))
    }
    return path
  }

  private static func relay(_ reader: MappingReader) -> Transport {
    let url = reader.text("smtp")
    let bytes = Array(url.utf8)
    let isMail = ["smtp://", "smtps://"].contains { url.utf8.starts(with: $0.utf8) }
    if !isMail || !bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "@") }) {
      reader.report(
        "smtp",
        expected: Wording(fr: "une adresse comme smtp://relais.exemple.fr:587", en: "smtp://relay.example.org:587"))
    }
    let protections: [String: SMTPRelay.Protection] = ["required": .required, "offered": .offered, "none": .none]
    let tls = reader.optionalChoice("tls", of: ["required", "offered", "none"]) ?? "required"
    let user = reader.optionalText("user") ?? ""
    let file = reader.optionalText("password_file") ?? ""
    if user.isEmpty != file.isEmpty {
      reader.report(
        user.isEmpty ? "password_file" : "user",
        expected: Wording(fr: "« user » et « password_file » ensemble", en: "both “user” and “password_file”"))
    }
    return .smtp(
      url: url, protection: protections[tls] ?? .required, user: user, passwordFile: file,
      certificates: reader.optionalText("certificates"))
  }
}

/// One program that is told of events: an element of `webhooks:`.
struct WebhookConfiguration: Sendable {
  let settings: WebhookSettings
  let url: String
  /// The file with the key that signs, below the commune's folder or absolute.
  let secretFile: String

  init(_ reader: MappingReader) {
    let name = reader.text("name")
    let isPlain = name.utf8.allSatisfy { byte in
      (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-")
    }
    if !isPlain || name.utf8.count > 40 {
      reader.report(
        "name", expected: Wording(fr: "des minuscules, chiffres ou tirets", en: "lower-case letters, digits, hyphens"))
    }
    url = reader.text("url")
    if !url.isEmpty, !WebCall.isAllowed(url) {
      reader.report(
        "url", expected: Wording(fr: "une adresse https://…", en: "an address that starts with https://"))
    }
    secretFile = reader.text("secret_file")
    settings = WebhookSettings(name: name, kinds: Set(reader.texts("events")))
  }
}

extension CommuneConfiguration {
  /// What the host needs to know of it.
  var outgoing: OutgoingSettings {
    OutgoingSettings(mail: mail?.settings, webhooks: webhooks.map(\.settings))
  }

  static func webhooks(_ reader: MappingReader) -> [WebhookConfiguration] {
    let all = reader.mappings("webhooks").map { WebhookConfiguration($0) }
    if Set(all.map(\.settings.name)).count < all.count {
      reader.report("webhooks", expected: Wording(fr: "chaque nom une seule fois", en: "each name only once"))
    }
    return all
  }
}
