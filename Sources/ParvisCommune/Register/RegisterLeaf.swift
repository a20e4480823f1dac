import Glibc
import ParticipationKit
import Sealing

/// A leaf as a check reads it.
struct RegisterLeaf: Sendable {
  let position: Int
  let kind: String
  let what: String
  let subject: String
  let value: JSONValue

  var commitment: String? { value["commitment"]?.asString }

  /// Reads a leaf; nil when it is not one.
  init?(_ bytes: some Collection<UInt8>) {
    guard let value = try? JSONValue.parse(Array(bytes)), let position = value["position"]?.asInteger,
      let kind = value["kind"]?.asString, let what = value["what"]?.asString, let subject = value["subject"]?.asString
    else { return nil }
    self.position = position
    self.kind = kind
    self.what = what
    self.subject = subject
    self.value = value
  }

  /// The position of a plain act, which says nothing that a check of the state needs; nil for every other leaf, which
  /// is then read in full. Most leaves of a large register are plain acts, and this is ten times as fast.
  static func plainAct(_ bytes: UnsafeRawBufferPointer) -> Int? {
    guard starts(bytes, at: 0, with: head), let base = bytes.baseAddress else { return nil }
    var index = head.count
    var position = 0
    while index < bytes.count, (0x30...0x39).contains(bytes[index]), index < head.count + 15 {
      position = position * 10 + Int(bytes[index] - 0x30)
      index += 1
    }
    guard starts(bytes, at: index, with: at) else { return nil }
    index += at.count
    while index < bytes.count, bytes[index] != UInt8(ascii: "\"") { index += 1 }
    guard starts(bytes, at: index, with: act) else { return nil }
    // The page of decisions counts flags and appeals.
    if starts(bytes, at: index + act.count, with: voices) { return nil }
    // Counts are an array, and hardly anything else in a leaf of an act has a bracket.
    return memchr(base, 0x5D, bytes.count) == nil ? position : nil
  }

  private static func starts(_ bytes: UnsafeRawBufferPointer, at index: Int, with text: [UInt8]) -> Bool {
    guard index + text.count <= bytes.count, let base = bytes.baseAddress else { return false }
    return memcmp(base + index, text, text.count) == 0
  }

  private static let head = Array("{\"v\":1,\"position\":".utf8)
  private static let at = Array(",\"at\":\"".utf8)
  private static let voices = Array("moderation/".utf8)
  private static let act = Array("\",\"kind\":\"act\",\"what\":\"".utf8)
}

/// The state of publication as the leaves tell it.
struct RegisterState: Sendable {
  /// What the leaves say of one record.
  struct Record: Sendable {
    var isShown: Bool
    /// The leaf that decided last.
    var position: Int
    /// The line of its list; nil when the leaf itself commits.
    var place: Int?
    var commitment: String
    var fields: [String]?
    /// What it belongs to; empty for nothing.
    var container: String
    var what: String
    var reason: String
  }

  var records: [String: Record] = [:]
  var counts: [String: [String: Int]] = [:]
  /// The leaves with lists.
  var lists: [(leaf: RegisterLeaf, records: Int, root: String)] = []
  /// What is sealed until its count, as the leaf of an opening announced it.
  private(set) var announced: Set<String> = []
  /// The last list of the rows of a count, by subject.
  private(set) var tallies: [String: Int] = [:]
  /// The newest instant that a leaf names which is no act.
  private(set) var newest: Timestamp?
  /// The last leaf that gives a record other words and says so: a redaction or an erasure with a reason, an import, the
  /// revision of an official answer.
  private(set) var changes: [String: Int] = [:]
  /// The digests of the files that came with acts and imports.
  private(set) var files: Set<String> = []
  /// How many decisions of a sort, flags, appeals and codes of residents there are, for ``PublishedTallies``.
  private(set) var work: [String: Int] = [:]
  private(set) var faults: [(position: Int, fr: String, en: String)] = []

  static let shows: Set<String> = ["approved", "unread", "released", "redacted", "revised"]
  /// The official answers, which the town hall may revise; what residents wrote it may not.
  static let answers = "host/answer/"
  static let hides: Set<String> = ["refused", "withdrawn", "erased", "reopened"]

  mutating func read(_ leaf: RegisterLeaf) {
    if leaf.kind != "act", let at = leaf.value["at"]?.asString.flatMap({ Timestamp(rfc3339: $0) }) {
      newest = max(newest ?? at, at)
    }
    files.formUnion((leaf.value["files"]?.asArray ?? []).compactMap(\.asString))
    readWork(leaf)
    for change in leaf.value["counts"]?.asArray ?? [] {
      guard let subject = change["subject"]?.asString, let path = change["path"]?.asString,
        let amount = change["add"]?.asInteger
      else { continue }
      add(amount, subject, path)
      if amount != 1, amount != -1 {
        faults.append(
          (
            leaf.position, "un acte compte \(amount) fois pour \(subject)",
            "one act counts \(amount) times for \(subject)"
          ))
      }
    }
    if let root = leaf.value["root"]?.asString, let records = leaf.value["records"]?.asInteger {
      lists.append((leaf, records, root))
    }
    guard leaf.kind == "decision" else { return }
    let isShown = RegisterState.shows.contains(leaf.what)
    guard isShown || RegisterState.hides.contains(leaf.what) else { return }
    let reason = leaf.value["reason"]?.asString ?? ""
    if !isShown, reason.isEmpty {
      faults.append(
        (
          leaf.position, "la décision « \(leaf.what) » sur \(leaf.subject) n’a pas de motif",
          "the decision “\(leaf.what)” on \(leaf.subject) has no reason"
        ))
    }
    if leaf.what == "redacted" || leaf.what == "erased", !reason.isEmpty { changes[leaf.subject] = leaf.position }
    if leaf.what == "revised" {
      if leaf.subject.utf8.starts(with: RegisterState.answers.utf8) {
        changes[leaf.subject] = leaf.position
      } else {
        faults.append(
          (
            leaf.position, "\(leaf.subject) a été réécrit, et ce n’est pas une réponse officielle",
            "\(leaf.subject) was revised, and it is no official answer"
          ))
      }
    }
    let fields = leaf.value["fields"]?.asArray?.compactMap(\.asString)
    // A kind without words of its own has nothing to show beside a proof.
    if isShown, fields == nil { return }
    records[leaf.subject] = Record(
      isShown: isShown, position: leaf.position, place: nil, commitment: leaf.commitment ?? "", fields: fields,
      container: leaf.value["on"]?.asString ?? records[leaf.subject]?.container ?? "", what: leaf.what, reason: reason)
  }

  /// What the town hall publishes of its own work: `README.md` of the register, section 12.
  private mutating func readWork(_ leaf: RegisterLeaf) {
    if let measured = leaf.value["measured"] {
      let kind = leaf.subject.split(separator: "/").prefix(2).map(String.init)
      let words = ["month", "measure", "reason"].map { measured[$0]?.asString ?? "" }
      work[([words[0]] + kind + words[1...]).joined(separator: " "), default: 0] += 1
    }
    if leaf.kind == "act", leaf.what == "moderation/flag" || leaf.what == "moderation/appeal" {
      work[leaf.what, default: 0] += 1
    }
    if leaf.kind == "letters", let count = leaf.value["count"]?.asInteger {
      let isMade = leaf.what == "batch" || leaf.what == "reissued"
      if isMade { work["issued", default: 0] += count }
      if leaf.what != "batch" { work["ended", default: 0] += leaf.value["ended"]?.asInteger ?? count }
    }
  }

  mutating func add(_ amount: Int, _ subject: String, _ path: String) {
    counts[subject, default: [:]][path, default: 0] += amount
  }

  /// Reads the lines of a list that is no import: what an opening announced, or else the rows of a count.
  mutating func read(rows lines: [[UInt8]], of leaf: RegisterLeaf) {
    let rows = lines.map { (try? JSONValue.parse($0)) ?? .null }
    let sealed = rows.compactMap { $0["sealed"]?.asString }
    announced.formUnion(sealed)
    if sealed.isEmpty, rows.allSatisfy({ $0["question"] != nil }) { tallies[leaf.subject] = leaf.position }
  }

  /// Reads a line of the list of an import.
  mutating func read(_ line: [UInt8], place: Int, of leaf: RegisterLeaf) {
    let words = line.split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
    guard words.count >= 2, words[1] != "-" else { return }
    let subject = words[1]
    var container = ""
    for word in words.dropFirst(2) {
      let pair = word.split(separator: "=", maxSplits: 1).map(String.init)
      guard pair.count == 2 else { continue }
      if pair[0] == "on" { container = pair[1] } else if let amount = Int(pair[1]) { add(amount, subject, pair[0]) }
    }
    guard words[0] != "-" else { return }
    changes[subject] = max(changes[subject] ?? 0, leaf.position)
    // A decision that came after the import counts, though lists are read after all leaves.
    if let known = records[subject], known.position > leaf.position { return }
    records[subject] = Record(
      isShown: true, position: leaf.position, place: place, commitment: words[0], fields: nil, container: container,
      what: "import", reason: "")
  }
}
