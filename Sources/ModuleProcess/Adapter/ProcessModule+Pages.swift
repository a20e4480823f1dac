internal import ParticipationKit
internal import Synchronization

// What the public and staff read.

extension ProcessModule {
  // MARK: Documents

  func documents(_ declared: DeclaredDocuments) -> DocumentFamily {
    guard let keys = declared.keys else {
      return .single(
        declared.kind, rank: declared.rank, titles: declared.titles, path: declared.path,
        load: { try self.load(declared, $0, "index") })
    }
    return DocumentFamily(
      declared.kind, rank: declared.rank, titles: declared.titles,
      path: { ProcessModule.path(declared.path, $0) },
      keys: { ledger, after, limit in
        let arguments = self.arguments(["after": .text(after), "limit": .integer(limit)])
        let found = try self.queries.rows(keys, ledger, arguments).compactMap { row -> String? in
          row.values.first.flatMap { $0.asText ?? $0.asInteger.map { String($0) } }
        }
        self.families.withLock { $0[declared.kind, default: KnownFamily()].order = found }
        return found
      }, load: { try self.load(declared, $0, $1) })
  }

  private func load(_ declared: DeclaredDocuments, _ context: RenderContext, _ key: String) throws -> Document? {
    let batch = (context.shelf.item as? DocumentBatch) ?? DocumentBatch()
    context.shelf.item = batch
    if let value = batch.take(declared.kind, key) { return try read(value, declared, key, context) }
    let family = families.withLock { $0[declared.kind] ?? KnownFamily() }
    var keys = batch.next(declared.kind, key, order: family.order, most: family.mostTogether)
    let found: [JSONValue]
    do {
      found = try values(declared, keys, context)
    } catch let failure as ChildFailure {
      let count = keys.count
      let isAskedAlone = families.withLock { $0[declared.kind, default: family].asksAlone(after: failure, of: count) }
      guard isAskedAlone else { throw unavailable(failure) }
      keys = batch.alone(declared.kind, key)
      found = try told { try values(declared, keys, context) }
    }
    for (key, value) in zip(keys, found) { batch.put(declared.kind, key, value) }
    return try batch.take(declared.kind, key).flatMap { try read($0, declared, key, context) }
  }

  /// What the process makes of some keys.
  /// - Throws: ``ChildFailure``; the ledger's errors.
  private func values(
    _ declared: DeclaredDocuments, _ keys: [String], _ context: RenderContext
  ) throws -> [JSONValue] {
    var items: [JSONValue] = []
    for key in keys {
      let arguments = arguments([
        "key": .text(key), "kind": .text(declared.kind), "now": .timestamp(context.now),
        "language": .text(site.commune.languages.first),
      ])
      let rows = try noting(.reading) { try queries.frame(declared.queries, context.ledger, arguments) }
      items.append(["key": .string(key), "rows": rows])
    }
    let members: [(String, JSONValue)] = [
      ("kind", .string(declared.kind)), ("locales", .array(site.commune.languages.map { .string($0) })),
      ("now", instant(context.now)), ("items", .array(items)),
    ]
    return try answer(.reading, "documents", members, within: limits.publication) { answer in
      guard let values = answer["documents"]?.asArray, values.count == keys.count else {
        throw ChildFailure.answer("documents", "as many documents as there were keys (\(keys.count))")
      }
      return values
    }
  }

  private func read(
    _ value: JSONValue, _ declared: DeclaredDocuments, _ key: String, _ context: RenderContext
  ) throws -> Document? {
    let made = try using(.reading) { try DocumentReader(site: site).document(value, declared, key: key, context) }
    guard let made, let page = made.page else { return made }
    return Document(
      value: made.value, dependsOn: made.dependsOn, changesAt: made.changesAt, updated: made.updated,
      search: made.search, page: { view in try self.using(.reading) { try page(view) } })
  }

  // MARK: Streams

  func stream(_ declared: DeclaredStream) -> Stream {
    let stream = Stream(
      declared.name, declared.format, titles: declared.titles, dependsOn: subjects(declared.dependsOn, "index"),
      isBulk: declared.isBulk,
      forEach: { context, body in try self.entries(declared, context, body) })
    guard let query = declared.changesAt else { return stream }
    return stream.changing { context in
      let arguments = self.arguments(["now": .timestamp(context.now)])
      return try self.queries.rows(query, context.ledger, arguments).first?.optionalTimestamp(at: 0)
    }
  }

  /// The most rows of one portion of a stream.
  private static let portion = 500

  /// Asks for entries, in portions when the first query takes `after` and `limit`: the next portion begins after the
  /// `key` of its last row.
  private func entries(
    _ declared: DeclaredStream, _ context: RenderContext, _ body: (StreamEntry) throws -> Void
  ) throws {
    let paged = declared.queries.first.flatMap { declaration.queries[$0] }.map(\.isPaged) ?? false
    var after: String?
    while true {
      let arguments = arguments([
        "after": .text(after), "limit": .integer(Self.portion), "now": .timestamp(context.now),
        "language": .text(site.commune.languages.first),
      ])
      let rows = try rows(declared.queries, context.ledger, arguments)
      let members: [(String, JSONValue)] = [
        ("stream", .string(declared.name)), ("locale", .string(site.commune.languages.first)),
        ("now", instant(context.now)), ("rows", rows),
      ]
      let entries = try ask(.reading, "entries", members, within: limits.publication) { answer in
        guard let values = answer["entries"]?.asArray else { throw ChildFailure.answer("entries", "a list") }
        let reader = DocumentReader(site: self.site)
        let isCalendar = declared.format == .calendar
        return try values.enumerated().map {
          try reader.entry($1, self.path, "entries[\($0)]", takesPlace: isCalendar)
        }
      }
      for entry in entries { try body(entry) }
      guard paged, let name = declared.queries.first, let table = rows[name] else { return }
      let columns = table["columns"]?.asArray ?? []
      let found = table["rows"]?.asArray ?? []
      guard found.count >= Self.portion, let place = columns.firstIndex(of: "key"),
        let last = found.last?.asArray?[place]
      else { return }
      let next = last.asString ?? last.asInteger.map { String($0) }
      guard next != nil, next != after else { return }
      after = next
    }
  }

  // MARK: Comments and followers

  func commentable(_ declared: DeclaredTarget) -> CommentableKind {
    CommentableKind(declared.kind) { context in
      try self.target(declared, context).map { row, document in
        CommentTarget(
          title: try row.text("title"), document: document, anchor: row.optionalText("anchor") ?? "",
          allowsQuestions: declared.allowsQuestions, closesAt: row.optionalTimestamp("closes_at"),
          refusal: row.optionalText("refusal"))
      }
    }
  }

  func followable(_ declared: DeclaredTarget) -> FollowableKind {
    FollowableKind(declared.kind) { context in
      try self.target(declared, context).map { row, document in
        FollowTarget(title: try row.text("title"), document: document, anchor: row.optionalText("anchor") ?? "")
      }
    }
  }

  private func target(_ declared: DeclaredTarget, _ context: FormContext) throws -> (Row, Subject)? {
    let arguments = arguments([
      "key": .text(context.key), "kind": .text(declared.kind), "locale": .text(context.locale),
      "now": .timestamp(context.now),
    ])
    guard let row = try queries.rows(declared.target, context.ledger, arguments).first,
      let document = subjects.subject(template: declared.document, key: context.key)
    else { return nil }
    return (row, document)
  }

  // MARK: Screens and slots

  func screen(_ declared: DeclaredScreen) -> DeskScreen {
    DeskScreen(
      declared.name, titles: declared.titles, permission: declared.permission, isListed: declared.isListed,
      render: { context in
        let arguments = self.arguments([
          "key": .text(context.key), "locale": .text(context.view.locale), "now": .timestamp(context.rendering.now),
        ])
        let members: [(String, JSONValue)] = [
          ("screen", .string(declared.name)), ("key", .string(context.key)),
          ("locale", .string(context.view.locale)), ("now", self.instant(context.rendering.now)),
          ("query", .object(context.query.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
          ("actor", ProcessModule.actor(context.actor)),
          ("rows", try self.rows(declared.queries, context.rendering.ledger, arguments)),
        ]
        return try self.ask(.reading, "screen", members, within: self.limits.reading) { answer in
          guard let value = answer["screen"], !value.isNull else { return nil }
          guard let title = value["title"]?.asString else { throw ChildFailure.answer("screen.title", "a text") }
          let nodes = NodeReader(view: context.view, site: self.site, screen: { context.path($0, $1) })
          return DeskContent(title: title, body: try nodes.nodes(value["body"], "screen.body"))
        }
      })
  }

  func slot(_ declared: DeclaredSlot) -> SlotContribution {
    SlotContribution(declared.slot, order: declared.order) { context in
      let arguments = self.arguments(["now": .timestamp(context.now)])
      let members: [(String, JSONValue)] = [
        ("slot", .string(declared.slot.name)), ("locales", .array(self.site.commune.languages.map { .string($0) })),
        ("now", self.instant(context.now)), ("rows", try self.rows(declared.queries, context.ledger, arguments)),
      ]
      return try self.ask(.reading, "slot", members, within: self.limits.reading) { answer in
        guard let nodes = answer["nodes"], !nodes.isNull else { return nil }
        return SlotContent(
          dependsOn: self.subjects(declared.dependsOn, "index"),
          changesAt: answer["changesAt"]?.asInteger.map { Timestamp(milliseconds: Int64($0)) },
          node: { view in
            try self.using(.reading) {
              .fragment(try NodeReader(view: view, site: self.site).nodes(nodes[view.locale], "slot.\(view.locale)"))
            }
          })
      }
    }
  }

  // MARK: Personal data

  func personalData(_ declared: DeclaredPersonalData) -> PersonalData {
    PersonalData(
      records: { try self.records(declared, $0, $1) }, export: { try self.export(declared, $0, $1) },
      erase: { try self.erase(declared, $0, $1) }, clocks: declared.clocks.map(clock))
  }

  private func records(_ declared: DeclaredPersonalData, _ ledger: Ledger, _ email: String) throws -> [Subject] {
    guard let name = declared.records, !email.isEmpty else { return [] }
    return try queries.rows(name, ledger, arguments(["email": .text(email)])).map(subject)
  }

  private func subject(_ row: Row) throws -> Subject {
    site.subject(try row.text("kind"), try row["key"].asText ?? String(row.int("key")))
  }

  private func everything(
    _ declared: DeclaredPersonalData, _ ledger: Ledger, _ person: PersonReference
  ) throws -> [Subject] {
    let found = try records(declared, ledger, person.email)
    return found + person.records.filter { $0.module == manifest.id && !found.contains($0) }
  }

  private func export(
    _ declared: DeclaredPersonalData, _ ledger: Ledger, _ person: PersonReference
  ) throws -> JSONValue {
    var all: [JSONValue] = []
    for subject in try everything(declared, ledger, person) {
      let arguments = arguments([
        "key": .text(subject.key), "kind": .text(subject.kind), "email": .text(person.email),
      ])
      for name in declared.export {
        for row in try queries.rows(name, ledger, arguments) {
          all.append(.object(zip(row.columns, row.values).map { ($0, $1.wire) }))
        }
      }
    }
    return all.isEmpty ? .null : .array(all)
  }

  private func erase(
    _ declared: DeclaredPersonalData, _ context: ActionContext, _ person: PersonReference
  ) throws -> Erasure {
    var records: [Subject] = []
    var changed: [Subject] = []
    for subject in try everything(declared, context.ledger, person) {
      guard let rule = declared.erase.first(where: { $0.kind == subject.kind }) else { continue }
      let arguments = arguments([
        "key": .text(subject.key), "kind": .text(subject.kind), "email": .text(person.email),
        "now": .timestamp(context.now),
      ])
      var count = 0
      for run in rule.runs { count += try self.run(run, context.ledger, arguments) }
      guard count > 0 else { continue }
      try context.forgetAuthor(of: subject)
      records.append(subject)
      changed += subjects(rule.changed, subject.key)
    }
    let kept = declared.kept[context.locale] ?? declared.kept["fr"]
    return Erasure(records: records, kept: records.isEmpty ? [] : kept.map { [$0] } ?? [], changed: changed)
  }

  private func clock(_ declared: DeclaredPersonalData.Clock) -> RetentionClock {
    let days = declared.setting.flatMap { setting($0) } ?? declared.days
    return RetentionClock(declared.name, titles: declared.titles, days: max(1, days)) { context, before in
      let arguments = self.arguments(["before": .timestamp(before), "now": .timestamp(context.now)])
      let changed = try declared.changed.map { name in
        try self.queries.rows(name, context.ledger, arguments).map(self.subject)
      }
      return RetentionOutcome(
        count: try self.run(declared.run, context.ledger, arguments), changed: changed ?? [])
    }
  }
}

/// What is known of a family of documents.
struct KnownFamily: Sendable {
  /// The keys that were given last, in their order: documents that are asked for in this order are asked for together.
  var order: [String] = []
  /// The most documents of one question. They share one answer, its deadline and its size, so they are fewer for a
  /// family of which some were too much together.
  var mostTogether = 32

  /// What to do when a question about some documents failed: too much together, they are fewer at once from now on;
  /// otherwise another one of them fails, and says nothing of the rest.
  /// - Returns: Whether the first is asked for by itself at once.
  mutating func asksAlone(after failure: ChildFailure, of count: Int) -> Bool {
    guard count > 1, failure.isOfTheQuestion else { return false }
    if failure.isOfItsSize { mostTogether = count / 2 }
    return true
  }
}

/// Documents that were asked for together, for one snapshot. One asked for after the one before it in the order of its
/// family is asked for with those that follow, the more the longer this goes on.
final class DocumentBatch {
  private var values: [String: JSONValue] = [:]
  private var last: [String: String] = [:]
  private var together: [String: Int] = [:]

  func take(_ kind: String, _ key: String) -> JSONValue? {
    guard let value = values.removeValue(forKey: "\(kind)/\(key)") else { return nil }
    last[kind] = key
    return value
  }

  func put(_ kind: String, _ key: String, _ value: JSONValue) { values["\(kind)/\(key)"] = value }

  func next(_ kind: String, _ key: String, order: [String], most: Int) -> [String] {
    // What was asked for and not taken will not be.
    values = values.filter { !$0.key.utf8.starts(with: "\(kind)/".utf8) }
    guard let place = order.firstIndex(of: key), place > 0, last[kind] == order[place - 1] else {
      return alone(kind, key)
    }
    let count = min(2 * (together[kind] ?? 1), most)
    together[kind] = count
    return Array(order[place..<min(place + count, order.count)])
  }

  /// Begins anew with one document.
  func alone(_ kind: String, _ key: String) -> [String] {
    together[kind] = 1
    return [key]
  }
}
