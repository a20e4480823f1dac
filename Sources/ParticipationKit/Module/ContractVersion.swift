/// Which contract a binary was built against.
///
/// A library built against epoch 1, minor 2 is loaded by a host of epoch 1 with minor 2 or more: within an epoch the
/// contract only grows.
public struct ContractVersion: Sendable, Hashable, CustomStringConvertible {
  /// Raised when something is taken away or changes its meaning: all modules must be built again.
  public let epoch: Int
  /// Raised when something is added.
  public let minor: Int

  /// Makes a version.
  public init(epoch: Int, minor: Int) {
    self.epoch = epoch
    self.minor = minor
  }

  /// The version of this contract.
  public static var current: ContractVersion { ContractVersion(epoch: 1, minor: 0) }

  /// As `1.0`.
  public var description: String { "\(epoch).\(minor)" }
}
