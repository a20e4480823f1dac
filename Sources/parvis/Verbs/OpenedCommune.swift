import ParticipationKit
import ParvisCommune

extension Invocation {
  /// Opens the commune of `-C`, gives it to the body and closes it. For writing, refused while a server runs.
  func withCommune<Result>(for access: Commune.Access, _ body: (Commune) throws -> Result) throws -> Result {
    let console = console
    let options = CommuneOptions(modules: BundledModules.all, log: { console.note($0) })
    let commune = try Commune.open(folder, options, for: access)
    defer { commune.close() }
    return try body(commune)
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
