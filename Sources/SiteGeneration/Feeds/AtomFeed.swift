internal import ParticipationKit

/// An Atom feed (RFC 4287). `updated` comes from the entries, so the file changes only when they do.
struct AtomFeed {
  /// A feed gives at most so many entries.
  static let limit = 50

  let facts: CommuneFacts
  let locale: String
  let title: String
  /// The feed's own file.
  let path: String
  /// The page that it stands for.
  let page: SitePath
  /// The feed's name in its permanent id.
  let id: String

  /// - Parameter known: The entries that an earlier feed wrote, for whom many are the same.
  func bytes(_ entries: [StreamEntry], _ known: inout FeedMemory) -> [UInt8] {
    let shown = entries.prefix(AtomFeed.limit)
    // RFC 4287 asks for `updated` also of a feed without entry.
    let updated = shown.map(\.updated).max() ?? Timestamp(milliseconds: 0)
    var out = Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\"".utf8)
    out.add(" xml:lang=\"\(locale)\">\n")
    element("id", PermanentID.tag(facts, id), to: &out)
    element("title", title, to: &out)
    element("updated", updated.rfc3339, to: &out)
    link("self", "application/atom+xml", SitePath(path), to: &out)
    link("alternate", "text/html", page, to: &out)
    out.add("<author>")
    element("name", facts.name, to: &out)
    out.add("</author>\n")
    for entry in shown {
      if !known.append(entry, to: &out) {
        let start = out.count
        append(entry, to: &out)
        known.keep(entry, out[start...])
      }
    }
    out.add("</feed>\n")
    return out
  }

  private func append(_ entry: StreamEntry, to out: inout [UInt8]) {
    out.add("<entry>\n")
    element("id", PermanentID.tag(facts, entry.subject.description), to: &out)
    element("title", entry.title, to: &out)
    element("published", entry.published.rfc3339, to: &out)
    element("updated", entry.updated.rfc3339, to: &out)
    link("alternate", "text/html", entry.page, to: &out)
    if !entry.summary.isEmpty { element("summary", entry.summary, to: &out) }
    out.add("</entry>\n")
  }

  private func element(_ name: String, _ text: String, to out: inout [UInt8]) {
    out.add("<")
    out.add(name)
    out.add(">")
    XMLText.escape(text, to: &out)
    out.add("</")
    out.add(name)
    out.add(">\n")
  }

  private func link(_ rel: String, _ type: String, _ target: SitePath, to out: inout [UInt8]) {
    out.add("<link rel=\"")
    out.add(rel)
    out.add("\" type=\"")
    out.add(type)
    out.add("\" href=\"")
    XMLText.escape(AbsoluteAddress.text(target, facts.address), to: &out)
    out.add("\"/>\n")
  }
}

/// Text for XML 1.0, which forbids more than HTML: no control but tab and line ends, no U+FFFE, no U+FFFF.
struct XMLText {
  static func escape(_ text: String, to out: inout [UInt8]) {
    let start = out.count
    Shell.escape(text, to: &out)
    // Both begin with this byte in UTF-8, as few other scalars do, and each feed has hundreds of texts.
    guard ByteScan.first(0xEF, in: out, from: start) != nil,
      text.unicodeScalars.contains(where: { $0.value == 0xFFFE || $0.value == 0xFFFF })
    else { return }
    out.removeSubrange(start...)
    var kept = String.UnicodeScalarView()
    kept.append(contentsOf: text.unicodeScalars.filter { $0.value != 0xFFFE && $0.value != 0xFFFF })
    Shell.escape(String(kept), to: &out)
  }
}

/// The feed of the whole commune: the newest entries of all modules.
struct CommuneFeed {
  static let path = "feed.atom"

  let facts: CommuneFacts
  let words: Words

  func bytes(_ entries: [StreamEntry], _ known: inout FeedMemory) -> [UInt8] {
    let locale = facts.languages.first ?? "fr"
    let sorted = entries.sorted { a, b in
      a.published != b.published ? a.published > b.published : a.subject < b.subject
    }
    var unique: [StreamEntry] = []
    var met: Set<Subject> = []
    for entry in sorted where met.insert(entry.subject).inserted {
      unique.append(entry)
      if unique.count == AtomFeed.limit { break }
    }
    let feed = AtomFeed(
      facts: facts, locale: locale, title: words.text("feed.title", locale, ["commune": facts.name]),
      path: CommuneFeed.path, page: "index.html", id: "commune")
    return feed.bytes(unique, &known)
  }
}
