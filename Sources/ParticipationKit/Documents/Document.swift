/// Where a document stands in the order of writing: records first, lists after, indexes last, so that no
/// page ever points to a file that is not there yet.
public struct DocumentRank: Sendable, Hashable, Comparable {
  /// The place in the order.
  public let order: Int

  /// One record: a meeting, a report, a proposal.
  public static let record = DocumentRank(order: 0)
  /// A page of a list.
  public static let list = DocumentRank(order: 1)
  /// The module's front page and whatever points to lists.
  public static let index = DocumentRank(order: 2)

  /// Orders by place.
  public static func < (a: DocumentRank, b: DocumentRank) -> Bool { a.order < b.order }
}

/// A family of documents of one kind, declared once: the host makes page, JSON resource, sitemap and search
/// entries, the OpenAPI path and incremental publication from it.
///
/// The document with key `k` belongs to the subject `<module>/<kind>/<k>`: when an effect changes that
/// subject, the document is made, written again, or deleted when ``load`` gives nil.
public struct DocumentFamily: Sendable {
  /// The kind, as `meeting`.
  public let kind: String
  /// Where the documents stand in the order of writing.
  public let rank: DocumentRank
  /// What the documents are called, by locale; for OpenAPI.
  public let titles: [String: String]
  /// The path of a document below the language's root, without suffix, as `agenda/2026-03-12`. Starts with
  /// the module's id.
  public let path: @Sendable (String) -> String
  /// The next keys after one (or from the first), in a stable order, at most so many. Only keys with a
  /// public document.
  public let keys: @Sendable (Ledger, String?, Int) throws -> [String]
  /// The document of a key, or nil when there is none (any more).
  public let load: @Sendable (RenderContext, String) throws -> Document?
  /// The members of the JSON resources, for OpenAPI; see ``describing(_:)``.
  public internal(set) var members: [DataMember] = []

  /// Makes a family.
  public init(
    _ kind: String, rank: DocumentRank, titles: [String: String],
    path: @escaping @Sendable (String) -> String,
    keys: @escaping @Sendable (Ledger, String?, Int) throws -> [String],
    load: @escaping @Sendable (RenderContext, String) throws -> Document?
  ) {
    self.kind = kind
    self.rank = rank
    self.titles = titles
    self.path = path
    self.keys = keys
    self.load = load
  }

  /// A family of one document, as a module's front page. Its key is `index`.
  public static func single(
    _ kind: String, rank: DocumentRank = .index, titles: [String: String], path: String,
    load: @escaping @Sendable (RenderContext) throws -> Document?
  ) -> DocumentFamily {
    DocumentFamily(
      kind, rank: rank, titles: titles, path: { _ in path },
      keys: { _, after, _ in after == nil ? ["index"] : [] },
      load: { context, key in key == "index" ? try load(context) : nil })
  }
}

/// What can be found by the static search: the record's own words, never comments, so that a comment does
/// not touch the search index.
public struct SearchEntry: Sendable {
  /// The title.
  public let title: String
  /// The text; its first 600 bytes count.
  public let text: String

  /// Makes an entry.
  public init(title: String, text: String) {
    self.title = title
    self.text = text
  }
}

/// One document: its data, its page in each language, and what it depends on.
public struct Document: Sendable {
  /// The data of the JSON resource; the host adds `id`, `url` and `updated`. Nil for a page without one.
  public let value: JSONValue?
  /// The subjects, besides its own, whose change makes the document change.
  public let dependsOn: [Subject]
  /// When time alone changes the document next, as at a closing.
  public let changesAt: Timestamp?
  /// When the content last changed; for the sitemap, feeds and JSON.
  public let updated: Timestamp
  /// What the static search finds; nil for nothing.
  public let search: SearchEntry?
  /// The page in the language of the view; nil for a document that is data only.
  public let page: (@Sendable (View) throws -> Page)?

  /// Makes a document.
  public init(
    value: JSONValue?, dependsOn: [Subject] = [], changesAt: Timestamp? = nil, updated: Timestamp,
    search: SearchEntry? = nil, page: (@Sendable (View) throws -> Page)?
  ) {
    self.value = value
    self.dependsOn = dependsOn
    self.changesAt = changesAt
    self.updated = updated
    self.search = search
    self.page = page
  }
}

/// A page in one language: what stands between the header and the footer.
public struct Page: Sendable {
  /// The title, in the browser's tab and as `h1` unless ``showsTitle`` is false.
  public let title: String
  /// One sentence for search engines and previews.
  public let summary: String
  /// The steps from the module's front page to this one, without either; the host adds the first and the
  /// last.
  public let crumbs: [(title: String, path: SitePath)]
  /// What stands below the title.
  public let body: HTMLNode
  /// Whether the host writes the title as `h1`.
  public let showsTitle: Bool
  /// Words above the title, as `Ordre du jour`; empty for none.
  public let kicker: String
  /// After how many seconds a browser fetches the page again; nil for a page that people read.
  public package(set) var refreshSeconds: Int?

  /// Makes a page.
  public init(
    title: String, summary: String, kicker: String = "", crumbs: [(title: String, path: SitePath)] = [],
    showsTitle: Bool = true, body: [HTMLNode]
  ) {
    self.title = title
    self.summary = summary
    self.kicker = kicker
    self.crumbs = crumbs
    self.showsTitle = showsTitle
    self.body = .fragment(body)
  }

  /// The same page for a screen that nobody touches, as the one in the town hall's window: without menu and footer, in
  /// letters that are read from the street, and fetched again by itself, without script.
  ///
  /// A page that changes while somebody reads it is refused by RGAA 13.1 and WCAG 2.2.1, so what it says stands on an
  /// ordinary page too, and no menu leads to it.
  /// - Parameter seconds: After how long it is fetched again; at least 30.
  public func forScreen(refreshedEvery seconds: Int) -> Page {
    var page = Page(
      title: title, summary: summary, kicker: kicker, crumbs: crumbs, showsTitle: showsTitle,
      body: [.div([.class("screen")], [body])])
    page.refreshSeconds = max(30, seconds)
    return page
  }
}

/// A named collection that the host writes in a format for machines: a feed, a map layer, a table.
public struct Stream: Sendable {
  /// The format of a stream.
  public struct Format: Sendable, Hashable {
    /// The file's suffix.
    public let suffix: String
    /// Atom (RFC 4287), `.atom`.
    public static let atom = Format(suffix: "atom")
    /// GeoJSON (RFC 7946), `.geojson`; entries without place are left out.
    public static let geoJSON = Format(suffix: "geojson")
    /// CSV (RFC 4180) with a line of headings, `.csv`.
    public static let csv = Format(suffix: "csv")
    /// One JSON object a line, `.ndjson`.
    public static let ndjson = Format(suffix: "ndjson")
    /// iCalendar (RFC 5545), `.ics`; entries without ``StreamEntry/occurrence`` are left out.
    public static let calendar = Format(suffix: "ics")
  }

  /// The name: the file is `<module>/<name>.<suffix>`.
  public let name: String
  /// The format.
  public let format: Format
  /// What the stream is called, by locale.
  public let titles: [String: String]
  /// The subjects whose change makes the stream change; ``Subject/every(_:_:)`` for all records of a kind.
  public let dependsOn: [Subject]
  /// Whether the stream is a bulk dump, written on a schedule and not at each act.
  public let isBulk: Bool
  /// Gives the entries one by one, newest first for feeds; a feed gives at most 50.
  public let forEach: @Sendable (RenderContext, (StreamEntry) throws -> Void) throws -> Void

  /// Makes a stream.
  public init(
    _ name: String, _ format: Format, titles: [String: String], dependsOn: [Subject], isBulk: Bool = false,
    entries: @escaping @Sendable (RenderContext) throws -> [StreamEntry]
  ) {
    self.name = name
    self.format = format
    self.titles = titles
    self.dependsOn = dependsOn
    self.isBulk = isBulk
    forEach = { context, body in for entry in try entries(context) { try body(entry) } }
  }

  /// Makes a stream whose entries are given one by one: for tables of any length, which are never held whole.
  public init(
    _ name: String, _ format: Format, titles: [String: String], dependsOn: [Subject], isBulk: Bool = false,
    forEach: @escaping @Sendable (RenderContext, (StreamEntry) throws -> Void) throws -> Void
  ) {
    self.name = name
    self.format = format
    self.titles = titles
    self.dependsOn = dependsOn
    self.isBulk = isBulk
    self.forEach = forEach
  }

  /// All entries.
  /// - Throws: What the module throws.
  public func entries(_ context: RenderContext) throws -> [StreamEntry] {
    var entries: [StreamEntry] = []
    try forEach(context) { entries.append($0) }
    return entries
  }
}

/// One entry of a stream.
public struct StreamEntry: Sendable {
  /// The subject, from which the entry's permanent id is made.
  public let subject: Subject
  /// The page that the entry points to.
  public let page: SitePath
  /// The title.
  public let title: String
  /// Some words, without mark-up.
  public let summary: String
  /// When it was published.
  public let published: Timestamp
  /// When it last changed.
  public let updated: Timestamp
  /// The place, for GeoJSON.
  public let point: GeoPoint?
  /// More named values, for GeoJSON, CSV and NDJSON; the same names in the same order in every entry.
  public let fields: [(name: String, value: JSONValue)]
  /// When and where it takes place, for calendars; nil for what is no date.
  public package(set) var occurrence: Occurrence?

  /// Makes an entry.
  public init(
    subject: Subject, page: SitePath, title: String, summary: String, published: Timestamp, updated: Timestamp,
    point: GeoPoint? = nil, fields: [(name: String, value: JSONValue)] = []
  ) {
    self.subject = subject
    self.page = page
    self.title = title
    self.summary = summary
    self.published = published
    self.updated = updated
    self.point = point
    self.fields = fields
  }
  /// The same entry as something that takes place, for a stream of the format ``Stream/Format/calendar``.
  public func taking(_ occurrence: Occurrence) -> StreamEntry {
    var entry = self
    entry.occurrence = occurrence
    return entry
  }
}

/// When and where something takes place.
public struct Occurrence: Sendable, Hashable {
  /// When it begins.
  public let starts: Timestamp
  /// When it ends; not before it begins.
  public let ends: Timestamp
  /// Where it is, in words; empty when that is not said.
  public let place: String
  /// Whether it was called off; calendars then strike it out.
  public let isCancelled: Bool

  /// Makes an occurrence.
  public init(starts: Timestamp, ends: Timestamp, place: String = "", isCancelled: Bool = false) {
    self.starts = starts
    self.ends = max(starts, ends)
    self.place = place
    self.isCancelled = isCancelled
  }
}
