internal import ParticipationKit

/// One line of `reports.ndjson`: a report with its history, as it is imported and exported.
struct ReportRecord: Sendable {
  var reference: String
  /// The number to keep, as `2026-0042`; nil for the next free one.
  var number: String?
  var service: String
  var street: String?
  var place: String
  var point: GeoPoint?
  var description: String
  var contactName: String?
  var contactEmail: String?
  var wantsUpdates: Bool
  var received: Timestamp
  var channel: String
  var publication: Report.Publication
  var published: Timestamp?
  var answer: Answer?
  var history: [Step]

  /// The official answer: in whose name, the words, when.
  struct Answer: Sendable {
    var author: String
    var text: String
    var at: Timestamp
  }

  /// One step of the history. A public step moves the report on, an internal one is a note. `duplicateOf` is a
  /// reference or a number.
  struct Step: Sendable {
    var at: Timestamp
    var state: ReportState
    var text: String
    var isPublic: Bool
    var role: String
    var referredTo: String?
    var duplicateOf: String?
  }

  static let channels = ["web", "desk", "import", "paper", "telephone"]
  /// The roles that have words of their own; a commune may have others.
  static let roles = ["clerk", "councillor", "agent", "administrator"]

  /// Why a line cannot be used, in French and English.
  struct Fault: Error, Sendable, Hashable {
    let fr: String
    let en: String

    init(_ fr: String, _ en: String) {
      self.fr = fr
      self.en = en
    }
  }

  /// The record as one JSON object without line end.
  /// - Parameter withContact: Whether name and address are written.
  func value(withContact: Bool) -> JSONValue {
    var members: [(String, JSONValue)] = [
      ("reference", .string(reference)), ("number", .string(number)), ("service", .string(service)),
      ("street", .string(street)), ("place", .string(place)),
      ("lat", point.map { .number($0.latitude) } ?? .null), ("long", point.map { .number($0.longitude) } ?? .null),
      ("description", .string(description)), ("received", .timestamp(received)), ("channel", .string(channel)),
      ("publication", .string(publication.rawValue)), ("published", .timestamp(published)),
    ]
    if withContact, contactName != nil || contactEmail != nil {
      members += [
        ("contact_name", .string(contactName)), ("contact_email", .string(contactEmail)),
        ("wants_updates", .bool(wantsUpdates)),
      ]
    }
    if let answer {
      members.append(
        (
          "answer",
          .object([
            ("author", .string(answer.author)), ("text", .string(answer.text)), ("at", .timestamp(answer.at)),
          ])
        ))
    }
    members.append(
      (
        "history",
        .array(
          history.map { step in
            .object([
              ("at", .timestamp(step.at)), ("state", .string(step.state.rawValue)), ("text", .string(step.text)),
              ("visibility", .string(step.isPublic ? "public" : "internal")), ("role", .string(step.role)),
              ("referred_to", .string(step.referredTo)), ("duplicate_of", .string(step.duplicateOf)),
            ])
          })
      ))
    return .object(members)
  }
}

/// Reads one line of `reports.ndjson`, strictly: an unknown member or a wrong type is a fault, never ignored.
struct ReportRecordReader {
  private let object: JSONValue

  static let known = [
    "reference", "number", "service", "street", "place", "lat", "long", "description", "contact_name", "contact_email",
    "wants_updates", "received", "channel", "publication", "published", "answer", "history",
  ]
  static let knownInAnswer = ["author", "text", "at"]
  static let knownInStep = ["at", "state", "text", "visibility", "role", "referred_to", "duplicate_of"]

  /// - Throws: ``ReportRecord/Fault``.
  static func record(_ line: ArraySlice<UInt8>) throws -> ReportRecord {
    let value: JSONValue
    do {
      value = try JSONValue.parse(line)
    } catch let error as JSONSyntaxError {
      let place = error.offset
      throw ReportRecord.Fault(
        "JSON illisible à l’octet \(place) : \(error.reason("fr"))", "unreadable JSON at byte \(place): \(error.reason)"
      )
    }
    return try ReportRecordReader(object: value, known: known).record()
  }

  private init(object: JSONValue, known: [String]) throws {
    guard let members = object.asObject else {
      throw ReportRecord.Fault(
        "\(object.kindWords("fr")) ; attendu : un objet JSON", "\(object.kindWords("en")); expected a JSON object")
    }
    for member in members where !known.contains(member.name) {
      let list = known.joined(separator: ", ")
      throw ReportRecord.Fault(
        "champ inconnu « \(member.name) » ; attendu : \(list)", "unknown field “\(member.name)”; expected: \(list)")
    }
    self.object = object
  }

  private func record() throws -> ReportRecord {
    let reference = try required("reference", maxLength: 200)
    let number = try text("number")
    if let number, Report.parts(ofNumber: number) == nil {
      throw wrong("number", number, "2026-0042")
    }
    let publication = try word("publication", Report.Publication.init(rawValue:), "pending, published, withheld")
    let published = try optionalTime("published")
    let received = try time("received")
    let channel = try text("channel") ?? "import"
    guard ReportRecord.channels.contains(channel) else {
      throw wrong("channel", channel, ReportRecord.channels.joined(separator: ", "))
    }
    let steps = object["history"]?.asArray ?? []
    if let history = object["history"], history.asArray == nil, !history.isNull {
      throw wrong("history", history.kindName, "[ … ]")
    }
    return ReportRecord(
      reference: reference, number: number, service: try required("service", maxLength: 64),
      street: try text("street"), place: ByteText.singleLine(try text("place", maxLength: 240) ?? ""),
      point: try point(), description: try description(),
      contactName: try text("contact_name"), contactEmail: try text("contact_email", maxLength: 254),
      wantsUpdates: try flag("wants_updates"), received: received, channel: channel, publication: publication,
      published: published ?? (publication == .published ? received : nil), answer: try answer(),
      history: try steps.map { try ReportRecordReader(object: $0, known: Self.knownInStep).step() })
  }

  /// The words; empty only where they are said to be, as after an erasure.
  private func description() throws -> String {
    guard let value = object["description"], !value.isNull else { throw missing("description") }
    return ByteText.trimmed(try text("description", maxLength: 4096) ?? "")
  }

  private func answer() throws -> ReportRecord.Answer? {
    guard let value = object["answer"], !value.isNull else { return nil }
    let reader = try ReportRecordReader(object: value, known: Self.knownInAnswer)
    return ReportRecord.Answer(
      author: ByteText.singleLine(try reader.required("author", maxLength: 80)),
      text: ByteText.trimmed(try reader.required("text", maxLength: 8192)), at: try reader.time("at"))
  }

  private func step() throws -> ReportRecord.Step {
    let state = try word(
      "state", ReportState.init(rawValue:), ReportState.allCases.map(\.rawValue).joined(separator: ", "))
    let visibility = try text("visibility") ?? "public"
    guard ["public", "internal"].contains(visibility) else { throw wrong("visibility", visibility, "public, internal") }
    // A commune may have roles of its own, so any name of one is taken.
    let role = try text("role", maxLength: 64) ?? "clerk"
    guard ByteText.slug(role) == role else { throw wrong("role", role, "clerk, agent, garde-champetre…") }
    let step = ReportRecord.Step(
      at: try time("at"), state: state, text: ByteText.trimmed(try text("text", maxLength: 4096) ?? ""),
      isPublic: visibility == "public", role: role, referredTo: try text("referred_to"),
      duplicateOf: try text("duplicate_of"))
    guard step.isPublic else { return step }
    if state == .referred, step.referredTo == nil { throw missing("referred_to") }
    if state == .duplicate, step.duplicateOf == nil { throw missing("duplicate_of") }
    if state.isClosed, step.text.isEmpty { throw missing("text") }
    return step
  }

  // MARK: Members

  private func text(_ name: String, maxLength: Int = 200) throws -> String? {
    guard let value = object[name], !value.isNull else { return nil }
    guard let text = value.asString else { throw wrong(name, value.kindName, "string") }
    guard ByteText.length(text) <= maxLength, !ByteText.hasForbiddenControl(text) else {
      throw ReportRecord.Fault(
        "« \(name) » : au plus \(maxLength) signes, sans caractère de contrôle",
        "“\(name)”: at most \(maxLength) characters, without control characters")
    }
    return text.isEmpty ? nil : text
  }

  private func required(_ name: String, maxLength: Int) throws -> String {
    guard let text = try text(name, maxLength: maxLength) else { throw missing(name) }
    return text
  }

  private func flag(_ name: String) throws -> Bool {
    guard let value = object[name], !value.isNull else { return false }
    guard let flag = value.asBool else { throw wrong(name, value.kindName, "true, false") }
    return flag
  }

  private func time(_ name: String) throws -> Timestamp {
    guard let time = try optionalTime(name) else { throw missing(name) }
    return time
  }

  private func optionalTime(_ name: String) throws -> Timestamp? {
    guard let words = try text(name) else { return nil }
    guard let time = Timestamp(rfc3339: words) else { throw wrong(name, words, "2026-03-12T19:00:00Z") }
    return time
  }

  private func point() throws -> GeoPoint? {
    let members = [object["lat"], object["long"]].compactMap { $0 }.filter { !$0.isNull }
    if members.isEmpty { return nil }
    guard let latitude = object["lat"]?.asNumber, let longitude = object["long"]?.asNumber,
      let point = GeoPoint(latitude: latitude, longitude: longitude)
    else { throw wrong("lat, long", members.map(\.kindName).joined(separator: ", "), "48.7712, 5.1604") }
    return point
  }

  private func word<Word>(_ name: String, _ make: (String) -> Word?, _ expected: String) throws -> Word {
    let text = try required(name, maxLength: 64)
    guard let word = make(text) else { throw wrong(name, text, expected) }
    return word
  }

  private func missing(_ name: String) -> ReportRecord.Fault {
    ReportRecord.Fault("champ manquant « \(name) »", "missing field “\(name)”")
  }

  private func wrong(_ name: String, _ found: String, _ expected: String) -> ReportRecord.Fault {
    ReportRecord.Fault(
      "« \(name) » : « \(found) » ; attendu : \(expected)", "“\(name)”: “\(found)”; expected: \(expected)")
  }
}
