/// A day of the proleptic Gregorian calendar, without time and zone.
public struct LocalDate: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The year, 0 to 9999.
  public let year: Int
  /// The month, 1 to 12.
  public let month: Int
  /// The day of the month, 1 to 31.
  public let day: Int

  /// Makes a day; nil when it does not exist.
  public init?(year: Int, month: Int, day: Int) {
    guard (0...9999).contains(year), (1...12).contains(month), day >= 1,
      day <= LocalDate.daysInMonth(year: year, month: month)
    else { return nil }
    self.init(unchecked: year, month, day)
  }

  init(unchecked year: Int, _ month: Int, _ day: Int) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// Reads `2026-03-12`; nil for anything else.
  public init?(_ iso: String) { self.init(isoBytes: Array(iso.utf8)[...]) }

  init?(isoBytes: ArraySlice<UInt8>) {
    let bytes = Array(isoBytes)
    guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
      let year = ByteText.decimal(bytes[0...3]), let month = ByteText.decimal(bytes[5...6]),
      let day = ByteText.decimal(bytes[8...9])
    else { return nil }
    self.init(year: year, month: month, day: day)
  }

  /// Days since 1970-01-01 (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil).
  public var daysSinceEpoch: Int {
    let y = month <= 2 ? year - 1 : year
    let era = (y >= 0 ? y : y - 399) / 400
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  /// The day so many days after 1970-01-01 (Hinnant, civil_from_days).
  public init(daysSinceEpoch: Int) {
    let z = daysSinceEpoch + 719_468
    let era = (z >= 0 ? z : z - 146_096) / 146_097
    let dayOfEra = z - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shifted + 2) / 5 + 1
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    self.init(unchecked: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }

  /// The day so many days later (earlier when negative).
  public func adding(days: Int) -> LocalDate { LocalDate(daysSinceEpoch: daysSinceEpoch + days) }

  /// The day of the week, 1 Monday to 7 Sunday (ISO 8601).
  public var weekday: Int {
    let remainder = (daysSinceEpoch + 3) % 7
    return (remainder < 0 ? remainder + 7 : remainder) + 1
  }

  /// Orders by day.
  public static func < (a: LocalDate, b: LocalDate) -> Bool {
    (a.year, a.month, a.day) < (b.year, b.month, b.day)
  }

  /// ISO 8601, as `2026-03-12`.
  public var description: String { String(decoding: isoBytes, as: UTF8.self) }

  var isoBytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(20)
    bytes.appendDecimal(year, width: 4)
    bytes.append(UInt8(ascii: "-"))
    bytes.appendDecimal(month, width: 2)
    bytes.append(UInt8(ascii: "-"))
    bytes.appendDecimal(day, width: 2)
    return bytes
  }

  static func daysInMonth(year: Int, month: Int) -> Int {
    switch month {
    case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}

/// A day and a time of day as a clock on the wall shows them, without zone.
public struct CivilDateTime: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The day.
  public let date: LocalDate
  /// The hour, 0 to 23.
  public let hour: Int
  /// The minute, 0 to 59.
  public let minute: Int
  /// The second, 0 to 59.
  public let second: Int

  /// Makes a civil time; nil when hour, minute or second are out of range.
  public init?(date: LocalDate, hour: Int, minute: Int, second: Int = 0) {
    guard (0...23).contains(hour), (0...59).contains(minute), (0...59).contains(second) else { return nil }
    self.date = date
    self.hour = hour
    self.minute = minute
    self.second = second
  }

  /// Reads `2026-03-12T20:00`, `2026-03-12 20:00` or with seconds; nil for anything else.
  public init?(_ text: String) {
    var bytes = Array(text.utf8)
    if bytes.count == 16 { bytes += Array(":00".utf8) }
    self.init(isoBytes: bytes[...])
  }

  init?(isoBytes: ArraySlice<UInt8>) {
    let bytes = Array(isoBytes)
    let separators: [UInt8] = [UInt8(ascii: "T"), UInt8(ascii: "t"), UInt8(ascii: " ")]
    guard bytes.count == 19, separators.contains(bytes[10]), bytes[13] == UInt8(ascii: ":"),
      bytes[16] == UInt8(ascii: ":"), let date = LocalDate(isoBytes: bytes[0..<10]),
      let hour = ByteText.decimal(bytes[11...12]), let minute = ByteText.decimal(bytes[14...15]),
      let second = ByteText.decimal(bytes[17...18])
    else { return nil }
    self.init(date: date, hour: hour, minute: minute, second: second)
  }

  /// The civil time in UTC of an instant given in seconds since 1970.
  public init(secondsSinceEpoch: Int64) {
    let days = secondsSinceEpoch.floorDiv(86_400)
    let rest = Int(secondsSinceEpoch - days * 86_400)
    date = LocalDate(daysSinceEpoch: Int(days))
    hour = rest / 3600
    minute = rest % 3600 / 60
    second = rest % 60
  }

  /// Seconds since 1970 if this civil time is read as UTC.
  public var secondsSinceEpoch: Int64 {
    Int64(date.daysSinceEpoch) * 86_400 + Int64(hour * 3600 + minute * 60 + second)
  }

  /// Orders by time.
  public static func < (a: CivilDateTime, b: CivilDateTime) -> Bool { a.secondsSinceEpoch < b.secondsSinceEpoch }

  /// ISO 8601 without zone, as `2026-03-12T20:00:00`.
  public var description: String { String(decoding: isoBytes, as: UTF8.self) }

  var isoBytes: [UInt8] {
    var bytes = date.isoBytes
    bytes.append(UInt8(ascii: "T"))
    bytes.appendDecimal(hour, width: 2)
    bytes.append(UInt8(ascii: ":"))
    bytes.appendDecimal(minute, width: 2)
    bytes.append(UInt8(ascii: ":"))
    bytes.appendDecimal(second, width: 2)
    return bytes
  }
}

/// The rules of one time zone, given by the host: the contract carries no zone data.
public struct TimeZoneRules: Sendable {
  /// The IANA name, as `Europe/Paris`.
  public let identifier: String
  private let offset: @Sendable (Timestamp) -> Int

  /// Makes the rules.
  /// - Parameters:
  ///   - identifier: The IANA name of the zone.
  ///   - offsetSeconds: Seconds east of UTC at an instant.
  public init(identifier: String, offsetSeconds: @escaping @Sendable (Timestamp) -> Int) {
    self.identifier = identifier
    offset = offsetSeconds
  }

  /// UTC.
  public static var utc: TimeZoneRules { TimeZoneRules(identifier: "UTC") { _ in 0 } }

  /// Seconds east of UTC at an instant.
  public func offsetSeconds(at instant: Timestamp) -> Int { offset(instant) }

  /// What a clock on the wall shows at an instant.
  public func civil(_ instant: Timestamp) -> CivilDateTime {
    CivilDateTime(secondsSinceEpoch: instant.seconds + Int64(offset(instant)))
  }

  /// The instant of a civil time. In the hour that exists twice the first is taken; one that does not exist
  /// moves forward.
  public func instant(_ civil: CivilDateTime) -> Timestamp {
    let naive = civil.secondsSinceEpoch
    let before = Int64(offset(Timestamp(seconds: naive - 86_400)))
    let first = Timestamp(seconds: naive - before)
    if Int64(offset(first)) == before { return first }
    let second = Timestamp(seconds: naive - Int64(offset(first)))
    return self.civil(second) == civil ? second : first
  }
}
