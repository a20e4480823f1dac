import ParticipationKit
import Synchronization

@testable import ParticipationTesting

// Broken in when and how they are written.
extension BrokenModule {
  static let made: [BrokenModule] = [
    box("incremental") { instance, box in
      // The index and the streams show the words, and are not named.
      instance.replaceEffect("fix") { context, sent in
        try context.ledger.execute(
          "UPDATE box_idea SET words = ? WHERE id = ?", [.text(sent.text("words")), .text(context.key)])
        return Outcome(subject: box.idea(context.key), changed: [box.idea(context.key)], message: "ok")
      }
    },
    box("clock") { instance, _ in
      instance.addToPages(
        "index", read: { context, _ in context.now.rfc3339 }, nodes: { now, _ in [.p(now)] })
    },
    box("keys") { instance, _ in
      instance.documents = instance.documents.map { family in
        guard family.kind == "idea" else { return family }
        return DocumentFamily(
          family.kind, rank: family.rank, titles: family.titles, path: family.path,
          // One more than was asked for.
          keys: { ledger, after, limit in try family.keys(ledger, after, limit + 1) }, load: family.load)
      }
    },
    box("feeds") { instance, _ in
      instance.streams = instance.streams.map { stream in
        Stream(stream.name, stream.format, titles: stream.titles, dependsOn: stream.dependsOn) { context in
          let entries = try stream.entries(context)
          return entries + entries.suffix(1)
        }
      }
    },
    box("queries") { instance, _ in
      instance.addToPages(
        "index",
        read: { context, _ in
          let keys = try context.ledger.rows("SELECT id FROM box_idea").map { try $0.int("id") }
          let words = try keys.map {
            try context.ledger.count("SELECT length(words) FROM box_idea WHERE id = ?", [.integer($0)])
          }
          return words.isEmpty ? "" : "x"
        }, nodes: { _, _ in [] })
    },
    box("events") { instance, box in
      instance.moderatedKinds = instance.moderatedKinds.map { kind in
        guard kind.kind == "idea" else { return kind }
        return ModeratedKind(kind.kind, titles: kind.titles, evidence: kind.evidence) { context, decision in
          let changed = try box.decide(context, decision)
          try context.announce(
            Event(.changed, about: box.idea(context.key), words: ["fr": Event.Words(title: "Décidé")]))
          return changed
        }
      }
    },
    box("determinism") { instance, _ in
      let count = Loads()
      instance.addToPages(
        "index", read: { _, _ in count.next() > 12 ? "?" : "" }, nodes: { text, _ in text.isEmpty ? [] : [.p(text)] })
    },
  ]
}

/// Counts how often a page was made: state that a module must not have.
private final class Loads: Sendable {
  private let count = Mutex(0)

  func next() -> Int {
    count.withLock { count in
      count += 1
      return count
    }
  }
}
