internal import Glibc

/// A JSON value whose objects keep the order of their members, so that the same data gives the same bytes.
public struct JSONValue: Sendable, Hashable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral, ExpressibleByNilLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral
{
  struct Member: Sendable, Hashable {
    let name: String
    let value: JSONValue
  }

  enum Storage: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([Member])
  }

  let storage: Storage

  init(_ storage: Storage) { self.storage = storage }

  /// `null`.
  public static var null: JSONValue { JSONValue(.null) }
  /// A boolean.
  public static func bool(_ value: Bool) -> JSONValue { JSONValue(.bool(value)) }
  /// An integer.
  public static func integer(_ value: Int) -> JSONValue { JSONValue(.integer(Int64(value))) }
  /// A number. Values that JSON cannot write (infinite, not a number) become `null`.
  public static func number(_ value: Double) -> JSONValue { JSONValue(value.isFinite ? .number(value) : .null) }
  /// A string.
  public static func string(_ value: String) -> JSONValue { JSONValue(.string(value)) }
  /// A string or `null`.
  public static func string(_ value: String?) -> JSONValue { value.map { JSONValue(.string($0)) } ?? .null }
  /// An array.
  public static func array(_ values: [JSONValue]) -> JSONValue { JSONValue(.array(values)) }
  /// An object; its members are written in this order.
  public static func object(_ members: [(String, JSONValue)]) -> JSONValue {
    JSONValue(.object(members.map { Member(name: $0.0, value: $0.1) }))
  }
  /// An instant as RFC 3339 text.
  public static func timestamp(_ value: Timestamp) -> JSONValue { JSONValue(.string(value.rfc3339)) }
  /// An instant as RFC 3339 text, or `null`.
  public static func timestamp(_ value: Timestamp?) -> JSONValue { value.map { .timestamp($0) } ?? .null }

  /// Makes a string.
  public init(stringLiteral value: String) { self.init(.string(value)) }
  /// Makes an integer.
  public init(integerLiteral value: Int64) { self.init(.integer(value)) }
  /// Makes a number.
  public init(floatLiteral value: Double) { self.init(.number(value)) }
  /// Makes a boolean.
  public init(booleanLiteral value: Bool) { self.init(.bool(value)) }
  /// Makes `null`.
  public init(nilLiteral: ()) { self.init(.null) }
  /// Makes an array.
  public init(arrayLiteral elements: JSONValue...) { self.init(.array(elements)) }
  /// Makes an object in the order written.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self.init(.object(elements.map { Member(name: $0.0, value: $0.1) }))
  }

  /// The string, if the value is one.
  public var asString: String? { if case .string(let value) = storage { value } else { nil } }
  /// The boolean, if the value is one.
  public var asBool: Bool? { if case .bool(let value) = storage { value } else { nil } }
  /// The integer, if the value is one (also a number without fraction).
  public var asInteger: Int? {
    switch storage {
    case .integer(let value): Int(value)
    case .number(let value) where value == value.rounded() && abs(value) < 9e15: Int(value)
    default: nil
    }
  }
  /// The number, if the value is one.
  public var asNumber: Double? {
    switch storage {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }
  /// The elements, if the value is an array.
  public var asArray: [JSONValue]? { if case .array(let values) = storage { values } else { nil } }
  /// The members in order, if the value is an object.
  public var asObject: [(name: String, value: JSONValue)]? {
    if case .object(let members) = storage { members.map { ($0.name, $0.value) } } else { nil }
  }
  /// Whether the value is `null`.
  public var isNull: Bool { storage == .null }
  /// The word for the kind of value: `null`, `boolean`, `number`, `string`, `array` or `object`.
  public var kindName: String {
    switch storage {
    case .null: "null"
    case .bool: "boolean"
    case .integer, .number: "number"
    case .string: "string"
    case .array: "array"
    case .object: "object"
    }
  }

  /// The member of an object by its name; nil when there is none or the value is no object.
  public subscript(_ name: String) -> JSONValue? {
    guard case .object(let members) = storage else { return nil }
    return members.first { $0.name == name }?.value
  }

  /// The object with members added at its end; anything but an object stays as it is.
  public func adding(_ members: [(String, JSONValue)]) -> JSONValue {
    guard case .object(let own) = storage else { return self }
    return JSONValue(.object(own + members.map { Member(name: $0.0, value: $0.1) }))
  }

  /// The value as JSON text without white space.
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  /// The value as JSON in UTF-8 without white space.
  public var bytes: [UInt8] {
    var out: [UInt8] = []
    append(to: &out)
    return out
  }

  /// Appends a text given as valid UTF-8 as a JSON string.
  public static func append(utf8 text: [UInt8], to out: inout [UInt8]) {
    unsafe text.withUnsafeBufferPointer { unsafe JSONWriter.write($0, to: &out) }
  }

  /// Appends the value as JSON in UTF-8.
  public func append(to out: inout [UInt8]) { JSONWriter.write(self, to: &out) }
}
