import Glibc
import Synchronization

/// A regular file opened for reading, closed exactly once: by the listener after sending, or when the last
/// owner goes.
public final class OpenedFile: Sendable {
  /// What `fstat` said when it was opened.
  public struct Attributes: Sendable {
    /// Size in bytes.
    public let size: Int
    /// Last modification, seconds since 1970.
    public let modifiedSeconds: Int
    /// Nanoseconds of that second.
    public let modifiedNanoseconds: Int
    /// The inode number.
    public let inode: UInt64
  }

  /// What `fstat` said when it was opened.
  public let attributes: Attributes
  private let descriptor: Atomic<CInt>

  /// The size in bytes when it was opened.
  public var size: Int { attributes.size }

  /// Takes over `descriptor`; closes it and returns nil when it is not a regular file.
  public convenience init?(adopting descriptor: Int32) {
    var status = stat()
    // Without an answer, `st_mode` stays 0: no regular file.
    _ = fstat(descriptor, &status)
    self.init(adopting: descriptor, status)
  }

  /// The same with what `fstat` said.
  init?(adopting descriptor: Int32, _ status: stat) {
    guard status.st_mode & S_IFMT == S_IFREG else {
      if descriptor >= 0 { close(descriptor) }
      return nil
    }
    attributes = Attributes(
      size: status.st_size, modifiedSeconds: status.st_mtim.tv_sec,
      modifiedNanoseconds: status.st_mtim.tv_nsec, inode: UInt64(status.st_ino))
    self.descriptor = Atomic(descriptor)
  }

  /// Opens the file at `path`, without following a symbolic link at its end; nil when it is not a readable
  /// regular file.
  public convenience init?(path: String) {
    guard !path.utf8.contains(0) else { return nil }
    self.init(adopting: open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK))
  }

  deinit {
    let open = release()
    if open >= 0 { close(open) }
  }

  /// Gives the descriptor away; -1 when it was already given.
  func release() -> CInt { descriptor.exchange(-1, ordering: .acquiringAndReleasing) }

  /// The bytes from `offset`, fewer than `length` only when the file was cut since; nil on a read error.
  func read(offset: Int, length: Int) -> [UInt8]? {
    let open = descriptor.load(ordering: .acquiring)
    var failed = false
    let bytes = [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
      while count < length {
        let got = pread(open, buffer.baseAddress.map { $0 + count }, length - count, off_t(offset + count))
        if got < 0 && errno == EINTR { continue }
        failed = got < 0
        if got <= 0 { break }
        count += got
      }
    }
    return failed ? nil : bytes
  }
}
