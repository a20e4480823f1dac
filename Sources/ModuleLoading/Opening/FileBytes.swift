internal import Glibc

/// Whole files, read.
struct FileBytes {
  /// More than any library of a module has.
  static let largest = 256 << 20

  /// The bytes of a file.
  /// - Throws: ``ModuleRefusal`` with the system's reason.
  static func read(_ path: String) throws(ModuleRefusal) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path, errno) }
    defer { close(descriptor) }
    var facts = stat()
    guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG, facts.st_size <= largest else {
      throw failure(path, EINVAL)
    }
    let size = Int(facts.st_size)
    var code: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size {
        let got = Glibc.read(descriptor, buffer.baseAddress.map { $0 + count }, size - count)
        if got > 0 {
          count += got
        } else if got == 0 {
          return
        } else if errno != EINTR {
          code = errno
          return
        }
      }
    }
    guard code == 0 else { throw failure(path, code) }
    return bytes
  }

  private static func failure(_ path: String, _ code: Int32) -> ModuleRefusal {
    let words = String(cString: strerror(code))
    return ModuleRefusal(
      .unreadable, path: path,
      fr: "ne peut pas être lu (\(words)) ; donnez un dossier fait par « parvis module build », et le droit de le lire",
      en: "cannot be read (\(words)); give a folder made by “parvis module build”, and the right to read it")
  }
}
