import Glibc
import ParticipationKit
@testable import ParticipationTesting
import Testing

@testable import ParvisCommune

/// `Tools/verify_….py`: the checks that were written from the documentation alone, without any of our code.
struct OtherVerifier {
  static let tools = #filePath.split(separator: "/").dropLast(4).reduce("") { "\($0)/\($1)" } + "/Tools/"

  /// What a script says and its exit code: 0 for nothing wrong.
  /// - Parameter folder: Where the script lies, with a slash; `-B` keeps Python from writing there.
  static func run(
    _ script: String, _ arguments: [String], at folder: String = tools, telling output: String
  ) throws -> (code: Int32, words: String) {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    let words: [UnsafeMutablePointer<CChar>?] =
      (["python3", "-B", folder + script] + arguments).map { strdup($0) } + [nil]
    defer { words.forEach { free($0) } }
    var process = pid_t()
    try #require(posix_spawnp(&process, "python3", &actions, nil, words, environ) == 0)
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    return (status >> 8, String(decoding: try Files.read(output) ?? [], as: UTF8.self))
  }
}

extension TestCommune {
  /// What our check of a copy says. The other one must come to the same verdict.
  func findingsOfBoth(
    site: String? = nil, older: String? = nil, receipt: JSONValue? = nil, key: String? = nil,
    _ location: SourceLocation = #_sourceLocation
  ) throws -> [String] {
    let site = site ?? folder + "/site"
    let ours = try Commune.verifyRegister(site, older: older, receipt: receipt?.bytes, key: key)
    let pin = key.map { ["--key", $0] } ?? []
    var calls = [("verify_register.py", [site] + (older.map { [$0] } ?? []) + pin), ("verify_pages.py", [site])]
    if let receipt {
      try TestCommune.write(receipt.bytes, to: folder + "/receipt.json")
      calls.append(("verify_receipt.py", [site, folder + "/receipt.json"] + pin))
    }
    let others = try calls.map { try OtherVerifier.run($0.0, $0.1, telling: folder + "/other.txt") }
    let words = others.map(\.words).joined()
    #expect(
      ours.isGood == others.allSatisfy { $0.code == 0 }, "\(ours.findings) and \(words)", sourceLocation: location)
    #expect(!words.contains("Traceback"), "\(words)", sourceLocation: location)
    return ours.findings.map { $0.line("en") }
  }
}
