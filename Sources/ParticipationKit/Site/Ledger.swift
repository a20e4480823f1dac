/// The module's tables, within one transaction or one snapshot.
///
/// Synchronous on purpose: check and act happen in one go, and double acts are decided by UNIQUE constraints. A module
/// reaches only the tables that start with its id; SQLite's authorizer refuses all others. Values go in as bound
/// arguments only.
public struct Ledger {
  private let each: (String, [SQLValue], (Row) throws -> Bool) throws -> Void
  private let change: ((String, [SQLValue]) throws -> (changes: Int, rowID: Int))?

  /// Makes a ledger from the host's closures.
  /// - Parameters:
  ///   - forEach: Runs a query and gives each row until the closure returns false.
  ///   - execute: Runs a statement; gives the number of changed rows and the last row id. Nil for a read-only ledger.
  public init(
    forEach: @escaping (String, [SQLValue], (Row) throws -> Bool) throws -> Void,
    execute: ((String, [SQLValue]) throws -> (changes: Int, rowID: Int))? = nil
  ) {
    each = forEach
    change = execute
  }

  /// The same ledger that asks a closure before each statement: how the conformance kit counts and disturbs.
  /// - Parameters:
  ///   - read: Called with each query; what it throws is thrown instead.
  ///   - write: Called with each statement that changes rows.
  package func watched(
    read: @escaping (String) throws -> Void, write: @escaping (String) throws -> Void = { _ in }
  ) -> Ledger {
    let (each, change) = (self.each, self.change)
    return Ledger(
      forEach: { sql, arguments, body in
        try read(sql)
        try each(sql, arguments, body)
      },
      execute: change.map { change in
        { sql, arguments in
          try write(sql)
          return try change(sql, arguments)
        }
      })
  }

  /// Runs a query row by row; the closure returns false to stop.
  /// - Throws: The store's error, or what the closure throws.
  public func forEach(_ sql: String, _ arguments: [SQLValue] = [], _ body: (Row) throws -> Bool) throws {
    try each(sql, arguments, body)
  }

  /// All rows of a query. Meant for results with a natural bound; use ``forEach(_:_:_:)`` for the rest.
  /// - Throws: The store's error.
  public func rows(_ sql: String, _ arguments: [SQLValue] = []) throws -> [Row] {
    var rows: [Row] = []
    try each(sql, arguments) { row in
      rows.append(row)
      return true
    }
    return rows
  }

  /// The first row of a query, or nil.
  /// - Throws: The store's error.
  public func row(_ sql: String, _ arguments: [SQLValue] = []) throws -> Row? {
    var found: Row?
    try each(sql, arguments) { row in
      found = row
      return false
    }
    return found
  }

  /// The integer in the first column of the first row; 0 when there is none. For counts.
  /// - Throws: The store's error.
  public func count(_ sql: String, _ arguments: [SQLValue] = []) throws -> Int {
    Int(try row(sql, arguments)?.values.first?.asInteger ?? 0)
  }

  /// Runs a statement that changes rows.
  /// - Returns: How many rows changed.
  /// - Throws: The store's error; ``ReadOnlyLedger`` where only reading is allowed.
  @discardableResult
  public func execute(_ sql: String, _ arguments: [SQLValue] = []) throws -> Int {
    guard let change else { throw ReadOnlyLedger() }
    return try change(sql, arguments).changes
  }

  /// Runs a statement and gives how many rows changed and the id of the row that was inserted last: for statements
  /// whose kind only their author knows.
  /// - Throws: The store's error; ``ReadOnlyLedger`` where only reading is allowed.
  package func run(_ sql: String, _ arguments: [SQLValue]) throws -> (changes: Int, rowID: Int) {
    guard let change else { throw ReadOnlyLedger() }
    return try change(sql, arguments)
  }

  /// Runs an INSERT.
  /// - Returns: The id of the new row.
  /// - Throws: The store's error; ``ReadOnlyLedger`` where only reading is allowed.
  public func insert(_ sql: String, _ arguments: [SQLValue] = []) throws -> Int {
    guard let change else { throw ReadOnlyLedger() }
    return try change(sql, arguments).rowID
  }
}

/// A change was tried where only reading is allowed, as while a page is made.
public struct ReadOnlyLedger: Error, Sendable {
  /// Makes the error.
  public init() {}
}

/// A row exists already: a UNIQUE constraint decided between two acts. The store throws it so that a module can answer.
public struct UniquenessConflict: Error, Sendable {
  /// The columns of the constraint, as `consultation_ballot.code`.
  public let constraint: String

  /// Makes the error.
  public init(constraint: String) { self.constraint = constraint }
}

/// One numbered forward step of a module's schema. All its tables start with the module's id and `_`.
public struct Migration: Sendable {
  /// The number; steps run in order, once each.
  public let number: Int
  /// What the step does, in a few words; it may not change once released.
  public let name: String
  /// The statements, run in one transaction.
  public let statements: [String]

  /// Makes a step.
  public init(_ number: Int, _ name: String, _ statements: [String]) {
    self.number = number
    self.name = name
    self.statements = statements
  }
}
