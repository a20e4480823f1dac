import ParticipationKit
import ParvisCommune

extension Invocation {
  /// Opens the commune of `-C`, gives it to the body and closes it. Refused while a server runs.
  func withCommune<Result>(_ body: (Commune) throws -> Result) throws -> Result {
    let console = console
    let options = CommuneOptions(modules: BundledModules.all, log: { console.note($0) })
    let commune = try Commune.open(folder, options)
    defer { commune.close() }
    return try body(commune)
  }
}
