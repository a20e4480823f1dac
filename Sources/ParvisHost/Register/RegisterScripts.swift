/// The programs with which anybody checks a copy of the site, and the page they were written from, as they lie below
/// `register/` of every site: who has the copy has the means. `Tools/` keeps the programs; this folder links to them.
struct RegisterScripts {
  private init() {}

  private static let all: [(name: String, bytes: [UInt8])] = [
    ("verify_register.py", PackageResources.verify_register_py),
    ("verify_pages.py", PackageResources.verify_pages_py),
    ("verify_receipt.py", PackageResources.verify_receipt_py),
    ("format.txt", PackageResources.README_md),
  ]

  /// Their names below `register/`.
  static let names = all.map(\.name)

  /// The files of the site.
  static var files: [RegisterFiles.File] {
    all.map { script in
      RegisterFiles.File(path: "register/\(script.name)", isFixed: false, bytes: { script.bytes })
    }
  }
}
