import FoundationEssentials
import Glibc

/// The text files of a repository, with the paths of all its files.
struct Tree {
  let paths: [String]
  let files: [TextFile]

  /// Swift files, with strings and comments marked.
  let swift: [SwiftFile]

  /// A tree of files that are given; those with a NUL byte are binary and keep only their path.
  init(_ contents: [(path: String, bytes: [UInt8])]) {
    paths = contents.map(\.path).sorted()
    files = contents.filter { !$0.bytes.prefix(8000).contains(0) }.map { TextFile(path: $0.path, bytes: $0.bytes) }
      .sorted { $0.path < $1.path }
    swift = files.filter { $0.path.hasSuffix(".swift") }.map(SwiftFile.init)
  }

  /// The files under version control or about to be, without the fixtures, which break the rules on purpose.
  static func repository(at root: String) throws -> Tree {
    let paths = try gitFiles(at: root) ?? walk(root, under: "")
    let kept = paths.filter { !$0.hasPrefix("Tools/tidy/Fixtures/") }
    // A file that git knows and that was deleted is not there to check.
    return Tree(kept.compactMap { path in read("\(root)/\(path)").map { (path, $0) } })
  }

  func file(_ path: String) -> TextFile? { files.first { $0.path == path } }

  /// The names of the folders directly inside a folder.
  func folders(in folder: String) -> [String] {
    let inside = paths.filter { $0.hasPrefix(folder + "/") }.map { $0.dropFirst(folder.utf8.count + 1) }
    return Set(inside.filter { $0.contains("/") }.map { String($0.prefix { $0 != "/" }) }).sorted()
  }

  static func read(_ path: String) -> [UInt8]? {
    FileManager.default.contents(atPath: path).map(Array.init)
  }

  /// What git tracks or would track; nil when there is no git or no repository.
  private static func gitFiles(at root: String) -> [String]? {
    guard FileManager.default.fileExists(atPath: "\(root)/.git") else { return nil }
    // In single quotes the shell reads everything as it stands, but for the quote itself.
    let quoted = root.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#)
    let command = "git -C '\(quoted)' ls-files --cached --others --exclude-standard -z 2>/dev/null"
    guard let pipe = unsafe popen(command, "r") else { return nil }
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = unsafe fread(&buffer, 1, buffer.count, pipe), count > 0 {
      output += buffer.prefix(count)
    }
    guard unsafe pclose(pipe) == 0 else { return nil }
    return Set(output.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }).sorted()
  }

  private static func walk(_ root: String, under folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)").sorted().flatMap { name in
      let path = folder.isEmpty ? name : "\(folder)/\(name)"
      if name == ".git" || name.hasPrefix(".build") || name == "__pycache__" { return [String]() }
      var isFolder = false
      _ = FileManager.default.fileExists(atPath: "\(root)/\(path)", isDirectory: &isFolder)
      return isFolder ? try walk(root, under: path) : [path]
    }
  }
}

/// Ends the program.
func leave(_ code: Int32) -> Never { exit(code) }
