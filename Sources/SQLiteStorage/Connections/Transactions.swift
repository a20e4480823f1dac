internal import CSQLite

/// How a transaction begins.
public enum TransactionKind: Sendable, Hashable {
  /// Takes its snapshot at the first read, and the writer's lock at the first write.
  case deferred
  /// Takes the writer's lock at once, so that it never fails in the middle for another writer.
  case immediate
}

extension Connection {
  /// Runs `body` in the namespace and returns to the one before.
  ///
  /// Everything inside, also a statement that SQLite must compile again, is checked against it. A module's
  /// namespace changes no schema here; ``Migrator`` does that.
  @discardableResult
  public func withNamespace<R>(_ namespace: Namespace, _ body: () throws -> R) rethrows -> R {
    try withNamespace(namespace, migrating: false, body)
  }

  @discardableResult
  func withNamespace<R>(_ namespace: Namespace, migrating: Bool, _ body: () throws -> R) rethrows -> R {
    let before = (authorizer.namespace, authorizer.migrating)
    (authorizer.namespace, authorizer.migrating) = (namespace, migrating)
    defer { (authorizer.namespace, authorizer.migrating) = before }
    return try body()
  }

  /// Runs `body`, in which statements together may take so many seconds: for SQL that the host did not write. What
  /// takes longer fails with ``ResultCode/interrupted``; a statement that was changing rows then takes the whole
  /// transaction with it, as SQLite does with a full disk.
  /// - Throws: What `body` throws.
  @discardableResult
  public func withTimeLimit<R>(seconds: Double, _ body: () throws -> R) rethrows -> R {
    let before = authorizer.timeLimit
    authorizer.timeLimit = Authorizer.now + seconds
    defer { authorizer.timeLimit = before }
    return try body()
  }

  /// The namespace in force.
  public var namespace: Namespace { authorizer.namespace }

  /// Runs `body` in a transaction: committed when it returns, undone when it throws.
  ///
  /// - Throws: what `body` throws, or ``SQLiteError`` when the beginning or the commit fails; nothing is then kept.
  @discardableResult
  public func transaction<R>(_ kind: TransactionKind = .immediate, _ body: () throws -> R) throws -> R {
    try begin(kind)
    do {
      let result = try body()
      try control("COMMIT")
      return result
    } catch {
      rollBack()
      throw error
    }
  }

  /// Runs `body` in a savepoint of a transaction: its changes alone are undone when it throws.
  ///
  /// - Throws: what `body` throws, or ``SQLiteError``.
  @discardableResult
  public func savepoint<R>(_ body: () throws -> R) throws -> R {
    try beginSavepoint()
    do {
      let result = try body()
      try releaseSavepoint()
      return result
    } catch {
      try undoSavepoint()
      throw error
    }
  }

  /// Whether a transaction is open.
  public var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

  func begin(_ kind: TransactionKind) throws { try control(kind == .immediate ? "BEGIN IMMEDIATE" : "BEGIN") }

  func commit() throws { try control("COMMIT") }

  /// Undoes the open transaction. SQLite itself may have done so already (disk full, disk error): then nothing.
  func rollBack() {
    // A rollback can only fail when there is no transaction left, which is what is wanted.
    if isInTransaction { _ = try? control("ROLLBACK") }
  }

  func beginSavepoint() throws { try control("SAVEPOINT parvis_act") }

  func releaseSavepoint() throws { try control("RELEASE parvis_act") }

  /// Undoes the innermost savepoint, unless the whole transaction is gone.
  func undoSavepoint() throws {
    guard isInTransaction else { return }
    try control("ROLLBACK TO parvis_act")
    try control("RELEASE parvis_act")
  }

  /// Whether rows of the open transaction break a deferred foreign key, so that a commit would fail.
  var hasOpenForeignKeys: Bool {
    var current: Int32 = 0
    var highest: Int32 = 0
    sqlite3_db_status(handle, SQLITE_DBSTATUS_DEFERRED_FKS, &current, &highest, 0)
    return current != 0
  }

  /// Modules may not end transactions; their API does it for them.
  private func control(_ sql: String) throws {
    _ = try withNamespace(.host) { try execute(sql) }
  }
}
