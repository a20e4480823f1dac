/// How long the host keeps what, in days: the `retention` of `commune.yaml`.
///
/// Sources: CNIL, recommendation on logging of 14 October 2021 (6 to 12 months) and decisions SAN-2022-020 and
/// SAN-2024-002 (2 years without activity); no period may be longer than 3 years here.
public struct PrivacySettings: Sendable {
  /// One period.
  public struct Period: Sendable {
    /// The name in `commune.yaml`, as `receipts`.
    public let name: String
    /// The days when the commune says nothing.
    public let standard: Int
    /// What the commune may say.
    public let range: ClosedRange<Int>
  }

  /// All periods, in the order in which pages show them.
  public static let periods: [Period] = [
    // As long as an author can appeal: the decision and its answer must reach them.
    Period(name: "contacts", standard: 184, range: 1...1095),
    Period(name: "receipts", standard: 365, range: 30...1095),
    Period(name: "refused", standard: 365, range: 30...1095),
    Period(name: "pending", standard: 365, range: 90...1095),
    // An author can appeal for 184 days: until then what was taken out can be put back.
    Period(name: "moderation", standard: 184, range: 184...1095),
    Period(name: "access", standard: 365, range: 180...1095),
    Period(name: "held", standard: 2, range: 1...30),
    Period(name: "sessions", standard: 1, range: 1...30),
    Period(name: "messages", standard: 30, range: 1...365),
    // A weekly digest looks back seven days, and one that could not leave is tried for three.
    Period(name: "events", standard: 30, range: 15...365),
    Period(name: "sent", standard: 365, range: 30...1095),
    Period(name: "likeness", standard: 90, range: 1...365),
    Period(name: "inactive", standard: 730, range: 90...1095),
    Period(name: "disabled", standard: 365, range: 30...1095),
  ]

  /// What the commune chose, by name.
  private let chosen: [String: Int]

  /// How the data protection officer is reached (RGPD, articles 13 and 37); empty when the commune has not said.
  public let officer: String

  /// Makes settings; names that are not chosen have their standard.
  public init(days chosen: [String: Int] = [:], officer: String = "") {
    self.chosen = chosen
    self.officer = officer
  }

  /// The days of a period.
  public func days(_ name: String) -> Int {
    chosen[name] ?? PrivacySettings.periods.first { $0.name == name }?.standard ?? 365
  }
}
