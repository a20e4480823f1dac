import Glibc
import ParticipationKit

/// Reads the system's time zone files (TZif, RFC 8536): offsets for one zone, without the process's own zone.
///
/// Foundation would load 40 MB of tables at each start for this; glibc has no call for another zone than the process's.
struct ZoneRules: Sendable {
  private let transitions: [Int64]
  private let offsets: [Int]
  private let first: Int
  private let rule: PosixRule?

  /// The rules of a zone by its IANA name; nil when the system does not know it.
  static func load(_ identifier: String) -> TimeZoneRules? {
    let isPlain = identifier.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) || "/_+-".utf8.contains($0)
    }
    guard isPlain, !identifier.isEmpty, identifier.utf8.first != UInt8(ascii: "/"),
      let bytes = try? Files.read("/usr/share/zoneinfo/\(identifier)"), let zone = ZoneRules(bytes)
    else { return nil }
    return TimeZoneRules(identifier: identifier) { zone.offset(at: $0.seconds) }
  }

  /// Reads the 64-bit part of a version 2 or later file (RFC 8536 §3).
  private init?(_ bytes: [UInt8]) {
    var reader = BigEndianReader(bytes)
    guard let small = Header(&reader), small.version >= 2 else { return nil }
    reader.skip(small.bodyLength(timeSize: 4))
    guard let header = Header(&reader) else { return nil }
    var times: [Int64] = []
    for _ in 0..<header.transitions { times.append(reader.int64()) }
    var kinds: [Int] = []
    for _ in 0..<header.transitions { kinds.append(Int(reader.byte())) }
    var types: [Int] = []
    for _ in 0..<header.types {
      types.append(Int(Int32(truncatingIfNeeded: reader.int32())))
      reader.skip(2)
    }
    reader.skip(header.characters + header.leaps * 12 + header.standard + header.universal)
    guard !reader.isBeyondEnd, let initial = types.first, kinds.allSatisfy({ $0 < types.count }) else { return nil }
    transitions = times
    offsets = kinds.map { types[$0] }
    first = initial
    rule = PosixRule(reader.rest)
  }

  func offset(at seconds: Int64) -> Int {
    guard let last = transitions.last else { return rule?.offset(at: seconds) ?? first }
    if seconds >= last, let rule { return rule.offset(at: seconds) }
    var low = 0
    var high = transitions.count
    while low < high {
      let middle = (low + high) / 2
      if transitions[middle] <= seconds { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? first : offsets[low - 1]
  }

  private struct Header {
    let version: Int
    let universal, standard, leaps, transitions, types, characters: Int

    init?(_ reader: inout BigEndianReader) {
      guard reader.bytes(4) == Array("TZif".utf8) else { return nil }
      let letter = reader.byte()
      version = letter == 0 ? 1 : Int(letter) - 0x30
      reader.skip(15)
      universal = reader.int32()
      standard = reader.int32()
      leaps = reader.int32()
      transitions = reader.int32()
      types = reader.int32()
      characters = reader.int32()
      guard !reader.isBeyondEnd, max(universal, standard, leaps, transitions, types, characters) < 100_000 else {
        return nil
      }
    }

    func bodyLength(timeSize: Int) -> Int {
      transitions * (timeSize + 1) + types * 6 + characters + leaps * (timeSize + 4) + standard + universal
    }
  }
}

/// Reads numbers of most significant byte first; past the end it gives zeros and says so.
private struct BigEndianReader {
  private let all: [UInt8]
  private var index = 0
  private(set) var isBeyondEnd = false

  init(_ bytes: [UInt8]) { all = bytes }

  var rest: ArraySlice<UInt8> { index <= all.count ? all[index...] : [] }

  mutating func byte() -> UInt8 {
    guard index < all.count else {
      isBeyondEnd = true
      return 0
    }
    index += 1
    return all[index - 1]
  }

  mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in byte() } }

  mutating func skip(_ count: Int) {
    index += count
    if index > all.count { isBeyondEnd = true }
  }

  mutating func int32() -> Int { bytes(4).reduce(0) { $0 << 8 | Int($1) } }

  mutating func int64() -> Int64 {
    Int64(bitPattern: bytes(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
  }
}

/// The rule for times after the last transition: `CET-1CEST,M3.5.0,M10.5.0/3` (POSIX TZ, RFC 8536 §3.3).
struct PosixRule: Sendable {
  private struct Change: Sendable {
    let month, week, weekday, seconds: Int
  }

  private let standard: Int
  private let daylight: Int
  private let changes: (start: Change, end: Change)?

  init?(_ bytes: ArraySlice<UInt8>) {
    let text = bytes.drop { $0 == 0x0A }.prefix { $0 != 0x0A }
    var scanner = Scanner(text)
    scanner.skipName()
    guard let offset = scanner.time() else { return nil }
    standard = -offset
    guard !scanner.isAtEnd else {
      daylight = standard
      changes = nil
      return
    }
    scanner.skipName()
    daylight = scanner.isAt(UInt8(ascii: ",")) ? standard + 3600 : -(scanner.time() ?? 0)
    guard let start = PosixRule.change(&scanner), let end = PosixRule.change(&scanner) else { return nil }
    changes = (start, end)
  }

  /// Only the form `,Mm.w.d[/time]`, which every zone of today uses.
  private static func change(_ scanner: inout Scanner) -> Change? {
    guard scanner.take(UInt8(ascii: ",")), scanner.take(UInt8(ascii: "M")), let month = scanner.number(),
      scanner.take(UInt8(ascii: ".")), let week = scanner.number(), scanner.take(UInt8(ascii: ".")),
      let weekday = scanner.number(), (1...12).contains(month), (1...5).contains(week), (0...6).contains(weekday)
    else { return nil }
    let seconds = scanner.take(UInt8(ascii: "/")) ? scanner.time() : 7200
    return seconds.map { Change(month: month, week: week, weekday: weekday, seconds: $0) }
  }

  func offset(at seconds: Int64) -> Int {
    guard let changes else { return standard }
    let year = CivilDateTime(secondsSinceEpoch: seconds + Int64(standard)).date.year
    let start = instant(changes.start, year: year, offset: standard)
    let end = instant(changes.end, year: year, offset: daylight)
    let isDaylight = start < end ? seconds >= start && seconds < end : seconds >= start || seconds < end
    return isDaylight ? daylight : standard
  }

  private func instant(_ change: Change, year: Int, offset: Int) -> Int64 {
    guard let first = LocalDate(year: year, month: change.month, day: 1) else { return 0 }
    let weekday = first.weekday % 7
    var day = first.adding(days: (change.weekday - weekday + 7) % 7 + (change.week - 1) * 7)
    while day.month != change.month { day = day.adding(days: -7) }
    return Int64(day.daysSinceEpoch) * 86_400 + Int64(change.seconds - offset)
  }

  private struct Scanner {
    private var text: ArraySlice<UInt8>

    init(_ text: ArraySlice<UInt8>) { self.text = text }

    var isAtEnd: Bool { text.isEmpty }

    func isAt(_ byte: UInt8) -> Bool { text.first == byte }

    mutating func take(_ byte: UInt8) -> Bool {
      guard text.first == byte else { return false }
      text.removeFirst()
      return true
    }

    mutating func skipName() {
      if take(UInt8(ascii: "<")) {
        text = text.drop { $0 != UInt8(ascii: ">") }.dropFirst()
      } else {
        text = text.drop { (0x61...0x7A).contains($0 | 0x20) }
      }
    }

    mutating func number() -> Int? {
      let digits = text.prefix { (0x30...0x39).contains($0) }
      guard !digits.isEmpty, digits.count < 6 else { return nil }
      text = text.dropFirst(digits.count)
      return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    /// `[+-]hh[:mm[:ss]]` in seconds.
    mutating func time() -> Int? {
      let sign = take(UInt8(ascii: "-")) ? -1 : 1
      if sign == 1 { _ = take(UInt8(ascii: "+")) }
      guard var seconds = number().map({ $0 * 3600 }) else { return nil }
      if take(UInt8(ascii: ":")), let minutes = number() { seconds += minutes * 60 }
      if take(UInt8(ascii: ":")), let more = number() { seconds += more }
      return sign * seconds
    }
  }
}
