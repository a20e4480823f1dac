import ParticipationKit

/// What kind of item it is.
enum ItemKind: String, CaseIterable {
  /// The council decides.
  case deliberation
  /// The council is told.
  case information
  /// The council answers: "questions diverses".
  case questions
}

/// What a person writes about an item; each saved version is kept.
struct ItemText: Equatable {
  var title: String
  var rapporteur = ""
  /// Whether the file calls her « Rapporteuse ».
  var isRapporteuse = false
  var kind = ItemKind.deliberation
  /// Whether a closed session (huis clos) is proposed: the body and the minutes are then not public.
  var isClosed = false
  /// Markdown.
  var body = ""
  /// Markdown; empty until the meeting was held.
  var minutes = ""
}

/// One item of an agenda: a row of `agenda_item`.
struct AgendaItem {
  /// The key in addresses, `<meeting>--<slug>`: neither part holds `--`, so it can be read back.
  let key: String
  let meeting: String
  /// The id within its meeting, as `cantine`.
  let slug: String
  let position: Int
  let text: ItemText
  /// Whether it was taken off the draft. It stays, with what people said about it.
  let isWithdrawn: Bool
  let revision: Int
  /// The number that the next new block gets; ids are never used again.
  let nextBlock: Int
  let updatedAt: Timestamp
  /// Who saved the last version; empty for an import.
  let updatedBy: String

  var title: String { text.title }
  var kind: ItemKind { text.kind }
  var minutes: String { text.minutes }
  /// The body as the public may see it.
  var publicBody: String { text.isClosed ? "" : text.body }
  /// The anchor on the meeting's page.
  var anchor: String { "item-\(slug)" }

  init(row: Row) throws {
    key = try row.text("id")
    meeting = try row.text("meeting")
    slug = try row.text("slug")
    position = try row.int("position")
    text = try ItemText(row: row)
    isWithdrawn = try row.bool("is_withdrawn")
    revision = try row.int("revision")
    nextBlock = try row.int("next_block")
    updatedAt = try row.timestamp("updated_at")
    updatedBy = try row.text("updated_by")
  }

  private static let columns = """
    id, meeting, slug, position, title, rapporteur, is_rapporteuse, kind, is_closed, is_withdrawn, body, minutes, \
    revision, next_block, updated_at, updated_by
    """

  /// The item with a key, or nil.
  static func find(_ key: String, in ledger: Ledger) throws -> AgendaItem? {
    try ledger.row("SELECT \(columns) FROM agenda_item WHERE id = ?", [.text(key)]).map(AgendaItem.init)
  }

  /// The items of a meeting in their order, withdrawn ones last.
  static func all(of meeting: String, in ledger: Ledger) throws -> [AgendaItem] {
    try ledger.rows(
      "SELECT \(columns) FROM agenda_item WHERE meeting = ? ORDER BY is_withdrawn, position, id", [.text(meeting)]
    ).map(AgendaItem.init)
  }

  /// The number of a live item in its meeting, from 1: computed and never stored, so that it cannot
  /// contradict the order.
  func number(in ledger: Ledger) throws -> Int {
    try ledger.count(
      """
      SELECT count(*) FROM agenda_item WHERE meeting = ? AND is_withdrawn = 0
        AND (position < ? OR (position = ? AND id <= ?))
      """, [.text(meeting), .integer(position), .integer(position), .text(key)])
  }
}

extension ItemText {
  init(row: Row) throws {
    title = try row.text("title")
    rapporteur = try row.text("rapporteur")
    isRapporteuse = try row.bool("is_rapporteuse")
    kind = ItemKind(rawValue: try row.text("kind")) ?? .deliberation
    isClosed = try row.bool("is_closed")
    body = try row.text("body")
    minutes = try row.text("minutes")
  }
}

/// The ids of items.
struct ItemID {
  /// The key of an item in addresses.
  static func key(meeting: String, slug: String) -> String { "\(meeting)--\(slug)" }

  /// Whether a text can be a meeting's id: a slug as of an item, and not the name of another page of the module.
  static func isMeeting(_ id: String) -> Bool { isValid(id) && id != "index" }

  /// Whether a text can be an item's id within its meeting: a slug, and not ending as
  /// the anchor of a block does (`-b3`), because anchors of items and of blocks stand on one page.
  static func isValid(_ id: String) -> Bool {
    guard !id.isEmpty, id.utf8.count <= 64, ByteText.slug(id) == id else { return false }
    guard let dash = id.utf8.lastIndex(of: UInt8(ascii: "-")) else { return true }
    let last = id.utf8[id.utf8.index(after: dash)...]
    return last.first != UInt8(ascii: "b") || ByteText.decimal(last.dropFirst()) == nil
  }

  /// An id made of a title, different from those taken.
  static func make(from title: String, taken: Set<String>) -> String {
    let slug = ByteText.slug(String(decoding: title.utf8.prefix(80), as: UTF8.self))
    var base = String(decoding: slug.utf8.prefix(40), as: UTF8.self)
    while base.utf8.last == UInt8(ascii: "-") { base.removeLast() }
    if base.isEmpty { base = "point" }
    if !isValid(base) { base += "-point" }
    if !taken.contains(base) { return base }
    var number = 2
    while taken.contains("\(base)-\(number)") { number += 1 }
    return "\(base)-\(number)"
  }
}
