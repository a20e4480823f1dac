import ParticipationKit

/// What several pages say of a document.
struct PaperPieces {
  let site: Site

  /// The town hall writes in the commune's first language; a page in another one says so (WCAG 2.2, 3.1.2).
  func language(_ view: View) -> [HTMLAttribute] {
    guard let language = site.commune.languages.first, language != view.locale else { return [] }
    return [.lang(language)]
  }

  /// The text below a heading of its own, since headings of Markdown begin at level 3.
  func text(_ body: HTMLNode, _ view: View) -> [HTMLNode] {
    [.h2(view.text("page.text")), .div(language(view), [body])]
  }

  /// `Délibération 2026-42`.
  func kicker(_ paper: Paper, _ view: View) -> String {
    let kind = view.text("kind.\(paper.text.kind.rawValue)")
    return paper.text.number.isEmpty ? kind : "\(kind) \(paper.text.number)"
  }

  /// `Délibération 2026-42, 18 septembre 2026`.
  func line(_ paper: Paper, _ view: View) -> String {
    guard let day = paper.text.adopted else { return kicker(paper, view) }
    return "\(kicker(paper, view)), \(DateWords(locale: view.locale).medium(day))"
  }

  /// A row of a list, with a heading of the level that the page has there.
  func row(_ paper: Paper, _ heading: HTMLTag, _ view: View) -> HTMLNode {
    var nodes: [HTMLNode] = [
      .element(heading, language(view), [.a(view.path("paper", paper.key), view.title(paper.text.title))])
    ]
    if paper.isWithdrawn { nodes.append(.p([], [withdrawnBadge(paper, view)])) }
    nodes.append(.p(line(paper, view), [.class("meta")]))
    return .fragment(nodes)
  }

  func withdrawnBadge(_ paper: Paper, _ view: View) -> HTMLNode {
    let day = DateWords(locale: view.locale).medium(view.zone.civil(paper.withdrawnAt ?? paper.updatedAt).date)
    return .span(view.text("badge.withdrawn", ["date": day]), [.class("state over")])
  }

  func facts(_ paper: Paper, _ view: View) -> HTMLNode {
    var rows: [(String, HTMLNode)] = []
    if let day = paper.text.adopted {
      let words = DateWords(locale: view.locale).long(day)
      rows.append(("fact.adopted", .element(.time, [.datetime(day.description)], [.text(words)])))
    }
    rows.append(("fact.folder", .a(view.path("folder", paper.text.folderKey), paper.text.folder, language(view))))
    rows.append(("fact.published", view.day(paper.publishedAt)))
    if paper.version > 1 {
      rows.append(("fact.version", [.text("\(paper.version), "), view.day(paper.updatedAt)]))
    }
    return .element(
      .dl, [.class("facts")],
      rows.flatMap { [.element(.dt, [], [.text(view.text($0.0))]), .element(.dd, [], [$0.1])] })
  }

  /// The file, its digest, and what was read in it.
  func file(_ file: FileReference, _ reading: FileText, _ view: View) -> [HTMLNode] {
    let digest = HTMLNode.element(.code, [.class("code")], [.text(file.sha256)])
    return [
      view.file(file, view.text("page.file")),
      .p([.class("meta small")], [.text(view.text("fact.fileDigest") + " "), digest]),
    ] + self.reading(reading, view)
  }

  /// The text of a file, folded: a program read it, so that nobody takes it for the document.
  private func reading(_ reading: FileText, _ view: View) -> [HTMLNode] {
    guard !reading.text.isEmpty else { return [] }
    // A line that ends a paragraph is followed by an empty one.
    var paragraphs: [[String]] = [[]]
    for line in reading.text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false) {
      if line.isEmpty {
        paragraphs.append([])
      } else {
        paragraphs[paragraphs.count - 1].append(String(Substring(line)))
      }
    }
    let nodes = paragraphs.filter { !$0.isEmpty }.map { HTMLNode.p($0.joined(separator: " ")) }
    return [
      .element(
        .details, [.class("file-text no-print")],
        [
          .element(.summary, [], [.text(view.text("page.fileText"))]),
          .p(view.text("page.fileText.note"), [.class("meta")]), .div(language(view), nodes),
        ])
    ]
  }

  func withdrawnPage(_ paper: Paper, _ view: View) -> Page {
    Page(
      title: paper.text.title, summary: line(paper, view), kicker: kicker(paper, view),
      crumbs: [(paper.text.folder, view.path("folder", paper.text.folderKey))],
      body: [
        .p([], [withdrawnBadge(paper, view)]), .p(paper.reason, language(view)),
        .p(view.text("page.withdrawn"), [.class("meta")]),
      ]
    )
    .titled(in: site.commune.languages.first ?? "")
  }

  /// SHA-256 of a text, in hexadecimal: whoever holds a copy can compare.
  func digest(_ body: String) -> String {
    site.digest(Array(body.utf8)).map { byte in
      let digits = String(byte, radix: 16)
      return digits.utf8.count == 1 ? "0" + digits : digits
    }.joined()
  }

  private func members(_ paper: Paper) -> [(String, JSONValue)] {
    let text = paper.text
    return [
      ("key", .string(paper.key)), ("kind", .string(text.kind.rawValue)), ("folder", .string(text.folder)),
      ("number", text.number.isEmpty ? .null : .string(text.number)), ("title", .string(text.title)),
      ("adopted", .string(text.adopted?.description)), ("version", .integer(paper.version)),
      ("published", .timestamp(paper.publishedAt)), ("withdrawn", .timestamp(paper.withdrawnAt)),
    ]
  }

  /// The data of a list's entry, and of a document that was withdrawn.
  func value(_ paper: Paper) -> JSONValue {
    .object(members(paper) + (paper.isWithdrawn ? [("reason", .string(paper.reason))] : []))
  }

  private func value(_ file: FileReference?) -> JSONValue { file.map { site.value(of: $0) } ?? .null }

  func value(_ paper: Paper, _ versions: [PaperVersion]) -> JSONValue {
    let text = paper.text
    return .object(
      members(paper) + [
        ("markdown", .string(text.body)), ("sha256", .string(digest(text.body))),
        ("original", text.original.isEmpty ? .null : .string(text.original)), ("attachment", value(text.file)),
        (
          "versions",
          .array(
            versions.map { version in
              .object([
                ("number", .integer(version.number)), ("saved", .timestamp(version.savedAt)),
                ("note", version.note.isEmpty ? .null : .string(version.note)),
                ("sha256", .string(digest(version.body))), ("file_sha256", .string(version.file?.sha256)),
              ])
            })
        ),
      ])
  }

  func value(_ version: PaperVersion, of paper: Paper) -> JSONValue {
    .object([
      ("paper", .string(paper.key)), ("number", .integer(version.number)), ("saved", .timestamp(version.savedAt)),
      ("note", version.note.isEmpty ? .null : .string(version.note)), ("markdown", .string(version.body)),
      ("sha256", .string(digest(version.body))),
      ("original", version.original.isEmpty ? .null : .string(version.original)), ("attachment", value(version.file)),
    ])
  }
}
