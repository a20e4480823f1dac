public import ParticipationKit

extension Host {
  /// A family whose records say, where they stood, that their words were erased and when. The place in lists and the
  /// address stay; a module needs to do nothing for it.
  public func marked(_ family: DocumentFamily, module: String) -> DocumentFamily {
    guard registry.entry(module)?.instance.personalData != nil else { return family }
    return DocumentFamily(
      family.kind, rank: family.rank, titles: family.titles, path: family.path, keys: family.keys,
      load: { context, key in
        guard let document = try family.load(context, key) else { return nil }
        guard let erased = try context.erased(Subject(module, family.kind, key)) else { return document }
        return self.marked(document, erased)
      }
    ).describing(family.members)
  }

  private func marked(_ document: Document, _ erased: Timestamp) -> Document {
    var page: (@Sendable (View) throws -> Page)?
    if let make = document.page { page = { view in self.marked(try make(view), erased, view.locale) } }
    return Document(
      value: document.value?.adding([("erased", .timestamp(erased))]), dependsOn: document.dependsOn,
      changesAt: document.changesAt, updated: max(document.updated, erased), search: document.search, page: page)
  }

  private func marked(_ page: Page, _ erased: Timestamp, _ locale: String) -> Page {
    Page(
      title: page.title, summary: page.summary, kicker: page.kicker, crumbs: page.crumbs, showsTitle: page.showsTitle,
      body: [erasedNotice(erased, locale), page.body])
  }

  /// « Effacé le … » where words stood.
  func erasedNotice(_ erased: Timestamp, _ locale: String) -> HTMLNode {
    .div([.class("told erased")], [.p(words.text("privacy.erased", locale, ["date": day(erased, locale)]))])
  }

  /// A day of the commune in words.
  func day(_ instant: Timestamp, _ locale: String) -> String {
    DateWords(locale: locale).long(zone.civil(instant).date)
  }
}
