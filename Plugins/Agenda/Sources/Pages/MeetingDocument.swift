import ParticipationKit

/// The public document of a meeting: its agenda, what people say about it, later its minutes.
struct MeetingDocument {
  let site: Site

  var family: DocumentFamily {
    DocumentFamily(
      "meeting", rank: .record, titles: ["fr": "Séance et ordre du jour", "en": "Meeting and agenda"],
      path: { "agenda/\($0)" },
      keys: { ledger, after, limit in try Meeting.publicKeys(in: ledger, after: after, limit: limit) },
      load: { context, key in try load(key, context) })
  }

  private func load(_ key: String, _ context: RenderContext) throws -> Document? {
    guard let meeting = try Meeting.find(key, in: context.ledger), meeting.isPublic else { return nil }
    let items = try shown(AgendaItem.all(of: key, in: context.ledger), context)
    let intro = try site.markdown(meeting.text.intro, .editor)
    let updated = items.map { max($0.item.updatedAt, $0.discussion.updated ?? $0.item.updatedAt) }.max()
    let acceptsComments = meeting.acceptsComments(at: context.now)
    let site = site
    return Document(
      value: MeetingValue(meeting: meeting, items: items).value,
      dependsOn: items.map { site.subject("item", $0.item.key) },
      changesAt: meeting.changesAt(after: context.now, in: site.zone),
      updated: max(meeting.updatedAt, updated ?? meeting.updatedAt),
      search: SearchEntry(title: meeting.title),
      page: { view in
        try MeetingPage(
          site: site, view: view, meeting: meeting, items: items, intro: intro, acceptsComments: acceptsComments
        ).page
      })
  }

  private func shown(_ items: [AgendaItem], _ context: RenderContext) throws -> [ShownItem] {
    var shown: [ShownItem] = []
    var number = 0
    for item in items {
      if !item.isWithdrawn { number += 1 }
      shown.append(try ShownItem(item, number: item.isWithdrawn ? nil : number, site: site, context: context))
    }
    return shown
  }

}

/// An item with everything that its page shows.
struct ShownItem {
  /// A block with the id that comments name; nil for a block that holds no words, such as a rule.
  struct Block {
    let id: String?
    let block: MarkdownBlock
    /// How its list counts, for a list's item: nil for points, otherwise its own number.
    let listNumber: Int?
  }

  let item: AgendaItem
  /// The number on the agenda; nil when the item was withdrawn.
  let number: Int?
  let blocks: [Block]
  let minutes: MarkdownText?
  let discussion: Discussion

  init(_ item: AgendaItem, number: Int?, site: Site, context: RenderContext) throws {
    self.item = item
    self.number = number
    let text = try site.markdown(item.publicBody, .editor)
    let kept =
      item.text.isClosed ? [] : try KeptBlock.all(of: item.key, revision: item.revision, in: context.ledger)
    let ids = Self.ids(of: text.blocks, kept: kept)
    let lines = MeetingFileWords.lines(of: item.publicBody)
    blocks = zip(text.blocks, ids).map { block, id in
      Block(
        id: id.map { item.anchor(ofBlock: $0) }, block: block,
        listNumber: block.kind == "item" ? Self.listNumber(lines, block.lines.lowerBound) : nil)
    }
    minutes = item.text.isClosed || item.minutes.isEmpty ? nil : try site.markdown(item.minutes, .editor)
    let discussion = try context.discussion(on: site.subject("item", item.key))
    // The text of a closed session is nobody's to quote, whenever and however the quotation came.
    self.discussion = item.text.isClosed ? discussion.withoutQuotes : discussion
  }

  /// The ids that were kept when the text was saved. Should a later version of the program cut texts
  /// differently, they are carried over to its blocks in the same way as at a save.
  static func ids(of blocks: [MarkdownBlock], kept: [KeptBlock]) -> [String?] {
    let texts = blocks.map(\.plainText)
    let ids: [String?]
    if kept.map(\.text) == texts {
      ids = kept.map(\.id)
    } else {
      ids = BlockAlignment.sources(old: kept.map(\.text), new: texts).map { source in source.map { kept[$0].id } }
    }
    return zip(ids, texts).map { id, text in BlockWords.words(text).isEmpty ? nil : id }
  }

  /// The number that a list item's own line begins with, as `3.`; nil for a bullet.
  static func listNumber(_ lines: [String], _ line: Int) -> Int? {
    guard lines.indices.contains(line - 1) else { return nil }
    let bytes = lines[line - 1].utf8.drop { $0 == 0x20 || $0 == 0x09 }
    let digits = bytes.prefix { (0x30...0x39).contains($0) }
    guard let next = bytes.dropFirst(digits.count).first, next == UInt8(ascii: ".") || next == UInt8(ascii: ")") else {
      return nil
    }
    return ByteText.decimal(digits)
  }
}

extension AgendaItem {
  /// The id of a block outside the module: the anchor on the meeting's page, so that a link and a comment
  /// name it alike.
  func anchor(ofBlock id: String) -> String { "\(anchor)-\(id)" }
}

/// The JSON value of a meeting.
struct MeetingValue {
  let meeting: Meeting
  let items: [ShownItem]

  var value: JSONValue {
    .object([
      ("key", .string(meeting.id)), ("title", .string(meeting.title)), ("assembly", .string(meeting.assembly)),
      ("starts", .timestamp(meeting.startsAt)), ("place", .string(meeting.place)),
      ("state", .string(meeting.state.rawValue)), ("comments_until", .timestamp(meeting.commentsDeadline)),
      ("sent", .timestamp(meeting.sentAt)), ("minutes_published", .timestamp(meeting.minutedAt)),
      ("intro", meeting.text.intro.isEmpty ? .null : .string(meeting.text.intro)), ("notice", notice),
      ("items", .array(items.filter { $0.number != nil }.map(value))),
      ("withdrawn", .array(items.filter { $0.number == nil }.map(value))),
    ])
  }

  /// The frozen text with its digest, so that anybody can check it; null while the agenda is a draft.
  private var notice: JSONValue {
    guard let digest = meeting.digest, let text = meeting.frozenText else { return .null }
    return .object([("sha256", .string(digest)), ("markdown", .string(text))])
  }

  private func value(_ shown: ShownItem) -> JSONValue {
    let item = shown.item
    let hasMinutes = meeting.state == .minuted && shown.minutes != nil
    return .object([
      ("key", .string(item.key)), ("anchor", .string(item.anchor)),
      ("number", shown.number.map(JSONValue.integer) ?? .null),
      ("title", .string(item.title)),
      ("rapporteur", item.text.rapporteur.isEmpty ? .null : .string(item.text.rapporteur)),
      ("kind", .string(item.kind.rawValue)), ("closed_session", .bool(item.text.isClosed)),
      ("revision", .integer(item.revision)), ("updated", .timestamp(item.updatedAt)),
      ("markdown", .string(item.publicBody)),
      (
        "blocks",
        .array(
          shown.blocks.compactMap { block in
            block.id.map { .object([("id", .string($0)), ("text", .string(block.block.plainText))]) }
          })
      ),
      ("minutes", hasMinutes ? .string(item.minutes) : .null), ("comments", shown.discussion.value),
    ])
  }
}
