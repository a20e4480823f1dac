internal import ParticipationKit

// The parts of a declaration, one type a list of `declaration.json`. What each member means stands in PROCESSES.md.

struct DeclaredAction: Sendable {
  let name: String
  let audience: Audience
  let titles: [String: String]
  let hourlyLimit: Int
  let quota: Quota?
  /// The action that this one takes back; nil for none.
  let withdraws: String?
  let queries: [String]
  /// The form by language, when it is always the same; otherwise the process is asked.
  let forms: [String: Form]

  init(_ declared: DeclaredValue) throws(DeclarationError) {
    try declared.only(
      "name", "audience", "permission", "titles", "hourlyLimit", "quota", "withdraws", "queries", "forms")
    name = try declared.name("name")
    titles = try declared.texts("titles")
    hourlyLimit = declared.has("hourlyLimit") ? try declared.int("hourlyLimit", 1...10_000) : 30
    queries = try declared.strings("queries")
    audience = try DeclaredAction.audience(declared)
    withdraws = try declared.optionalText("withdraws")
    quota = try declared.has("quota") ? DeclaredAction.quota(declared) : nil
    var forms: [String: Form] = [:]
    for member in try declared.members("forms") {
      do throws(ChildFailure) {
        forms[member.name] = try FormReader.form(member.value.value, NodeReader(locale: member.name))
      } catch {
        throw member.value.wrong("", "un formulaire (\(error.french))", "a form (\(error.english))")
      }
    }
    self.forms = forms
  }

  private static let audiences: [String: Audience] = [
    "anyone": .anyone, "anyone-or-resident": .anyoneOrResident, "confirmed": .confirmed, "resident": .resident,
    "one-per-person": .onePerPerson, "one-per-household": .onePerHousehold,
  ]

  private static func audience(_ declared: DeclaredValue) throws(DeclarationError) -> Audience {
    let name = try declared.optionalText("audience") ?? "anyone"
    if name == "staff" { return .staff(try declared.text("permission")) }
    guard let audience = audiences[name] else {
      let known = (audiences.keys.sorted() + ["staff"]).joined(separator: ", ")
      throw declared.wrong("audience", known, known)
    }
    return audience
  }

  private static func quota(_ declared: DeclaredValue) throws(DeclarationError) -> Quota {
    let inner = DeclaredValue(value: declared.value["quota"] ?? .null, place: declared.place + ".quota")
    try inner.only("most", "per")
    guard let period = Quota.Period(name: try inner.text("per")) else {
      throw inner.wrong("per", "hour, day, week, month", "hour, day, week, month")
    }
    return Quota(try inner.int("most", 1...10_000), per: period)
  }
}

struct DeclaredDocuments: Sendable {
  let kind: String
  let rank: DocumentRank
  let titles: [String: String]
  let path: String
  /// The query that gives the keys; nil for the one document `index`.
  let keys: String?
  let queries: [String]
  let hasDiscussion: Bool

  init(_ declared: DeclaredValue) throws(DeclarationError) {
    try declared.only("kind", "rank", "titles", "path", "keys", "queries", "discussion")
    kind = try declared.name("kind")
    titles = try declared.texts("titles")
    path = try declared.text("path")
    keys = try declared.optionalText("keys")
    queries = try declared.strings("queries")
    hasDiscussion = try declared.bool("discussion")
    let ranks: [String: DocumentRank] = ["record": .record, "list": .list, "index": .index]
    guard let rank = ranks[try declared.optionalText("rank") ?? "record"] else {
      throw declared.wrong("rank", "record, list ou index", "record, list or index")
    }
    self.rank = rank
    guard keys == nil || path.utf8.contains(UInt8(ascii: "{")) else {
      throw declared.wrong("path", "un chemin avec {key}", "a path with {key}")
    }
  }
}

struct DeclaredStream: Sendable {
  let name: String
  let format: ParticipationKit.Stream.Format
  let titles: [String: String]
  /// `kind/key` of the documents whose change makes it change.
  let dependsOn: [String]
  let isBulk: Bool
  let queries: [String]
  /// The query by `now` whose first column is when time alone changes it next; nil for never.
  let changesAt: String?

  init(_ declared: DeclaredValue) throws(DeclarationError) {
    try declared.only("name", "format", "titles", "dependsOn", "bulk", "queries", "changesAt")
    name = try declared.name("name")
    titles = try declared.texts("titles")
    dependsOn = try declared.strings("dependsOn")
    isBulk = try declared.bool("bulk")
    changesAt = try declared.optionalText("changesAt")
    queries = try declared.strings("queries")
    let formats: [String: ParticipationKit.Stream.Format] = [
      "atom": .atom, "geojson": .geoJSON, "csv": .csv, "ndjson": .ndjson, "ics": .calendar,
    ]
    guard let format = formats[try declared.text("format")] else {
      throw declared.wrong("format", "atom, geojson, csv, ndjson ou ics", "atom, geojson, csv, ndjson or ics")
    }
    self.format = format
  }
}

struct DeclaredModeration: Sendable {
  struct Text: Sendable {
    let name: String
    let titles: [String: String]
    let read: String
    let write: DeclaredRun
    let changed: [String]
  }

  let kind: String
  let titles: [String: String]
  let queries: [String]
  let decisionQueries: [String]
  let texts: [Text]
  /// The query whose one row is the author's words: the names of its columns are the members of the published JSON.
  let words: String?

  init(_ declared: DeclaredValue) throws(DeclarationError) {
    try declared.only("kind", "titles", "queries", "decisionQueries", "texts", "words")
    kind = try declared.name("kind")
    titles = try declared.texts("titles")
    queries = try declared.strings("queries")
    decisionQueries = try declared.strings("decisionQueries")
    words = try declared.optionalText("words")
    texts = try declared.each("texts") { text throws(DeclarationError) in
      try text.only("name", "titles", "read", "write", "with", "changed")
      return Text(
        name: try text.name("name"), titles: try text.texts("titles"), read: try text.text("read"),
        write: try DeclaredRun(text, "write"), changed: try text.strings("changed"))
    }
  }
}

extension DeclaredRun {
  init(_ declared: DeclaredValue, _ member: String) throws(DeclarationError) {
    let arguments = try declared.strings("with")
    for name in arguments where !CallArguments.isKnown(name) {
      throw declared.wrong("with", CallArguments.list, CallArguments.list)
    }
    self.init(statement: try declared.text(member), arguments: arguments)
  }
}

/// A kind that can be commented or followed. The target is one row of a query by `key`: `title`, and if wanted
/// `anchor`, `closes_at` and `refusal`.
struct DeclaredTarget: Sendable {
  let kind: String
  let target: String
  /// The document that shows it, as `kind/{key}`.
  let document: String
  let allowsQuestions: Bool

  init(_ declared: DeclaredValue) throws(DeclarationError) {
    try declared.only("kind", "target", "document", "questions")
    kind = try declared.name("kind")
    target = try declared.text("target")
    document = try declared.optionalText("document") ?? "\(kind)/{key}"
    allowsQuestions = try declared.bool("questions")
  }
}

struct DeclaredScreen: Sendable {
  let name: String
  let titles: [String: String]
  let permission: String
  let isListed: Bool
  let queries: [String]

  init(_ declared: DeclaredValue) throws(DeclarationError) {
    try declared.only("name", "titles", "permission", "listed", "queries")
    name = try declared.name("name")
    titles = try declared.texts("titles")
    permission = try declared.text("permission")
    isListed = declared.has("listed") ? try declared.bool("listed") : true
    queries = try declared.strings("queries")
  }
}

struct DeclaredSlot: Sendable {
  let slot: Slot
  let order: Int
  let dependsOn: [String]
  let queries: [String]

  init(_ declared: DeclaredValue) throws(DeclarationError) {
    try declared.only("slot", "order", "dependsOn", "queries")
    let slots: [String: Slot] = ["home": .home, "desk": .desk]
    guard let slot = slots[try declared.text("slot")] else {
      throw declared.wrong("slot", "home ou desk", "home or desk")
    }
    self.slot = slot
    order = try declared.int("order", 0...1000)
    dependsOn = try declared.strings("dependsOn")
    queries = try declared.strings("queries")
  }
}

struct DeclaredJob: Sendable {
  let name: String
  /// The query that gives the rows `key`, `at`.
  let times: String
  let queries: [String]

  init(_ declared: DeclaredValue) throws(DeclarationError) {
    try declared.only("name", "times", "queries")
    name = try declared.name("name")
    times = try declared.text("times")
    queries = try declared.strings("queries")
  }
}

/// The rights of persons. The host does all of it by itself: they must hold when the module's code fails.
struct DeclaredPersonalData: Sendable {
  struct Erase: Sendable {
    let kind: String
    let runs: [DeclaredRun]
    let changed: [String]
  }

  struct Clock: Sendable {
    let name: String
    let titles: [String: String]
    let days: Int
    /// The setting that gives the days instead; nil for none.
    let setting: String?
    let run: DeclaredRun
    /// The query by `before`, run first, that gives `kind` and `key` of the documents that change; nil for none.
    let changed: String?
  }

  let records: String?
  let export: [String]
  let erase: [Erase]
  let kept: [String: String]
  let clocks: [Clock]

  init(_ declared: DeclaredValue) throws(DeclarationError) {
    try declared.only("records", "export", "erase", "kept", "clocks")
    records = try declared.optionalText("records")
    export = try declared.strings("export")
    kept = declared.has("kept") ? try declared.texts("kept") : [:]
    erase = try declared.each("erase") { entry throws(DeclarationError) in
      try entry.only("kind", "run", "changed")
      let runs = try entry.each("run") { run throws(DeclarationError) in
        try run.only("statement", "with")
        return try DeclaredRun(run, "statement")
      }
      return Erase(kind: try entry.name("kind"), runs: runs, changed: try entry.strings("changed"))
    }
    clocks = try declared.each("clocks") { clock throws(DeclarationError) in
      try clock.only("name", "titles", "days", "setting", "statement", "with", "changed")
      return Clock(
        name: try clock.name("name"), titles: try clock.texts("titles"), days: try clock.int("days", 1...36_500),
        setting: try clock.optionalText("setting"), run: try DeclaredRun(clock, "statement"),
        changed: try clock.optionalText("changed"))
    }
  }
}
