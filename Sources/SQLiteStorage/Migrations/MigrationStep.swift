/// One forward change of a namespace's schema. Once released it never changes.
public struct MigrationStep: Sendable, Hashable {
  /// 1 for the first step of the namespace, then each one more.
  public let number: Int
  /// A short name that says what it does; recorded, and compared at every start.
  public let name: String
  /// The statements, in order; each text may hold several.
  public let sql: [String]

  /// Makes a step.
  public init(number: Int, name: String, sql: [String]) {
    self.number = number
    self.name = name
    self.sql = sql
  }
}
