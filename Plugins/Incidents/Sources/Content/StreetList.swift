internal import ParticipationKit

/// A street, or a hamlet as a whole: what a person can choose as a place without a map.
struct Street: Sendable {
  let id: String
  let name: String
  /// The id of the hamlet in which it lies; nil in the village itself, and for a hamlet as a whole.
  let hamlet: String?
  let isHamlet: Bool
  let point: GeoPoint?
}

/// The streets and hamlets of `content/map/streets.yaml`, in the order of the file.
struct StreetList: Sendable {
  let all: [Street]
  private let byID: [String: Street]

  static let empty = StreetList([])
  /// The answer for a place that is in no street of the list.
  static let elsewhere = "other"

  init(_ streets: [Street]) {
    all = streets
    byID = Dictionary(streets.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
  }

  subscript(id: String) -> Street? { byID[id] }

  var isEmpty: Bool { all.isEmpty }

  /// The name with its hamlet, as `Chemin du Moulin (Bellegoutte)`; the id when the street is no longer in the list.
  func name(_ id: String) -> String {
    guard let street = byID[id] else { return id }
    guard let hamlet = street.hamlet, let name = byID[hamlet]?.name else { return street.name }
    return "\(street.name) (\(name))"
  }

  /// The choices of a form: the village first, then each hamlet, then `elsewhere`.
  func choices(village: String, wholeHamlet: (String) -> String, elsewhere: String) -> [Choice] {
    var choices: [Choice] = []
    for street in all where street.hamlet == nil && !street.isHamlet {
      choices.append(Choice(street.id, street.name, group: village))
    }
    for hamlet in all where hamlet.isHamlet {
      choices.append(Choice(hamlet.id, wholeHamlet(hamlet.name), group: hamlet.name))
      for street in all where street.hamlet == hamlet.id {
        choices.append(Choice(street.id, street.name, group: hamlet.name))
      }
    }
    choices.append(Choice(Self.elsewhere, elsewhere))
    return choices
  }

  /// The street or hamlet nearest to a place, with the metres between; nil when none has a point.
  func nearest(to point: GeoPoint) -> (street: Street, metres: Double)? {
    let plane = LocalPlane(origin: point)
    var best: (street: Street, metres: Double)?
    for street in all {
      guard let place = street.point else { continue }
      let metres = plane.distance(point, place)
      if metres < best?.metres ?? .infinity { best = (street, metres) }
    }
    return best
  }
}

/// Reads `content/map/streets.yaml`.
struct StreetReader {
  static func read(_ file: ContentFile) -> (streets: StreetList, findings: [Diagnostic]) {
    var findings = file.checkFields(known: ["hamlets", "streets"], required: ["streets"])
    var streets: [Street] = []
    var lines: [String: Int] = [:]
    for (member, isHamlet) in [("hamlets", true), ("streets", false)] {
      for value in file.fields[member]?.list ?? [] {
        let known = isHamlet ? ["id", "name", "lat", "lon"] : ["id", "name", "hamlet", "lat", "lon"]
        if let street = street(value, isHamlet, known, file, &findings) {
          if let line = lines[street.id] {
            findings.append(
              file.error(
                line: value.line, fr: "« id: \(street.id) » est déjà pris à la ligne \(line)",
                en: "“id: \(street.id)” is already taken on line \(line)"))
            continue
          }
          lines[street.id] = value.line
          streets.append(street)
        }
      }
    }
    let hamlets = Set(streets.filter(\.isHamlet).map(\.id))
    for street in streets {
      guard let hamlet = street.hamlet, !hamlets.contains(hamlet) else { continue }
      findings.append(
        file.error(
          line: lines[street.id] ?? 1,
          fr:
            "« hamlet: \(hamlet) » n’est pas dans « hamlets » ; attendu : \(hamlets.sorted().joined(separator: ", "))",
          en: "“hamlet: \(hamlet)” is not in “hamlets”; expected: \(hamlets.sorted().joined(separator: ", "))"))
    }
    return (StreetList(streets), findings)
  }

  private static func street(
    _ value: ContentValue, _ isHamlet: Bool, _ known: [String], _ file: ContentFile, _ findings: inout [Diagnostic]
  ) -> Street? {
    let before = findings.count
    for member in value.members where !known.contains(member.name) {
      findings.append(
        file.error(
          line: member.value.line,
          fr: "champ inconnu « \(member.name) » ; attendu : \(known.joined(separator: ", "))",
          en: "unknown field “\(member.name)”; expected: \(known.joined(separator: ", "))"))
    }
    let id = value["id"]?.text ?? ""
    let name = ByteText.singleLine(value["name"]?.text ?? "")
    if id.isEmpty || ByteText.slug(id) != id || id == StreetList.elsewhere || name.isEmpty {
      findings.append(
        file.error(
          line: value.line,
          fr: "attendu « id » (minuscules, chiffres, tirets ; « other » est réservé) et « name »",
          en: "expected “id” (lower-case letters, digits, hyphens; “other” is reserved) and “name”"))
    }
    let point = point(value, file, &findings)
    guard findings.count == before else { return nil }
    return Street(id: id, name: name, hamlet: value["hamlet"]?.text, isHamlet: isHamlet, point: point)
  }

  private static func point(
    _ value: ContentValue, _ file: ContentFile, _ findings: inout [Diagnostic]
  ) -> GeoPoint? {
    guard value["lat"] != nil || value["lon"] != nil else { return nil }
    if let latitude = value["lat"]?.number, let longitude = value["lon"]?.number,
      let point = GeoPoint(latitude: latitude, longitude: longitude)
    {
      return point
    }
    findings.append(
      file.error(
        line: value["lat"]?.line ?? value.line,
        fr: "« lat » et « lon » vont ensemble, en degrés, comme 48.7712 et 5.1604",
        en: "“lat” and “lon” go together, in degrees, as 48.7712 and 5.1604"))
    return nil
  }
}
