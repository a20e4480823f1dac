internal import CToolchain
public import ParticipationKit

/// What this program is made of, as far as a module's library must agree with it.
public struct HostABI: Sendable, Hashable {
  /// The contract in this program.
  public var contract: ContractVersion
  /// The compiler: the Swift version and the revision of its LLVM, as `6.3/11673e66…`. Swift has no stable binary
  /// interface on Linux, so both must be the same.
  public var compiler: String
  /// The machine and system.
  public var triple: String
  /// The machine as ELF calls it.
  public var machine: Int

  /// This program.
  public static var current: HostABI {
    HostABI(
      contract: .current, compiler: tag(version: runtimeVersion, clang: String(cString: parvis_toolchain())),
      triple: triple, machine: machine)
  }

  /// The compiler's tag from a Swift version and what the Clang in it calls itself:
  /// `Clang 21.0.0 (https://github.com/swiftlang/llvm-project.git 11673e66…)`.
  public static func tag(version: String, clang: String) -> String {
    let words = clang.split { $0 == " " || $0 == "(" || $0 == ")" }
    let revision = words.last { $0.utf8.count >= 12 && $0.utf8.allSatisfy(isHexadecimal) } ?? words.last ?? ""
    return "\(numbers(version))/\(revision.prefix(40))"
  }

  /// `6.3.1` as `6.3`: the runtime of Swift 6.3.1 says 6.3.0. The revision tells the rest.
  private static func numbers(_ version: String) -> String {
    version.prefix { ("0"..."9").contains($0) || $0 == "." }.split(separator: ".").prefix(2).joined(separator: ".")
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
  }

  /// The version of the running Swift runtime. Without a stable interface, that is the version of the compiler too.
  private static var runtimeVersion: String { String(describing: _SwiftStdlibVersion.current) }

  private static var triple: String {
    #if arch(x86_64)
      "x86_64-unknown-linux-gnu"
    #elseif arch(arm64)
      "aarch64-unknown-linux-gnu"
    #else
      "unknown"
    #endif
  }

  private static var machine: Int {
    #if arch(x86_64)
      62
    #elseif arch(arm64)
      183
    #else
      0
    #endif
  }
}
