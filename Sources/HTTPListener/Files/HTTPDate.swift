/// Reads the dates of HTTP (RFC 9110 §5.6.7).
enum HTTPDate {
  /// Seconds since 1970 of a date in one of the three forms that must be read: `Sun, 06 Nov 1994 08:49:37 GMT`,
  /// `Sunday, 06-Nov-94 08:49:37 GMT`, `Sun Nov  6 08:49:37 1994`. Nil for anything else. The name of the day is not
  /// compared: it says nothing that the date does not.
  static func seconds(_ text: String) -> Int? {
    guard text.utf8.count <= 40 else { return nil }
    var parts = text.utf8.split(separator: 0x20)
    guard parts.count >= 4 else { return nil }
    if parts[0].last != 0x2C {
      // asctime: day name, month, day, clock, year.
      guard parts.count == 5 else { return nil }
      return seconds(day: parts[2], month: parts[1], year: parts[4], clock: parts[3])
    }
    guard parts.removeLast().elementsEqual("GMT".utf8) else { return nil }
    if parts.count == 3 {
      let date = parts[1].split(separator: 0x2D, omittingEmptySubsequences: false)
      guard date.count == 3, date[2].count == 2 else { return nil }
      return seconds(day: date[0], month: date[1], year: date[2], clock: parts[2])
    }
    guard parts.count == 5, parts[3].count == 4 else { return nil }
    return seconds(day: parts[1], month: parts[2], year: parts[3], clock: parts[4])
  }

  private static func seconds(
    day: Substring.UTF8View, month: Substring.UTF8View, year: Substring.UTF8View, clock: Substring.UTF8View
  ) -> Int? {
    let times = clock.split(separator: 0x3A, omittingEmptySubsequences: false)
    guard let day = HTTPBytes.decimal(day), let written = HTTPBytes.decimal(year), times.count == 3,
      let index = Validators.months.firstIndex(where: { $0.utf8.elementsEqual(month) }),
      let hour = HTTPBytes.decimal(times[0]), let minute = HTTPBytes.decimal(times[1]),
      let second = HTTPBytes.decimal(times[2]), (1...31).contains(day), hour < 24, minute < 60, second <= 60,
      times.allSatisfy({ $0.count == 2 }), written <= 9999
    else { return nil }
    // Two digits stand for a year that is at most 50 years ahead; nobody asks about files of 1950.
    let year = year.count == 2 ? (written < 70 ? 2000 : 1900) + written : written
    return days(year: year, month: index + 1, day: day) * 86_400 + hour * 3600 + minute * 60 + second
  }

  /// Days since 1970 in the proleptic Gregorian calendar (Hinnant, "chrono-compatible low-level date algorithms").
  private static func days(year: Int, month: Int, day: Int) -> Int {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}
