import MailDelivery
import ParticipationKit
import ParvisHost
import Sealing

/// Sends what the outbox gives: mail by the configured transport, calls to the configured programs.
final class Transports: Sendable {
  private let mail: @Sendable (ComposedMail, Int) -> DeliveryOutcome
  private let hooks: [String: @Sendable (WebhookCall) -> DeliveryOutcome]

  /// Opens what is configured; libcurl is loaded here and nowhere else.
  init(folder: String, configuration: CommuneConfiguration, now: @escaping @Sendable () -> Timestamp) {
    mail = Transports.mail(folder, configuration.mail?.transport)
    var hooks: [String: @Sendable (WebhookCall) -> DeliveryOutcome] = [:]
    for hook in configuration.webhooks { hooks[hook.settings.name] = Transports.hook(folder, hook, now) }
    self.hooks = hooks
  }

  /// Tries one message.
  func send(_ job: OutboxJob) -> DeliveryResult {
    let outcome: DeliveryOutcome
    switch job.payload {
    case .mail(let message): outcome = mail(message, job.id)
    case .call(let call): outcome = hooks[call.hook]?(call) ?? .rejected("no such webhook", isRecipient: false)
    }
    return switch outcome {
    case .accepted: .sent
    case .deferred(let reason): .later(reason)
    case .rejected(let reason, let isRecipient): .refused(reason, isAddress: isRecipient)
    }
  }

  private static func mail(
    _ folder: String, _ transport: MailConfiguration.Transport?
  ) -> @Sendable (ComposedMail, Int) -> DeliveryOutcome {
    switch transport {
    case nil: return { _, _ in .deferred("no mail configured") }
    case .maildir(let path):
      let maildir = Maildir(folder: absolute(path, folder))
      return { mail, id in maildir.deliver(mail.bytes, name: "\(id).parvis") }
    case .sendmail(let path):
      let program = SendmailProgram(path: path)
      return { mail, _ in envelope(mail).map { program.send($0) } ?? refusedEnvelope }
    case .smtp(let url, let protection, let user, let passwordFile, let certificates):
      return { mail, _ in
        var credentials: SMTPRelay.Credentials?
        if !user.isEmpty {
          guard let password = secret(passwordFile, folder) else { return .deferred("\(passwordFile): cannot be read") }
          credentials = SMTPRelay.Credentials(user: user, password: password)
        }
        guard
          let relay = SMTPRelay(
            url: url, protection: protection, credentials: credentials,
            certificates: certificates.map { absolute($0, folder) })
        else { return .deferred(missingCurl) }
        return envelope(mail).map { relay.send($0) } ?? refusedEnvelope
      }
    }
  }

  private static let missingCurl = "libcurl is missing: apt-get install libcurl4"
  private static let refusedEnvelope = DeliveryOutcome.rejected("address refused", isRecipient: true)

  private static func envelope(_ mail: ComposedMail) -> MailEnvelope? {
    MailEnvelope(from: mail.from.description, to: mail.to.description, message: mail.bytes)
  }

  /// A call, signed so that the receiver knows that it comes from the commune and is not an old one sent again.
  private static func hook(
    _ folder: String, _ hook: WebhookConfiguration, _ now: @escaping @Sendable () -> Timestamp
  ) -> @Sendable (WebhookCall) -> DeliveryOutcome {
    { call in
      guard let key = secret(hook.secretFile, folder), key.utf8.count >= 16 else {
        return .deferred("\(hook.secretFile): cannot be read, or shorter than 16 characters")
      }
      guard let target = WebCall(url: hook.url) else { return .deferred(missingCurl) }
      let seconds = String(now().seconds)
      let signature = hmacSHA256(Array("\(seconds).".utf8) + call.body, key: Array(key.utf8))
      return target.post(
        call.body,
        headers: [
          ("Content-Type", "application/json"), ("User-Agent", "Parvis"), ("Parvis-Delivery", String(call.id)),
          ("Parvis-Signature", "t=\(seconds),v1=\(Hex.encode(signature))"),
        ])
    }
  }

  private static func absolute(_ path: String, _ folder: String) -> String {
    path.utf8.first == UInt8(ascii: "/") ? path : "\(folder)/\(path)"
  }

  /// The first line of a file; nil when it cannot be read or is empty.
  private static func secret(_ path: String, _ folder: String) -> String? {
    guard let bytes = try? Files.read(absolute(path, folder)) else { return nil }
    let line = ByteText.trimmed(String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self))
    return line.isEmpty ? nil : line
  }
}
