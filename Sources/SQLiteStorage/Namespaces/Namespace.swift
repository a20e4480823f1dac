/// Whose tables a statement may touch.
///
/// The host may touch everything. A module may touch only tables named `<id>_…`; the prefix is enforced by
/// SQLite's authorizer on every statement, so that no SQL text can leave it.
public struct Namespace: Sendable, Hashable, CustomStringConvertible {
  /// `host`, or the module's id.
  public let name: String
  /// The bytes that names of its tables begin with: the name and `_`.
  let prefix: [UInt8]

  private init(unchecked name: String) {
    self.name = name
    prefix = Array(name.utf8) + [UInt8(ascii: "_")]
  }

  /// The host: may touch everything. Its own tables are named `host_…`.
  public static let host = Namespace(unchecked: "host")

  /// The namespace of a module.
  ///
  /// - Parameter id: 1 to 40 bytes of `a-z`, `0-9` and `-`, beginning with a letter. No `_`, so that one id plus
  ///   `_` is never the beginning of another id's tables. A table of an id with `-` needs double quotes in SQL.
  /// - Throws: ``NamespaceError`` when the id has another form or is reserved.
  public static func module(_ id: String) throws(NamespaceError) -> Namespace {
    let bytes = Array(id.utf8)
    let wellFormed = bytes.allSatisfy { byte in
      (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-")
    }
    guard let first = bytes.first, (0x61...0x7A).contains(first), bytes.count <= 40, wellFormed else {
      throw NamespaceError(id: id, isReserved: false)
    }
    // `json_each` and the `pragma_…` functions are read as tables.
    guard !["host", "sqlite", "json", "pragma"].contains(id) else { throw NamespaceError(id: id, isReserved: true) }
    return Namespace(unchecked: id)
  }

  /// Whether this is the host's namespace.
  public var isHost: Bool { name == "host" }

  /// Whether the name of a table, index, view or trigger has this namespace's prefix. Upper and lower case of
  /// ASCII letters are the same, as in SQLite.
  public func owns(_ object: String) -> Bool {
    let bytes = object.utf8
    guard bytes.count > prefix.count else { return false }
    return zip(bytes, prefix).allSatisfy { byte, wanted in
      ((0x41...0x5A).contains(byte) ? byte | 0x20 : byte) == wanted
    }
  }

  /// The name.
  public var description: String { name }

  /// Two namespaces are the same when their names are.
  public static func == (a: Namespace, b: Namespace) -> Bool { a.name == b.name }
  /// Hashes the name.
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// An id that cannot be a module's namespace.
public struct NamespaceError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The id that was given.
  public let id: String
  /// Whether the id is well formed but reserved for the host or for SQLite.
  public let isReserved: Bool

  /// What was found and what was expected.
  public var description: String {
    isReserved
      ? "module id \"\(id)\" is reserved; choose another"
      : "module id \"\(id)\": expected 1 to 40 of a-z, 0-9 and -, beginning with a letter"
  }
}

/// One thing that a module asked of the database and may not have.
public struct NamespaceDenial: Sendable, Hashable, CustomStringConvertible {
  /// The namespace that asked.
  public let namespace: Namespace
  /// What it wanted to do, as `read` or `create a temporary table`.
  public let operation: String
  /// The table, column, pragma or function, as SQLite names it.
  public let object: String

  /// Who may not do what, and what is allowed.
  public var description: String {
    guard !namespace.isHost else { return "the host may not \(operation) \(object)" }
    let own = "\(namespace)_…"
    return "module \(namespace) may not \(operation) \(object); it may only use its own tables, named \(own)"
  }
}
