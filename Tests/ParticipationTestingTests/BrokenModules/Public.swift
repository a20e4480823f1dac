import ParticipationKit

@testable import ParticipationTesting

// Broken in what they let in and what they let out.
extension BrokenModule {
  static let public_: [BrokenModule] = [
    box("routes") { instance, _ in
      instance.deskScreens = instance.deskScreens.map { screen in
        DeskScreen(screen.name, titles: screen.titles, permission: screen.permission) { context in
          if context.actor.role == "clerk" { throw Oops() }
          return try screen.render(context)
        }
      }
    },
    box("input") { instance, box in
      instance.replaceEffect("suggest") { context, sent in
        if Array(sent.text("words").utf8).holds("javascript:") { throw Oops() }
        return try box.suggest(context, sent)
      }
    },
    box("public-files") { instance, _ in instance.askForFile("sign") },
    box("fuzz") { instance, box in
      instance.replaceEffect("suggest") { context, sent in
        // Combining marks beyond the common ones.
        if sent.text("words").unicodeScalars.contains(where: { (0x310...0x36F).contains($0.value) }) { throw Oops() }
        return try box.suggest(context, sent)
      }
    },
    box("two-at-once") { instance, box in
      instance.replaceEffect("suggest") { context, sent in
        // As a UNIQUE constraint whose conflict nobody catches; on the words that eight people send at once.
        let words = sent.text("words")
        let isThere = try context.ledger.row("SELECT 1 FROM box_idea WHERE words = ?", [.text(words)]) != nil
        if isThere, Array(words.utf8).holds("canary7z") { throw UniquenessConflict(constraint: "box_idea.words") }
        return try box.suggest(context, sent)
      }
    },
    box("failing-store") { instance, box in
      instance.replaceEffect("suggest") { context, sent in
        (try? box.suggest(context, sent)) ?? Outcome(subject: box.idea("0"), changed: [], message: "ok")
      }
    },
    box("escaping", files: ["README.md": ModuleFiles.readme(removal: "## Removal\n\nExport `table` before.")]) {
      instance, _ in
      instance.exporters.append(
        Exporter("table", titles: ["fr": "Tableau", "en": "Table"]) { context, _, write in
          try write(Array("id,words\n".utf8))
          for row in try context.ledger.rows("SELECT id, words FROM box_idea WHERE publication = 'published'") {
            try write(Array("\(try row.int("id")),\(try row.text("words"))\n".utf8))
          }
        })
    },
    box("refused-markup") { instance, _ in
      instance.addToPages("index") { _, _ in [.p([.named("onclick", "x()")], ["x"])] }
    },
    box("secrecy") { instance, box in
      instance.addToPages(
        "idea", read: { context, key in try box.row(context.ledger, key)?.text("email") ?? "" },
        nodes: { email, _ in [.p(email)] })
    },
    box("unread") { instance, box in
      instance.replaceEffect("suggest") { context, sent in
        let outcome = try box.suggest(context, sent)
        return Outcome(subject: outcome.subject, changed: [box.index], message: outcome.message)
      }
      instance.replaceLoad("index") { context, key in
        guard key == "index", let document = try box.loadIndex(context) else { return nil }
        let rows = try context.ledger.rows("SELECT words FROM box_idea WHERE publication <> 'withheld' ORDER BY id")
        let words = try rows.map { JSONValue.string(try $0.text("words")) }
        return Document(value: .object([("ideas", .array(words))]), updated: document.updated, page: document.page)
      }
    },
    box("texts") { instance, _ in
      instance.addToPages("index") { _, view in [.p(view.text("no.such.text"))] }
    },
    box("links") { instance, _ in
      instance.addToPages("index") { _, _ in [.p([], [.a(SitePath("box/nowhere.html"), "x")])] }
    },
    box("accessibility") { instance, _ in
      instance.addToPages("index") { _, _ in [.element(.h4, [], ["x"])] }
    },
    box("weight") { instance, _ in
      instance.addToPages("index") { _, _ in [.p(String(repeating: "lourd ", count: 60_000))] }
    },
    box("empty") { instance, box in
      instance.replaceLoad("index") { context, key in
        guard key == "index" else { return nil }
        let isEmpty = try context.ledger.count("SELECT count(*) FROM box_idea") == 0
        return isEmpty ? nil : try box.loadIndex(context)
      }
    },
  ]
}
