import ParticipationKit

/// A route of the desk: what is not in this table does not exist, so none can be added without saying who may use it.
struct DeskRoute: Sendable, Hashable {
  let method: String
  /// The first step of the address after `/desk`, or the first two with a `/`; empty for the desk's home.
  let step: String
  /// The permission that is needed; nil for all staff, or where the screen or action itself says.
  let permission: String?
  /// Whether the person must have shown lately who they are.
  let isGuarded: Bool

  init(_ method: String, _ step: String, _ permission: String?, guarded: Bool = false) {
    self.method = method
    self.step = step
    self.permission = permission
    isGuarded = guarded
  }

  static let all: [DeskRoute] = [
    DeskRoute("GET", "", nil), DeskRoute("POST", "sign-out", nil),
    DeskRoute("GET", "moderation", "host.moderate"), DeskRoute("POST", "moderation", "host.moderate"),
    DeskRoute("POST", "undo", "host.moderate"), DeskRoute("GET", "appeals", "host.moderate"),
    DeskRoute("POST", "appeals", "host.moderate"), DeskRoute("GET", "rules", "host.settings"),
    DeskRoute("POST", "rules", "host.settings"), DeskRoute("GET", "decided", "host.moderate"),
    DeskRoute("GET", "answers", "host.answer"),
    // A module's screens and all actions name their own permissions.
    DeskRoute("GET", "m", nil), DeskRoute("POST", "do", nil),
    DeskRoute("GET", "people", "host.people"), DeskRoute("POST", "people", "host.people"),
    DeskRoute("POST", "people/invite", "host.people", guarded: true),
    DeskRoute("POST", "people/disable", "host.people", guarded: true),
    DeskRoute("POST", "people/enable", "host.people", guarded: true),
    DeskRoute("POST", "people/role", "host.people", guarded: true),
    DeskRoute("POST", "people/reset-factor", "host.people", guarded: true),
    DeskRoute("POST", "people/password", "host.people", guarded: true),
    DeskRoute("GET", "roles", RoleBook.managing, guarded: true),
    DeskRoute("POST", "roles", RoleBook.managing, guarded: true),
    DeskRoute("GET", "letters", "host.letters"), DeskRoute("POST", "letters", "host.letters", guarded: true),
    DeskRoute("GET", "counter", "host.counter"), DeskRoute("POST", "counter", "host.counter"),
    DeskRoute("GET", "mail", MailScreens.permission), DeskRoute("POST", "mail", MailScreens.permission),
    // What gives data out or removes it asks for the password on its own form.
    DeskRoute("GET", "data", "host.people"), DeskRoute("POST", "data", "host.people"),
    DeskRoute("GET", "calm", "host.calm"), DeskRoute("POST", "calm", "host.calm"),
    DeskRoute("GET", "modules", ModuleScreen.permission),
    DeskRoute("GET", "security", nil), DeskRoute("POST", "security", nil),
    DeskRoute("POST", "security/codes", nil, guarded: true), DeskRoute("POST", "security/remove", nil, guarded: true),
    DeskRoute("GET", "confirm", nil), DeskRoute("POST", "confirm", nil),
  ]

  /// The route of a request; the longer name wins.
  static func find(_ method: String, _ steps: [String]) -> DeskRoute? {
    let method = method == "POST" ? "POST" : "GET"
    let names = [steps.prefix(2).joined(separator: "/"), steps.first ?? ""]
    for name in names {
      if let route = all.first(where: { $0.method == method && $0.step == name }) { return route }
    }
    return nil
  }
}

/// The person must show again who they are before this; afterwards they come back to a screen of the desk.
struct ConfirmationNeeded: Error {
  let back: String
}

extension DeskRoom {
  /// Lets a request in, or not: before any screen or act is looked at.
  /// - Throws: ``Problem`` 404 for a route that is not in the table, 403 without permission; ``ConfirmationNeeded``.
  func enter() throws {
    guard let route = DeskRoute.find(request.method, steps) else { throw Problem.notFound(text("error.notFound")) }
    if let permission = route.permission { try require(permission) }
    guard route.isGuarded, !host.people.isConfirmed(session) else { return }
    throw ConfirmationNeeded(back: request.method == "POST" ? "/desk/\(steps[0])" : here)
  }

  /// A form of the desk that is written by the host.
  func sheet(
    _ form: Form, to path: String, id: String, values: [String: [String]] = [:], problem: Problem? = nil,
    returning back: String? = nil, showsTitle: Bool = true
  ) -> HTMLNode {
    let state = RenderingPort.FormState(
      action: SitePath(path), id: id, values: values, errors: problem?.fieldErrors ?? [],
      hidden: hidden(returning: back ?? here), locale: locale, showsTitle: showsTitle, isDesk: true)
    return .fragment(alert(problem, unlessFields: true) + [host.ports.rendering.form(form, state)])
  }

  /// What is wrong, above a form; a form says itself what is wrong with its fields.
  func alert(_ problem: Problem?, unlessFields: Bool = false) -> [HTMLNode] {
    guard let problem, !(unlessFields && !problem.fieldErrors.isEmpty) else { return [] }
    return [.div([.class("errors"), .named("role", "alert")], [.p(problem.detail)])]
  }

  /// Words to the author of what is decided, checked.
  /// - Throws: ``Problem`` 422.
  func note(_ text: String) throws -> String {
    let note = ByteText.trimmed(text)
    guard ByteText.length(note) <= 2000, !ByteText.hasForbiddenControl(note) else {
      let found = ["found": String(ByteText.length(note)), "allowed": "2000"]
      throw Problem.invalid("note", self.text("error.tooLong", found))
    }
    return note
  }

  /// A button that sends a small form.
  func button(
    _ label: String, to path: String, fields: [(name: String, value: String)] = [], style: String = "button quiet",
    hint: String = ""
  ) -> HTMLNode {
    .element(
      .form, [.named("method", "post"), .action(SitePath(path)), .class("inline no-print")],
      hiddenInputs(returning: here)
        + fields.map { field in
          .element(
            .input, [.named("type", "hidden"), .named("name", field.name), .named("value", field.value)])
        } + [
          .element(
            .button, [.class(style), .named("type", "submit")],
            [.text(label)] + (hint.isEmpty ? [] : [.span(" " + hint, [.class("sr")])]))
        ])
  }

  /// What a role is called.
  func roleName(_ id: String) -> String {
    guard let role = host.roles.role(id), !role.title.isEmpty else {
      return Role.all.contains(id) ? text("role.\(id)") : id
    }
    return role.title
  }

  /// A day and a time in words.
  func moment(_ instant: Timestamp) -> HTMLNode {
    let words = DateWords(locale: locale).longWithTime(host.zone.civil(instant))
    return .element(.time, [.datetime(instant.rfc3339)], [.text(words)])
  }
}
