import ParticipationKit

/// Compares the pages and feeds of a copy of a site with its JSON: what is proven there stands on the pages, and pages
/// and feeds show no comment, answer or record beside it. What that proves is in `README.md` of the host's folder
/// `Register`, section 9.
struct PublishedPages {
  let site: String
  /// The subjects of all records that the JSON holds with a proof.
  private var records: Set<String> = []
  /// How many texts were found again, each on each page.
  private(set) var compared = 0
  /// How many texts were not looked for, since Markdown may hide a part of them.
  private(set) var uncompared = 0
  private(set) var findings: [Diagnostic] = []

  /// The members whose words stand on the page whole.
  private static let shown: Set<String> = ["title", "markdown", "body", "text", "description", "author"]

  /// What a JSON resource holds that its pages must show.
  private struct Expected {
    var texts: [(subject: String, name: String, text: String)] = []
    var comments: Set<String> = []
    var answers = 0
    var isFound = false
  }

  private var expected: [String: Expected] = [:]
  private var kinds: Set<String> = []

  init(_ site: String) { self.site = site }

  private mutating func note(_ file: String, _ fr: String, _ en: String) {
    findings.append(Diagnostic(.error, file: file, line: nil, fr: fr, en: en))
  }

  /// Reads the pages and feeds, once each JSON resource was given to ``expect(_:of:)``.
  /// - Parameter records: The subjects of all records that the JSON holds with a proof.
  mutating func check(records: Set<String>) throws {
    self.records = records
    kinds = Set(records.map { PublishedRecords.kind(of: $0) })
    try readPages("")
    for (base, expected) in expected.sorted(by: { $0.key < $1.key }) where !expected.isFound && !expected.texts.isEmpty
    {
      note(
        base + ".html", "la page de \(expected.texts[0].subject) manque",
        "the page of \(expected.texts[0].subject) is missing")
    }
  }

  /// Notes what the page of a JSON resource must show.
  /// - Parameter file: The path of the resource in the site.
  mutating func expect(_ value: JSONValue, of file: String) {
    var found = Expected()
    collect(value, &found)
    let base = String(
      decoding: file.utf8.dropFirst("api/v1/".utf8.count).dropLast(".json".utf8.count), as: UTF8.self)
    if !found.texts.isEmpty || !found.comments.isEmpty || found.answers > 0 { expected[base] = found }
  }

  private func collect(_ value: JSONValue, _ found: inout Expected) {
    guard let members = value.asObject else {
      for element in value.asArray ?? [] { collect(element, &found) }
      return
    }
    if let proof = value["proof"], let subject = proof["subject"]?.asString {
      if let number = PublishedPages.comment(subject) { found.comments.insert(number) }
      if subject.utf8.starts(with: RegisterState.answers.utf8) { found.answers += 1 }
      for name in (proof["fields"]?.asArray ?? []).compactMap(\.asString) where PublishedPages.shown.contains(name) {
        guard let text = value[name]?.asString else { continue }
        found.texts.append((subject, name, text))
      }
    }
    // Of a list `published` the page shows the first ones only.
    for (name, member) in members where name != "published" { collect(member, &found) }
  }

  /// The number of a comment; nil for anything else.
  private static func comment(_ subject: String) -> String? {
    let mark = "host/comment/"
    return subject.utf8.starts(with: mark.utf8) ? String(subject.utf8.dropFirst(mark.utf8.count)) : nil
  }

  // MARK: Pages

  private mutating func readPages(_ folder: String) throws {
    for name in try Files.names(folder.isEmpty ? site : site + "/" + folder) {
      let path = folder.isEmpty ? name : folder + "/" + name
      if Files.isFolder(site + "/" + path) {
        try readPages(path)
      } else if name.hasSuffix(".html"), let bytes = try Files.read(site + "/" + path) {
        compare(path, PageText(bytes))
      } else if name.hasSuffix(".atom"), let bytes = try Files.read(site + "/" + path) {
        compareFeed(path, bytes)
      }
    }
  }

  /// `en/consultation/1.html` is a page of `consultation/1`, in English.
  private func base(of path: String) -> String {
    let whole = String(decoding: path.utf8.dropLast(".html".utf8.count), as: UTF8.self)
    let steps = whole.utf8.split(separator: 0x2F, maxSplits: 1)
    guard steps.count == 2, steps[0].count == 2, expected[whole] == nil else { return whole }
    return String(Substring(steps[1]))
  }

  private mutating func compare(_ path: String, _ page: PageText) {
    let base = base(of: path)
    let wanted = expected[base] ?? Expected()
    expected[base]?.isFound = true
    for number in page.comments.keys.sorted() where !wanted.comments.contains(number) {
      note(
        path, "la page montre host/comment/\(number), que son JSON ne contient pas",
        "the page shows host/comment/\(number), which its JSON does not hold")
    }
    if page.answers != wanted.answers {
      note(
        path, "la page montre \(page.answers) réponses officielles, son JSON en contient \(wanted.answers)",
        "the page shows \(page.answers) official answers, its JSON holds \(wanted.answers)")
    }
    for (subject, name, text) in wanted.texts {
      guard let pieces = PublishedPages.pieces(text) else {
        uncompared += 1
        continue
      }
      // A comment and its answer stand in the element with the comment’s number.
      let about =
        subject.utf8.starts(with: RegisterState.answers.utf8)
        ? String(decoding: subject.utf8.dropFirst(RegisterState.answers.utf8.count), as: UTF8.self) : subject
      let place = PublishedPages.comment(about).map { page.comments[$0] ?? [] } ?? page.all
      compared += 1
      if !PublishedPages.stand(pieces, in: place) {
        note(
          path, "« \(name) » de \(subject) n’est pas sur la page comme dans le JSON",
          "“\(name)” of \(subject) does not stand on the page as in the JSON")
      }
    }
  }

  /// Letters; those that may be missing are numbers of lists.
  typealias Piece = (letters: [UInt8], mayMiss: Bool)

  /// What holds one of these may show less than it holds, or hold it elsewhere: links, tables, fences.
  private static let hiding = ["](", "][", "]:", "```", "~~~", "|"].map { Array($0.utf8) }

  /// A text in pieces; nil when it is not looked for.
  static func pieces(_ text: String) -> [Piece]? {
    let bytes = Array(text.utf8)
    guard !hiding.contains(where: { !places(of: $0, in: bytes).isEmpty }),
      !(bytes.contains(0x26) && bytes.contains(0x3B))
    else { return nil }
    var pieces: [Piece] = []
    for line in bytes.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
      var rest = line[...]
      while true {
        rest = rest.drop { [0x20, 0x09, 0x3E, 0x2A, 0x2B, 0x2D].contains($0) }
        let digits = rest.prefix { (0x30...0x39).contains($0) }
        let after = rest.dropFirst(digits.count)
        guard !digits.isEmpty, let mark = after.first, mark == 0x2E || mark == 0x29,
          after.dropFirst().first.map({ $0 == 0x20 || $0 == 0x09 }) ?? true
        else { break }
        pieces.append((Array(digits), true))
        rest = after.dropFirst()
      }
      pieces.append((PageText.letters(String(decoding: rest, as: UTF8.self)), false))
    }
    return pieces
  }

  /// Whether the pieces stand one after the other somewhere in a text.
  static func stand(_ pieces: [Piece], in text: [UInt8]) -> Bool {
    var places: Set<Int>?
    for (letters, mayMiss) in pieces where !letters.isEmpty {
      guard let known = places else {
        if !mayMiss { places = Set(self.places(of: letters, in: text).map { $0 + letters.count }) }
        continue
      }
      let ends = known.filter { text[$0...].starts(with: letters) }.map { $0 + letters.count }
      places = mayMiss ? known.union(ends) : Set(ends)
    }
    return places != []
  }

  /// Where a needle begins, in time proportional to both (Knuth, Morris, Pratt): residents choose both.
  private static func places(of needle: [UInt8], in text: [UInt8]) -> [Int] {
    guard !needle.isEmpty else { return [] }
    var border = [0]
    var length = 0
    for byte in needle.dropFirst() {
      while length > 0, needle[length] != byte { length = border[length - 1] }
      if needle[length] == byte { length += 1 }
      border.append(length)
    }
    var found: [Int] = []
    length = 0
    for (index, byte) in text.enumerated() {
      while length > 0, needle[length] != byte { length = border[length - 1] }
      if needle[length] == byte { length += 1 }
      if length == needle.count {
        found.append(index + 1 - length)
        length = border[length - 1]
      }
    }
    return found
  }

  // MARK: Feeds

  /// An entry that names a record of a kind that is proven is of one that the JSON holds.
  private mutating func compareFeed(_ path: String, _ bytes: [UInt8]) {
    let mark = Array("<id>".utf8)
    for start in PublishedPages.places(of: mark, in: bytes) {
      let id = bytes[(start + mark.count)...].prefix { $0 != 0x3C }
      guard let colon = id.lastIndex(of: 0x3A) else { continue }
      let subject = String(decoding: id[(colon + 1)...], as: UTF8.self)
      if kinds.contains(PublishedRecords.kind(of: subject)), !records.contains(subject) {
        note(
          path, "le flux montre \(subject), que le JSON ne contient pas",
          "the feed shows \(subject), which the JSON does not hold")
      }
    }
  }
}
