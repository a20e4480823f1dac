internal import ParticipationKit

/// Turns `2019-01-22 10:04:31` into instants. A zone changes its offset on the hour, so that one question to the zone
/// serves an hour: a file holds three dates a record.
struct LocalTimes {
  let zone: TimeZoneRules
  private var hours: [Int: Int64] = [:]

  init(zone: TimeZoneRules) { self.zone = zone }

  /// The instant of a local time; nil when it is none.
  mutating func instant(_ text: String) -> Timestamp? {
    var digits: [Int] = []
    digits.reserveCapacity(6)
    var value = 0
    var count = 0
    let widths = [4, 2, 2, 2, 2, 2]
    for byte in text.utf8 {
      if (0x30...0x39).contains(byte) {
        value = value * 10 + Int(byte - 0x30)
        count += 1
        if count > 4 { return nil }
      } else {
        guard digits.count < 5, count == widths[digits.count], Self.separators[digits.count].contains(byte) else {
          return nil
        }
        digits.append(value)
        (value, count) = (0, 0)
      }
    }
    guard count == 2, digits.count == 5 || digits.count == 4 else { return nil }
    digits.append(value)
    if digits.count == 5 { digits.append(0) }
    guard digits[3] < 24, digits[4] < 60, digits[5] < 60,
      let date = LocalDate(year: digits[0], month: digits[1], day: digits[2])
    else { return nil }
    guard let start = hourStart(date, digits[3]) else { return nil }
    return Timestamp(seconds: start + Int64(digits[4] * 60 + digits[5]))
  }

  private mutating func hourStart(_ date: LocalDate, _ hour: Int) -> Int64? {
    let key = date.daysSinceEpoch * 24 + hour
    if let known = hours[key] { return known }
    guard let civil = CivilDateTime(date: date, hour: hour, minute: 0) else { return nil }
    let start = zone.instant(civil).seconds
    if hours.count > 20_000 { hours.removeAll(keepingCapacity: true) }
    hours[key] = start
    return start
  }

  private static let separators: [[UInt8]] = [
    [UInt8(ascii: "-")], [UInt8(ascii: "-")], [UInt8(ascii: " "), UInt8(ascii: "T")], [UInt8(ascii: ":")],
    [UInt8(ascii: ":")],
  ]
}
