/// One value that goes into or comes out of the database.
///
/// A struct and not an enum, so that a later kind of value does not break a module that is already compiled.
public struct SQLValue: Sendable, Hashable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByNilLiteral
{
  enum Storage: Sendable, Hashable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])
  }

  let storage: Storage

  init(_ storage: Storage) { self.storage = storage }

  /// SQL `NULL`.
  public static var null: SQLValue { SQLValue(.null) }
  /// A 64-bit integer.
  public static func integer(_ value: Int64) -> SQLValue { SQLValue(.integer(value)) }
  /// A 64-bit integer given as `Int`.
  public static func integer(_ value: Int) -> SQLValue { SQLValue(.integer(Int64(value))) }
  /// A floating-point number.
  public static func real(_ value: Double) -> SQLValue { SQLValue(.real(value)) }
  /// Text, stored as UTF-8.
  public static func text(_ value: String) -> SQLValue { SQLValue(.text(value)) }
  /// Text, or `NULL` for nil.
  public static func text(_ value: String?) -> SQLValue { value.map { SQLValue(.text($0)) } ?? .null }
  /// Bytes.
  public static func blob(_ value: [UInt8]) -> SQLValue { SQLValue(.blob(value)) }
  /// A boolean, stored as 0 or 1.
  public static func bool(_ value: Bool) -> SQLValue { SQLValue(.integer(value ? 1 : 0)) }
  /// An instant, stored as integer milliseconds since 1970 UTC.
  public static func timestamp(_ value: Timestamp) -> SQLValue { SQLValue(.integer(value.milliseconds)) }
  /// An instant or `NULL`.
  public static func timestamp(_ value: Timestamp?) -> SQLValue { value.map { .timestamp($0) } ?? .null }

  /// Makes a text value.
  public init(stringLiteral value: String) { self.init(.text(value)) }
  /// Makes an integer value.
  public init(integerLiteral value: Int64) { self.init(.integer(value)) }
  /// Makes 0 or 1.
  public init(booleanLiteral value: Bool) { self.init(.integer(value ? 1 : 0)) }
  /// Makes `NULL`.
  public init(nilLiteral: ()) { self.init(.null) }

  /// The integer, if the value is one.
  public var asInteger: Int64? { if case .integer(let value) = storage { value } else { nil } }
  /// The number, if the value is a real or an integer.
  public var asReal: Double? {
    switch storage {
    case .real(let value): value
    case .integer(let value): Double(value)
    default: nil
    }
  }
  /// The text, if the value is one.
  public var asText: String? { if case .text(let value) = storage { value } else { nil } }
  /// The bytes, if the value is a blob.
  public var asBlob: [UInt8]? { if case .blob(let value) = storage { value } else { nil } }
  /// Whether the value is `NULL`.
  public var isNull: Bool { storage == .null }
  /// The word for the kind of value: `null`, `integer`, `real`, `text` or `blob`.
  public var kindName: String {
    switch storage {
    case .null: "null"
    case .integer: "integer"
    case .real: "real"
    case .text: "text"
    case .blob: "blob"
    }
  }
}

/// One row of a query's result: values with the names of their columns.
public struct Row: Sendable {
  /// The names of the columns, in the order of the query.
  public let columns: [String]
  /// The values, one a column.
  public let values: [SQLValue]

  /// Makes a row. `columns` and `values` have the same count.
  public init(columns: [String], values: [SQLValue]) {
    self.columns = columns
    self.values = values
  }

  /// The value of a column by its name; `NULL` when the query has no such column.
  public subscript(_ column: String) -> SQLValue {
    guard let index = columns.firstIndex(of: column) else { return .null }
    return values[index]
  }

  /// An integer column.
  /// - Throws: ``RowError`` when the column is missing or holds something else.
  public func int(_ column: String) throws -> Int {
    guard let value = self[column].asInteger else { throw mismatch(column, "integer") }
    return Int(value)
  }

  /// An integer column that may be `NULL`.
  public func optionalInt(_ column: String) -> Int? { self[column].asInteger.map { Int($0) } }

  /// A text column.
  /// - Throws: ``RowError`` when the column is missing or holds something else.
  public func text(_ column: String) throws -> String {
    guard let value = self[column].asText else { throw mismatch(column, "text") }
    return value
  }

  /// A text column that may be `NULL`.
  public func optionalText(_ column: String) -> String? { self[column].asText }

  /// A number column (real or integer) that may be `NULL`.
  public func optionalReal(_ column: String) -> Double? { self[column].asReal }

  /// A column that holds 0 or 1.
  /// - Throws: ``RowError`` when the column is missing or holds something else.
  public func bool(_ column: String) throws -> Bool { try int(column) != 0 }

  /// A column that holds an instant (milliseconds since 1970, as the value `timestamp` writes it).
  /// - Throws: ``RowError`` when the column is missing or holds something else.
  public func timestamp(_ column: String) throws -> Timestamp { Timestamp(milliseconds: Int64(try int(column))) }

  /// A column that holds an instant or `NULL`.
  public func optionalTimestamp(_ column: String) -> Timestamp? {
    self[column].asInteger.map { Timestamp(milliseconds: $0) }
  }

  /// A column that holds bytes.
  /// - Throws: ``RowError`` when the column is missing or holds something else.
  public func blob(_ column: String) throws -> [UInt8] {
    guard let value = self[column].asBlob else { throw mismatch(column, "blob") }
    return value
  }

  // MARK: By place

  /// An integer column by its place in the query: for rows read by the thousand, where a search for each name would
  /// cost more than the row.
  /// - Throws: ``RowError`` when the column is missing or holds something else.
  public func int(at place: Int) throws -> Int {
    guard let value = optionalInt(at: place) else { throw mismatch(at: place, "integer") }
    return value
  }

  /// An integer column by its place; nil for anything else.
  public func optionalInt(at place: Int) -> Int? {
    guard place < values.count, case .integer(let value) = values[place].storage else { return nil }
    return Int(value)
  }

  /// A text column by its place.
  /// - Throws: ``RowError`` when the column is missing or holds something else.
  public func text(at place: Int) throws -> String {
    guard let value = optionalText(at: place) else { throw mismatch(at: place, "text") }
    return value
  }

  /// A text column by its place; nil for anything else.
  public func optionalText(at place: Int) -> String? {
    guard place < values.count, case .text(let value) = values[place].storage else { return nil }
    return value
  }

  /// A column that holds an instant, by its place.
  /// - Throws: ``RowError`` when the column is missing or holds something else.
  public func timestamp(at place: Int) throws -> Timestamp {
    Timestamp(milliseconds: Int64(try int(at: place)))
  }

  /// A column that holds an instant, by its place; nil for anything else.
  public func optionalTimestamp(at place: Int) -> Timestamp? {
    optionalInt(at: place).map { Timestamp(milliseconds: Int64($0)) }
  }

  private func mismatch(at place: Int, _ expected: String) -> RowError {
    let isThere = place < values.count && place < columns.count
    return RowError(
      column: isThere ? columns[place] : "number \(place + 1)", expected: expected,
      found: isThere ? values[place].kindName : "no column")
  }

  private func mismatch(_ column: String, _ expected: String) -> RowError {
    RowError(column: column, expected: expected, found: columns.contains(column) ? self[column].kindName : "no column")
  }
}

/// A column does not hold what the code expects: the schema and the query disagree.
public struct RowError: Error, Sendable, CustomStringConvertible {
  /// The name of the column.
  public let column: String
  /// The kind of value that was expected.
  public let expected: String
  /// The kind of value that was found, never the value itself.
  public let found: String

  /// What was expected and what was found, without the value.
  public var description: String { "column \(column): expected \(expected), found \(found)" }
}
