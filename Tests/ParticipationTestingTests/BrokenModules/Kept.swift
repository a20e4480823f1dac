import Glibc
import ParticipationKit
import Synchronization

@testable import ParticipationTesting

// Broken in what they keep, erase and take back.
extension BrokenModule {
  static let kept: [BrokenModule] = [
    box(
      "migrations",
      migrations: PlainBox.migrations + [Migration(4, "forget", ["DELETE FROM box_idea"])]),
    box("settings-limits") { instance, box in
      if box.shown == 100 {
        instance.addToPages("index", read: { _, _ in throw Oops() }, nodes: { _, _ in [] })
      }
    },
    box("pure-init") { instance, _ in
      let file = open("/dev/null", O_RDONLY | O_CLOEXEC)
      OpenedByTests.files.withLock { $0.append(file) }
    },
    box("switch-off") { instance, _ in
      let number = OpenedByTests.made.withLock { made in
        made += 1
        return made
      }
      instance.addToPages("index") { _, _ in [.p("Fait \(number) fois.")] }
    },
    box("erasure") { instance, box in
      let data = box.personalData
      instance.personalData = PersonalData(records: data.records, export: data.export) { context, person in
        for record in person.records {
          let table = record.kind == "voice" ? "box_voice" : "box_idea"
          try context.ledger.execute("UPDATE \(table) SET words = '' WHERE id = ?", [.text(record.key)])
        }
        let about = try person.records.filter { $0.kind == "voice" }.compactMap { record in
          try context.ledger.row("SELECT idea FROM box_voice WHERE id = ?", [.text(record.key)])
        }.map { box.idea(String(try $0.int("idea"))) }
        return Erasure(records: person.records, changed: person.records + about + [box.index])
      }
    },
    box("erasable") { instance, _ in instance.personalData = nil },
    box("moderation") { instance, box in
      instance.moderatedKinds = instance.moderatedKinds.map { kind in
        guard kind.kind == "idea" else { return kind }
        return ModeratedKind(kind.kind, titles: kind.titles, evidence: kind.evidence) { context, decision in
          let state = try box.row(context.ledger, context.key)?.text("publication")
          return state == "published" && !decision.isApproved ? [] : try box.decide(context, decision)
        }
      }
    },
    box("comments") { instance, box in
      // The words are in the data, and nobody who reads the page sees them.
      instance.replaceLoad("idea") { context, key in
        try box.load(context, key, showsComments: false)
      }
    },
    box("import-twice") { instance, box in
      instance.importers = instance.importers.map { importer in
        Importer(importer.kind, titles: importer.titles) { context, source in
          // What is there is not recognised.
          try context.action.ledger.execute("UPDATE box_idea SET reference = ''")
          return try importer.read(context, source)
        }
      }
    },
    box("round-trip") { instance, _ in
      instance.importers = instance.importers.map { importer in
        Importer(importer.kind, titles: importer.titles) { context, source in
          let report = try importer.read(context, source)
          // Each reading changes the words a little.
          let changed = "UPDATE box_idea SET words = words || '!' WHERE reference <> ''"
          if report.added > 0 { try context.action.ledger.execute(changed) }
          return report
        }
      }
    },
  ]
}

/// What broken modules leave behind, so that it can be counted and tidied.
struct OpenedByTests {
  static let files = Mutex<[Int32]>([])
  static let made = Mutex(0)

  static func close() {
    let all = files.withLock { open in
      defer { open = [] }
      return open
    }
    for file in all { _ = Glibc.close(file) }
  }
}
