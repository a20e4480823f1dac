import Glibc

/// Whole writes and reads on a file descriptor.
struct Descriptor {
  let number: Int32

  init(_ number: Int32) { self.number = number }

  /// Writes all bytes; false when the system refuses, with the reason in `errno`.
  func writeAll(_ bytes: [UInt8]) -> Bool {
    var start = 0
    while start < bytes.count {
      let written = bytes[start...].withUnsafeBytes { write(number, $0.baseAddress, $0.count) }
      if written < 0 {
        if errno == EINTR { continue }
        return false
      }
      start += written
    }
    return true
  }

  /// Reads to the end; nil when the system refuses or there is more than the limit.
  func readAll(maxBytes: Int) -> [UInt8]? {
    var all: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = piece.withUnsafeMutableBytes { read(number, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        return nil
      }
      if count == 0 { return all }
      all.append(contentsOf: piece[..<count])
      if all.count > maxBytes {
        errno = EFBIG
        return nil
      }
    }
  }
}

/// The system's errors in the words of a person.
enum SystemError {
  static func words(_ code: Int32, _ language: Language) -> String {
    let known: Bilingual? =
      switch code {
      case ENOENT: Bilingual(fr: "il n’existe pas", en: "it does not exist")
      case EACCES, EPERM:
        Bilingual(fr: "vous n’y avez pas droit (permissions)", en: "you are not permitted (permissions)")
      case EROFS: Bilingual(fr: "le disque est en lecture seule", en: "the disk is read-only")
      case ENOSPC, EDQUOT: Bilingual(fr: "le disque est plein", en: "the disk is full")
      case ENOTDIR: Bilingual(fr: "une partie du chemin n’est pas un dossier", en: "part of the path is not a folder")
      case EISDIR: Bilingual(fr: "c’est un dossier", en: "it is a folder")
      case EEXIST: Bilingual(fr: "il existe déjà", en: "it exists already")
      case EFBIG: Bilingual(fr: "il est trop grand", en: "it is too large")
      case ELOOP: Bilingual(fr: "trop de liens symboliques", en: "too many symbolic links")
      case ENAMETOOLONG: Bilingual(fr: "le nom est trop long", en: "the name is too long")
      default: nil
      }
    return known?(language) ?? String(cString: strerror(code))
  }
}
