/// One answer that a choice offers.
public struct Choice: Sendable, Hashable {
  /// The value sent and stored.
  public let value: String
  /// What the person reads.
  public let label: String
  /// A group heading under which the choice stands in a list; empty for none.
  public let group: String

  /// Makes a choice.
  public init(_ value: String, _ label: String, group: String = "") {
    self.value = value
    self.label = label
    self.group = group
  }
}

/// One field of a form, declared once: it gives the input, the JSON member, the validation and the OpenAPI
/// schema.
public struct Field: Sendable, Hashable {
  /// What a field holds.
  public struct Kind: Sendable, Hashable {
    /// The name of the kind.
    public let name: String
    /// One line of text.
    public static let line = Kind(name: "line")
    /// Several lines of text.
    public static let text = Kind(name: "text")
    /// An e-mail address.
    public static let email = Kind(name: "email")
    /// One of the choices, shown as buttons when few and as a list when many.
    public static let choice = Kind(name: "choice")
    /// Any number of the choices.
    public static let choices = Kind(name: "choices")
    /// A day, as `2026-03-12`.
    public static let date = Kind(name: "date")
    /// A day and a time of the commune, as `2026-03-12T20:00`.
    public static let dateTime = Kind(name: "datetime")
    /// A whole number.
    public static let number = Kind(name: "number")
    /// A box to tick; the value is true or false. When required it must be ticked.
    public static let confirmation = Kind(name: "confirmation")
    /// A place on the map: `latitude,longitude` in degrees (WGS 84).
    public static let point = Kind(name: "point")
    /// A secret that is never shown again: a password or an access code.
    public static let secret = Kind(name: "secret")
    /// A value carried along that the person does not see.
    public static let hidden = Kind(name: "hidden")
    /// A file from the person's device, see ``Field/file(_:_:help:required:accepts:)``.
    public static let file = Kind(name: "file")
  }

  /// The name in the form and in JSON: lower-case letters, digits and `_`.
  public let name: String
  /// What the field holds.
  public let kind: Kind
  /// What the person is asked, in their language.
  public let label: String
  /// A sentence of help under the label.
  public let help: String
  /// Whether the field must be filled.
  public let isRequired: Bool
  /// The longest text, in characters: Unicode code points, as JSON Schema counts them (`maxLength`). What a page counts
  /// (UTF-16 units) is never less, so a text that fits the page fits here.
  public let maxLength: Int
  /// The answers of a choice.
  public let choices: [Choice]
  /// Whether a person may give an answer of their own besides the choices; sent as `<name>_other`.
  public let allowsOther: Bool
  /// For `choices`: how many may be taken.
  public let maxChoices: Int?
  /// For `number`: the values allowed.
  public let range: ClosedRange<Int>?
  /// The `autocomplete` token of HTML, as `email`; empty for `off`.
  public let autocomplete: String
  /// For `file`: the kinds that are taken.
  public package(set) var accepts: [FileKind]
  /// Texts that a `line` field offers while one types, and does not insist on; see ``suggesting(_:)``.
  public private(set) var suggestions: [String] = []
  /// The drawing on which a `point` may be chosen; nil for none.
  public package(set) var map: FieldMap?

  /// The most bytes that such a text takes in UTF-8: four a character.
  public var maxBytes: Int { maxLength * 4 }

  /// Makes a field whose text has at most so many characters.
  public init(
    _ name: String, _ kind: Kind, _ label: String, help: String = "", required: Bool = false, maxLength: Int,
    choices: [Choice] = [], allowsOther: Bool = false, maxChoices: Int? = nil, range: ClosedRange<Int>? = nil,
    autocomplete: String = ""
  ) {
    self.name = name
    self.kind = kind
    self.label = label
    self.help = help
    isRequired = required
    self.maxLength = maxLength
    self.choices = choices
    self.allowsOther = allowsOther
    self.maxChoices = maxChoices
    self.range = range
    self.autocomplete = autocomplete
    accepts = kind == .file ? FileKind.all : []
  }

  /// Makes a field. Its text has at most 200 characters (`line`), 4,096 (`text`) or 254 (`email`). Another limit is
  /// given as `maxBytes`, the name that it had while bytes were counted: the number is one of characters now, as
  /// ``maxLength``.
  public init(
    _ name: String, _ kind: Kind, _ label: String, help: String = "", required: Bool = false, maxBytes: Int? = nil,
    choices: [Choice] = [], allowsOther: Bool = false, maxChoices: Int? = nil, range: ClosedRange<Int>? = nil,
    autocomplete: String = ""
  ) {
    self.init(
      name, kind, label, help: help, required: required,
      maxLength: maxBytes ?? (kind == .text ? 4096 : kind == .email ? 254 : 200), choices: choices,
      allowsOther: allowsOther, maxChoices: maxChoices, range: range, autocomplete: autocomplete)
  }

  /// The same `line` field with texts that are offered while one types, as the folders that there are already. Any
  /// other text is still taken. Browsers show them as a list; without one the field is as it was.
  public func suggesting(_ texts: [String]) -> Field {
    var copy = self
    copy.suggestions = texts
    return copy
  }

  /// The same field of the kind `point` with a drawing on which the place may be chosen, by hand or by keyboard. People
  /// without script type the place, or name it in another field.
  public func on(_ map: FieldMap) -> Field {
    var field = self
    field.map = map
    return field
  }
}

/// A drawing of the commune on which a place is chosen. It comes with the page: nothing is asked of anybody else.
public struct FieldMap: Sendable, Hashable {
  /// The drawing: one `svg` whose view box has the two corners, north at the top. Longitude and latitude must grow
  /// evenly over it, which holds for a commune.
  public let drawing: HTMLNode
  /// The place of the upper left corner.
  public let northWest: GeoPoint
  /// The place of the lower right corner.
  public let southEast: GeoPoint

  /// Makes a map.
  public init(drawing: HTMLNode, northWest: GeoPoint, southEast: GeoPoint) {
    self.drawing = drawing
    self.northWest = northWest
    self.southEast = southEast
  }
}

/// The form of an action, in the language of the person.
public struct Form: Sendable, Hashable {
  /// A group of fields under one legend.
  public struct Group: Sendable, Hashable {
    /// The legend; empty for fields without one.
    public let legend: String
    /// The fields in order.
    public let fields: [Field]

    /// Makes a group.
    public init(_ legend: String = "", _ fields: [Field]) {
      self.legend = legend
      self.fields = fields
    }
  }

  /// The title, as `Signaler un problème`.
  public let title: String
  /// What the person should know before they write; empty for nothing.
  public let intro: HTMLNode
  /// The groups of fields in order.
  public let groups: [Group]
  /// The words of the button.
  public let submit: String

  /// Makes a form of groups.
  public init(title: String, intro: HTMLNode = .empty, groups: [Group], submit: String) {
    self.title = title
    self.intro = intro
    self.groups = groups
    self.submit = submit
  }

  /// Makes a form of fields.
  public init(title: String, intro: HTMLNode = .empty, fields: [Field], submit: String) {
    self.init(title: title, intro: intro, groups: [Group("", fields)], submit: submit)
  }

  /// All fields in order.
  public var fields: [Field] { groups.flatMap(\.fields) }
}

/// What a person sent, checked against the form: every value has its declared type and length.
public struct Submission: Sendable {
  struct Value: Sendable {
    var texts: [String]
    var other: String
  }

  private let values: [String: Value]

  /// Makes a submission from checked values: the texts of each field, and the answers of people's own by
  /// field.
  public init(values: [String: [String]], others: [String: String] = [:]) {
    var all: [String: Value] = [:]
    for (name, texts) in values { all[name] = Value(texts: texts, other: others[name] ?? "") }
    for (name, other) in others where all[name] == nil { all[name] = Value(texts: [], other: other) }
    self.values = all
  }

  /// The names of the fields with an answer, sorted.
  package var names: [String] { values.keys.sorted() }

  /// The text of a field; empty when nothing was given.
  public func text(_ name: String) -> String { values[name]?.texts.first ?? "" }
  /// The text of a field, or nil when nothing was given.
  public func optionalText(_ name: String) -> String? { text(name).isEmpty ? nil : text(name) }
  /// The answers taken of a `choices` field.
  public func list(_ name: String) -> [String] { values[name]?.texts ?? [] }
  /// The answer of the person's own to a choice; empty for none.
  public func other(_ name: String) -> String { values[name]?.other ?? "" }
  /// The whole number of a field, or nil.
  public func int(_ name: String) -> Int? { Int(text(name)) }
  /// Whether a confirmation was ticked.
  public func bool(_ name: String) -> Bool { text(name) == "true" }
  /// The place of a `point` field, or nil.
  public func point(_ name: String) -> GeoPoint? { GeoPoint(text(name)) }
}

/// A place on Earth in degrees (WGS 84).
public struct GeoPoint: Sendable, Hashable {
  /// Degrees north, −90 to 90.
  public let latitude: Double
  /// Degrees east, −180 to 180.
  public let longitude: Double

  /// Makes a place; nil outside the range.
  public init?(latitude: Double, longitude: Double) {
    guard (-90...90).contains(latitude), (-180...180).contains(longitude) else { return nil }
    self.latitude = latitude
    self.longitude = longitude
  }

  /// Reads `latitude,longitude`; nil for anything else.
  public init?(_ text: String) {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    guard parts.count == 2, let latitude = Double(ByteText.trimmed(String(parts[0]))),
      let longitude = Double(ByteText.trimmed(String(parts[1])))
    else { return nil }
    self.init(latitude: latitude, longitude: longitude)
  }
}
