import ParticipationKit
import Sealing

/// The published JSON of a copy of a site: every record with a proof, every count that can be made again.
struct PublishedRecords {
  /// Where a record stands, and the proof beside its words.
  struct Place {
    let file: String
    let position: Int
    /// The words that the proof is of; empty where there are none.
    var words: [(name: String, value: JSONValue)] = []
  }

  let folder: String
  private(set) var places: [String: Place] = [:]
  /// The subjects of JSON resources that are sealed until a closing.
  private(set) var sealed: Set<String> = []
  /// The subjects whose counts were compared.
  private var compared: Set<String> = []
  /// The subjects whose rows were counted again.
  private var recounted: Set<String> = []
  /// The files that were compared with their digests.
  private var checkedFiles: Set<String> = []
  private(set) var waiting = 0
  /// The subjects of which it was said that they wait.
  private var told: Set<String> = []
  private let allowsWaiting: Bool
  private(set) var suppressed = 0
  private(set) var findings: [Diagnostic] = []
  /// What all leaves say, those too that wait for a head; and what those say that one covers.
  private let state: RegisterState
  private let proven: RegisterState
  /// The kinds of records that leaves tell of: a resource of one of them has a proof.
  private let shownKinds: Set<String>
  private let size: Int
  private let lines: (Int) throws -> [[UInt8]]

  /// - Parameters:
  ///   - copy: The copy, with its leaves and lists read.
  ///   - allowsWaiting: Whether a record that no head covers yet is a warning only.
  init(_ copy: RegisterCopy, allowsWaiting: Bool = false) {
    self.allowsWaiting = allowsWaiting
    shownKinds = Set(copy.state.records.keys.map { Self.kind(of: $0) })
    folder = copy.folder
    state = copy.state
    proven = copy.proven
    size = copy.head?.size ?? 0
    lines = { try copy.lines(ofList: $0) }
  }

  private mutating func note(_ file: String, _ fr: String, _ en: String) {
    findings.append(Diagnostic(.error, file: file, line: nil, fr: fr, en: en))
  }

  /// Reads every JSON resource.
  /// - Parameter each: Gets each of them with its file, since reading them all a second time would double the work.
  mutating func read(_ each: (JSONValue, String) -> Void = { _, _ in }) throws {
    try read(folder: "api/v1", each)
  }

  private mutating func read(folder path: String, _ each: (JSONValue, String) -> Void) throws {
    for name in try Files.names(folder + "/" + path) {
      let file = path + "/" + name
      if Files.isFolder(folder + "/" + file) {
        try read(folder: file, each)
      } else if name.utf8.count > 5, name.hasSuffix(".json"), let bytes = try Files.read(folder + "/" + file) {
        guard let value = try? JSONValue.parse(bytes) else {
          note(file, "JSON illisible", "unreadable JSON")
          continue
        }
        if let until = value["sealedUntil"] { seal(value["id"]?.asString ?? "?", until, file) }
        if let id = value["id"]?.asString, value["proof"] == nil, shownKinds.contains(Self.kind(of: id)) {
          check(.null, of: value, file)
        }
        try walk(value, file)
        each(value, file)
      }
    }
  }

  /// `module/kind` of `module/kind/key`.
  static func kind(of subject: String) -> String {
    subject.utf8.split(separator: UInt8(ascii: "/"), maxSplits: 2).prefix(2).map { String(Substring($0)) }
      .joined(separator: "/")
  }

  /// Takes a resource as sealed only where its opening announced it, it is not counted yet and its day is to come:
  /// what is sealed excuses the words that belong to it, so nobody may write it at will.
  private mutating func seal(_ id: String, _ until: JSONValue, _ file: String) {
    let day = until.asString.flatMap { Timestamp(rfc3339: $0) }
    if state.announced.contains(id), state.tallies[id] == nil, let day, state.newest.map({ $0 < day }) ?? true {
      sealed.insert(id)
    } else if state.tallies[id] != nil || day.map({ day in state.newest.map { $0 >= day } ?? false }) ?? true
      || state.records.values.contains(where: { $0.container == id }) || state.counts[id] != nil
    {
      note(
        file, "\(id) se dit scellé jusqu’à \(until.asString ?? "?"), et le registre ne le dit pas ou l’a déjà compté",
        "\(id) is said to be sealed until \(until.asString ?? "?"), and the register does not say so or counted it")
    }
  }

  private mutating func walk(_ value: JSONValue, _ file: String) throws {
    if let members = value.asObject {
      try checkFile(value, file)
      for (name, member) in members {
        if name == "proof" {
          check(member, of: value, file)
        } else if name == "answer" || name == "official_answer", member.asObject != nil, member["proof"] == nil {
          check(.null, of: member, file)
        } else if name == "recount", !member.isNull {
          try recount(member, value, file)
        } else if name == "comments" || name == "published" {
          for element in member.asArray ?? [] where element.asObject != nil && element["proof"] == nil {
            check(.null, of: element, file)
          }
        }
        try walk(member, file)
      }
    } else {
      for element in value.asArray ?? [] { try walk(element, file) }
    }
  }

  // MARK: Files

  /// A file that a resource names: it must be there, be what the resource says, and have come with an act.
  private mutating func checkFile(_ value: JSONValue, _ file: String) throws {
    guard let path = value["file"]?.asString, path.utf8.starts(with: "files/".utf8),
      let sha256 = value["sha256"]?.asString, checkedFiles.insert("\(path) \(sha256)").inserted
    else { return }
    guard !path.utf8.contains(UInt8(ascii: "\\")), !path.split(separator: "/").contains(".."),
      let bytes = try Files.read(folder + "/" + path)
    else { return note(file, "le fichier \(path) manque", "the file \(path) is missing") }
    if Hex.encode(SHA256.hash(bytes)) != sha256 {
      note(
        path, "le fichier n’est pas celui dont \(file) donne l’empreinte",
        "the file is not the one whose digest \(file) gives")
    }
    guard !state.files.contains(sha256) else { return }
    findings.append(
      Diagnostic(
        allowsWaiting ? .warning : .error, file: path, line: nil,
        fr: "aucune ligne du registre ne dit que ce fichier a été reçu ; il attend peut-être une empreinte signée",
        en: "no leaf of the register says that this file came; it may wait for a signed head"))
  }

  // MARK: Words

  private mutating func check(_ proof: JSONValue, of record: JSONValue, _ file: String) {
    guard let subject = proof["subject"]?.asString, let position = proof["position"]?.asInteger else {
      let id = record["id"]?.asString ?? record["id"]?.asInteger.map { String($0) } ?? record["on"]?.asString ?? "?"
      return note(
        file, "« \(id) » est publié sans que le registre le connaisse",
        "“\(id)” is published and the register does not know it")
    }
    let words = (proof["fields"]?.asArray ?? []).compactMap(\.asString).map { (name: $0, value: record[$0] ?? .null) }
    places[subject] = Place(file: file, position: position, words: words)
    guard position < size else {
      noteWaiting(subject, position, file)
      // What an import counts stands in its list, which waits with it.
      if proof["index"] == nil { checkCounts(proof, subject, record, file) }
      compared.insert(subject)
      return
    }
    if proof["fields"] == nil { return checkErased(subject, position, file) }
    guard let known = state.records[subject], known.isShown else {
      let what = state.records[subject]?.what
      return note(
        file,
        what.map { "\(subject) est publié alors que la dernière décision est « \($0) »" }
          ?? "\(subject) est publié, et aucune ligne du registre ne le montre",
        what.map { "\(subject) is published though the last decision is “\($0)”" }
          ?? "\(subject) is published, and no leaf of the register shows it")
    }
    let fields = proof["fields"]?.asArray?.compactMap(\.asString) ?? []
    guard known.position == position, known.place == proof["index"]?.asInteger, known.fields ?? fields == fields,
      let salt = proof["salt"]?.asString.flatMap({ try? Hex.decode($0) })
    else {
      return note(
        file, "la preuve de \(subject) n’est pas celle de la ligne \(known.position) du registre",
        "the proof of \(subject) is not that of leaf \(known.position) of the register")
    }
    let payload = JSONValue.object((places[subject]?.words ?? []).map { ($0.name, $0.value) }).bytes
    if Hex.encode(SHA256.hash(salt + payload)) != known.commitment {
      let names = fields.joined(separator: ", ")
      note(
        file, "les mots de \(subject) (\(names)) ne sont pas ceux auxquels la ligne \(position) du registre engage",
        "the words of \(subject) (\(names)) are not those that leaf \(position) of the register commits to")
    }
    checkCounts(proof, subject, record, file)
  }

  /// Says once of a subject that no head covers what is said of it.
  private mutating func noteWaiting(_ subject: String, _ position: Int, _ file: String) {
    guard told.insert(subject).inserted else { return }
    waiting += 1
    findings.append(
      Diagnostic(
        allowsWaiting ? .warning : .error, file: file, line: nil,
        fr: "\(subject) attend une empreinte signée au-delà de la ligne \(position) : rien ne le prouve encore",
        en: "\(subject) waits for a signed head beyond leaf \(position): nothing proves it yet"))
  }

  /// A record that keeps its place without words to prove: the last leaf about it must be its erasure.
  private mutating func checkErased(_ subject: String, _ position: Int, _ file: String) {
    if let known = state.records[subject], known.what == "erased", known.position == position { return }
    note(
      file, "\(subject) est donné pour effacé, et la ligne \(position) du registre ne l’efface pas",
      "\(subject) is said to be erased, and leaf \(position) of the register does not erase it")
  }

  // MARK: Counts

  private mutating func checkCounts(_ proof: JSONValue, _ subject: String, _ record: JSONValue, _ file: String) {
    compared.insert(subject)
    let known = state.counts[subject] ?? [:]
    let declared = proof["counted"]?.asArray?.compactMap(\.asString) ?? []
    for path in Set(declared).union(known.keys).sorted() {
      let steps = path.split(separator: ".").map(String.init)
      let holder = steps.dropLast().reduce(Optional(record)) { $0?[$1] }
      let shown = steps.last.flatMap { holder?[$0] }
      let expected = known[path] ?? 0
      if shown?.asInteger != expected {
        let found = shown?.text ?? "–"
        note(
          file, "\(subject) : « \(path) » vaut \(found), le registre en compte \(expected)",
          "\(subject): “\(path)” is \(found), the register counts \(expected)")
      } else if proven.counts[subject]?[path] ?? 0 != expected {
        noteWaiting(subject, size, file)
      }
    }
  }

  /// Counts a questionnaire again from its published rows.
  private mutating func recount(_ recount: JSONValue, _ results: JSONValue, _ file: String) throws {
    guard let subject = recount["subject"]?.asString, let position = recount["position"]?.asInteger else {
      return note(file, "« recount » est illisible", "“recount” cannot be read")
    }
    guard state.tallies[subject] == position, recounted.insert(subject).inserted else {
      return note(
        file,
        "la ligne \(position) du registre n’est pas le dernier dépouillement de \(subject), ou s’y trouve deux fois",
        "leaf \(position) of the register is not the last count of \(subject), or it is published twice")
    }
    checkCounts(recount, subject, results, file)
    let tally = try Recount(lines(position))
    func compare(_ shown: JSONValue?, _ question: String?, _ choice: String?) {
      let own = tally.count(question, choice)
      let found = (shown?["verified"]?.asInteger, shown?["unverified"]?.asInteger, shown?["total"]?.asInteger)
      let total = own.verified + own.unverified + own.unsaid
      if own.unsaid > 0, shown?["suppressed"]?.asBool == true, found == (nil, nil, total) {
        suppressed += 1
        return
      }
      guard own.unsaid > 0 || found != (own.verified, own.unverified, total) else { return }
      let name = [question, choice].compactMap { $0 }.joined(separator: " / ")
      let (value, counted) = (
        shown?.text ?? "–", own.unsaid > 0 ? String(total) : "\(own.verified) + \(own.unverified)"
      )
      note(
        file,
        "\(subject), \(name.isEmpty ? "participants" : name) : \(value) ; recompté \(counted)",
        "\(subject), \(name.isEmpty ? "people" : name): \(value); counted again \(counted)"
      )
    }
    compare(results["people"], nil, nil)
    var shown: Set<[String?]> = [[nil, nil]]
    for question in results["questions"]?.asArray ?? [] {
      guard let id = question["id"]?.asString else { continue }
      compare(question["respondents"], id, nil)
      shown.insert([id, nil])
      for choice in question["choices"]?.asArray ?? [] {
        compare(choice["count"], id, choice["id"]?.asString ?? "")
        shown.insert([id, choice["id"]?.asString ?? ""])
      }
    }
    for left in tally.keys.subtracting(shown).map({ $0.map { $0 ?? "–" }.joined(separator: " / ") }).sorted() {
      note(
        file, "\(subject), \(left) : le registre en publie des lignes, les résultats ne le montrent pas",
        "\(subject), \(left): the register publishes rows of it, the results do not show it")
    }
  }

  /// Published rows, counted.
  private struct Recount {
    private var counts: [[String?]: (verified: Int, unverified: Int, unsaid: Int)] = [:]

    init(_ lines: [[UInt8]]) {
      for line in lines {
        guard let row = try? JSONValue.parse(line) else { continue }
        var count = counts[[row["question"]?.asString, row["choice"]?.asString]] ?? (0, 0, 0)
        // Null is a split that is withheld, because it would count very few.
        switch row["verified"]?.asBool {
        case true?: count.verified += 1
        case false?: count.unverified += 1
        case nil: count.unsaid += 1
        }
        counts[[row["question"]?.asString, row["choice"]?.asString]] = count
      }
    }

    var keys: Set<[String?]> { Set(counts.keys) }

    func count(_ question: String?, _ choice: String?) -> (verified: Int, unverified: Int, unsaid: Int) {
      counts[[question, choice]] ?? (0, 0, 0)
    }
  }

  // MARK: What is gone

  /// Whether a record that is not there is explained: it waits for a closing, or what it belongs to is gone with a
  /// reason.
  func isExcused(_ record: RegisterState.Record) -> Bool { isExcused(record, state) }

  private func isExcused(_ record: RegisterState.Record, _ state: RegisterState) -> Bool {
    guard !record.container.isEmpty else { return false }
    if sealed.contains(record.container) { return true }
    guard let container = state.records[record.container] else { return false }
    return !container.isShown || (places[record.container] == nil && isExcused(container, state))
  }

  /// Every count of the leaves that no file shows: rows that no results recount, and sums of what has no words.
  mutating func findUncounted() {
    for (subject, position) in state.tallies.sorted(by: { $0.key < $1.key }) where !recounted.contains(subject) {
      note(
        "api/v1", "le dépouillement de \(subject) (ligne \(position)) n’est comparé nulle part",
        "the count of \(subject) (leaf \(position)) is compared nowhere")
    }
    for subject in state.counts.keys.sorted() where !compared.contains(subject) && !sealed.contains(subject) {
      // A record with words is looked for, or hidden, with its counts.
      if state.records[subject] != nil || state.tallies[subject] != nil { continue }
      note(
        "api/v1", "le registre compte pour \(subject), et aucun fichier ne montre ce compte",
        "the register counts for \(subject), and no file shows that count")
    }
  }

  /// Every record that the leaves show and no file holds.
  mutating func findMissing() {
    let missing = state.records.filter { $0.value.isShown && places[$0.key] == nil && !isExcused($0.value) }
    for (subject, record) in missing.sorted(by: { ($0.value.position, $0.key) < ($1.value.position, $1.key) }) {
      note(
        "api/v1",
        "\(subject), publié par la ligne \(record.position) (\(record.what)), n’est plus nulle part, sans décision",
        "\(subject), published by leaf \(record.position) (\(record.what)), is nowhere any more, without a decision")
    }
    let gone = proven.records.filter { $0.value.isShown && places[$0.key] == nil && !isExcused($0.value, proven) }
    for (subject, record) in gone.sorted(by: { $0.key < $1.key }) where missing[subject] == nil {
      // Another leaf that waits took it off, or what it belongs to.
      noteWaiting(subject, state.records[subject].map { max($0.position, size) } ?? record.position, "api/v1")
    }
  }
}
