import ParticipationKit

/// The page of a folder.
struct FolderDocument {
  let site: Site

  var family: DocumentFamily {
    DocumentFamily(
      "folder", rank: .list, titles: ["fr": "Dossier", "en": "Folder"], path: { "documents/folder/\($0)" },
      keys: { ledger, after, limit in try PaperTable(ledger: ledger).folderKeys(after: after, limit: limit) },
      load: { context, key in try load(key, context) })
  }

  private func load(_ key: String, _ context: RenderContext) throws -> Document? {
    let papers = try PaperTable(ledger: context.ledger).inFolder(key)
    // Two names may share a key; the same one is shown everywhere.
    guard let name = papers.map(\.text.folder).min() else { return nil }
    let pieces = PaperPieces(site: site)
    return Document(
      value: .object([("name", .string(name)), ("documents", .array(papers.map { pieces.value($0) }))]),
      updated: papers.map(\.updatedAt).max() ?? Timestamp(milliseconds: 0),
      page: { view in
        let count = view.text("folder.count", ["count": String(papers.count)])
        return Page(
          title: name, summary: count, kicker: view.text("folder"),
          body: [
            .p(count, [.class("lead")]), .ul([.class("rows")], items: papers.map { pieces.row($0, .h2, view) }),
            try view.followForm(on: site.subject("folder", key)),
          ])
      })
  }
}

/// The module's front page: the folders, and what was published last.
struct PaperList {
  static let newestShown = 20
  let site: Site

  var family: DocumentFamily {
    .single(
      "list", titles: ["fr": "Dossiers et derniers documents", "en": "Folders and newest documents"],
      path: "documents/index", load: { context in try load(context) })
  }

  private func load(_ context: RenderContext) throws -> Document {
    let table = PaperTable(ledger: context.ledger)
    let (folders, newest) = (try table.folders(), try table.newest(Self.newestShown))
    let pieces = PaperPieces(site: site)
    let value = JSONValue.object([
      (
        "folders",
        .array(
          folders.map {
            .object([("key", .string($0.key)), ("name", .string($0.name)), ("documents", .integer($0.count))])
          })
      ), ("newest", .array(newest.map { pieces.value($0) })),
    ])
    return Document(
      value: value, updated: newest.map(\.updatedAt).max() ?? Timestamp(milliseconds: 0),
      page: { view in try page(folders, newest, pieces, view) })
  }

  private func page(_ folders: [Folder], _ newest: [Paper], _ pieces: PaperPieces, _ view: View) throws -> Page {
    var nodes: [HTMLNode] = [.p(view.text("list.lead"), [.class("lead")])]
    if folders.isEmpty {
      nodes.append(.p(view.text("list.none")))
    } else {
      let rows = folders.map { folder in
        HTMLNode.fragment([
          .element(.h3, pieces.language(view), [.a(view.path("folder", folder.key), folder.name)]),
          .p(view.text("folder.count", ["count": String(folder.count)]), [.class("meta")]),
        ])
      }
      nodes += [
        .h2(view.text("list.folders")), .ul([.class("rows")], items: rows), .h2(view.text("list.newest")),
        .ul([.class("rows")], items: newest.map { pieces.row($0, .h3, view) }),
      ]
    }
    nodes += [
      .p([.class("meta")], [.a("documents/catalogue.csv", view.text("list.catalogue"))]),
      try view.followForm(on: site.subject("list", "index")),
    ]
    return Page(title: view.text("list.title"), summary: view.text("list.lead"), body: nodes)
  }
}

/// The notice on the commune's front page: the three newest documents.
struct HomeNotice {
  let site: Site

  /// On the front page of the desk: how many documents are published.
  var deskTile: SlotContribution {
    SlotContribution(.desk, order: 50) { context in
      let count = try context.ledger.count("SELECT count(*) FROM documents_paper WHERE withdrawn_at IS NULL")
      return SlotContent(dependsOn: [site.subject("list", "index")]) { view in
        .p(
          [.class("count")],
          [
            .element(.b, [], [.text(String(count))]), " ", .span(view.text("desk.tile", ["count": String(count)])),
          ])
      }
    }
  }

  var contribution: SlotContribution {
    SlotContribution(.home, order: 40) { context in
      let newest = try PaperTable(ledger: context.ledger).newest(3)
      let pieces = PaperPieces(site: site)
      return SlotContent(
        dependsOn: [site.subject("list", "index")],
        node: { view in
          guard !newest.isEmpty else { return .empty }
          let items = newest.map { paper in
            HTMLNode.fragment([
              .a(view.path("paper", paper.key), view.title(paper.text.title), pieces.language(view)), .element(.br),
              .span(pieces.line(paper, view), [.class("small")]),
            ])
          }
          return .article(
            [.class("notice")],
            [
              .p(view.text("list.title"), [.class("kind")]), .h3(view.text("list.newest")), .ul(items: items),
              .a(view.path("list"), view.text("home.all"), [.class("go")]),
            ])
        })
    }
  }
}

/// The feed of new documents and versions, and the catalogue of all.
struct PaperStreams {
  let site: Site

  private var list: Subject { site.subject("list", "index") }
  private var locale: String { site.commune.languages.first ?? "fr" }

  var all: [Stream] {
    [
      Stream(
        "feed", .atom, titles: ["fr": "Nouveaux documents", "en": "New documents"], dependsOn: [list],
        entries: { context in
          try PaperTable(ledger: context.ledger).newest(50).map { try entry($0, isCatalogue: false) }
        }),
      Stream(
        "catalogue", .csv, titles: ["fr": "Catalogue des documents", "en": "Catalogue of documents"],
        dependsOn: [list], isBulk: true,
        forEach: { context, body in
          try context.ledger.forEach("\(Paper.select) WHERE p.withdrawn_at IS NULL ORDER BY p.id") { row in
            try body(try entry(Paper(row), isCatalogue: true))
            return true
          }
        }),
    ]
  }

  /// The catalogue is written on a schedule, so it holds no text: one that is withdrawn must leave at once.
  private func entry(_ paper: Paper, isCatalogue: Bool) throws -> StreamEntry {
    let text = paper.text
    let kind = site.words.text("kind.\(text.kind.rawValue)", locale)
    let plain = isCatalogue ? "" : try site.markdown(text.body, .editor).plainText
    let name = text.number.isEmpty ? kind : "\(kind) \(text.number)"
    let start = ByteText.singleLine(plain, scalars: 300)
    return StreamEntry(
      subject: site.subject("paper", paper.key), page: SitePath("documents/\(paper.key).html"), title: text.title,
      summary: start.isEmpty ? name : "\(name). \(start)", published: paper.publishedAt,
      updated: max(paper.publishedAt, paper.updatedAt),
      fields: isCatalogue ? columns(paper, kind) : [])
  }

  /// The fields are named as those of the SCDL, after its schemas `catalogue` and `deliberations`
  /// (https://schema.data.gouv.fr/).
  private func columns(_ paper: Paper, _ kind: String) -> [(name: String, value: JSONValue)] {
    let text = paper.text
    return [
      ("COLL_NOM", .string(site.commune.name)), ("COLL_INSEE", .string(site.commune.inseeCode)),
      ("ID", .string(paper.key)), ("NUMERO", .string(text.number)), ("DATE_ACTE", .string(text.adopted?.description)),
      ("NATURE", .string(kind)), ("THEME", .string(text.folder)), ("VERSION", .integer(paper.version)),
      ("SHA256", .string(PaperPieces(site: site).digest(text.body))),
      ("FORMAT", .string("HTML|JSON|Markdown" + (text.file.map { "|\($0.kind.label)" } ?? ""))),
      ("URL_ORIGINAL", .string(text.original)), ("LICENCE", .string("lov2")),
      ("URL_FICHIER", .string(text.file.map { site.commune.address + $0.path.path } ?? "")),
      ("SHA256_FICHIER", .string(text.file?.sha256 ?? "")),
    ]
  }
}
