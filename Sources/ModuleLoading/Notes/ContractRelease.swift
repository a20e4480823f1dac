public import ParticipationKit

/// Which release of Parvis brought which contract: the table of VERSIONS.md.
public struct ContractRelease: Sendable, Hashable {
  /// The contract.
  public let contract: ContractVersion
  /// The first release with it, as `0.1`.
  public let parvis: String

  /// Makes an entry of the table.
  public init(_ contract: ContractVersion, parvis: String) {
    self.contract = contract
    self.parvis = parvis
  }

  /// Every contract that was released, the oldest first.
  public static let all = [ContractRelease(ContractVersion(epoch: 1, minor: 0), parvis: "0.1")]

  /// The name of the file that says by which release a library was built.
  static let file = "built-with.json"

  /// What is written beside a library, so that a program that cannot load it names the release that can.
  static var bytes: [UInt8] {
    JSONValue.object([("parvis", .string(all.last?.parvis))]).bytes + [0x0A]
  }

  /// The release that built the library of a folder; nil when nothing says so, or nothing that is a version.
  static func builder(of folder: String) -> String? {
    guard let bytes = try? FileBytes.read("\(folder)/\(file)"), bytes.count < 1000,
      let version = (try? JSONValue.parse(bytes))?["parvis"]?.asString
    else { return nil }
    let isVersion = version.utf8.count <= 20 && version.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E }
    return isVersion && !version.isEmpty ? version : nil
  }

  /// The releases that load what was built against a contract, in words.
  /// - Parameters:
  ///   - contract: What the library was built against.
  ///   - builder: The release that built it, when that is known.
  ///   - table: The releases that this program knows.
  static func fitting(
    _ contract: ContractVersion, builder: String?, _ table: [ContractRelease]
  ) -> (fr: String, en: String) {
    let same = table.filter { $0.contract.epoch == contract.epoch }
    let first = same.first { $0.contract.minor >= contract.minor }?.parvis ?? builder
    guard let first else {
      let last = table.last?.parvis ?? ""
      return (fr: "une version de Parvis plus récente que \(last)", en: "a later Parvis than \(last)")
    }
    // An epoch that has ended is loaded by the releases before the next one.
    let next = table.first { $0.contract.epoch > contract.epoch }?.parvis
    guard let next else { return (fr: "Parvis \(first) ou plus récent", en: "Parvis \(first) or later") }
    return (fr: "Parvis \(first) ou plus récent, avant \(next)", en: "Parvis \(first) or later, before \(next)")
  }
}
