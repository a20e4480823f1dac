/// Who a module is.
public struct Manifest: Sendable {
  /// What a module says about personal data; silence is not possible.
  public struct PersonalDataStatement: Sendable {
    /// Whether the module stores anything about persons.
    public let storesPersonalData: Bool
    /// What is stored, why and how long, or why nothing is, by locale.
    public let texts: [String: String]

    /// The module stores nothing about persons, because…
    public static func none(because texts: [String: String]) -> PersonalDataStatement {
      PersonalDataStatement(storesPersonalData: false, texts: texts)
    }
    /// The module stores this, for that reason and time.
    public static func stores(_ texts: [String: String]) -> PersonalDataStatement {
      PersonalDataStatement(storesPersonalData: true, texts: texts)
    }
  }

  /// The id: lower-case letters and digits, at most 24. It is the segment of addresses and the prefix of tables.
  public let id: String
  /// The version of the module, as `1.0.0`.
  public let version: String
  /// The name in the menu, by locale.
  public let names: [String: String]
  /// Who keeps the module.
  public let owner: String
  /// The licence, as an SPDX identifier.
  public let licence: String
  /// What switches host behaviour and conformance suites on: `commentable`, `geolocated`, `votable`, `schedulable`…
  public let traits: [String]
  /// The permissions that the module's staff actions and screens ask for.
  public let permissions: [Permission]
  /// What the module does with personal data.
  public let personalData: PersonalDataStatement
  /// The kind of the document family whose `index` document is the module's front page; empty for none.
  public let frontPage: String

  /// Makes a manifest.
  public init(
    id: String, version: String, names: [String: String], owner: String, licence: String, traits: [String] = [],
    permissions: [Permission] = [], personalData: PersonalDataStatement, frontPage: String = ""
  ) {
    self.id = id
    self.version = version
    self.names = names
    self.owner = owner
    self.licence = licence
    self.traits = traits
    self.permissions = permissions
    self.personalData = personalData
    self.frontPage = frontPage
  }
}
