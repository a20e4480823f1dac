/// A request head whose meaning is beyond doubt: one Host, one way to know where the body ends.
struct RequestHead {
  /// How the end of the body is found.
  enum Framing: Equatable {
    case none
    case length(Int)
    case chunked
  }

  let method: String
  let target: RequestTarget
  let headers: HTTPHeaders
  let isHTTP11: Bool
  let framing: Framing

  /// Checks the fields that decide where a request ends and to whom it speaks (RFC 9112 §3.2, §6.3).
  init(method: String, target: RequestTarget, headers: HTTPHeaders, isHTTP11: Bool) throws(Refusal) {
    let framing = try Self.framing(headers, isHTTP11: isHTTP11)
    try Self.checkHost(headers, target: target, required: isHTTP11)
    guard target.path != "*" || method == "OPTIONS" else { throw .target }
    self.init(method: method, target: target, headers: headers, isHTTP11: isHTTP11, framing: framing)
  }

  init(method: String, target: RequestTarget, headers: HTTPHeaders, isHTTP11: Bool, framing: Framing) {
    self.method = method
    self.target = target
    self.headers = headers
    self.isHTTP11 = isHTTP11
    self.framing = framing
  }

  private static func framing(_ headers: HTTPHeaders, isHTTP11: Bool) throws(Refusal) -> Framing {
    let lengths = headers.bytes("content-length")
    let encodings = headers.bytes("transfer-encoding")
    if encodings.isEmpty && lengths.isEmpty { return .none }
    // Equal duplicates are refused too: RFC 9112 §6.3 allows it, and no browser sends them.
    guard lengths.count + encodings.count == 1 else { throw .length }
    if let encoding = encodings.first {
      guard isHTTP11 else { throw .length }
      guard HTTPBytes.equalIgnoringCase(encoding, "chunked".utf8) else { throw .transferEncoding }
      return .chunked
    }
    guard let text = lengths.first, let length = HTTPBytes.decimal(text) else { throw .length }
    return length == 0 ? .none : .length(length)
  }

  /// Exactly one well-formed Host on HTTP/1.1, at most one on 1.0; an absolute target must agree with it.
  static func checkHost(_ headers: HTTPHeaders, target: RequestTarget, required: Bool) throws(Refusal) {
    let hosts = headers.bytes("host")
    guard hosts.count <= 1 else { throw .host }
    guard let host = hosts.first else {
      if required { throw .host }
      return
    }
    guard !host.isEmpty, host.count <= 255, host.allSatisfy(HTTPBytes.isAuthority) else { throw .host }
    if let authority = target.authority {
      guard HTTPBytes.equalIgnoringCase(authority, host) else { throw .host }
    }
  }
}
