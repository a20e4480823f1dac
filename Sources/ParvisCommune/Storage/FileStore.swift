import Glibc
import ParticipationKit
import ParvisHost
import Sealing

/// Where the bytes of files lie: `data/uploads/ab/abcd…`, each once, named by its SHA-256. What comes is written beside
/// first, brought to the disk and renamed, so that a name never stands for half a file.
struct FileStore: Sendable {
  let folder: String
  /// The most bytes of one file.
  let mostBytes: Int

  init(commune: String, mostBytes: Int) {
    folder = commune + "/data/uploads"
    self.mostBytes = mostBytes
  }

  /// The store, as the host uses it.
  var port: FilePort {
    FilePort(
      mostBytes: mostBytes, has: { has($0) }, text: { FileReading(store: self).text(of: $0) },
      removeForgotten: { try removeForgotten($0) })
  }

  /// Where files are written while they come; what a stop left there is removed by ``removeForgotten(_:)``.
  var incoming: String { folder + "/.incoming" }

  func path(_ sha256: String) -> String { "\(folder)/\(sha256.prefix(2))/\(sha256)" }

  /// Makes the folders.
  /// - Throws: ``CommuneError``.
  func prepare() throws { try Files.makeFolder(incoming, mode: 0o700) }

  // MARK: In

  /// Takes a file that lies in ``incoming``: tells its kind, and moves it to its place.
  /// - Returns: Nil when it is of no kind that is taken; it is then removed.
  /// - Throws: ``CommuneError`` when the disk refuses.
  func take(_ source: String, name: String) throws -> FileReference? {
    let descriptor = open(source, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { throw Files.unreadable(source, errno) }
    defer { close(descriptor) }
    guard let kind = try FileSniffer(descriptor: descriptor, path: source).kind(named: name) else {
      unlink(source)
      return nil
    }
    lseek(descriptor, 0, SEEK_SET)
    var hash = SHA256()
    var size = 0
    try Files.forEachPiece(descriptor, source) { piece in
      hash.update(Array(piece))
      size += piece.count
    }
    let sha256 = Hex.encode(hash.finish())
    if try read(sha256) == nil {
      guard fsync(descriptor) == 0 else { throw Files.unwritable(source, errno) }
      try place(sha256) { try Transfers.move(source, $0) }
    } else {
      unlink(source)
      touch(sha256)
    }
    return FileReference(sha256: sha256, name: name, kind: kind, size: size)
  }

  /// Writes the bytes of a file to its place, as a backup has them.
  func put(_ bytes: [UInt8], sha256: String) throws {
    guard Hex.encode(SHA256.hash(bytes)) == sha256 else {
      throw CommuneError(
        .invalid, fr: "La sauvegarde contient un fichier altéré (SHA-256 \(sha256)). Prenez-en une autre.",
        en: "The backup holds a file that was altered (SHA-256 \(sha256)). Take another one.")
    }
    if try read(sha256) == nil { try place(sha256) { try Files.replace($0, with: bytes) } }
  }

  /// Puts a file in its place, and brings that to disk.
  private func place(_ sha256: String, by put: (String) throws -> Void) throws {
    let place = "\(folder)/\(sha256.prefix(2))"
    try Files.makeFolder(place, mode: 0o700)
    try put(path(sha256))
    for made in [place, folder] { try Transfers.syncFolder(made) }
  }

  // MARK: Out

  /// The bytes of a file; nil when they are missing or altered.
  func read(_ sha256: String) throws -> [UInt8]? {
    guard let bytes = try Files.read(path(sha256)), Hex.encode(SHA256.hash(bytes)) == sha256 else { return nil }
    return bytes
  }

  /// Whether a file is there; its time is set anew, so that it counts as just come.
  func has(_ sha256: String) -> Bool {
    guard Files.exists(path(sha256)) else { return false }
    touch(sha256)
    return true
  }

  private func touch(_ sha256: String) { utimensat(AT_FDCWD, path(sha256), nil, 0) }

  // MARK: Forgetting

  /// So many seconds a file waits for the form that brought it.
  private static let patience = 2 * 86_400

  /// Removes files that no act took, and rests of uploads.
  func removeForgotten(_ kept: Set<String>) throws {
    // A database that a restore put aside may be put back by hand: its files stay with it.
    let data = String(folder.dropLast("/uploads".utf8.count))
    if try Files.names(data).contains(where: { $0.hasPrefix("parvis.sqlite.before-") }) { return }
    for place in try Files.names(folder) {
      for name in try Files.names(folder + "/" + place) where !kept.contains(name) { remove("\(place)/\(name)") }
    }
    for name in try Files.names(incoming) { remove(".incoming/\(name)") }
  }

  private func remove(_ name: String) {
    var status = stat()
    let path = folder + "/" + name
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    if stat(path, &status) == 0, status.st_mtim.tv_sec < time.tv_sec - FileStore.patience { unlink(path) }
  }
}
