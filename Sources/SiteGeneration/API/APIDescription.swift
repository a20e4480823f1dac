public import ParticipationKit

/// The description of the JSON API (OpenAPI 3.1): one path a public action, one a family of documents, one a stream.
public struct APIDescription: Sendable {
  /// An act of the host itself.
  public struct HostedAct: Sendable {
    let module: String
    let name: String
    let titles: [String: String]
    let parameters: [String]
    let form: Form

    /// Makes an act; `parameters` are what follows the name in the address.
    public init(module: String, name: String, titles: [String: String], parameters: [String], form: Form) {
      self.module = module
      self.name = name
      self.titles = titles
      self.parameters = parameters
      self.form = form
    }
  }

  let facts: CommuneFacts
  let serverAddress: String?

  /// Makes a description.
  /// - Parameters:
  ///   - facts: The commune.
  ///   - serverAddress: The address of the server with its final slash; nil when it serves the site itself.
  public init(facts: CommuneFacts, serverAddress: String?) {
    self.facts = facts
    self.serverAddress = serverAddress
  }

  /// The document.
  /// - Parameters:
  ///   - actions: The actions of the modules; those of staff are left out.
  ///   - hosted: The acts of the host itself.
  ///   - families: The families of documents.
  ///   - streams: The streams.
  ///   - keyed: The forms of an action for keys that are known beforehand.
  ///   - form: The form of an action without key, from which the fields are described; nil or an error when it has
  ///     none, which gives an open object.
  public func document(
    actions: [(module: String, actions: [Action])], hosted: [HostedAct] = [], families: [PublishedFamily],
    streams: [(module: String, stream: Stream)],
    keyed: (String, Action) throws -> [(key: String, form: Form)] = { _, _ in [] },
    form: (String, Action) throws -> Form?
  ) -> JSONValue {
    var paths: [(String, JSONValue)] = []
    for (module, list) in actions {
      for action in list where action.audience.isPublic {
        paths += actionPaths(module, action, try? form(module, action), (try? keyed(module, action)) ?? [])
      }
    }
    for act in hosted { paths.append(hostedPath(act)) }
    for entry in families { paths.append(familyPath(entry)) }
    for entry in streams { paths += streamPaths(entry) }
    paths += ownPaths
    var met: Set<String> = []
    let unique = paths.filter { met.insert($0.0).inserted }.sorted { $0.0 < $1.0 }
    return .object([
      ("openapi", "3.1.0"),
      (
        "info",
        .object([
          ("title", .string("Parvis – \(facts.name)")), ("version", "1"),
          ("description", "Reading needs no server: every resource is a file. Acts are sent to the server."),
        ])
      ),
      ("servers", .array(servers)), ("paths", .object(unique)),
      (
        "components",
        .object([
          ("schemas", .object([("Problem", APISchemas.problem), ("Receipt", APISchemas.receipt)])),
          ("responses", .object([("Problem", APISchemas.problemResponse), ("Receipt", APISchemas.receiptResponse)])),
        ])
      ),
    ])
  }

  private var servers: [JSONValue] {
    [.object([("url", .string(APIDescription.withoutSlash(facts.address)))])]
  }

  private static func withoutSlash(_ address: String) -> String {
    address.utf8.last == UInt8(ascii: "/") ? String(address.dropLast()) : address
  }

  // MARK: Actions

  private func actionPaths(
    _ module: String, _ action: Action, _ form: Form??, _ known: [(key: String, form: Form)]
  ) -> [(String, JSONValue)] {
    let path = "/api/v1/\(module)/\(action.name)"
    let schema =
      (form ?? nil).map { APISchemas.object($0, languages: facts.languages) } ?? .object([("type", "object")])
    let title = SitePages.pick(action.titles, "en")
    let isHeld = action.audience.level == .confirmed
    let plain = operation("\(module)-\(action.name)", title, module, schema, parameters: [], isHeld: isHeld)
    let keyed = operation(
      "\(module)-\(action.name)-key", title, module, schema, parameters: [APISchemas.pathParameter("key")],
      isHeld: isHeld)
    guard !known.isEmpty else { return [(path, plain), (path + "/{key}", keyed)] }
    // Every key has its own fields, and without a key there is nothing to do. A path that is written out is matched
    // before one with a variable (OpenAPI 3.1, "Path Templating Matching").
    return [(path + "/{key}", keyed)]
      + known.map { entry in
        let id = "\(module)-\(action.name)-key-\(entry.key)"
        let schema = APISchemas.object(entry.form, languages: facts.languages)
        return ("\(path)/\(entry.key)", operation(id, title, module, schema, parameters: [], isHeld: isHeld))
      }
  }

  private func hostedPath(_ act: HostedAct) -> (String, JSONValue) {
    let path = "/api/v1/\(act.module)/\(act.name)" + act.parameters.map { "/{\($0)}" }.joined()
    return (
      path,
      operation(
        "\(act.module)-\(act.name)", SitePages.pick(act.titles, "en"), act.module,
        APISchemas.object(act.form, languages: facts.languages),
        parameters: act.parameters.map(APISchemas.pathParameter))
    )
  }

  private func operation(
    _ id: String, _ title: String, _ tag: String, _ schema: JSONValue, parameters: [JSONValue], isHeld: Bool = false
  ) -> JSONValue {
    let receipt = JSONValue.object([("$ref", "#/components/responses/Receipt")])
    // An act that confirms an address is done when its author presses the button of a mail.
    let accepted: [(String, JSONValue)] =
      isHeld ? [("202", APISchemas.heldResponse)] : [("201", receipt), ("200", receipt)]
    let media = JSONValue.object([("schema", schema)])
    let problems = ["400", "403", "404", "409", "413", "415", "422", "429"].map { status -> (String, JSONValue) in
      (status, .object([("$ref", "#/components/responses/Problem")]))
    }
    let post = JSONValue.object([
      ("operationId", .string(id)), ("summary", .string(title)), ("tags", .array([.string(tag)])),
      ("parameters", .array(parameters + APISchemas.headers)),
      (
        "requestBody",
        .object([
          ("required", true),
          (
            "content",
            .object([("application/json", media), ("application/x-www-form-urlencoded", media)])
          ),
        ])
      ),
      ("responses", .object(accepted + problems)),
    ])
    var members: [(String, JSONValue)] = [("post", post)]
    if let serverAddress {
      let url = APIDescription.withoutSlash(serverAddress)
      members.insert(("servers", .array([.object([("url", .string(url))])])), at: 0)
    }
    return .object(members)
  }

  // MARK: Files

  private func familyPath(_ entry: PublishedFamily) -> (String, JSONValue) {
    let base = entry.family.path("{key}")
    // What stands in braces: `key`, or the parts of a key of which a path is made.
    let names = base.split(separator: "{").dropFirst().compactMap { $0.split(separator: "}").first.map(String.init) }
    let title = SitePages.pick(entry.family.titles, "en")
    let schema = APISchemas.resource(entry.family.members)
    let get = self.get(
      "\(entry.module)-\(entry.family.kind)", title, entry.module, "application/json", schema, names: names)
    return ("/api/v1/\(base).json", .object([("get", get)]))
  }

  private func streamPaths(_ entry: (module: String, stream: Stream)) -> [(String, JSONValue)] {
    let types = [
      "atom": "application/atom+xml", "geojson": "application/geo+json", "csv": "text/csv",
      "ndjson": "application/x-ndjson", "ics": "text/calendar",
    ]
    let suffix = entry.stream.format.suffix
    let file = PublishedSite.ModuleStream(module: entry.module, stream: entry.stream)
    let id = "\(entry.module)-\(entry.stream.name)-\(suffix)"
    let title = SitePages.pick(entry.stream.titles, "en")
    let get = self.get(
      id, title, entry.module, types[suffix] ?? "application/octet-stream",
      suffix == "geojson" ? APISchemas.featureCollection : ["type": "string"])
    let metadata = file.metadataPath.map { path -> (String, JSONValue) in
      let about = self.get(
        id + "-metadata", "As of when: \(title)", entry.module, "application/json",
        APISchemas.metadata(entry.stream.format))
      return ("/" + path, .object([("get", about)]))
    }
    return [("/" + file.path, .object([("get", get)]))] + (metadata.map { [$0] } ?? [])
  }

  /// What the host itself writes for programs.
  private var ownPaths: [(String, JSONValue)] {
    let tag = "host"
    return [
      ("/api/v1/index.json", get("index", "What there is", tag, "application/json", APISchemas.index)),
      (
        "/api/v1/openapi.json",
        get("openapi", "This description", tag, "application/json", APISchemas.open(["openapi", "info", "paths"]))
      ),
      (
        "/" + CommuneFeed.path,
        get("feed", "The newest of all modules", tag, "application/atom+xml", ["type": "string"])
      ),
    ].map { ($0.0, .object([("get", $0.1)])) }
  }

  private func get(
    _ id: String, _ title: String, _ tag: String, _ type: String, _ schema: JSONValue, names: [String] = []
  ) -> JSONValue {
    let found = JSONValue.object([
      ("description", .string(title)), ("content", .object([(type, .object([("schema", schema)]))])),
    ])
    var members: [(String, JSONValue)] = [
      ("operationId", .string("get-" + id)), ("summary", .string(title)), ("tags", .array([.string(tag)])),
    ]
    if !names.isEmpty { members.append(("parameters", .array(names.map(APISchemas.pathParameter)))) }
    var responses: [(String, JSONValue)] = [("200", found)]
    if !names.isEmpty { responses.append(("404", .object([("description", "There is no such document.")]))) }
    members.append(("responses", .object(responses)))
    return .object(members)
  }
}
