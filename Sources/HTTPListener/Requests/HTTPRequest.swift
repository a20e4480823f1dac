/// One request, complete with its body, that passed every check of the listener.
public struct HTTPRequest: Sendable {
  /// GET, HEAD, POST, PUT, DELETE, PATCH or OPTIONS.
  public let method: String
  /// The request target exactly as it was sent.
  public let target: String
  /// The path, percent-decoded once: valid UTF-8, no control, no backslash, no encoded slash, no `.` or `..`
  /// segment. It starts with `/`, or is `*` for OPTIONS.
  public let path: String
  /// The decoded names and values of the query, in order; `+` is read as a space.
  public let query: [(String, String)]
  /// The header fields.
  public let headers: HTTPHeaders
  /// The body, empty when there is none.
  public var body: [UInt8]
  /// The form that came as `multipart/form-data` where files are taken; the body is then empty.
  public var form: MultipartForm?
  /// The numeric address of the peer (`192.0.2.1`, `2001:db8::1`), or `unix` for a Unix socket. Behind a
  /// proxy this is the proxy.
  public let remoteAddress: String

  /// Makes a request as the listener would, for tests and for the local socket of the command.
  ///
  /// - Throws: `Refusal` when the listener would refuse this method, target or Host.
  public init(
    method: String, target: String, headers: HTTPHeaders = HTTPHeaders([("Host", "localhost")]),
    body: [UInt8] = [], remoteAddress: String = "127.0.0.1"
  ) throws(Refusal) {
    let name = try RequestMethods.named(Array(method.utf8))
    let parsed = try RequestTarget(Array(target.utf8))
    try RequestHead.checkHost(headers, target: parsed, required: true)
    self.init(
      head: RequestHead(method: name, target: parsed, headers: headers, isHTTP11: true, framing: .none),
      body: body, remoteAddress: remoteAddress)
  }

  init(head: RequestHead, body: [UInt8], remoteAddress: String) {
    method = head.method
    target = head.target.raw
    path = head.target.path
    query = head.target.query
    headers = head.headers
    self.body = body
    self.remoteAddress = remoteAddress
  }

  /// The first value of the query parameter `name`.
  public func parameter(_ name: String) -> String? {
    query.first { $0.0 == name }?.1
  }

  /// The fields of an `application/x-www-form-urlencoded` text, decoded like a query.
  ///
  /// - Throws: `Refusal` (400) on bad percent signs, control bytes or invalid UTF-8.
  public static func formFields(_ body: [UInt8]) throws(Refusal) -> [(String, String)] {
    try RequestTarget.query(body[...])
  }
}
