/// What a handler answers.
///
/// The listener adds `Content-Length`, `Date` and `Connection`. A reply with a `defect` is never sent: the
/// client gets a plain 500 instead, so that no text typed by a person can become a header.
public struct HTTPReply: Sendable {
  /// What follows the headers.
  public enum Body: Sendable {
    /// Nothing.
    case empty
    /// These bytes.
    case bytes([UInt8])
    /// A run of an opened file: `offset` and `length` in bytes. The file is closed when the reply has been
    /// sent.
    case file(OpenedFile, offset: Int, length: Int)
  }

  /// The status, 200 to 599.
  public var status: Int
  /// Names and values, in order; a name may occur several times (`Set-Cookie`).
  public var headers: [(String, String)]
  /// The body. For HEAD, and for 204 and 304, it is measured but not sent.
  public var body: Body
  /// Whether the connection is closed after this reply.
  public var closesConnection: Bool

  /// A reply with `status`, `headers` and `body`.
  public init(
    status: Int = 200, headers: [(String, String)] = [], body: Body = .empty, closesConnection: Bool = false
  ) {
    self.status = status
    self.headers = headers
    self.body = body
    self.closesConnection = closesConnection
  }

  /// A plain text reply in UTF-8 that is not to be kept by caches.
  public static func text(_ status: Int, _ text: String) -> HTTPReply {
    HTTPReply(
      status: status,
      headers: [
        ("Content-Type", "text/plain; charset=utf-8"), ("X-Content-Type-Options", "nosniff"),
        ("Cache-Control", "no-store"),
      ], body: .bytes(Array(text.utf8)))
  }

  /// The whole of `file`.
  public static func file(_ file: OpenedFile, status: Int = 200, headers: [(String, String)]) -> HTTPReply {
    HTTPReply(status: status, headers: headers, body: .file(file, offset: 0, length: file.size))
  }

  /// Why this reply cannot be sent, or nil: the status is out of range, a name is not a token, a value holds
  /// CR, LF, NUL or another control byte, or a field belongs to the listener.
  public var defect: String? {
    guard status >= 200, status <= 599 else { return "status \(status) is not between 200 and 599" }
    for (name, value) in headers {
      guard !name.isEmpty, HTTPReply.all(name, HTTPBytes.isToken) else {
        return "a header name is not a token"
      }
      guard HTTPReply.all(value, { $0 >= 0x20 && $0 != 0x7F }) else {
        return "the value of \(name) holds a control byte"
      }
      if Self.isOurs(name) { return "\(name) is set by the listener" }
    }
    return nil
  }

  /// Each byte of each reply's headers is looked at: in the text's own memory, not through its views.
  private static func all(_ text: String, _ accepts: (UInt8) -> Bool) -> Bool {
    text.utf8.withContiguousStorageIfAvailable { $0.allSatisfy(accepts) } ?? text.utf8.allSatisfy(accepts)
  }

  private static func isOurs(_ name: String) -> Bool {
    let count = name.utf8.count
    guard count == 10 || count == 14 || count == 17 || count == 4 else { return false }
    return ["connection", "content-length", "transfer-encoding", "date"].contains {
      HTTPBytes.equalIgnoringCase(name.utf8, $0.utf8)
    }
  }

  /// The answer to a refused request: both languages, connection closed.
  static func refusing(_ refusal: Refusal) -> HTTPReply {
    var reply = HTTPReply.text(refusal.status, "\(refusal.status)\n\(refusal.french)\n\(refusal.english)\n")
    if refusal.status == 405 { reply.headers.append(("Allow", RequestMethods.list)) }
    reply.closesConnection = true
    return reply
  }

  /// What a client gets when the handler let its exchange go, or answered with a defect.
  static var failed: HTTPReply {
    .text(
      500,
      "500\nLe serveur n'a pas su répondre. Rien ne dit que votre envoi a été enregistré.\n"
        + "The server could not answer. Nothing says that what you sent was kept.\n")
  }

  /// What a client gets when the server stops before an answer was ready.
  static var stopping: HTTPReply {
    var reply = HTTPReply.text(
      503, "503\nLe serveur s'arrête. Réessayez dans un instant.\nThe server is stopping. Try again soon.\n")
    reply.headers.append(("Retry-After", "5"))
    reply.closesConnection = true
    return reply
  }
}
