import ParticipationKit

/// The screens for staff: all documents with a search, and one document.
struct PaperDesk {
  let site: Site

  var screens: [DeskScreen] {
    [
      DeskScreen(
        "papers", titles: DocumentsModule.manifest.names, permission: DocumentsModule.keepPermission,
        render: { context in try list(context) }),
      DeskScreen(
        "paper", titles: ["fr": "Document", "en": "Document"], permission: DocumentsModule.keepPermission,
        isListed: false,
        render: { context in
          guard let paper = try PaperTable(ledger: context.rendering.ledger).find(context.key) else { return nil }
          return try one(paper, context)
        }),
    ]
  }

  private func list(_ context: DeskContext) throws -> DeskContent {
    let view = context.view
    let table = PaperTable(ledger: context.rendering.ledger)
    // The key in the address is a folder; without one, the newest.
    let folders = try table.folders()
    let papers = context.key.isEmpty ? try table.newest(50) : try table.inFolder(context.key)
    let pieces = PaperPieces(site: site)
    let filters = folders.map { folder in
      HTMLNode.a(
        context.path("papers", folder.key), "\(folder.name) (\(folder.count))",
        folder.key == context.key ? [.aria("current", "true")] : [])
    }
    let all = HTMLNode.a(
      context.path("papers"), view.text("list.newest"), context.key.isEmpty ? [.aria("current", "true")] : [])
    let rows = papers.map { paper in
      HTMLNode.fragment([
        .element(.h2, [], [.a(context.path("paper", paper.key), paper.text.title)]),
        paper.isWithdrawn ? .p([], [pieces.withdrawnBadge(paper, view)]) : .empty,
        .p(pieces.line(paper, view), [.class("meta")]),
      ])
    }
    return DeskContent(
      title: view.text("list.title"),
      body: [
        fold(view.text("form.publish"), try view.form("publish-document", options: .folded("new"))),
        folders.isEmpty
          ? .empty : .ul([.class("filters"), .aria("label", view.text("list.folders"))], items: [all] + filters),
        rows.isEmpty ? .p(view.text("list.none")) : .ul([.class("rows")], items: rows),
      ])
  }

  private func one(_ paper: Paper, _ context: DeskContext) throws -> DeskContent {
    let view = context.view
    let pieces = PaperPieces(site: site)
    var nodes: [HTMLNode] = [
      .p(pieces.line(paper, view), [.class("meta")]),
      .p([.class("meta")], [.a(view.path("paper", paper.key), view.text("desk.seePage"))]),
    ]
    if let file = paper.text.file { nodes.append(.p(try said(of: file, context), [.class("meta")])) }
    if paper.isWithdrawn {
      nodes += [
        .p([], [pieces.withdrawnBadge(paper, view)]), .p(paper.reason),
        fold(
          view.text("form.restore"), try view.form("restore-document", key: paper.key, options: .folded("restore"))),
      ]
    } else {
      let values = PaperFields(site: site, locale: view.locale).values(of: paper)
      nodes += [
        fold(
          view.text("form.edit"),
          try view.form("edit-document", key: paper.key, values: values, options: .folded("edit"))),
        fold(
          view.text("form.withdraw"), try view.form("withdraw-document", key: paper.key, options: .folded("withdraw"))),
      ]
    }
    nodes.append(try site.markdown(paper.text.body, .editor).node)
    return DeskContent(title: paper.text.title, body: nodes)
  }

  /// The file, and whether people find it by its words.
  private func said(of file: FileReference, _ context: DeskContext) throws -> String {
    let reading = try context.rendering.text(of: file)
    let words = context.view.text("desk.file.\(reading.state.name)", ["count": String(reading.text.utf8.count)])
    return "\(file.name) (\(file.facts(context.view.locale))). \(words)"
  }

  /// A form behind its title, opened at will without script.
  private func fold(_ title: String, _ form: HTMLNode) -> HTMLNode {
    .element(.details, [.class("say")], [.element(.summary, [.class("button quiet")], [.text(title)]), form])
  }
}

extension View.FormOptions {
  /// A form whose title stands on the fold.
  static func folded(_ id: String) -> View.FormOptions { View.FormOptions(id: id, showsTitle: false) }
}
