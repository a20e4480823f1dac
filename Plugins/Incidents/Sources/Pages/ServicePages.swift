internal import ParticipationKit

// The services and the forms: pages that only `content/` changes.

extension IncidentsModule {
  /// Pages made from files alone have no time of their own.
  private var undated: Timestamp { Timestamp(milliseconds: 0) }

  var servicesFamily: DocumentFamily {
    .single(
      "services", rank: .list, titles: ["fr": "Services", "en": "Services"], path: "incidents/services",
      load: { _ in
        Document(
          value: .object([("services", .array(content.services.all.map(serviceValue)))]), updated: undated,
          page: { view in servicesPage(view) })
      })
  }

  private func servicesPage(_ view: View) -> Page {
    var sections: [HTMLNode] = []
    var groups: [String] = []
    for service in content.services.all where !groups.contains(service.groups.french) {
      groups.append(service.groups.french)
    }
    for group in groups {
      let services = content.services.all.filter { $0.groups.french == group }
      guard let first = services.first else { continue }
      let title = first.groups.text(view.locale)
      sections.append(.h2(title.isEmpty ? view.text("services.other") : title))
      sections.append(
        .element(
          .ul, [.class("rows")],
          services.map { service in
            .element(
              .li, [],
              [
                .element(.h3, [], [.a(view.path("service", service.code), service.name(view.locale))]),
                .p(service.descriptions.text(view.locale)),
              ])
          }))
    }
    return Page(
      title: view.text("services.title"), summary: view.text("services.lead"),
      body: [.p(view.text("services.lead"), [.class("lead")])] + sections)
  }

  var serviceFamily: DocumentFamily {
    DocumentFamily(
      "service", rank: .record, titles: ["fr": "Service", "en": "Service"], path: { "incidents/services/\($0)" },
      keys: { _, after, limit in contentKeys(content.services.all.map(\.code), after: after, limit) },
      load: { _, code in
        guard let service = content.services[code] else { return nil }
        return Document(
          value: serviceValue(service), updated: undated,
          search: SearchEntry(
            title: service.name(mainLocale),
            text: service.keywords.joined(separator: ", ")),
          page: { view in try servicePage(service, view) })
      })
  }

  /// The next keys after one of documents that `content/` alone makes.
  func contentKeys(_ all: [String], after: String?, _ limit: Int) -> [String] {
    Array(all.sorted().filter { $0 > after ?? "" }.prefix(limit))
  }

  private func servicePage(_ service: Service, _ view: View) throws -> Page {
    // The body of the file is in the language of the commune.
    let attributes: [HTMLAttribute] = view.locale == mainLocale ? [] : [.lang(mainLocale)]
    let agency =
      service.agency.isEmpty ? HTMLNode.empty : facts([(view.text("label.agency"), .text(service.agency))])
    return Page(
      title: service.name(view.locale), summary: service.descriptions.text(view.locale),
      kicker: service.groups.text(view.locale), crumbs: [(view.text("services.title"), view.path("services"))],
      body: [
        .p(service.descriptions.text(view.locale), [.class("lead")]), .div(attributes, [service.body]), agency,
        try view.form("report", key: service.code, options: View.FormOptions(id: "report")),
      ])
  }

  var newReportFamily: DocumentFamily {
    .single(
      "new", rank: .list, titles: ["fr": "Formulaire de signalement", "en": "Report form"], path: "incidents/new",
      load: { _ in
        Document(
          value: .object([
            ("action", .string("api/v1/incidents/report")),
            ("services", .array(content.services.all.map { .string($0.code) })),
          ]), updated: undated,
          page: { view in
            Page(
              title: view.text("form.title"), summary: view.text("new.lead"),
              body: [
                .p(view.text("new.lead"), [.class("lead")]),
                try view.form("report", options: View.FormOptions(id: "report", showsTitle: false)),
              ])
          })
      })
  }
}
