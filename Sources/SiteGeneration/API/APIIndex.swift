internal import ParticipationKit

/// `api/v1/index.json`: where programs start.
struct APIIndex {
  let facts: CommuneFacts

  func bytes(families: [PublishedFamily], streams: [PublishedSite.ModuleStream]) -> [UInt8] {
    let familyValues = families.map { entry -> JSONValue in
      let path = "api/v1/\(entry.family.path("{key}")).json"
      return .object([
        ("module", .string(entry.module)), ("kind", .string(entry.family.kind)),
        ("titles", APIIndex.texts(entry.family.titles)), ("url", .string(facts.address + path)),
      ])
    }
    let streamValues = streams.map { entry -> JSONValue in
      .object([
        ("module", .string(entry.module)), ("name", .string(entry.stream.name)),
        ("format", .string(entry.stream.format.suffix)), ("titles", APIIndex.texts(entry.stream.titles)),
        ("url", .string(facts.address + entry.path)),
      ]).adding(entry.metadataPath.map { [("metadata", .string(facts.address + $0))] } ?? [])
    }
    let value = JSONValue.object([
      ("name", .string(facts.name)), ("insee", .string(facts.inseeCode)), ("population", .integer(facts.population)),
      ("department", .string(facts.department)), ("languages", .array(facts.languages.map { .string($0) })),
      ("isDemonstration", .bool(facts.isDemonstration)),
      ("openapi", .string(facts.address + "api/v1/openapi.json")), ("families", .array(familyValues)),
      ("streams", .array(streamValues)),
    ])
    return value.bytes + [0x0A]
  }

  /// Texts by locale, sorted.
  static func texts(_ texts: [String: String]) -> JSONValue {
    .object(texts.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
  }
}
