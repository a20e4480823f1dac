import Glibc
import ParticipationKit
import ParvisHost
import Synchronization

/// An importer asked for a file that was not brought in yet.
struct NeighbourNeeded: Error {}

/// The files that stand beside an imported one and that its importer asks for by name. They are brought into the store
/// before the transaction: a large file and the reading of its text must not hold the writer.
final class ImportFiles: Sendable {
  /// So many may come with one import: their digests stand in one leaf.
  static let most = 200

  typealias Found = (FileReference, FileText)

  private let known = Mutex<[String: Found]>([:])
  private let store: FileStore

  init(store: FileStore) { self.store = store }

  /// What was brought in, for the import itself.
  @Sendable func found(_ name: String) throws -> Found {
    guard let found = known.withLock({ $0[name] }) else { throw NeighbourNeeded() }
    return found
  }

  /// Brings in what an importer asks for.
  /// - Parameters:
  ///   - open: Opens a file that stands beside; nil when there is none.
  ///   - rehearse: Runs the importer without effect, so that it names all it needs.
  func bring(
    open: (String) throws -> OpenFile?, rehearse: (@escaping @Sendable (String) throws -> Found) throws -> ImportReport
  ) throws {
    let asked = Names()
    _ = try rehearse { name in
      if let found = self.known.withLock({ $0[name] }) { return found }
      asked.add(name)
      // Stands for the file that is not known yet: nothing of a rehearsal is kept.
      let zeros = String(repeating: "0", count: 64)
      return (FileReference(sha256: zeros, name: name, kind: .pdf, size: 1), .none)
    }
    for name in asked.all {
      if known.withLock({ $0.count }) >= ImportFiles.most {
        throw ImportError(
          line: nil, fr: "plus de \(ImportFiles.most) fichiers à la fois ; importez en plusieurs fois",
          en: "more than \(ImportFiles.most) files at once; import in parts")
      }
      let found = try take(name, open)
      known.withLock { $0[name] = found }
    }
  }

  private final class Names: Sendable {
    private let names = Mutex<[String]>([])
    func add(_ name: String) { names.withLock { if !$0.contains(name) { $0.append(name) } } }
    var all: [String] { names.withLock { $0 } }
  }

  private func take(_ name: String, _ open: (String) throws -> OpenFile?) throws -> Found {
    guard ImportFiles.isPlain(name), let source = try open(name) else { throw ImportNeighbours.missing(name) }
    let path = try copy(source, name)
    defer { unlink(path) }
    guard let file = try store.take(path, name: name) else {
      let kinds = FileKind.all.map(\.label).joined(separator: ", ")
      throw ImportError(
        line: nil, fr: "le contenu de « \(name) » n’est pas d’un genre accepté : \(kinds)",
        en: "the content of “\(name)” is of no kind that is taken: \(kinds)")
    }
    return (file, FileReading(store: store).text(of: file))
  }

  /// A name and no way to another folder.
  static func isPlain(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 200 && name.utf8.first != UInt8(ascii: ".")
      && !name.utf8.contains { $0 == UInt8(ascii: "/") || $0 < 0x20 }
  }

  /// Copies a file to where uploads come in.
  private func copy(_ source: OpenFile, _ name: String) throws -> String {
    var template = Array("\(store.incoming)/XXXXXX".utf8CString)
    let descriptor = template.withUnsafeMutableBufferPointer { $0.baseAddress.map { mkstemp($0) } ?? -1 }
    guard descriptor >= 0 else { throw Files.unwritable(store.incoming, errno) }
    defer { close(descriptor) }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    do {
      var size = 0
      try Files.forEachPiece(source.descriptor, source.path) { piece in
        size += piece.count
        guard size <= store.mostBytes else {
          let limit = store.mostBytes >> 20
          throw ImportError(
            line: nil, fr: "« \(name) » dépasse \(limit) Mio ; réduisez-le, ou changez « uploads » dans commune.yaml",
            en: "“\(name)” is larger than \(limit) MiB; make it smaller, or change “uploads” in commune.yaml")
        }
        try Files.write(piece, to: descriptor, path)
      }
      return path
    } catch {
      unlink(path)
      throw error
    }
  }
}
