import ParticipationKit

/// The page and the data of one document: its current text, and the way to older versions.
struct PaperDocument {
  let site: Site

  var family: DocumentFamily {
    DocumentFamily(
      "paper", rank: .record, titles: ["fr": "Document", "en": "Document"], path: { "documents/\($0)" },
      keys: { ledger, after, limit in try PaperTable(ledger: ledger).keys(after: after, limit: limit) },
      load: { context, key in try load(key, context) })
  }

  private func load(_ key: String, _ context: RenderContext) throws -> Document? {
    let table = PaperTable(ledger: context.ledger)
    guard let paper = try table.find(key) else { return nil }
    let pieces = PaperPieces(site: site)
    if paper.isWithdrawn {
      return Document(
        value: pieces.value(paper), updated: paper.updatedAt, page: { view in pieces.withdrawnPage(paper, view) })
    }
    let body = try site.markdown(paper.text.body, .editor)
    let versions = try table.versions(of: key)
    let reading = try paper.text.file.map { try context.text(of: $0) } ?? .none
    return Document(
      value: pieces.value(paper, versions), updated: paper.updatedAt,
      search: SearchEntry(title: paper.text.title, text: reading.text),
      page: { view in try page(paper, versions, body.node, reading, pieces, view) }
    ).carrying(paper.text.file.map { [$0] } ?? [])
  }

  private func page(
    _ paper: Paper, _ versions: [PaperVersion], _ body: HTMLNode, _ reading: FileText, _ pieces: PaperPieces,
    _ view: View
  ) throws -> Page {
    var nodes: [HTMLNode] = [pieces.facts(paper, view)]
    if let file = paper.text.file { nodes += pieces.file(file, reading, view) }
    if !paper.text.original.isEmpty {
      nodes.append(
        .p([], [.a(external: paper.text.original, view.text("page.original"), [.class("button quiet")])]))
    }
    if !paper.text.body.isEmpty {
      nodes += pieces.text(body, view)
    } else if paper.text.file == nil {
      nodes.append(.p(view.text("page.noText")))
    }
    nodes += try versionNodes(paper, versions, pieces, view)
    if !paper.text.body.isEmpty {
      let digest = HTMLNode.element(.code, [.class("code")], [.text(pieces.digest(paper.text.body))])
      nodes.append(.p([.class("meta small")], [.text(view.text("fact.digest") + " "), digest]))
    }
    nodes.append(try view.followForm(on: site.subject("paper", paper.key)))
    return Page(
      title: paper.text.title, summary: pieces.line(paper, view), kicker: pieces.kicker(paper, view),
      crumbs: [(paper.text.folder, view.path("folder", paper.text.folderKey))], body: nodes
    )
    .titled(in: site.commune.languages.first ?? "")
  }

  private func versionNodes(
    _ paper: Paper, _ versions: [PaperVersion], _ pieces: PaperPieces, _ view: View
  ) throws -> [HTMLNode] {
    guard versions.count > 1 else { return [] }
    return [
      .h2(view.text("versions")),
      .element(
        .ol, [.class("timeline")],
        versions.map { version in
          let name = view.text("version", ["number": String(version.number)])
          let title: HTMLNode =
            version.number == paper.version
            ? .strong(view.text("version.current", ["number": String(version.number)]))
            : .a(view.path("version", VersionKey.key(paper.key, version.number)), name)
          return .element(
            .li, [],
            [
              .p([], [title]), .p([.class("meta")], [view.time(version.savedAt)]),
              version.note.isEmpty ? .empty : .p(version.note, pieces.language(view)),
            ])
        }),
    ]
  }
}

/// The page of a version that was replaced.
struct VersionDocument {
  let site: Site

  var family: DocumentFamily {
    DocumentFamily(
      "version", rank: .record, titles: ["fr": "Version antérieure", "en": "Earlier version"],
      path: { "documents/\($0)" },
      keys: { ledger, after, limit in try keys(ledger, after: after, limit: limit) },
      load: { context, key in try load(key, context) })
  }

  private func keys(_ ledger: Ledger, after: String?, limit: Int) throws -> [String] {
    try ledger.rows(
      """
      SELECT v.paper || '--v' || v.number AS name FROM documents_version v JOIN documents_paper p ON p.key = v.paper
      WHERE v.number < p.version AND p.withdrawn_at IS NULL AND v.paper || '--v' || v.number > ?
      ORDER BY 1 LIMIT ?
      """, [.text(after ?? ""), .integer(limit)]
    ).map { try $0.text("name") }
  }

  private func load(_ key: String, _ context: RenderContext) throws -> Document? {
    let table = PaperTable(ledger: context.ledger)
    guard let (paperKey, number) = VersionKey.parts(key), let paper = try table.find(paperKey), !paper.isWithdrawn,
      number < paper.version, let version = try table.version(number, of: paperKey)
    else { return nil }
    let body = try site.markdown(version.body, .editor)
    let pieces = PaperPieces(site: site)
    let reading = try version.file.map { try context.text(of: $0) } ?? .none
    return Document(
      value: pieces.value(version, of: paper), dependsOn: [site.subject("paper", paperKey)], updated: paper.updatedAt,
      page: { view in
        let text = view.text("version.old", ["number": String(number), "current": String(paper.version)])
        return Page(
          title: paper.text.title, summary: text, kicker: view.text("version", ["number": String(number)]),
          crumbs: [
            (paper.text.folder, view.path("folder", paper.text.folderKey)),
            (paper.text.title, view.path("paper", paper.key)),
          ],
          body: [
            .div([.class("told")], [.p(text), .p([], [.a(view.path("paper", paper.key), view.text("version.go"))])])
          ] + (version.file.map { pieces.file($0, reading, view) } ?? [])
            + (version.body.isEmpty ? [] : pieces.text(body.node, view))
        )
        .titled(in: site.commune.languages.first ?? "")
      }
    ).carrying(version.file.map { [$0] } ?? [])
  }
}

/// The key of an older version: `2026-09-18-cantine--v1`. Keys of documents never hold two hyphens.
struct VersionKey {
  static func key(_ paper: String, _ number: Int) -> String { "\(paper)--v\(number)" }

  static func parts(_ key: String) -> (paper: String, number: Int)? {
    let bytes = Array(key.utf8)
    guard let place = bytes.indices.last(where: { bytes[$0...].starts(with: "--v".utf8) }),
      let number = ByteText.decimal(bytes[(place + 3)...])
    else { return nil }
    return (String(decoding: bytes[..<place], as: UTF8.self), number)
  }
}
