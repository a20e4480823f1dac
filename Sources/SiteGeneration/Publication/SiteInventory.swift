internal import Glibc
internal import ParticipationKit

/// The files that the tables know, for finding those that they do not.
///
/// Paths are kept as 64-bit hashes (FNV-1a), since a site may have a million: should two meet, which chance alone does
/// not bring about, a file too many stays.
struct SiteInventory {
  private var known: Set<UInt64> = []
  /// The folders at the top of the site in which Parvis writes. Others, and files beside them, are somebody else's.
  private var folders: Set<String>

  /// An empty inventory of a site.
  init(_ site: PublishedSite) {
    folders = Set(site.origins.map(\.module)).union(site.facts.languages.dropFirst()).union(["api", "search", "files"])
    folders.remove("host")
  }

  /// Adds what the tables name.
  /// - Parameters:
  ///   - document: Whether the document of a number counts.
  ///   - file: Whether a file that belongs to no document counts.
  mutating func add(
    from ledger: Ledger, document: (Int) -> Bool = { _ in true }, file: (String) -> Bool = { _ in true }
  ) throws {
    // Whether or not the document counts as written: its files may be there.
    try ledger.forEach("SELECT number, files FROM publication_document ORDER BY number") { row in
      if document(try row.int(at: 0)) { addAll(try row.text(at: 1)) }
      return true
    }
    for row in try ledger.rows("SELECT path FROM publication_file") {
      let path = try row.text("path")
      if file(path) { add(path) }
    }
  }

  /// The files of a row: a line each, ended by its size.
  private mutating func addAll(_ files: String) {
    for line in files.utf8.split(separator: 0x0A) {
      if let space = line.lastIndex(of: UInt8(ascii: " ")) { add(line[..<space]) }
    }
  }

  /// Adds a file.
  mutating func add(_ path: String) { add(Substring(path).utf8) }

  private mutating func add(_ path: Substring.UTF8View) {
    known.insert(SiteInventory.hash(path))
    // Only the first of a folder makes a text of its name.
    guard let slash = path.firstIndex(of: UInt8(ascii: "/")) else { return }
    folders.insert(String(Substring(path[..<slash])))
  }

  private static func hash(_ path: Substring.UTF8View) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in path { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return hash
  }

  // MARK: The folder

  /// The files that lie where Parvis writes and that nothing knows, sorted.
  ///
  /// The folder of a site is Parvis's own. What a person adds by hand is left alone all the same where it can be told
  /// apart: names with a leading point (`.htaccess`, `.well-known`), links, folders of other names, and files at the
  /// top that are not pages of Parvis, as those by which a search engine knows the owner.
  /// - Throws: ``PublicationError`` when a folder cannot be read.
  func strays(in root: String) throws -> [String] {
    var found: [String] = []
    for name in try FolderTree.names(in: root) where name.utf8.first != UInt8(ascii: ".") {
      switch SiteInventory.kind(root + "/" + name) {
      case S_IFDIR: if folders.contains(name) { try collect(root, name, &found) }
      case S_IFREG: if !contains(name), SiteInventory.isOwn(root, name) { found.append(name) }
      default: break
      }
    }
    return found.sorted()
  }

  private func contains(_ path: String) -> Bool { known.contains(SiteInventory.hash(Substring(path).utf8)) }

  private func collect(_ root: String, _ folder: String, _ found: inout [String]) throws {
    for name in try FolderTree.names(in: root + "/" + folder) where name.utf8.first != UInt8(ascii: ".") {
      let path = folder + "/" + name
      if contains(path) { continue }
      switch SiteInventory.kind(root + "/" + path) {
      case S_IFDIR: if folder != "files" { try collect(root, path, &found) }
      case S_IFREG:
        // A folder of this name may have been somebody's before files were carried.
        if folder != "files" || CarriedFile.isPath(path) { found.append(path) }
      default: break
      }
    }
  }

  private static func kind(_ path: String) -> mode_t {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode & S_IFMT : 0
  }

  /// Whether an unknown file at the top is one of Parvis's: a shard of the sitemap, or a page that loads its sheet.
  private static func isOwn(_ root: String, _ name: String) -> Bool {
    if name.hasPrefix("sitemap-"), name.hasSuffix(".xml") { return true }
    guard name.hasSuffix(".html"), let file = fopen(root + "/" + name, "rb") else { return false }
    defer { fclose(file) }
    var head = [UInt8](repeating: 0, count: 4096)
    let count = fread(&head, 1, head.count, file)
    let sheet = Array("assets/parvis.css".utf8)
    guard count >= sheet.count else { return false }
    return (0...count - sheet.count).contains { head[$0..<$0 + sheet.count].elementsEqual(sheet) }
  }
}
