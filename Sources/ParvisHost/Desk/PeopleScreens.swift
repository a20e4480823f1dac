import ParticipationKit

/// Accounts: who has one, and one-time links for new ones.
struct PeopleScreens: Sendable {
  let room: DeskRoom

  private var host: Host { room.host }

  func list(link: (words: String, address: String)?, problem: Problem?) throws -> WebResponse {
    try room.require("host.people")
    var body: [HTMLNode] = []
    if let problem { body.append(.div([.class("errors"), .named("role", "alert")], [.p(problem.detail)])) }
    if let link {
      body.append(
        .div(
          [.class("told"), .named("role", "status")],
          [.p(room.text(link.words)), .p([], [.element(.code, [.class("code")], [.text(link.address)])])]))
    }
    body.append(.ul([.class("rows")], items: try host.people.all().map(card)))
    body.append(inviteForm())
    return room.page(problem?.status ?? 200, title: room.text("desk.people"), body)
  }

  /// One account; a card and no row of a table, so that a telephone shows all of it.
  private func card(_ person: Person) -> HTMLNode {
    let state = person.isDisabled ? [HTMLNode.text(" · " + room.text("people.disabled"))] : []
    return .div(
      [.class("person")],
      [
        .h2(person.name), .p([.class("meta")], [.text(person.email)] + state), role(person),
        .div([.class("actions")], [toggle(person), newPassword(person), resetFactor(person)]),
      ])
  }

  /// The role, which whoever may manage accounts can change; never one's own.
  private func role(_ person: Person) -> HTMLNode {
    guard person.id != room.session.person.id, mayChange(person) else {
      return .p(room.roleName(person.role))
    }
    let id = "role-\(person.id)"
    return .element(
      .form, [.named("method", "post"), .action(SitePath("desk/people/role")), .class("inline")],
      room.hiddenInputs(returning: "/desk/people") + [
        .element(.input, [.named("type", "hidden"), .named("name", "email"), .named("value", person.email)]),
        .element(
          .label, [.named("for", id), .class("sr")], [.text(room.text("people.role.of", ["name": person.name]))]),
        .element(.select, [.id(id), .named("name", "role")], options(chosen: person.role)),
        .element(
          .button, [.class("button quiet"), .named("type", "submit")], [.text(room.text("people.role.change"))]),
      ])
  }

  /// Nobody makes somebody of more rights than they have themselves.
  private var assignable: [StaffRole] {
    host.roles.all.filter { host.roles.covers(room.session.person.role, $0.id) }
  }

  private func mayChange(_ person: Person) -> Bool { host.roles.covers(room.session.person.role, person.role) }

  private func options(chosen: String) -> [HTMLNode] {
    assignable.map { role in
      .element(
        .option, [.named("value", role.id)] + (role.id == chosen ? [.flag("selected")] : []),
        [.text(room.roleName(role.id))])
    }
  }

  private func newPassword(_ person: Person) -> HTMLNode {
    if person.id == room.session.person.id || person.isDisabled || !mayChange(person) { return .empty }
    return room.button(
      room.text("people.password"), to: "desk/people/password", fields: [(name: "email", value: person.email)],
      hint: person.name)
  }

  private func resetFactor(_ person: Person) -> HTMLNode {
    guard person.id != room.session.person.id, mayChange(person),
      (try? SecondFactor(host: host).state(of: person.id).since) ?? nil != nil
    else { return .empty }
    return room.button(
      room.text("people.resetFactor"), to: "desk/people/reset-factor", fields: [(name: "email", value: person.email)],
      hint: person.name)
  }

  private func toggle(_ person: Person) -> HTMLNode {
    if person.id == room.session.person.id || !mayChange(person) { return .empty }
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
                .element(.select, [.id("invite-role"), .named("name", "role")], options(chosen: Role.councillor)),
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
    let actor = room.session.actor
    switch step {
    case "invite":
      let role = try askedRole(raw)
      let base = host.linkBase(heardAt: room.request.header("Host"))
      let key = room.onceKey(raw) ?? host.ports.sealing.random(20)
      let link = base + (try host.people.invite(role: role, once: key))
      return try list(link: ("people.invite.link", link), problem: nil)
    case "password":
      let base = host.linkBase(heardAt: room.request.header("Host"))
      do {
        let link = base + (try host.people.passwordLink(email: raw.first("email"), by: actor, locale: room.locale))
        return try list(link: ("people.password.link", link), problem: nil)
      } catch let problem as Problem where problem.status == 409 {
        return try list(link: nil, problem: problem)
      }
    case "disable", "enable":
      let email = raw.first("email")
      if step == "disable", People.normalised(email) == room.session.person.email {
        return try list(link: nil, problem: Problem.conflict(room.text("people.self")))
      }
      return try change { try host.people.setDisabled(email: email, step == "disable", by: actor, locale: room.locale) }
    case "role":
      let (email, role) = (raw.first("email"), try askedRole(raw))
      if People.normalised(email) == room.session.person.email { throw Problem.conflict(room.text("people.self.role")) }
      return try change { try host.people.setRole(email: email, role: role, by: actor, locale: room.locale) }
    case "reset-factor":
      let email = raw.first("email")
      return try change { try host.people.resetSecondFactor(email: email, by: actor, locale: room.locale) }
    default: throw Problem.notFound(room.text("error.notFound"))
    }
  }

  private func askedRole(_ raw: RawSubmission) throws -> String {
    let role = raw.first("role")
    guard assignable.contains(where: { $0.id == role }) else {
      throw Problem.invalid("role", room.text("error.choice"))
    }
    return role
  }

  /// Changes somebody's account and comes back to the list, or says there what stands against it.
  private func change(_ body: () throws -> Void) throws -> WebResponse {
    do {
      try body()
    } catch let problem as Problem where problem.status == 409 {
      return try list(link: nil, problem: problem)
    }
    return .redirect("/desk/people")
  }
}
