import Glibc

/// A file written beside its place and renamed when it is complete: whoever reads sees the old one or the new one.
final class ReplacedFile {
  private let path: String
  private let draft: String
  private var descriptor: Int32

  /// Begins the new file. Its owner alone may read it: exports hold what pages do not.
  init(_ path: String) throws {
    try FileTree.checkParent(of: path)
    self.path = path
    draft = "\(path).\(getpid()).part"
    descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    if descriptor < 0 { throw FileTree.failure(path, fr: "d’écrire", en: "write") }
  }

  deinit {
    if descriptor >= 0 {
      close(descriptor)
      unlink(draft)
    }
  }

  /// Adds bytes.
  func write(_ bytes: [UInt8]) throws {
    guard Descriptor(descriptor).writeAll(bytes) else { throw FileTree.failure(path, fr: "d’écrire", en: "write") }
  }

  /// Puts the new file in its place, on disk.
  func finish() throws {
    guard fsync(descriptor) == 0 || errno == EINVAL, close(descriptor) == 0 else {
      throw FileTree.failure(path, fr: "d’écrire", en: "write")
    }
    descriptor = -1
    guard rename(draft, path) == 0 else {
      let error = FileTree.failure(path, fr: "de remplacer", en: "replace")
      unlink(draft)
      throw error
    }
  }
}
