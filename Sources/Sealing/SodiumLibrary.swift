import CSodium

/// Starts libsodium once in the process. `sodium_init` may be called from any thread and more than once.
enum SodiumLibrary {
  private static let isReady = sodium_init() >= 0

  /// Called before anything that needs randomness or keys.
  static func require() throws(SealingError) {
    guard isReady else { throw .libraryUnavailable }
  }

  /// Called before hashing. Hashes are right even when libsodium could not start; a start only lets it
  /// choose the fastest code for this processor, so there is nothing to report.
  static func prepareForHashing() {
    _ = isReady
  }
}
