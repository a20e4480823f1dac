internal import ParticipationKit

// The schemas of what is read: resources, the index, layers of the map, as of when a dump is.

extension APISchemas {
  /// Members whose names the register's verifiers look for in every JSON file of `api/v1`, wherever they stand: a
  /// description of them would be taken for one. They are named as required, and no more.
  private static let ofTheRegister: Set<String> = ["answer", "recount", "proof", "tally"]

  /// A JSON resource: what its family declares, and what the host adds.
  static func resource(_ members: [DataMember]) -> JSONValue {
    let own = members.map { (name: $0.name, schema: schema($0)) }
    let added: [(name: String, schema: JSONValue)] = [
      ("id", ["type": "string", "description": "The subject: module, kind and key."]),
      ("url", ["type": "string", "format": "uri", "description": "The page."]),
      ("updated", ["type": ["string", "null"], "format": "date-time"]),
    ]
    let all = own.filter { member in !added.contains { $0.name == member.name } } + added
    return .object([
      ("type", "object"), ("required", .array(all.map { .string($0.name) })),
      ("properties", .object(all.filter { !ofTheRegister.contains($0.name) }.map { ($0.name, $0.schema) })),
    ])
  }

  private static func schema(_ member: DataMember) -> JSONValue {
    let types = [
      "text": "string", "texts": "object", "integer": "integer", "number": "number", "flag": "boolean",
      "instant": "string", "list": "array", "record": "object",
    ]
    let type = JSONValue.string(types[member.kind.name] ?? "string")
    var members: [(String, JSONValue)] = [("type", member.isOptional ? .array([type, "null"]) : type)]
    if member.kind == .instant { members.append(("format", "date-time")) }
    if member.kind == .texts { members.append(("additionalProperties", ["type": "string"])) }
    if !member.help.isEmpty { members.append(("description", .string(member.help))) }
    return .object(members)
  }

  /// An object with some members that are always there.
  static func open(_ required: [String]) -> JSONValue {
    .object([("type", "object"), ("required", .array(required.map { .string($0) }))])
  }

  /// `api/v1/index.json`.
  static let index = resourceless([
    DataMember("name", .text, "The commune."), DataMember("insee", .text, "Its code (code officiel géographique)."),
    DataMember("population", .integer), DataMember("department", .text),
    DataMember("languages", .list, "The languages of the site, its first one first."),
    DataMember("isDemonstration", .flag, "Whether nothing of it is real."),
    DataMember("openapi", .text, "The address of this description."),
    DataMember("families", .list, "Each family of resources: module, kind, titles, and url with variables in braces."),
    DataMember("streams", .list, "Each feed, table and layer: module, name, format, titles, url, perhaps metadata."),
  ])

  /// A layer of the map (RFC 7946).
  static let featureCollection = resourceless([
    DataMember("type", .text, "`FeatureCollection`."), DataMember("features", .list),
  ])

  /// As of when a dump is: for CSV as "CSV on the Web" says it (§5.3 of the W3C's model), for NDJSON an object. A dump
  /// that holds nothing is of no time.
  static func metadata(_ format: Stream.Format) -> JSONValue {
    let dump = DataMember("url", .text, "The dump, relative to this file.")
    guard format == .csv else {
      return resourceless([
        dump, DataMember("title", .text), DataMember("entries", .integer, "How many lines it has."),
        DataMember("as_of", .instant, optional: true),
      ])
    }
    return resourceless([DataMember("@context", .text), dump, DataMember("dc:title", .text)])
  }

  private static func resourceless(_ members: [DataMember]) -> JSONValue {
    .object([
      ("type", "object"), ("required", .array(members.map { .string($0.name) })),
      ("properties", .object(members.map { ($0.name, schema($0)) })),
    ])
  }
}
