internal import ParticipationKit

// How the place of a report is said and shown: in words first, because a map is never enough.

extension IncidentsModule {
  /// The place in words as the public reads it: street and what is near, or what lies next to the point. Where the
  /// commune does not publish points, neither do the words give one away.
  func place(_ report: Report, _ locale: String) -> String {
    place(report, locale, isExact: options.showsExactPoint)
  }

  /// The place in words as staff need it to go there.
  func exactPlace(_ report: Report, _ locale: String) -> String { place(report, locale, isExact: true) }

  /// A distance that tells no doorstep, in metres.
  private static var coarseStep: Double { 500 }

  private func place(_ report: Report, _ locale: String, isExact: Bool) -> String {
    let parts = [report.street.map { content.streets.name($0) } ?? "", report.placeText].filter { !$0.isEmpty }
    if !parts.isEmpty { return parts.joined(separator: ", ") }
    guard let point = report.point else { return text("place.unknown", locale) }
    guard let (street, metres) = content.streets.nearest(to: point), metres < 2000 else {
      return isExact
        ? text("place.point", locale, ["point": "\(point.latitude), \(point.longitude)"])
        : text("place.unknown", locale)
    }
    let told = isExact ? metres : max(1, (metres / Self.coarseStep).rounded()) * Self.coarseStep
    let distance = PointCheck.words(metres: Int(told.rounded()), locale: locale)
    return text("place.near", locale, ["distance": distance, "street": content.streets.name(street.id)])
  }

  /// The place in a title, as `rue du Lavoir`: only the street, its first word in lower case in French.
  func shortPlace(_ report: Report, _ locale: String) -> String {
    guard let street = report.street else { return place(report, locale) }
    return Self.inSentence(content.streets[street]?.name ?? street)
  }

  /// The title of a report: what and where.
  func title(_ report: Report, _ locale: String) -> String {
    "\(content.services.name(report.service, locale)), \(shortPlace(report, locale))"
  }

  /// The point that the public sees: the exact one, or that of the street when the commune chose so or none was given.
  func publicPoint(_ report: Report) -> GeoPoint? {
    let streetPoint = report.street.flatMap { content.streets[$0]?.point }
    guard options.showsExactPoint else { return streetPoint }
    return report.point ?? streetPoint
  }

  /// The text that the public sees; nil when the commune does not publish it.
  func publicDescription(_ report: Report) -> String? { options.showsDescription ? report.description : nil }

  /// A street's name within a sentence: `Rue Haute` becomes `rue Haute`; proper names stay.
  static func inSentence(_ name: String) -> String {
    let first = name.prefix { $0 != " " && $0 != "-" }
    let common: Set<String> = [
      "Rue", "Place", "Chemin", "Route", "Impasse", "Ruelle", "Allée", "Sentier", "Cour", "Passage", "Lotissement",
      "Quai",
      "Voie", "Avenue",
    ]
    guard common.contains(String(first)) else { return name }
    return first.lowercased() + name.dropFirst(first.count)
  }
}
