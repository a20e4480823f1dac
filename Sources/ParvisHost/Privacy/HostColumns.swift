import ParticipationKit

/// Which tables and columns of the host this database has. Parts of the host bring tables of their own; what holds
/// words or addresses is listed here once, so that an erasure finds it wherever it lies.
struct HostColumns {
  private let names: Set<String>

  init(_ ledger: Ledger) throws {
    var names: Set<String> = []
    let sql = """
      SELECT m.name || '.' || c.name AS name FROM sqlite_master m JOIN pragma_table_info(m.name) c
      WHERE m.type = 'table' AND m.name LIKE 'host\\_%' ESCAPE '\\'
      """
    try ledger.forEach(sql) { row in
      names.insert(try row.text(at: 0))
      return true
    }
    self.names = names
  }

  /// Whether there is such a column, as `host_receipt.payload`.
  func has(_ name: String) -> Bool { names.contains(name) }

  /// Every column, as `table.column`.
  var all: Set<String> { names }
}
