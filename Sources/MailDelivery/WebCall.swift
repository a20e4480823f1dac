internal import CCurl

/// A call to another program over HTTP: one POST to an address that the commune configured, and to no other.
public struct WebCall: Sendable {
  private let url: String
  private let library: CurlLibrary

  /// Makes a call; nil when libcurl is not installed or the address is neither `https` nor on this machine.
  public init?(url: String) {
    guard WebCall.isAllowed(url), let library = CurlLibrary.open() else { return nil }
    self.url = url
    self.library = library
  }

  /// `https` to anywhere; `http` to this machine only, where nobody listens in between.
  public static func isAllowed(_ url: String) -> Bool {
    let bytes = Array(url.utf8)
    guard bytes.count <= 2000, bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"\"<>\\^`{|}#".utf8.contains($0) }) else {
      return false
    }
    let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count >= 3, parts[1].isEmpty, !parts[2].isEmpty, !parts[2].utf8.contains(UInt8(ascii: "@")) else {
      return false
    }
    if parts[0] == "https:" { return true }
    let host = parts[2].split(separator: ":", maxSplits: 1)[0]
    return parts[0] == "http:" && ["127.0.0.1", "localhost"].contains(host)
  }

  /// Posts a body with headers; a redirect is not followed, since it would lead to an address nobody configured.
  public func post(_ body: [UInt8], headers: [(name: String, value: String)]) -> DeliveryOutcome {
    library.transfer { transfer in
      transfer.set(CURLOPT_PROTOCOLS_STR, "http,https")
      transfer.set(CURLOPT_URL, url)
      transfer.set(CURLOPT_POST, 1)
      transfer.set(CURLOPT_TIMEOUT, 30)
      let lines = headers.map { "\($0.name): \($0.value)" } + ["Expect:"]
      let code = transfer.run(CURLOPT_HTTPHEADER, lines, posting: body)
      guard code == CURLE_OK else { return .deferred(transfer.words(code)) }
      let status = transfer.response
      switch status {
      case 200...299: return .accepted
      case 410: return .rejected("HTTP 410", isRecipient: false)
      default: return .deferred("HTTP \(status)")
      }
    }
  }
}
