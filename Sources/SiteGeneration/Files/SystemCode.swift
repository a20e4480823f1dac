internal import Glibc

/// The values of `errno` that people are told about, without Glibc where they are named.
struct SystemCode {
  static let noSpace = ENOSPC
  static let quota = EDQUOT
  static let access = EACCES
  static let permission = EPERM
  static let readOnly = EROFS

  /// What the system says about a code.
  static func text(_ code: Int32) -> String {
    strerror(code).map { String(cString: $0) } ?? "error \(code)"
  }
}
