import ParticipationKit

extension Host {
  /// Refuses a module whose form asks strangers for a file: files are taken from the desk alone, so whoever chose one
  /// would have chosen it for nothing. Only forms that are known without a record are seen; the rule `public-files` of
  /// the conformance kit looks at the others.
  /// - Throws: ``RegistryError``.
  public func refusePublicFiles() throws {
    let locale = facts.languages.first ?? "fr"
    let now = ports.now()
    try ports.store.reading { ledgers in
      // A form of a process has no such kind of field, and is not asked for at each start.
      for entry in registry.entries where entry.instance.process == nil {
        let context = FormContext(ledger: ledgers(entry.manifest.id), key: "", locale: locale, now: now)
        for action in entry.instance.actions where action.audience.isPublic {
          var forms = action.knownForms.map { $0(locale).map(\.form) } ?? []
          // One that is closed, or needs a key, says so by an error.
          if let own = try? action.form(context) { forms.append(own) }
          guard let field = forms.flatMap(\.fields).first(where: { $0.kind == .file }) else { continue }
          throw RegistryError(
            module: entry.manifest.id,
            reason: """
              action \(action.name) is for the public, and its field “\(field.name)” asks for a file: files are taken \
              from staff alone. Give the field to a .staff action, or ask for a description or an address instead
              """)
        }
      }
    }
  }
}
