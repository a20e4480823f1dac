/// How many acts of one kind a participant does in a time, see ``Action/quota``. The host counts; the commune may set
/// further limits at the desk.
public struct Quota: Sendable, Hashable {
  /// The time that is counted, in the commune's time zone.
  public struct Period: Sendable, Hashable {
    /// The name: `hour`, `day`, `week`, `month`.
    public let name: String

    /// An hour of the clock.
    public static let hour = Period(known: "hour")
    /// A day.
    public static let day = Period(known: "day")
    /// A week from Monday to Sunday.
    public static let week = Period(known: "week")
    /// A month of the calendar.
    public static let month = Period(known: "month")

    /// All periods, the shortest first.
    public static let all = [hour, day, week, month]

    /// The period of a name; nil for any other.
    public init?(name: String) {
      guard Period.all.contains(where: { $0.name == name }) else { return nil }
      self.name = name
    }

    private init(known name: String) { self.name = name }

    /// What a connection can be counted for: it is not known for longer than a day.
    public var atMostADay: Period { self == .hour ? .hour : .day }
  }

  /// How many acts.
  public let most: Int
  /// In which time.
  public let period: Period

  /// Makes a quota of at least one act.
  public init(_ most: Int, per period: Period) {
    self.most = max(1, most)
    self.period = period
  }
}
