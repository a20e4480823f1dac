/// Dates as people say them, in French and English. Own tables: deterministic, and without a 40 MB library.
public struct DateWords: Sendable {
  private let isEnglish: Bool

  /// Words in a language; anything but `en` is French.
  public init(locale: String) { isEnglish = locale == "en" }

  /// `jeudi 12 mars 2026` or `Thursday 12 March 2026`; the first of a month is `1er` in French.
  public func long(_ date: LocalDate) -> String {
    DateWords.joined(weekday(date), dayOfMonth(date), month(date), String(date.year))
  }

  /// Words with spaces between. As bytes: pages say some ten dates each, and strings cost several times as much.
  private static func joined(_ words: String...) -> String {
    var out: [UInt8] = []
    out.reserveCapacity(64)
    for word in words {
      if !out.isEmpty { out.append(0x20) }
      out.append(contentsOf: word.utf8)
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// `12 mars 2026`.
  public func medium(_ date: LocalDate) -> String {
    DateWords.joined(dayOfMonth(date), month(date), String(date.year))
  }

  /// `20 h 30`, `20 h` or `8:30 pm`.
  public func time(_ time: CivilDateTime) -> String {
    let minutes = time.minute < 10 ? "0\(time.minute)" : String(time.minute)
    if isEnglish {
      let hour = time.hour % 12 == 0 ? 12 : time.hour % 12
      let half = time.hour < 12 ? "am" : "pm"
      return time.minute == 0 ? "\(hour)\u{A0}\(half)" : "\(hour):\(minutes)\u{A0}\(half)"
    }
    return time.minute == 0 ? "\(time.hour)\u{A0}h" : "\(time.hour)\u{A0}h\u{A0}\(minutes)"
  }

  /// `jeudi 12 mars 2026 à 20 h 30`.
  public func longWithTime(_ time: CivilDateTime) -> String {
    let date = time.date
    return DateWords.joined(
      weekday(date), dayOfMonth(date), month(date), String(date.year), isEnglish ? "at" : "à", self.time(time))
  }

  /// The name of a month with its year, as `mars 2026`.
  public func monthAndYear(_ date: LocalDate) -> String { "\(month(date)) \(date.year)" }

  private func dayOfMonth(_ date: LocalDate) -> String {
    date.day == 1 && !isEnglish ? "1er" : String(date.day)
  }

  private func weekday(_ date: LocalDate) -> String {
    (isEnglish ? DateWords.englishDays : DateWords.frenchDays)[date.weekday - 1]
  }

  private func month(_ date: LocalDate) -> String {
    (isEnglish ? DateWords.englishMonths : DateWords.frenchMonths)[date.month - 1]
  }

  private static let frenchDays = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]
  private static let englishDays = [
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
  ]
  private static let frenchMonths = [
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
  ]
  private static let englishMonths = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
  ]
}
