import ParticipationKit

/// What an outbox row holds: blocks as written, or the events whose words are read when the message leaves, so that
/// what was withdrawn meanwhile is not told.
enum MailContent: Sendable, Hashable {
  case blocks([MailBlock])
  /// Events by id, and how often the person wants them: `now`, `daily` or `weekly`.
  case events([Int], String)

  var json: JSONValue {
    switch self {
    case .blocks(let blocks): .object([("blocks", .array(blocks.map(\.json)))])
    case .events(let ids, let frequency):
      .object([("events", .array(ids.map { .integer($0) })), ("frequency", .string(frequency))])
    }
  }

  /// Reads a row back; nil when it was removed or is not ours.
  init?(_ text: String) {
    guard let value = try? JSONValue.parse(Array(text.utf8)) else { return nil }
    if let blocks = value["blocks"]?.asArray {
      self = .blocks(blocks.compactMap(MailBlock.init))
    } else if let ids = value["events"]?.asArray {
      self = .events(ids.compactMap(\.asInteger), value["frequency"]?.asString ?? "now")
    } else {
      return nil
    }
  }

  init(blocks: [MailBlock]) { self = .blocks(blocks) }
}

extension MailBlock {
  var json: JSONValue {
    switch storage {
    case .paragraph(let text): ["p": .string(text)]
    case .heading(let text): ["h": .string(text)]
    case .quote(let text): ["q": .string(text)]
    case .code(let text): ["c": .string(text)]
    case .facts(let facts):
      ["f": .array(facts.map { .array([.string($0.label), .string($0.value)]) })]
    case .button(let title, let path, let isServer):
      ["a": .string(title), "to": .string(path), "server": .bool(isServer)]
    case .file(let title, let name, let text):
      ["t": .string(title), "name": .string(name), "json": .string(text)]
    }
  }

  init?(_ value: JSONValue) {
    if let text = value["p"]?.asString {
      self = .paragraph(text)
    } else if let text = value["h"]?.asString {
      self = .heading(text)
    } else if let text = value["q"]?.asString {
      self = .quote(text)
    } else if let text = value["c"]?.asString {
      self = .code(text)
    } else if let facts = value["f"]?.asArray {
      self = .facts(
        facts.compactMap { fact in
          guard let pair = fact.asArray, pair.count == 2, let label = pair[0].asString, let value = pair[1].asString
          else { return nil }
          return (label, value)
        })
    } else if let title = value["a"]?.asString, let path = value["to"]?.asString {
      self = MailBlock(storage: .button(title: title, path: path, isServer: value["server"]?.asBool ?? false))
    } else if let title = value["t"]?.asString, let name = value["name"]?.asString, let text = value["json"]?.asString {
      self = MailBlock(storage: .file(title: title, name: name, text: text))
    } else {
      return nil
    }
  }
}
