/// An instant: milliseconds since 1970-01-01T00:00:00Z. What the database stores and JSON writes.
public struct Timestamp: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// Milliseconds since 1970-01-01T00:00:00Z.
  public let milliseconds: Int64

  /// Makes an instant from milliseconds since 1970 UTC.
  public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  /// Makes an instant from whole seconds since 1970 UTC.
  public init(seconds: Int64) { milliseconds = seconds * 1000 }

  /// Orders by time.
  public static func < (a: Timestamp, b: Timestamp) -> Bool { a.milliseconds < b.milliseconds }

  /// The instant so many seconds later (earlier when negative).
  public func adding(seconds: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds + seconds * 1000) }

  /// Whole seconds since 1970 UTC, rounded down.
  public var seconds: Int64 { milliseconds.floorDiv(1000) }

  /// RFC 3339 in UTC with whole seconds, as `2026-03-12T19:00:00Z`.
  public var rfc3339: String { String(decoding: rfc3339Bytes, as: UTF8.self) }

  var rfc3339Bytes: [UInt8] {
    let civil = CivilDateTime(secondsSinceEpoch: seconds)
    var bytes = civil.isoBytes
    bytes.append(UInt8(ascii: "Z"))
    return bytes
  }

  /// The same as ``rfc3339``.
  public var description: String { rfc3339 }

  /// Reads RFC 3339: `2026-03-12T19:00:00Z`, with optional fraction and `±hh:mm` offset.
  ///
  /// Returns nil for anything else, also for days that do not exist.
  public init?(rfc3339 text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: "t"),
      let civil = CivilDateTime(isoBytes: bytes[0..<19])
    else { return nil }
    var index = 19
    var fraction: Int64 = 0
    if bytes[index] == UInt8(ascii: ".") {
      index += 1
      var digits = 0
      while index < bytes.count, let digit = bytes[index].asciiDigit {
        if digits < 3 { fraction = fraction * 10 + Int64(digit) }
        digits += 1
        index += 1
      }
      guard digits > 0 else { return nil }
      for _ in digits..<max(digits, 3) { fraction *= 10 }
    }
    guard let offset = Timestamp.offsetSeconds(bytes[index...]) else { return nil }
    milliseconds = (civil.secondsSinceEpoch - offset) * 1000 + fraction
  }

  private static func offsetSeconds(_ bytes: ArraySlice<UInt8>) -> Int64? {
    let zone = Array(bytes)
    if zone == [UInt8(ascii: "Z")] || zone == [UInt8(ascii: "z")] { return 0 }
    guard zone.count == 6, zone[3] == UInt8(ascii: ":"),
      let hours = ByteText.decimal(zone[1...2]), let minutes = ByteText.decimal(zone[4...5]),
      hours < 24, minutes < 60
    else { return nil }
    let total = Int64(hours * 3600 + minutes * 60)
    switch zone[0] {
    case UInt8(ascii: "+"): return total
    case UInt8(ascii: "-"): return -total
    default: return nil
    }
  }
}

extension Int64 {
  /// Division rounded towards minus infinity, as calendars need for instants before 1970.
  func floorDiv(_ divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}
