import ModuleLoading
import ParticipationKit
import ParvisCommune

extension Invocation {
  /// Opens the commune of `-C`, gives it to the body and closes it. For writing, refused while a server runs.
  /// - Parameter showsGrades: Whether its desk will be looked at, and shows what a check says of the modules.
  func withCommune<Result>(
    for access: Commune.Access, showsGrades: Bool = false, _ body: (Commune) throws -> Result
  ) throws -> Result {
    let console = console
    var options = CommuneOptions(modules: BundledModules.all, log: { console.note($0) })
    if showsGrades { options = options.showingGrades() }
    let commune = try Commune.open(folder, options, for: access)
    defer { commune.close() }
    for outage in commune.outages { console.note(outage.refusal.message(language.code)) }
    return try body(commune)
  }

  /// The kind of file that was typed.
  /// - Throws: ``CommandError`` with exit code 2 that names the possible kinds when none was typed.
  func kind(among kinds: @Sendable (Commune) -> [String]) throws -> String {
    if let kind = operands.first { return kind }
    let known = try withCommune(for: .reading) { kinds($0).joined(separator: ", ") }
    throw CommandError(
      .usage, fr: "il manque KIND (le genre de fichier) ; possible : \(known) ; usage : \(verb.synopsis)",
      en: "KIND is missing (the kind of file); possible: \(known); usage: \(verb.synopsis)")
  }

  /// Reaches the commune of `-C` for one errand that writes: it is opened, or the server that has it is asked.
  func withDoor<Result>(_ body: (CommuneDoor) throws -> Result) throws -> Result {
    let console = console
    let options = CommuneOptions(modules: BundledModules.all, log: { console.note($0) })
    let door = try CommuneDoor.open(folder, options)
    defer { door.close() }
    return try body(door)
  }
}
