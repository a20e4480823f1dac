/// Serves an emitted folder to GET and HEAD, as a careful web server would.
///
/// No listing, no symbolic link, no name that starts with a dot except `.well-known`. `/folder/` is its
/// `index.html`; `/folder` is redirected there. What is missing gets the folder's `404.html`. Data (JSON, CSV, GeoJSON,
/// feeds, calendars) may be read by pages of any origin.
public struct StaticFiles: Sendable {
  /// Headers and limits.
  public struct Options: Sendable {
    /// The `Content-Security-Policy` of every reply; empty for none.
    public var contentSecurityPolicy: String
    /// The `Referrer-Policy` of every reply.
    public var referrerPolicy: String
    /// The size in bytes up to which a file is read into memory, which is faster than opening it for sending.
    public var inlineLimit: Int
    /// Further headers of every reply.
    public var extraHeaders: [(String, String)]

    /// Headers and limits; the policy allows what an emitted site uses, its own files.
    public init(
      contentSecurityPolicy: String = "default-src 'self'; base-uri 'none'; frame-ancestors 'none'",
      referrerPolicy: String = "no-referrer", inlineLimit: Int = 64 * 1024,
      extraHeaders: [(String, String)] = []
    ) {
      self.contentSecurityPolicy = contentSecurityPolicy
      self.referrerPolicy = referrerPolicy
      self.inlineLimit = inlineLimit
      self.extraHeaders = extraHeaders
    }
  }

  private let root: String
  private let inlineLimit: Int
  private let commonHeaders: [(String, String)]

  /// Serves the folder at `root`, which is looked up again at each request, so it may be replaced by rename.
  public init(root: String, options: Options = Options()) {
    self.root = root
    inlineLimit = options.inlineLimit
    var headers = [("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", options.referrerPolicy)]
    if !options.contentSecurityPolicy.isEmpty {
      headers.append(("Content-Security-Policy", options.contentSecurityPolicy))
    }
    commonHeaders = headers + options.extraHeaders
  }

  /// The reply to `request`: 200, 206, 301, 304, 404, 405 or 416.
  public func reply(to request: HTTPRequest) -> HTTPReply {
    guard request.method == "GET" || request.method == "HEAD" else {
      var reply = plain(405, "405\nGET, HEAD\n")
      reply.headers.append(("Allow", "GET, HEAD"))
      return reply
    }
    guard var components = Self.components(of: request.path) else { return notFound() }
    if request.path.utf8.last == 0x2F { components.append(Substring("index.html").utf8) }
    switch FolderWalk.open(root: root, components: components) {
    case .file(let file): return reply(with: file, name: components[components.count - 1], to: request)
    case .folder: return redirect(request)
    case .nothing: return notFound()
    }
  }

  /// The body of the site's `404.html`, or a plain text, with status 404.
  public func notFound() -> HTTPReply {
    guard case .file(let page) = FolderWalk.open(root: root, components: [Substring("404.html").utf8]),
      let bytes = page.read(offset: 0, length: page.size)
    else {
      return plain(404, "404\nCette page n'existe pas.\nThis page does not exist.\n")
    }
    let headers = [("Content-Type", ContentTypes.type(of: "404.html".utf8)), ("Cache-Control", "no-cache")]
    return HTTPReply(status: 404, headers: headers + commonHeaders, body: .bytes(bytes))
  }

  private func plain(_ status: Int, _ text: String) -> HTTPReply {
    HTTPReply(
      status: status, headers: [("Content-Type", "text/plain; charset=utf-8")] + commonHeaders,
      body: .bytes(Array(text.utf8)))
  }

  /// The components of a path without its last slash; nil when one is empty or hidden.
  private static func components(of path: String) -> [Substring.UTF8View]? {
    var components: [Substring.UTF8View] = []
    let parts = path.dropFirst().utf8.split(separator: 0x2F, omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
      if part.isEmpty {
        guard index == parts.count - 1 else { return nil }
        continue
      }
      if part.first == 0x2E {
        guard index == 0, part.elementsEqual(".well-known".utf8) else { return nil }
      }
      components.append(Substring(part).utf8)
    }
    return components
  }

  private func redirect(_ request: HTTPRequest) -> HTTPReply {
    // The path was checked: it starts with one slash and holds no empty component, so it stays on this host.
    var location = ""
    for byte in request.path.utf8 {
      if HTTPBytes.isAlphanumeric(byte) || byte == 0x2F || byte == 0x2D || byte == 0x2E || byte == 0x5F {
        location.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        location += byte < 16 ? "%0" : "%"
        location += String(byte, radix: 16, uppercase: true)
      }
    }
    location += "/"
    if let mark = request.target.utf8.firstIndex(of: 0x3F) { location += request.target[mark...] }
    return HTTPReply(status: 301, headers: [("Location", location)] + commonHeaders)
  }

  private func reply(
    with file: OpenedFile, name: some BidirectionalCollection<UInt8>, to request: HTTPRequest
  ) -> HTTPReply {
    let type = ContentTypes.type(of: name)
    let tag = Validators.tag(file.attributes)
    let modified = Validators.date(secondsSince1970: file.attributes.modifiedSeconds)
    let cache = ContentTypes.isSlowlyChanging(type) ? "public, max-age=3600" : "no-cache"
    var headers = [("ETag", tag), ("Last-Modified", modified), ("Cache-Control", cache)] + commonHeaders
    if ContentTypes.isOpenData(type) { headers.append(("Access-Control-Allow-Origin", "*")) }
    if isUnchanged(request, tag: tag, modified: file.attributes.modifiedSeconds) {
      // The file is measured, not sent: a 304 must not announce another length than the 200 (RFC 9110 §8.6).
      return .file(file, status: 304, headers: headers)
    }
    headers += [("Content-Type", type), ("Accept-Ranges", "bytes")]
    var range = RangeRequest.whole
    if request.method == "GET", let asked = request.headers["range"] {
      let condition = request.headers["if-range"]
      if condition == nil || condition == tag || condition == modified {
        range = RangeRequest(asked, size: file.size)
      }
    }
    switch range {
    case .unsatisfiable:
      return HTTPReply(
        status: 416, headers: commonHeaders + [("Content-Range", "bytes */\(file.size)")])
    case .part(let part):
      headers.append(("Content-Range", "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(file.size)"))
      return HTTPReply(status: 206, headers: headers, body: body(of: file, part))
    case .whole:
      return HTTPReply(status: 200, headers: headers, body: body(of: file, 0..<file.size))
    }
  }

  /// `If-None-Match` decides alone when it is there (RFC 9110 §13.2.2); otherwise a file that is not newer than
  /// `If-Modified-Since` is unchanged (§13.1.3), and a date that cannot be read is as none.
  private func isUnchanged(_ request: HTTPRequest, tag: String, modified: Int) -> Bool {
    let lists = request.headers.values("if-none-match")
    if !lists.isEmpty { return lists.contains { Validators.list($0, names: tag) } }
    guard let since = request.headers["if-modified-since"].flatMap(HTTPDate.seconds) else { return false }
    return modified <= since
  }

  private func body(of file: OpenedFile, _ part: Range<Int>) -> HTTPReply.Body {
    if part.count <= inlineLimit, let bytes = file.read(offset: part.lowerBound, length: part.count),
      bytes.count == part.count
    {
      return .bytes(bytes)
    }
    return .file(file, offset: part.lowerBound, length: part.count)
  }
}
