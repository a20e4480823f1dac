internal import ParticipationKit

/// Makes documents, pages and entries of streams of what a process describes.
struct DocumentReader {
  let site: Site

  private var subjects: SubjectReader { SubjectReader(module: site.module) }

  /// A document; nil for null.
  func document(
    _ value: JSONValue, _ family: DeclaredDocuments, key: String, _ context: RenderContext
  ) throws -> Document? {
    if value.isNull { return nil }
    let place = "documents \(family.kind)"
    guard let updated = value["updated"]?.asInteger else {
      throw ChildFailure.answer("\(place).updated", "milliseconds")
    }
    var last = Timestamp(milliseconds: Int64(updated))
    var depends = try subjects.subjects(value["dependsOn"], "\(place).dependsOn")
    var data = value["value"].flatMap { $0.isNull ? nil : $0 }
    var discussion: Discussion?
    var answer: OfficialAnswer?
    if family.hasDiscussion {
      let own = Subject(site.module, family.kind, key)
      let found = try context.discussion(on: own)
      answer = try context.officialAnswer(to: own)
      data = data?.adding([("answer", answer?.value ?? .null), ("comments", found.value)])
      last = max(last, found.updated ?? last, answer?.published ?? last)
      discussion = found
      depends.append(own)
    }
    var page: (@Sendable (View) throws -> Page)?
    if let pages = value["pages"], !pages.isNull {
      let (site, shown, answered) = (site, discussion, answer)
      page = { view in
        guard let page = pages[view.locale] else {
          throw ChildFailure.answer("\(place).pages", "a page in \(view.locale)")
        }
        let reader = NodeReader(view: view, site: site, discussion: shown, answer: answered)
        return try DocumentReader.page(page, reader, "\(place).pages.\(view.locale)")
      }
    }
    let changesAt = value["changesAt"]?.asInteger.map { Timestamp(milliseconds: Int64($0)) }
    return Document(
      value: data, dependsOn: depends, changesAt: changesAt, updated: last, search: search(value["search"]), page: page)
  }

  private func search(_ value: JSONValue?) -> SearchEntry? {
    guard let title = value?["title"]?.asString else { return nil }
    return SearchEntry(title: title, text: value?["text"]?.asString ?? "")
  }

  static func page(_ value: JSONValue, _ nodes: NodeReader, _ place: String) throws -> Page {
    guard let title = value["title"]?.asString else { throw ChildFailure.answer("\(place).title", "a text") }
    var crumbs: [(title: String, path: SitePath)] = []
    for crumb in value["crumbs"]?.asArray ?? [] {
      guard let step = crumb.asArray, step.count == 2, let title = step[0].asString else {
        throw ChildFailure.answer("\(place).crumbs", "[title, “kind/key”]")
      }
      crumbs.append((title: title, path: try nodes.path(step[1], "\(place).crumbs")))
    }
    return Page(
      title: title, summary: value["summary"]?.asString ?? title, kicker: value["kicker"]?.asString ?? "",
      crumbs: crumbs,
      showsTitle: value["showsTitle"]?.asBool ?? true, body: try nodes.nodes(value["body"], "\(place).body")
    )
    .titled(in: value["titleLanguage"]?.asString ?? "")
  }

  /// The entry of a stream. Its page is the document of a subject, with an anchor if wanted.
  /// - Parameter takesPlace: Whether it is one of a calendar, which says when it takes place.
  func entry(
    _ value: JSONValue, _ path: (Subject) -> String?, _ place: String, takesPlace: Bool = false
  ) throws -> StreamEntry {
    guard let title = value["title"]?.asString, let published = value["published"]?.asInteger else {
      throw ChildFailure.answer(place, "“subject”, “page”, “title”, “published”")
    }
    let subject = try subjects.subject(value["subject"], "\(place).subject")
    let page = try subjects.subject(value["page"] ?? value["subject"], "\(place).page")
    guard let found = path(page) else { throw ChildFailure.answer("\(place).page", "a document of the module") }
    let point = (value["point"]?.asArray ?? []).compactMap(\.asNumber)
    let entry = StreamEntry(
      subject: subject, page: SitePath(found + ".html", fragment: value["at"]?.asString), title: title,
      summary: value["summary"]?.asString ?? "", published: Timestamp(milliseconds: Int64(published)),
      updated: Timestamp(milliseconds: Int64(value["updated"]?.asInteger ?? published)),
      point: point.count == 2 ? GeoPoint(latitude: point[0], longitude: point[1]) : nil,
      fields: (value["fields"]?.asObject ?? []).map { (name: $0.name, value: $0.value) })
    return takesPlace ? entry.taking(try occurrence(value, place)) : entry
  }

  /// When and where the entry of a calendar takes place.
  private func occurrence(_ value: JSONValue, _ place: String) throws -> Occurrence {
    guard let starts = value["starts"]?.asInteger, let ends = value["ends"]?.asInteger, ends >= starts else {
      throw ChildFailure.answer(place, "“starts” and “ends” in milliseconds, the end not before the beginning")
    }
    return Occurrence(
      starts: Timestamp(milliseconds: Int64(starts)), ends: Timestamp(milliseconds: Int64(ends)),
      place: value["place"]?.asString ?? "", isCancelled: value["cancelled"]?.asBool ?? false)
  }
}
