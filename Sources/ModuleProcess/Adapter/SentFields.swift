internal import ParticipationKit

/// What a person sent, as a frame holds it: each field's texts, and answers of people's own beside them.
struct SentFields {
  struct Field {
    let name: String
    let texts: [String]
    let other: String
  }

  let fields: [Field]

  /// `{"words": ["…"], "colour": ["red"], "colour_other": ["…"]}`
  var json: JSONValue {
    var members: [(String, JSONValue)] = []
    for field in fields {
      members.append((field.name, .array(field.texts.map { .string($0) })))
      if !field.other.isEmpty { members.append((field.name + "_other", [.string(field.other)])) }
    }
    return .object(members)
  }
}

extension Submission {
  var wire: SentFields {
    SentFields(fields: names.map { SentFields.Field(name: $0, texts: list($0), other: other($0)) })
  }
}
