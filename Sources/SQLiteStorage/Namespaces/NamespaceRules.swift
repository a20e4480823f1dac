internal import CSQLite

/// One question of SQLite's authorizer: what a statement being compiled would do.
///
/// Source of the meaning of `first` and `second` for each action: https://www.sqlite.org/c3ref/c_alter_table.html
struct AccessRequest {
  let action: Int32
  let first: String
  let second: String
  /// `main`, `temp`, or empty when SQLite does not say.
  let database: String
}

/// Decides what a module may do. The host is not asked.
struct NamespaceRules {
  let namespace: Namespace
  /// Whether the module's schema is being changed now, by the migrator.
  let migrating: Bool

  /// Nil when the request is allowed.
  func denial(of request: AccessRequest) -> NamespaceDenial? {
    switch request.action {
    case SQLITE_SELECT, SQLITE_RECURSIVE: nil
    case SQLITE_READ: mayRead(request) ? nil : refuse("read", column(request))
    case SQLITE_INSERT: mayWrite(request) ? nil : refuse("insert into", request.first)
    case SQLITE_UPDATE: mayUpdate(request) ? nil : refuse("update", column(request))
    case SQLITE_DELETE: mayWrite(request) ? nil : refuse("delete from", request.first)
    case SQLITE_FUNCTION: Self.functions.contains(request.second.lowercased()) ? refuse("call", request.second) : nil
    case SQLITE_PRAGMA: pragma(request)
    case SQLITE_TRANSACTION: refuse("end or begin a transaction:", request.first)
    case SQLITE_SAVEPOINT: refuse("use a savepoint:", "\(request.first) \(request.second)")
    case SQLITE_ATTACH, SQLITE_DETACH: refuse("attach or detach", "a database")
    default: definition(request)
    }
  }

  private func mayRead(_ request: AccessRequest) -> Bool {
    if isOwn(request.first, request) || Self.readableFunctions.contains(request.first) { return true }
    // See `mayUpdate`. It tells a module how many tables there are, and nothing else.
    if request.first == "sqlite_master", request.second == "ROWID" { return true }
    if migrating, Self.schemaTables.contains(request.first) || request.first == "pragma_quick_check" { return true }
    // With no column used (`count(*)`), SQLite asks also for the name of a common table expression. Every stored
    // table has a `_` in its name (see `HostRules`), so a name without one can only be such an expression.
    return request.second.isEmpty && request.database.isEmpty && !request.first.utf8.contains(UInt8(ascii: "_"))
  }

  private func mayWrite(_ request: AccessRequest) -> Bool {
    isOwn(request.first, request) || (migrating && Self.schemaTables.contains(request.first))
  }

  /// When a connection meets a virtual table for the first time, SQLite asks as if the schema table were changed.
  /// It never is by a module: defensive mode forbids writing it, whatever the authorizer says.
  private func mayUpdate(_ request: AccessRequest) -> Bool {
    mayWrite(request) || request.first == "sqlite_master"
  }

  private func isOwn(_ name: String, _ request: AccessRequest) -> Bool {
    namespace.owns(name) && (request.database == "main" || request.database.isEmpty)
  }

  /// `data_version` is how FTS5 sees changes, `page_size` how R*Tree sizes its nodes, and `quick_check` how
  /// `ALTER TABLE … ADD COLUMN` checks constraints.
  private func pragma(_ request: AccessRequest) -> NamespaceDenial? {
    if ["data_version", "page_size"].contains(request.first), request.second.isEmpty { return nil }
    if migrating, request.first == "quick_check", namespace.owns(request.second) { return nil }
    return refuse("use PRAGMA", request.first)
  }

  private func definition(_ request: AccessRequest) -> NamespaceDenial? {
    let (verb, names, allowedKind) = change(request)
    guard allowedKind else { return refuse(verb, request.first) }
    guard migrating else { return refuse("\(verb) outside a migration:", request.first) }
    for name in names where !isOwn(name, request) && !isInternal(name, request) { return refuse(verb, name) }
    return nil
  }

  /// The words for a change of the schema, the names that must be the module's own, and whether a module may do it.
  private func change(_ request: AccessRequest) -> (verb: String, names: [String], allowed: Bool) {
    let both = [request.first, request.second]
    return switch request.action {
    case SQLITE_CREATE_TABLE: ("create table", [request.first], true)
    case SQLITE_DROP_TABLE: ("drop table", [request.first], true)
    case SQLITE_CREATE_INDEX: ("create index", both, true)
    case SQLITE_DROP_INDEX: ("drop index", both, true)
    case SQLITE_REINDEX: ("rebuild index", [request.first], true)
    case SQLITE_CREATE_VIEW: ("create view", [request.first], true)
    case SQLITE_DROP_VIEW: ("drop view", [request.first], true)
    case SQLITE_CREATE_TRIGGER: ("create trigger", both, true)
    case SQLITE_DROP_TRIGGER: ("drop trigger", both, true)
    case SQLITE_CREATE_VTABLE:
      ("create virtual table", [request.first], ["fts5", "rtree"].contains(request.second.lowercased()))
    case SQLITE_DROP_VTABLE: ("drop virtual table", [request.first], true)
    // Here alone the first word is the database and the second the table.
    case SQLITE_ALTER_TABLE: ("alter table", [request.second], request.first == "main")
    default: ("make or drop temporary objects, or analyze", [], false)
    }
  }

  /// Objects that SQLite itself names while it carries out a definition of the module.
  private func isInternal(_ name: String, _ request: AccessRequest) -> Bool {
    switch request.action {
    case SQLITE_CREATE_TABLE: name == "sqlite_sequence"
    case SQLITE_REINDEX, SQLITE_CREATE_INDEX, SQLITE_DROP_INDEX: isAutomaticIndex(name)
    default: false
    }
  }

  private func isAutomaticIndex(_ name: String) -> Bool {
    let lead = "sqlite_autoindex_"
    return name.utf8.starts(with: lead.utf8)
      && namespace.owns(String(decoding: name.utf8.dropFirst(lead.utf8.count), as: UTF8.self))
  }

  private func column(_ request: AccessRequest) -> String {
    request.second.isEmpty ? request.first : "\(request.first).\(request.second)"
  }

  private func refuse(_ operation: String, _ object: String) -> NamespaceDenial {
    NamespaceDenial(namespace: namespace, operation: operation, object: object)
  }

  private static let functions: Set<String> = ["load_extension", "fts3_tokenizer", "sqlite_log"]
  private static let readableFunctions: Set<String> = ["json_each", "json_tree"]
  private static let schemaTables: Set<String> = [
    "sqlite_master", "sqlite_schema", "sqlite_temp_master", "sqlite_temp_schema", "sqlite_sequence", "sqlite_stat1",
    "sqlite_stat4",
  ]
}

/// The one rule for the host: a stored name has a `_`, which the rule for modules relies on.
struct HostRules {
  static func denial(of request: AccessRequest) -> NamespaceDenial? {
    switch request.action {
    case SQLITE_CREATE_TABLE, SQLITE_CREATE_TEMP_TABLE, SQLITE_CREATE_VIEW, SQLITE_CREATE_TEMP_VIEW,
      SQLITE_CREATE_VTABLE:
      guard request.database != "vacuum_db", !request.first.utf8.contains(UInt8(ascii: "_")) else { return nil }
      return NamespaceDenial(
        namespace: .host, operation: "create a table without _ in its name:", object: request.first)
    default: return nil
    }
  }
}
