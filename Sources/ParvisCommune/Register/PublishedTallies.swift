import ParticipationKit

/// The counts of a copy of a site that stand in tables: decisions by reason, flags, appeals and codes of residents,
/// which the leaves tell, and those that a module takes of its own published records.
struct PublishedTallies {
  /// A table that a resource says it counted from records: its member `tally`.
  private struct Table {
    let file: String
    let lines: [JSONValue]
    let kind: String
    let by: String
    let of: String
  }

  /// What the resources say of the work, by the same names as ``RegisterState/work``.
  private var work: [String: Int] = [:]
  private var tables: [Table] = []
  /// The short texts of the records with proofs, by kind and subject.
  private var records: [String: [String: [String: String]]] = [:]
  private(set) var findings: [Diagnostic] = []

  private mutating func note(_ file: String, _ fr: String, _ en: String) {
    findings.append(Diagnostic(.error, file: file, line: nil, fr: fr, en: en))
  }

  // MARK: Reading

  /// Takes what a resource of `api/v1` counts and what can be counted of it.
  mutating func take(_ value: JSONValue, _ file: String) {
    if file == PublishedTallies.decisions { takeDecisions(value) }
    if file == PublishedTallies.register {
      for (name, count) in value["letters"]?.asObject ?? [] { work[name, default: 0] += count.asInteger ?? -1 }
    }
    walk(value, file)
  }

  private static let decisions = "api/v1/moderation/index.json"
  private static let register = "api/v1/registre.json"

  private mutating func takeDecisions(_ value: JSONValue) {
    for line in value["decisions"]?.asArray ?? [] {
      let name = ["month", "module", "kind", "measure", "reason"].map { line[$0]?.asString ?? "" }
      work[name.joined(separator: " "), default: 0] +=
        (line["count"]?.asInteger ?? -1) - (line["earlier"]?.asInteger ?? 0)
    }
    for (member, name) in [("flags", "moderation/flag"), ("appeals", "moderation/appeal")] {
      for (_, count) in value[member]?.asObject ?? [] { work[name, default: 0] += count.asInteger ?? -1 }
    }
  }

  private mutating func walk(_ value: JSONValue, _ file: String) {
    guard let members = value.asObject else {
      for element in value.asArray ?? [] { walk(element, file) }
      return
    }
    if let subject = value["proof"]?["subject"]?.asString {
      let texts = members.compactMap { name, value -> (String, String)? in
        value.asString.flatMap { $0.utf8.count <= 64 ? (name, $0) : nil }
      }
      records[PublishedRecords.kind(of: subject), default: [:]][subject] = Dictionary(
        texts, uniquingKeysWith: { first, _ in first })
    }
    if let tally = value["tally"], tally.asObject != nil {
      func word(_ name: String) -> String { tally[name]?.asString ?? "" }
      tables.append(
        Table(
          file: file, lines: value[word("list")]?.asArray ?? [], kind: word("kind"), by: word("by"), of: word("of")))
    }
    for (_, member) in members { walk(member, file) }
  }

  // MARK: Comparing

  /// Compares all that was read with the leaves and the records.
  mutating func check(_ state: RegisterState) {
    for name in Set(work.keys).union(state.work.keys).sorted() {
      let (shown, counted) = (work[name] ?? 0, state.work[name] ?? 0)
      if shown == counted { continue }
      let file = name == "issued" || name == "ended" ? PublishedTallies.register : PublishedTallies.decisions
      note(
        file, "« \(name) » vaut \(shown), le registre en compte \(counted)",
        "“\(name)” is \(shown), the register counts \(counted)")
    }
    for table in tables { check(table) }
  }

  private mutating func check(_ table: Table) {
    var counts: [[String]: Int] = [:]
    for record in (records[table.kind] ?? [:]).values {
      counts[[record[table.by] ?? "", record[table.of] ?? ""], default: 0] += 1
    }
    var shown: [[String]: Int] = [:]
    for line in table.lines {
      for (name, count) in line.asObject ?? [] where name != table.by {
        shown[[line[table.by]?.asString ?? "", name], default: 0] += count.asInteger ?? -1
      }
    }
    for name in Set(counts.keys).union(shown.keys).sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      let (found, counted) = (shown[name] ?? 0, counts[name] ?? 0)
      if found == counted { continue }
      let words = name.joined(separator: " / ")
      note(
        table.file, "« \(words) » vaut \(found), on compte \(counted) fiches « \(table.kind) » publiées",
        "“\(words)” is \(found), counted again \(counted) published records “\(table.kind)”")
    }
  }
}
