/// Entity tags, dates and ranges of a file (RFC 9110 §8.8, §13, §14).
enum Validators {
  /// A strong tag from size, modification time in nanoseconds, and inode: a file replaced by rename has
  /// another one.
  static func tag(_ attributes: OpenedFile.Attributes) -> String {
    let time =
      UInt64(bitPattern: Int64(attributes.modifiedSeconds)) &* 1_000_000_000
      &+ UInt64(attributes.modifiedNanoseconds)
    return "\"\(String(attributes.size, radix: 36))-\(String(time, radix: 36))-"
      + "\(String(attributes.inode, radix: 36))\""
  }

  /// Whether an `If-None-Match` or `If-Match` list names `tag`, or is `*`. Weak marks are ignored.
  static func list(_ list: String, names tag: String) -> Bool {
    for part in list.utf8.split(separator: 0x2C) {
      var item = part.drop(while: HTTPBytes.isBlank)
      while let last = item.last, HTTPBytes.isBlank(last) { item = item.dropLast() }
      if item.elementsEqual("*".utf8) { return true }
      if item.starts(with: "W/".utf8) { item = item.dropFirst(2) }
      if item.elementsEqual(tag.utf8) { return true }
    }
    return false
  }

  /// A date as HTTP writes it: `Sun, 06 Nov 1994 08:49:37 GMT`.
  static func date(secondsSince1970 seconds: Int) -> String {
    let clamped = min(max(seconds, 0), 253_402_300_799)
    let (days, second) = clamped.quotientAndRemainder(dividingBy: 86400)
    // Days since 0000-03-01 in the proleptic Gregorian calendar (Hinnant, "chrono-compatible low-level date
    // algorithms").
    let shifted = days + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    let weekday = weekdays[(days + 4) % 7]
    let clock = "\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60))"
    return "\(weekday), \(two(day)) \(months[month - 1]) \(year) \(clock) GMT"
  }

  private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
}

/// What a `Range` header asks of a file.
enum RangeRequest: Equatable {
  /// The whole file: no range, several, another unit, or nonsense, which RFC 9110 §14.2 says to ignore.
  case whole
  /// These bytes, all within the file.
  case part(Range<Int>)
  /// Nothing that the file has.
  case unsatisfiable

  init(_ header: String?, size: Int) {
    let prefix = "bytes="
    guard let header, header.utf8.count < 64, header.hasPrefix(prefix) else {
      self = .whole
      return
    }
    let text = header.utf8.dropFirst(prefix.utf8.count)
    guard let dash = text.firstIndex(of: 0x2D), !text.contains(0x2C) else {
      self = .whole
      return
    }
    let (left, right) = (text[..<dash], text[text.index(after: dash)...])
    switch (HTTPBytes.decimal(left), HTTPBytes.decimal(right)) {
    case (let first?, nil) where right.isEmpty:
      self = first < size ? .part(first..<size) : .unsatisfiable
    case (let first?, let last?) where first <= last:
      self = first < size ? .part(first..<min(last + 1, size)) : .unsatisfiable
    case (nil, let length?) where left.isEmpty:
      self = length > 0 && size > 0 ? .part(max(0, size - length)..<size) : .unsatisfiable
    default:
      self = .whole
    }
  }
}
