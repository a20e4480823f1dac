internal import ParticipationKit

// The form of a report. With a service as key it is the form of that service: one question less, and its own warning.

extension IncidentsModule {
  /// The form for a service code, or for all services when the key is empty; nil for an unknown service.
  /// - Parameter byStaff: Whether staff write down what somebody told them: they also say how it came.
  /// - Throws: ``Problem`` when the commune has no service yet.
  func reportForm(_ context: FormContext, byStaff: Bool = false) throws -> Form? {
    let locale = context.locale
    guard !content.services.all.isEmpty else { throw Problem.conflict(text("error.no-service", locale)) }
    let service = content.services[context.key]
    guard context.key.isEmpty || service != nil else { return nil }
    var groups: [Form.Group] = []
    if service == nil { groups.append(Form.Group("", [serviceField(context)])) }
    groups.append(Form.Group(text("form.where", locale), placeFields(locale)))
    groups.append(Form.Group("", [descriptionField(locale)]))
    groups.append(Form.Group(text("form.contact", locale), contactFields(locale)))
    if byStaff { groups.append(Form.Group("", [channelField(locale)])) }
    groups.append(
      Form.Group(
        "", [Field("not_emergency", .confirmation, text("form.not-emergency", locale), required: true)]))
    let title =
      service.map { text("form.title-service", locale, ["service": $0.name(locale)]) } ?? text("form.title", locale)
    return Form(
      title: title, intro: warning(service, locale), groups: groups, submit: text("form.submit", locale))
  }

  private func serviceField(_ context: FormContext) -> Field {
    Field(
      "service", .choice, text("form.service", context.locale), required: true,
      choices: content.services.choices(context.locale).filter { context.reach.covers($0.value) })
  }

  private func channelField(_ locale: String) -> Field {
    Field(
      "channel", .choice, text("label.channel", locale), required: true,
      choices: ["desk", "telephone", "paper"].map { Choice($0, text("channel.\($0)", locale)) })
  }

  private func placeFields(_ locale: String) -> [Field] {
    var fields: [Field] = []
    if !content.streets.isEmpty {
      let choices = content.streets.choices(
        village: text("form.village", locale),
        wholeHamlet: { text("form.whole-hamlet", locale, ["name": $0]) }, elsewhere: text("form.elsewhere", locale))
      fields.append(
        Field(
          "street", .choice, text("form.street", locale), help: text("form.street-help", locale), required: true,
          choices: choices))
    }
    fields.append(
      Field(
        "place_text", .line, text("form.place", locale), help: text("form.place-help", locale),
        required: content.streets.isEmpty, maxLength: 240))
    let point = Field(
      "point", .point, text("form.point", locale),
      help: text(content.streets.isEmpty ? "form.point-alone" : "form.point-help", locale))
    fields.append(content.map.map { point.on($0.picking) } ?? point)
    return fields
  }

  private func descriptionField(_ locale: String) -> Field {
    let help = text(options.showsDescription ? "form.description-help" : "form.description-help-private", locale)
    return Field("description", .text, text("form.description", locale), help: help, required: true)
  }

  private func contactFields(_ locale: String) -> [Field] {
    [
      Field("contact_name", .line, text("form.name", locale), maxLength: 120, autocomplete: "name"),
      Field(
        "contact_email", .email, text("form.email", locale),
        help: text("form.email-help", locale, ["count": String(options.contactMonths)]), autocomplete: "email"),
      Field("wants_updates", .confirmation, text("form.wants-updates", locale)),
    ]
  }

  /// What to do instead of writing when there is danger: the general rule, and that of the service or of all services.
  func warning(_ service: Service?, _ locale: String) -> HTMLNode {
    let services = service.map { [$0] } ?? content.services.all
    let own = services.compactMap { service in
      service.emergency(locale).map { (code: service.code, name: service.name(locale), node: $0) }
    }
    var children: [HTMLNode] = [.h2(text("warning.title", locale)), .p(text("warning.general", locale))]
    if service != nil {
      children += own.map(\.node)
    } else if !own.isEmpty {
      // Twelve services would push the form off a phone's screen: the general rule stays, the rest opens.
      let list = HTMLNode.element(
        .dl, [],
        own.flatMap { entry -> [HTMLNode] in
          // With script, what belongs to the service that is chosen stands beside the choice at once.
          [
            .element(.dt, [], [.strong(entry.name)]),
            .element(.dd, [.data("choice", entry.code)], [entry.node]),
          ]
        })
      children.append(
        .element(
          .details, [.data("choices", "service")],
          [.element(.summary, [], [.text(text("warning.more", locale))]), list]))
    }
    return .div([.class("urgent")], children)
  }
}
