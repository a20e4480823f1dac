import Glibc

/// Opens files below a folder, one component at a time and never through a symbolic link, so that neither a
/// crafted path nor a link somebody planted leads outside.
enum FolderWalk {
  /// What a path leads to.
  enum Found {
    case file(OpenedFile)
    case folder
    case nothing
  }

  /// `O_PATH` of Linux, on all processors that Swift knows; the headers hide it without `_GNU_SOURCE`.
  private static let placeOnly: CInt = 0o10000000

  /// Opens the folder `root` afresh, because a site may be replaced by rename, and walks `components` from
  /// it.
  static func open(root: String, components: [Substring.UTF8View]) -> Found {
    // Folders are only walked through: `O_PATH` names a place and gives no right to read it.
    var folder = Glibc.open(root, placeOnly | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { return .nothing }
    for (index, component) in components.enumerated() {
      let isLast = index == components.count - 1
      let flags = O_NOFOLLOW | O_CLOEXEC | (isLast ? O_RDONLY | O_NONBLOCK : placeOnly | O_DIRECTORY)
      let next = step(from: folder, component, flags)
      close(folder)
      guard next >= 0 else { return .nothing }
      folder = next
    }
    var status = stat()
    guard fstat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      return OpenedFile(adopting: folder, status).map(Found.file) ?? .nothing
    }
    close(folder)
    return .folder
  }

  /// Opens one component; -1 when it is too long or cannot be opened.
  private static func step(from folder: CInt, _ component: Substring.UTF8View, _ flags: CInt) -> CInt {
    guard component.count <= 255 else { return -1 }
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { name in
      var length = 0
      for byte in component {
        name[length] = CChar(bitPattern: byte)
        length += 1
      }
      name[length] = 0
      guard let start = name.baseAddress else { return -1 }
      return openat(folder, start, flags)
    }
  }
}
