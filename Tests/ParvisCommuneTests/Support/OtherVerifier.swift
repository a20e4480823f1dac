import Glibc
import ParticipationKit
@testable import ParticipationTesting
import Testing

@testable import ParvisCommune

/// `Tools/verify_register.py`: the check that was written from the documentation alone, without any of our code.
struct OtherVerifier {
  private static let script =
    #filePath.split(separator: "/").dropLast(4).reduce("") { "\($0)/\($1)" }
    + "/Tools/verify_register.py"

  /// What it says and its exit code: 0 for nothing wrong.
  static func run(_ arguments: [String], telling output: String) throws -> (code: Int32, words: String) {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    let words: [UnsafeMutablePointer<CChar>?] = (["python3", script] + arguments).map { strdup($0) } + [nil]
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
    site: String? = nil, older: String? = nil, receipt: JSONValue? = nil, _ location: SourceLocation = #_sourceLocation
  ) throws -> [String] {
    let ours = try Commune.verifyRegister(site ?? folder + "/site", older: older, receipt: receipt?.bytes)
    var arguments = [site ?? folder + "/site"] + (older.map { [$0] } ?? [])
    if let receipt {
      try TestCommune.write(receipt.bytes, to: folder + "/receipt.json")
      arguments += ["--receipt", folder + "/receipt.json"]
    }
    let other = try OtherVerifier.run(arguments, telling: folder + "/other.txt")
    #expect(ours.isGood == (other.code == 0), "\(ours.findings) and \(other.words)", sourceLocation: location)
    #expect(!other.words.contains("Traceback"), "\(other.words)", sourceLocation: location)
    return ours.findings.map { $0.line("en") }
  }
}
