import ParticipationKit

@testable import ParticipationTesting

// Broken where only those come who show who they are: a fault behind a letter code or a confirmed address.
extension BrokenModule {
  static let shown: [BrokenModule] = [
    box("answers") { instance, box in
      // The page shows it, and programs do not get it.
      instance.replaceLoad("idea") { context, key in
        guard let document = try box.load(context, key) else { return nil }
        let members = document.value?.asObject ?? []
        let kept = members.filter { $0.name != "answer" }.map { ($0.name, $0.value) }
        return Document(
          value: .object(kept), updated: document.updated, search: document.search, page: document.page)
      }
    },
    box("answers") { instance, box in
      // The front page shows the answer and does not say that it depends on the idea.
      instance.addToPages(
        "index",
        read: { context, _ in
          let first = try context.ledger.row("SELECT min(id) AS id FROM box_idea WHERE publication = 'published'")
          let id = first?.optionalInt("id").map { String($0) } ?? "0"
          return try context.officialAnswer(to: box.idea(id))?.source ?? ""
        }, nodes: { text, _ in text.isEmpty ? [] : [.p(text)] })
    }.behind("elsewhere"),
    box("input") { instance, box in
      instance.replaceEffect("sign") { context, sent in
        if Array(sent.text("words").utf8).holds("javascript:") { throw Oops() }
        return try box.raise(context, sent)
      }
    }.behind("a letter code"),
    box("input") { instance, box in
      instance.replaceEffect("pledge") { context, sent in
        if Array(sent.text("words").utf8).holds("javascript:") { throw Oops() }
        return try box.raise(context, sent)
      }
    }.behind("a confirmed address"),
    box("two-at-once") { instance, box in
      instance.replaceEffect("sign") { context, sent in
        let words = sent.text("words")
        let isThere = try context.ledger.row("SELECT 1 FROM box_voice WHERE words = ?", [.text(words)]) != nil
        if isThere, Array(words.utf8).holds("canary7z") { throw UniquenessConflict(constraint: "box_voice.words") }
        return try box.raise(context, sent)
      }
    }.behind("a letter code"),
    box("failing-store") { instance, box in
      instance.replaceEffect("pledge") { context, sent in
        (try? box.raise(context, sent)) ?? Outcome(subject: box.idea("0"), changed: [], message: "ok")
      }
    }.behind("a confirmed address"),
    box("unread") { instance, box in
      instance.replaceEffect("sign") { context, sent in
        let outcome = try box.raise(context, sent)
        try context.ledger.execute(
          "UPDATE box_voice SET publication = 'published' WHERE right = ?",
          [.blob(context.participant.right)])
        return outcome
      }
    }.behind("a letter code"),
    box("erasure") { instance, box in
      let data = box.personalData
      instance.personalData = PersonalData(records: data.records, export: data.export) { context, person in
        let kept = person.records.filter { $0.kind != "voice" }
        _ = try data.erase(context, PersonReference(email: person.email, records: kept))
        return Erasure(records: person.records, changed: person.records + [box.index])
      }
    }.behind("a confirmed address"),
    box("moderation") { instance, box in
      instance.moderatedKinds = instance.moderatedKinds.map { kind in
        guard kind.kind == "voice" else { return kind }
        return ModeratedKind(kind.kind, titles: kind.titles, evidence: kind.evidence) { context, decision in
          let row = try context.ledger.row("SELECT publication FROM box_voice WHERE id = ?", [.text(context.key)])
          if try row?.text("publication") == "published", !decision.isApproved { return [] }
          return try box.decideVoice(context, decision)
        }
      }
    }.behind("a letter code"),
  ]
}
