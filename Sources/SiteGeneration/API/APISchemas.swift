internal import ParticipationKit

/// The schemas of the API description (JSON Schema 2020-12).
struct APISchemas {
  /// Problem details (RFC 9457) with the fields to correct.
  static let problem = JSONValue.object([
    ("type", "object"), ("required", ["type", "title", "status"]),
    (
      "properties",
      .object([
        ("type", ["type": "string", "format": "uri-reference"]), ("title", ["type": "string"]),
        ("status", ["type": "integer", "minimum": 400, "maximum": 599]), ("detail", ["type": "string"]),
        ("instance", ["type": "string", "format": "uri-reference"]),
        (
          "errors",
          .object([
            ("type", "array"),
            (
              "items",
              .object([
                ("type", "object"), ("required", ["pointer", "detail"]),
                ("properties", ["pointer": ["type": "string"], "detail": ["type": "string"]]),
              ])
            ),
          ])
        ),
      ])
    ),
  ])

  /// What an accepted act answers.
  static let receipt = JSONValue.object([
    ("type", "object"), ("required", ["receipt"]),
    (
      "properties",
      .object([
        (
          "receipt",
          .object([
            ("type", "object"), ("required", ["number", "url", "message"]),
            (
              "properties",
              [
                "number": ["type": "string"], "url": ["type": "string", "format": "uri-reference"],
                "message": ["type": "string"],
              ]
            ),
          ])
        )
      ])
    ),
  ])

  static let problemResponse = JSONValue.object([
    ("description", "The act was refused; nothing was changed."),
    (
      "content",
      .object([("application/problem+json", .object([("schema", .object([("$ref", "#/components/schemas/Problem")]))]))]
      )
    ),
  ])

  static let receiptResponse = JSONValue.object([
    ("description", "The act is on disk."),
    (
      "content",
      .object([("application/json", .object([("schema", .object([("$ref", "#/components/schemas/Receipt")]))]))])
    ),
  ])

  static let idempotencyKey = JSONValue.object([
    ("name", "Idempotency-Key"), ("in", "header"), ("required", false),
    ("description", "Any text of 1 to 100 bytes; the same act with the same key is done once."),
    ("schema", ["type": "string", "maxLength": 100]),
  ])

  static func pathParameter(_ name: String) -> JSONValue {
    .object([("name", .string(name)), ("in", "path"), ("required", true), ("schema", ["type": "string"])])
  }

  /// The fields of a form.
  static func object(_ form: Form) -> JSONValue {
    var properties: [(String, JSONValue)] = []
    for field in form.fields {
      properties.append((field.name, schema(field)))
      if field.allowsOther {
        properties.append((field.name + "_other", ["type": "string", "maxLength": .integer(field.maxBytes)]))
      }
    }
    var members: [(String, JSONValue)] = [("type", "object"), ("properties", .object(properties))]
    let required = form.fields.filter { $0.isRequired && !$0.allowsOther }.map { JSONValue.string($0.name) }
    if !required.isEmpty { members.append(("required", .array(required))) }
    return .object(members)
  }

  private static func schema(_ field: Field) -> JSONValue {
    var members: [(String, JSONValue)] = field.label.isEmpty ? [] : [("title", .string(field.label))]
    if !field.help.isEmpty { members.append(("description", .string(field.help))) }
    let choices = JSONValue.array(field.choices.map { .string($0.value) })
    let isOpen = field.allowsOther || field.choices.isEmpty
    switch field.kind {
    case .choices:
      var item: [(String, JSONValue)] = [("type", "string")]
      if !field.choices.isEmpty { item.append(("enum", choices)) }
      members += [("type", "array"), ("items", .object(item)), ("uniqueItems", true)]
      if let most = field.maxChoices { members.append(("maxItems", .integer(most))) }
    case .choice:
      members.append(("type", "string"))
      if !isOpen { members.append(("enum", field.isRequired ? choices : .array([""] + (choices.asArray ?? [])))) }
    case .number:
      members.append(("type", "integer"))
      if let range = field.range {
        members += [("minimum", .integer(range.lowerBound)), ("maximum", .integer(range.upperBound))]
      }
    case .confirmation: members.append(("type", "boolean"))
    case .date: members += [("type", "string"), ("format", "date")]
    case .email: members += [("type", "string"), ("format", "email"), ("maxLength", .integer(field.maxBytes))]
    case .point: members += [("type", "string"), ("examples", ["48.7712,5.1604"])]
    default: members += [("type", "string"), ("maxLength", .integer(field.maxBytes))]
    }
    return .object(members)
  }
}
