import ParticipationKit

extension Host {
  /// Notes in the register that data leave the commune by an export: files of an export hold what pages do not.
  /// - Throws: The store's error.
  public func noteExport(kind: String) throws {
    guard let (module, _) = registry.exporter(kind) else { return }
    let now = ports.now()
    try ports.store.perform { ledgers in
      _ = try self.register.append(
        kind: "export", what: kind, subject: "\(module)/export/\(kind)", payload: nil, moment: .exact(now), in: ledgers)
    }
  }
}
