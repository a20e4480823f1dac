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

  static let heldResponse = JSONValue.object([
    ("description", "Nothing is done yet: a mail with a link was sent to the address, and its button does the act."),
    (
      "content",
      [
        "application/json": [
          "schema": [
            "type": "object", "required": ["held"],
            "properties": ["held": ["type": "object", "properties": ["message": ["type": "string"]]]],
          ]
        ]
      ]
    ),
  ])

  /// What a program may say besides the fields.
  static let headers = [
    idempotencyKey,
    header(
      "Parvis-Elapsed", "Milliseconds between showing the form and sending it. Below 2000 a person reads it first."),
    header(
      "Parvis-Work",
      "`<hour>:<nonce>`, the hour counted from 1970, such that SHA-256 of `<path>\\n<hour>\\n<SHA-256 of the body in "
        + "hexadecimal>\\n<nonce>` begins with 12 zero bits: more acts an hour are then accepted from one connection."),
  ]

  private static func header(_ name: String, _ words: String) -> JSONValue {
    .object([
      ("name", .string(name)), ("in", "header"), ("required", false), ("description", .string(words)),
      ("schema", ["type": "string"]),
    ])
  }

  static let idempotencyKey = JSONValue.object([
    ("name", "Idempotency-Key"), ("in", "header"), ("required", false),
    ("description", "Any text of 1 to 100 bytes; the same act with the same key is done once."),
    ("schema", ["type": "string", "maxLength": 100]),
  ])

  static func pathParameter(_ name: String) -> JSONValue {
    .object([("name", .string(name)), ("in", "path"), ("required", true), ("schema", ["type": "string"])])
  }

  /// The fields of a form, and those that every act takes: the language of the answer, and the trap for robots.
  static func object(_ form: Form, languages: [String]) -> JSONValue {
    var properties: [(String, JSONValue)] = [
      (
        "lang",
        .object([
          ("type", "string"), ("enum", .array(languages.map { .string($0) })),
          ("description", "The language of the answer, the receipt and later messages."),
        ])
      ),
      ("website", ["type": "string", "maxLength": 0, "description": "Left empty: what robots fill in is refused."]),
    ]
    for field in form.fields {
      properties.append((field.name, schema(field)))
      if field.allowsOther {
        properties.append((field.name + "_other", ["type": "string", "maxLength": .integer(field.maxLength)]))
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
    case .email: members += [("type", "string"), ("format", "email"), ("maxLength", .integer(field.maxLength))]
    case .point: members += [("type", "string"), ("examples", ["48.7712,5.1604"])]
    default: members += [("type", "string"), ("maxLength", .integer(field.maxLength))]
    }
    return .object(members)
  }
}
