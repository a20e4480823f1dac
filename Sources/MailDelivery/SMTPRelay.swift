internal import CCurl

/// A mail relay, spoken to by libcurl (RFC 5321, STARTTLS by RFC 3207, authentication by RFC 4954).
public struct SMTPRelay: Sendable {
  /// How the connection is protected.
  public enum Protection: Sendable, Hashable {
    /// TLS after STARTTLS, or no mail.
    case required
    /// TLS when the relay offers it; for a relay on the same machine.
    case offered
    /// None.
    case none
  }

  /// Who we are to the relay.
  public struct Credentials: Sendable {
    /// The name.
    public let user: String
    /// The password.
    public let password: String

    /// Makes credentials.
    public init(user: String, password: String) {
      self.user = user
      self.password = password
    }
  }

  private let url: String
  private let protection: Protection
  private let credentials: Credentials?
  private let certificates: String?
  private let library: CurlLibrary

  /// Makes a relay; nil when libcurl is not installed.
  /// - Parameters:
  ///   - url: `smtp://host:587` or `smtps://host:465`.
  ///   - protection: For `smtp://`; a `smtps://` connection is always protected.
  ///   - credentials: Name and password; nil for none.
  ///   - certificates: A file of certificate authorities to trust instead of the system's.
  public init?(url: String, protection: Protection, credentials: Credentials? = nil, certificates: String? = nil) {
    guard let library = CurlLibrary.open() else { return nil }
    self.url = url
    self.protection = protection
    self.credentials = credentials
    self.certificates = certificates
    self.library = library
  }

  /// Hands a message over and waits for the relay's answer, two minutes at most.
  public func send(_ envelope: MailEnvelope) -> DeliveryOutcome {
    library.transfer { transfer in
      transfer.set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
      transfer.set(CURLOPT_URL, url)
      transfer.set(CURLOPT_MAIL_FROM, "<\(envelope.from)>")
      switch protection {
      case .required: transfer.set(CURLOPT_USE_SSL, Int(CURLUSESSL_ALL.rawValue))
      case .offered: transfer.set(CURLOPT_USE_SSL, Int(CURLUSESSL_TRY.rawValue))
      case .none: transfer.set(CURLOPT_USE_SSL, Int(CURLUSESSL_NONE.rawValue))
      }
      if let credentials {
        transfer.set(CURLOPT_USERNAME, credentials.user)
        transfer.set(CURLOPT_PASSWORD, credentials.password)
      }
      if let certificates { transfer.set(CURLOPT_CAINFO, certificates) }
      let code = transfer.run(CURLOPT_MAIL_RCPT, ["<\(envelope.to)>"], sending: envelope.message)
      return SMTPRelay.outcome(code, response: transfer.response, words: transfer.words(code))
    }
  }

  /// Only what the relay says of the recipient or of the message itself is final. A refused sender or a wrong password
  /// is ours to correct, and the messages wait until it is.
  static func outcome(_ code: CURLcode, response: Int, words: String) -> DeliveryOutcome {
    if code == CURLE_OK { return .accepted }
    let isFinal = (500...599).contains(response)
    let isRecipient = words.utf8.starts(with: "RCPT failed".utf8)
    if isFinal, isRecipient {
      // 552 is a full mailbox and 550 5.7 a policy; both pass. The address itself is wrong with 550, 551, 553.
      return .rejected(words, isRecipient: [550, 551, 553].contains(response))
    }
    // After the data, libcurl reports a refusal as a reply it did not want.
    if isFinal, code == CURLE_WEIRD_SERVER_REPLY { return .rejected(words, isRecipient: false) }
    return .deferred(words)
  }
}
