public import ParticipationKit
import Sealing

/// What a check of a site's register found.
public struct RegisterVerdict: Sendable {
  /// How many leaves the last head covers.
  public internal(set) var size = 0
  /// Their root in hexadecimal; empty when there is none.
  public internal(set) var root = ""
  /// The roots of all signed heads, in hexadecimal.
  public internal(set) var roots: Set<String> = []
  /// How many signed heads there are.
  public internal(set) var heads = 0
  /// How many published records were compared with the register.
  public internal(set) var records = 0
  /// How many texts were found again on a page.
  public internal(set) var texts = 0
  /// How many texts were not looked for on a page, since Markdown may hide a part of them.
  public internal(set) var uncompared = 0
  /// How many published records wait for the next head.
  public internal(set) var waiting = 0
  /// How many counts are declared suppressed.
  public internal(set) var suppressed = 0
  /// The key in eight groups of four digits, as on the notice board; empty when it cannot be read.
  public internal(set) var fingerprint = ""
  /// Whether the key was expected from elsewhere; otherwise it was taken from the site itself, which proves nothing of
  /// who signed.
  public internal(set) var isKeyPinned = false
  /// What became of what a receipt sent, in words by language; empty without a receipt, or when it is not good.
  public internal(set) var receipt: [String: String] = [:]
  /// What is wrong, and where.
  public internal(set) var findings: [Diagnostic] = []

  /// Whether nothing is wrong.
  public var isGood: Bool { !findings.contains { $0.severity == .error } }

  /// Looks for a root that was read elsewhere, as from the notice board, among those of all signed heads, so that a
  /// paper of last month is as good as one of today; spaces do not matter.
  public mutating func compare(root other: String) {
    let digits = String(decoding: other.utf8.filter { $0 != 0x20 }, as: UTF8.self)
    if roots.contains(digits) { return }
    findings.append(
      Diagnostic(
        .error, file: "register/checkpoint", line: nil, fr: "l’empreinte n’est pas celle qui est affichée : \(root)",
        en: "the root is not the one on the board: \(root)"))
  }
}

/// Checks the register of a copy of a site, with an older copy and a receipt where they are given: offline, from files
/// alone. What is checked, and the formats, are in `README.md` of the host's folder `Register`.
struct RegisterCheck {
  let site: String
  let older: String?
  let receipt: [UInt8]?
  var allowsWaiting = false
  /// The key that the heads are to be signed with; nil to believe the site.
  var key: String?

  func run() throws -> RegisterVerdict {
    var verdict = RegisterVerdict()
    var copy = RegisterCopy(site)
    var before = older.map { RegisterCopy($0) }
    let hasOlder = try before?.readHeads() ?? false
    guard try copy.readHeads(), let head = copy.head else {
      verdict.findings = copy.findings + prefixed(before)
      return verdict
    }
    verdict.fingerprint = copy.verifier?.fingerprint ?? ""
    verdict.isKeyPinned = key != nil
    if let key, copy.verifier?.isNamed(by: key) != true {
      copy.note(
        "register/key.txt", "le site est signé par une autre clé que celle qui est attendue : \(verdict.fingerprint)",
        "the site is signed by another key than the expected one: \(verdict.fingerprint)")
    }
    verdict.size = head.size
    verdict.root = Hex.encode(head.root)
    verdict.heads = copy.heads.count
    verdict.roots = Set(copy.heads.map { Hex.encode($0.root) })
    try copy.readLeaves(sizes: Set(before?.heads.map(\.size) ?? []))
    try copy.readLists()
    var records = PublishedRecords(copy, allowsWaiting: allowsWaiting)
    var pages = PublishedPages(site)
    var tallies = PublishedTallies()
    try records.read {
      pages.expect($0, of: $1)
      tallies.take($0, $1)
    }
    tallies.check(copy.state)
    records.findMissing()
    records.findUncounted()
    try pages.check(records: Set(records.places.keys))
    verdict.records = records.places.count
    verdict.texts = pages.compared
    verdict.uncompared = pages.uncompared
    verdict.waiting = records.waiting
    verdict.suppressed = records.suppressed
    verdict.findings = copy.findings + records.findings + tallies.findings + pages.findings
    if hasOlder, let older = before {
      verdict.findings += try compare(copy, records, with: older)
    }
    verdict.findings += prefixed(before)
    if let receipt {
      let paper = ReceiptCheck(copy: copy, records: records)
      let found = try paper.check(receipt)
      verdict.findings += found.findings
      verdict.receipt = found.fate
    }
    return verdict
  }

  private func prefixed(_ copy: RegisterCopy?) -> [Diagnostic] {
    (copy?.findings ?? []).map {
      Diagnostic(
        $0.severity, file: (older ?? "") + "/" + $0.file, line: nil, fr: $0.message("fr"), en: $0.message("en"))
    }
  }

  // MARK: Two copies

  private func compare(
    _ copy: RegisterCopy, _ records: PublishedRecords, with older: RegisterCopy
  ) throws -> [Diagnostic] {
    var findings: [Diagnostic] = []
    func note(_ file: String, _ fr: String, _ en: String) {
      findings.append(Diagnostic(.error, file: file, line: nil, fr: fr, en: en))
    }
    if older.verifier != copy.verifier {
      note(
        "register/key.txt", "la clé n’est plus celle de la copie ancienne",
        "the key is no longer that of the older copy")
    }
    guard let head = copy.head, let last = older.head else { return findings }
    if last.size > head.size {
      note(
        "register/checkpoint",
        "la copie ancienne couvre \(last.size) lignes, celle-ci \(head.size) : des lignes manquent",
        "the older copy covers \(last.size) leaves, this one \(head.size): leaves are missing")
    } else if older.heads.contains(where: { copy.roots[$0.size] != $0.root }) {
      note(
        "register/checkpoint",
        "le passé a changé : l’empreinte de la copie ancienne sur \(last.size) lignes n’est plus la même",
        "the past has changed: the head of the older copy over \(last.size) leaves is no longer the same")
    }
    for lost in older.heads where !copy.heads.contains(where: { $0.size == lost.size && $0.root == lost.root }) {
      note(
        "register/checkpoints.txt", "l’empreinte signée sur \(lost.size) lignes de la copie ancienne n’y est plus",
        "the signed head over \(lost.size) leaves of the older copy is no longer listed")
    }
    findings += try differences(copy, older)
    var shown = older
    try shown.readLeaves()
    try shown.readLists()
    for (position, line) in shown.waiting.sorted(by: { $0.key < $1.key }) {
      if try (copy.entry(position) ?? copy.waiting[position]) == line { continue }
      note(
        "register/waiting", "la ligne \(position), qui attendait dans la copie ancienne, manque ou a été modifiée",
        "leaf \(position), which waited in the older copy, is missing or was changed")
    }
    var known = PublishedRecords(shown)
    try known.read()
    findings += try changes(known, records, copy, isNewer: head.size > last.size, from: last.size)
    for (subject, place) in known.places.sorted(by: { $0.key < $1.key }) where records.places[subject] == nil {
      let record = copy.state.records[subject]
      if let record, !record.isShown || records.isExcused(record) { continue }
      note(
        place.file, "\(subject) était publié dans la copie ancienne et a disparu sans décision",
        "\(subject) was published in the older copy and disappeared without a decision")
    }
    return findings
  }

  /// What was published in the older copy and is published still: what waited for a leaf that says something else, and
  /// words that are others without a leaf that tells why.
  private func changes(
    _ known: PublishedRecords, _ records: PublishedRecords, _ copy: RegisterCopy, isNewer: Bool, from size: Int
  ) throws -> [Diagnostic] {
    var findings: [Diagnostic] = []
    func note(_ file: String, _ fr: String, _ en: String) {
      findings.append(Diagnostic(.error, file: file, line: nil, fr: fr, en: en))
    }
    for (subject, place) in known.places.sorted(by: { $0.key < $1.key })
    where isNewer && place.position >= size {
      let leaf = try copy.entry(place.position).flatMap { RegisterLeaf($0) }
      if let leaf, leaf.subject == subject || leaf.kind == "import" { continue }
      note(
        place.file, "\(subject) attendait la ligne \(place.position) dans la copie ancienne, et elle n’en parle pas",
        "\(subject) waited for leaf \(place.position) in the older copy, which is not about it")
    }
    for (subject, place) in known.places.sorted(by: { $0.key < $1.key }) {
      guard let now = records.places[subject], (copy.state.changes[subject] ?? -1) <= place.position else { continue }
      let other = place.words.filter { word in
        now.words.contains { $0.name == word.name && $0.value.text != word.value.text }
      }
      for (name, value) in other {
        let new = now.words.first { $0.name == name }?.value.text ?? ""
        note(
          now.file, "« \(name) » de \(subject) a changé sans décision : \(value.text) est devenu \(new)",
          "“\(name)” of \(subject) was changed without a decision: \(value.text) became \(new)")
      }
    }
    return findings
  }

  /// The first leaves that are not the same in both copies.
  private func differences(_ copy: RegisterCopy, _ older: RegisterCopy) throws -> [Diagnostic] {
    var findings: [Diagnostic] = []
    guard let head = copy.head, let last = older.head else { return [] }
    for number in 0..<(last.size + 255) / 256 where findings.count < 20 {
      let range = number * 256..<min(last.size, (number + 1) * 256)
      let name = RegisterCopy.name(number, min(256, max(0, head.size - range.lowerBound)))
      let old = try older.read("register/tile/entries/\(RegisterCopy.name(number, range.count))") ?? []
      let new = try copy.read("register/tile/entries/\(name)") ?? []
      if new.starts(with: old) { continue }
      for position in range where findings.count < 20 {
        guard let before = try older.entry(position) else { continue }
        let after = try copy.entry(position)
        if before == after { continue }
        let leaf = RegisterLeaf(before)
        let what = "\(leaf?.kind ?? "") \(leaf?.what ?? "") \(leaf?.subject ?? "")"
        findings.append(
          Diagnostic(
            .error, file: "register/tile/entries/\(name)", line: nil,
            fr: "la ligne \(position) (\(what)) de la copie ancienne \(after == nil ? "manque" : "a été modifiée")",
            en: "leaf \(position) (\(what)) of the older copy \(after == nil ? "is missing" : "was changed")"))
      }
    }
    return findings
  }
}

extension Commune {
  /// Checks the register of a copy of a site, from its files alone.
  /// - Parameters:
  ///   - site: The folder of the copy.
  ///   - older: The folder of an older copy; nil for none.
  ///   - receipt: The JSON of a receipt; nil for none.
  ///   - key: The expected key, as the line of `key.txt` or its fingerprint; nil to take the site's own.
  ///   - allowsWaiting: Whether what is published since the last head, and not proven yet, is a warning only.
  /// - Throws: ``CommuneError`` when a file cannot be read.
  public static func verifyRegister(
    _ site: String, older: String? = nil, receipt: [UInt8]? = nil, key: String? = nil, allowsWaiting: Bool = false
  ) throws -> RegisterVerdict {
    for folder in [site, older].compactMap({ $0 }) where !Files.isFolder(folder) {
      throw CommuneError(
        .unreadable, fr: "« \(folder) » n’est pas un dossier ; donnez celui d’une copie du site.",
        en: "“\(folder)” is not a folder; give that of a copy of the site.")
    }
    return try RegisterCheck(site: site, older: older, receipt: receipt, allowsWaiting: allowsWaiting, key: key).run()
  }
}
