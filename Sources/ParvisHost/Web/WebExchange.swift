/// A request as the host sees it, whatever carries it.
public struct WebRequest: Sendable {
  /// The method, in capitals.
  public let method: String
  /// The decoded path, starting with `/`.
  public let path: String
  /// The parameters after `?`.
  public let query: [(name: String, value: String)]
  /// The body.
  public let body: [UInt8]
  /// The network address of the client, as text.
  public let remoteAddress: String
  /// The texts of a form that came with files (`multipart/form-data`), instead of a body; nil for every other request.
  public var parts: [(name: String, value: String)]?
  /// The files that came.
  public var files: [IncomingFile] = []
  private let headers: [(name: String, value: String)]

  /// Makes a request.
  public init(
    method: String, path: String, query: [(name: String, value: String)], headers: [(name: String, value: String)],
    body: [UInt8], remoteAddress: String
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.headers = headers
    self.body = body
    self.remoteAddress = remoteAddress
  }

  /// The first value of a header; names compare without case.
  public func header(_ name: String) -> String? {
    headers.first { WebRequest.isSame($0.name.utf8, name.utf8) }?.value
  }

  /// The value of a cookie. Only the desk asks for it: public actions never read cookies.
  func cookie(_ name: String) -> String? {
    guard let header = header("Cookie") else { return nil }
    for pair in header.split(separator: ";") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else { continue }
      if parts[0].drop(while: { $0 == " " }) == name { return String(parts[1]) }
    }
    return nil
  }

  /// A parameter after `?`.
  func parameter(_ name: String) -> String? { query.first { $0.name == name }?.value }

  /// Whether the client would rather have JSON than a page.
  var prefersJSON: Bool {
    guard let accept = header("Accept") else { return mediaType == "application/json" }
    if WebRequest.holds(accept.utf8, "text/html".utf8) { return false }
    return WebRequest.holds(accept.utf8, "json".utf8) || mediaType == "application/json"
  }

  /// The media type of the body without parameters, in lower case.
  var mediaType: String {
    let type = (header("Content-Type") ?? "").utf8.prefix { $0 != UInt8(ascii: ";") }
    return String(decoding: type.filter { $0 != 0x20 }.map(WebRequest.lower), as: UTF8.self)
  }

  private static func lower(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }

  /// Whether two names are the same but for the case of ASCII letters.
  private static func isSame(_ a: String.UTF8View, _ b: String.UTF8View) -> Bool {
    a.count == b.count && a.elementsEqual(b) { lower($0) == lower($1) }
  }

  /// Whether a text holds another, byte for byte.
  private static func holds(_ text: String.UTF8View, _ part: String.UTF8View) -> Bool {
    var rest = text[...]
    while rest.count >= part.count {
      if rest.starts(with: part) { return true }
      rest.removeFirst()
    }
    return false
  }
}

/// An answer of the host.
public struct WebResponse: Sendable {
  /// The HTTP status.
  public let status: Int
  /// The headers.
  public let headers: [(name: String, value: String)]
  /// The body.
  public let body: [UInt8]

  /// Makes an answer.
  public init(status: Int, headers: [(name: String, value: String)], body: [UInt8]) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// The same answer with more headers.
  func adding(_ more: [(name: String, value: String)]) -> WebResponse {
    WebResponse(status: status, headers: headers + more, body: body)
  }

  static func html(_ status: Int, _ body: [UInt8]) -> WebResponse {
    WebResponse(
      status: status,
      headers: [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store")], body: body)
  }

  static func redirect(_ location: String, status: Int = 303) -> WebResponse {
    WebResponse(status: status, headers: [("Location", location), ("Cache-Control", "no-store")], body: [])
  }
}
