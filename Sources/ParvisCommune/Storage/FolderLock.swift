import Glibc

/// Who writes holds `data/lock`: a second writer is refused.
final class FolderLock: Sendable {
  private let descriptor: Int32

  /// Takes the lock.
  /// - Throws: ``CommuneError`` when another program has it, or the folder cannot be written.
  init(_ path: String) throws {
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Files.unwritable(path, errno) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw CommuneError(
        .locked,
        fr: "Un autre programme Parvis écrit dans cette commune (« \(path) » est pris). Arrêtez le serveur, puis recommencez.",
        en: "Another Parvis program writes to this commune (“\(path)” is taken). Stop the server, then try again.")
    }
  }

  deinit { close(descriptor) }
}
