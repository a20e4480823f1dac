import ParticipationKit

/// Accounts: who has one, and one-time links for new ones.
struct PeopleScreens: Sendable {
  let room: DeskRoom

  private var host: Host { room.host }

  func list(link: String?, problem: Problem?) throws -> WebResponse {
    try room.require("host.people")
    var body: [HTMLNode] = []
    if let problem { body.append(.div([.class("errors"), .named("role", "alert")], [.p(problem.detail)])) }
    if let link {
      body.append(
        .div(
          [.class("told"), .named("role", "status")],
          [.p(room.text("people.invite.link")), .p([], [.element(.code, [.class("code")], [.text(link)])])]))
    }
    let rows = try host.people.all().map { person -> [HTMLNode] in
      [
        .text(person.name), .text(person.email), .text(room.text("role.\(person.role)")),
        .text(room.text(person.isDisabled ? "people.disabled" : "people.active")), toggle(person),
      ]
    }
    body.append(
      .table(
        caption: room.text("people.list"),
        headings: ["people.name", "people.email", "people.role", "people.state", "people.change"].map {
          room.text($0)
        },
        rows: rows))
    body.append(inviteForm())
    return room.page(problem?.status ?? 200, title: room.text("desk.people"), body)
  }

  private func toggle(_ person: Person) -> HTMLNode {
    if person.id == room.session.person.id { return .empty }
    if person.role == Role.administrator, room.session.person.role != Role.administrator { return .empty }
    let step = person.isDisabled ? "enable" : "disable"
    return .element(
      .form, [.named("method", "post"), .action(SitePath("desk/people/\(step)"))],
      room.hiddenInputs(returning: "/desk/people") + [
        .element(.input, [.named("type", "hidden"), .named("name", "email"), .named("value", person.email)]),
        .element(
          .button, [.class("button quiet"), .named("type", "submit")],
          [.text(room.text("people.\(step)")), .span(" " + person.name, [.class("sr")])]),
      ])
  }

  private func inviteForm() -> HTMLNode {
    let options = [Role.councillor, Role.agent, Role.clerk].map {
      HTMLNode.element(.option, [.named("value", $0)], [.text(room.text("role.\($0)"))])
    }
    return .section(
      [],
      [
        .h2(room.text("people.invite")),
        .element(
          .form, [.named("method", "post"), .action(SitePath("desk/people/invite")), .class("sheet")],
          room.hiddenInputs(returning: "/desk/people") + [
            .div(
              [.class("field")],
              [
                .element(.label, [.named("for", "invite-role")], [.text(room.text("people.invite.role"))]),
                .element(.select, [.id("invite-role"), .named("name", "role")], options),
              ]),
            .div(
              [.class("actions")],
              [
                .element(
                  .button, [.class("button"), .named("type", "submit")], [.text(room.text("people.invite.submit"))])
              ]),
          ]),
      ])
  }

  func post(_ step: String, _ raw: RawSubmission) throws -> WebResponse {
    try room.require("host.people")
    switch step {
    case "invite":
      let role = raw.first("role")
      guard [Role.councillor, Role.agent, Role.clerk].contains(role) else {
        throw Problem.invalid("role", room.text("error.choice"))
      }
      let base = host.linkBase(heardAt: room.request.header("Host"))
      let key = room.onceKey(raw) ?? host.ports.sealing.random(20)
      return try list(link: base + (try host.people.invite(role: role, once: key)), problem: nil)
    case "disable", "enable":
      let email = raw.first("email")
      if step == "disable", People.normalised(email) == room.session.person.email {
        return try list(link: nil, problem: Problem.conflict(room.text("people.self")))
      }
      do {
        try host.people.setDisabled(email: email, step == "disable", by: room.session.actor, locale: room.locale)
      } catch let problem as Problem where problem.status == 409 {
        return try list(link: nil, problem: problem)
      }
      return .redirect("/desk/people")
    default: throw Problem.notFound(room.text("error.notFound"))
    }
  }
}
