import Glibc

/// Who writes holds `data/lock`: a second writer is refused.
///
/// The file also says whether its last holder ended in order: it holds a byte from the moment the lock is
/// taken until ``release(inOrder:)``. Files of the site are not synced one by one, so after an unclean end
/// they are checked.
final class FolderLock: Sendable {
  private let descriptor: Int32
  /// Whether whoever held the lock before did not end in order.
  let foundUncleanEnd: Bool

  /// Takes the lock.
  /// - Throws: ``CommuneError`` when another program has it, or the folder cannot be written.
  convenience init(_ path: String) throws {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Files.unwritable(path, errno) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw CommuneError(
        .locked,
        fr:
          "Un autre programme Parvis écrit dans cette commune (« \(path) » est pris). "
          + "Arrêtez le serveur, puis recommencez.",
        en: "Another Parvis program writes to this commune (“\(path)” is taken). Stop the server, then try again.")
    }
    var status = stat()
    let isUnclean = fstat(descriptor, &status) == 0 && status.st_size > 0
    guard pwrite(descriptor, "1", 1, 0) == 1, fsync(descriptor) == 0 else {
      let code = errno
      close(descriptor)
      throw Files.unwritable(path, code)
    }
    self.init(descriptor: descriptor, foundUncleanEnd: isUnclean)
  }

  private init(descriptor: Int32, foundUncleanEnd: Bool) {
    self.descriptor = descriptor
    self.foundUncleanEnd = foundUncleanEnd
  }

  /// Gives the lock back.
  /// - Parameter inOrder: Whether everything was finished, so that the next opening needs no check.
  func release(inOrder: Bool) {
    if inOrder { ftruncate(descriptor, 0) }
    flock(descriptor, LOCK_UN)
  }

  deinit { close(descriptor) }
}
