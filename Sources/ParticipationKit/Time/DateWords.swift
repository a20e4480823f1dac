/// Dates as people say them, in French and English. Own tables: deterministic, and without a 40 MB library.
public struct DateWords: Sendable {
  private let isEnglish: Bool

  /// Words in a language; anything but `en` is French.
  public init(locale: String) { isEnglish = locale == "en" }

  /// `jeudi 12 mars 2026` or `Thursday 12 March 2026`; the first of a month is `1er` in French.
  public func long(_ date: LocalDate) -> String { joined { appendLong(date, to: &$0) } }

  /// Words gathered as bytes: pages say some ten dates each, and strings cost several times as much.
  private func joined(_ write: (inout [UInt8]) -> Void) -> String {
    var out: [UInt8] = []
    out.reserveCapacity(64)
    write(&out)
    return String(decoding: out, as: UTF8.self)
  }

  private func appendLong(_ date: LocalDate, to out: inout [UInt8]) {
    out += (isEnglish ? DateWords.englishDays : DateWords.frenchDays)[date.weekday - 1]
    out.append(0x20)
    appendMedium(date, to: &out)
  }

  private func appendMedium(_ date: LocalDate, to out: inout [UInt8]) {
    out.appendDecimal(date.day)
    if date.day == 1, !isEnglish { out += DateWords.first }
    out.append(0x20)
    out += (isEnglish ? DateWords.englishMonths : DateWords.frenchMonths)[date.month - 1]
    out.append(0x20)
    out.appendDecimal(date.year)
  }

  /// `12 mars 2026`.
  public func medium(_ date: LocalDate) -> String { joined { appendMedium(date, to: &$0) } }

  /// `20 h 30`, `20 h` or `8:30 pm`.
  public func time(_ time: CivilDateTime) -> String { joined { appendTime(time, to: &$0) } }

  private func appendTime(_ time: CivilDateTime, to out: inout [UInt8]) {
    if isEnglish {
      out.appendDecimal(time.hour % 12 == 0 ? 12 : time.hour % 12)
      if time.minute != 0 {
        out.append(UInt8(ascii: ":"))
        out.appendDecimal(time.minute, width: 2)
      }
      out += DateWords.noBreakSpace
      return out += time.hour < 12 ? DateWords.morning : DateWords.afternoon
    }
    out.appendDecimal(time.hour)
    out += DateWords.hours
    guard time.minute != 0 else { return }
    out += DateWords.noBreakSpace
    out.appendDecimal(time.minute, width: 2)
  }

  /// `jeudi 12 mars 2026 à 20 h 30`.
  public func longWithTime(_ time: CivilDateTime) -> String {
    joined {
      appendLong(time.date, to: &$0)
      $0 += isEnglish ? DateWords.englishAt : DateWords.frenchAt
      appendTime(time, to: &$0)
    }
  }

  /// The name of a month with its year, as `mars 2026`.
  public func monthAndYear(_ date: LocalDate) -> String {
    joined {
      $0 += (isEnglish ? DateWords.englishMonths : DateWords.frenchMonths)[date.month - 1]
      $0.append(0x20)
      $0.appendDecimal(date.year)
    }
  }

  private static let noBreakSpace = Array("\u{A0}".utf8)
  private static let hours = Array("\u{A0}h".utf8)
  private static let morning = Array("am".utf8)
  private static let afternoon = Array("pm".utf8)
  private static let first = Array("er".utf8)
  private static let frenchAt = Array(" à ".utf8)
  private static let englishAt = Array(" at ".utf8)
  private static let frenchDays = [
    "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche",
  ].map { Array($0.utf8) }
  private static let englishDays = [
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
  ].map { Array($0.utf8) }
  private static let frenchMonths = [
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
  ].map { Array($0.utf8) }
  private static let englishMonths = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
  ].map { Array($0.utf8) }
}
