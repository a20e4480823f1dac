internal import CToolchain
internal import Glibc

/// The symbols that this program itself defines for libraries, asked of the system's loader by name.
struct HostSymbols: Sendable {
  /// Whether libraries find the contract in this program.
  let areVisible: Bool
  /// Where this program lies in memory: tells its symbols from those of its libraries.
  private let base: UInt

  /// The metadata of ``ModuleEntry``: there whenever the contract is.
  private static let witness = "$s16ParticipationKit11ModuleEntryCMa"

  init() {
    base = HostSymbols.image(of: HostSymbols.witness) ?? 0
    areVisible = base != 0
  }

  /// Whether this program, and not a library of the system, defines a symbol.
  func defines(_ name: String) -> Bool { HostSymbols.image(of: name) == base }

  private static func image(of name: String) -> UInt? {
    // The handle of the program as a whole; nothing is opened by it, and it is never closed.
    guard let whole = dlopen(nil, RTLD_NOW), let address = dlsym(whole, name) else { return nil }
    var place = parvis_symbol_place()
    guard parvis_dladdr(address, &place) != 0, let start = place.image else { return nil }
    return UInt(bitPattern: start)
  }
}
