import ParticipationKit

/// `/desk/roles`: what each role may do, and where. For administrators alone; each change is a leaf of the register.
struct RoleScreens: Sendable {
  let room: DeskRoom

  private var host: Host { room.host }

  func get(_ steps: [String]) throws -> WebResponse {
    guard let id = steps.first else { return list() }
    if id == "new" { return editor(nil, values: [:], problem: nil) }
    guard let role = host.roles.role(id), id != Role.administrator, steps.count == 1 else {
      throw Problem.notFound(room.text("error.notFound"))
    }
    let values = [
      "title": [role.title], "permissions": role.permissions.sorted(), "areas": role.areas,
    ]
    return editor(role, values: values, problem: nil)
  }

  private func list() -> WebResponse {
    let titles = Dictionary(
      host.registry.permissions.map { ($0.name, $0.titles[room.locale] ?? $0.name) },
      uniquingKeysWith: { one, _ in one })
    let areas = Dictionary(areaChoices.map { ($0.value, $0.label) }, uniquingKeysWith: { one, _ in one })
    let rows = host.roles.all.map { role -> [HTMLNode] in
      let isFixed = role.id == Role.administrator
      return [
        isFixed
          ? .text(room.roleName(role.id)) : .a(SitePath("desk/roles/\(role.id)"), room.roleName(role.id)),
        isFixed
          ? .text(room.text("roles.everything"))
          : .ul(items: role.permissions.sorted().map { .text(titles[$0] ?? $0) }),
        role.areas.isEmpty
          ? .text(room.text("roles.everywhere")) : .ul(items: role.areas.map { .text(areas[$0] ?? $0) }),
      ]
    }
    return room.page(
      200, title: room.text("desk.roles"),
      [
        .p(room.text("roles.intro"), [.class("lead")]),
        .table(
          caption: room.text("desk.roles"),
          headings: ["people.role", "roles.permissions", "roles.areas"].map { room.text($0) }, rows: rows),
        .p([], [.a(SitePath("desk/roles/new"), room.text("roles.new"), [.class("button")])]),
      ])
  }

  /// The modules, and the categories by which their work can be divided.
  private var areaChoices: [Choice] {
    host.registry.entries.flatMap { entry -> [Choice] in
      let id = entry.manifest.id
      let name = entry.manifest.names[room.locale] ?? id
      var seen: Set<String> = []
      let categories = entry.instance.moderatedKinds.flatMap { $0.categories(room.locale) }
        .filter { seen.insert($0.value).inserted }
      return [Choice(id, room.text("roles.area.module", ["module": name]))]
        + categories.map { Choice("\(id)/\($0.value)", "\(name) – \($0.label)") }
    }
  }

  private func form(_ role: StaffRole?) -> Form {
    let permissions = host.registry.permissions.filter { $0.name != RoleBook.managing }
    var fields: [Field] = []
    if role?.isBuiltIn != true {
      fields.append(Field("title", .line, room.text("roles.title"), required: true, maxLength: 80))
    }
    fields += [
      Field(
        "permissions", .choices, room.text("roles.permissions"),
        choices: permissions.map { Choice($0.name, $0.titles[room.locale] ?? $0.name) }),
      Field("areas", .choices, room.text("roles.areas"), help: room.text("roles.areas.help"), choices: areaChoices),
    ]
    return Form(
      title: role.map { room.roleName($0.id) } ?? room.text("roles.new"), fields: fields,
      submit: room.text("roles.submit"))
  }

  private func editor(_ role: StaffRole?, values: [String: [String]], problem: Problem?) -> WebResponse {
    let form = form(role)
    return room.page(
      problem?.status ?? 200, title: form.title,
      [
        room.sheet(
          form, to: "desk/roles/\(role?.id ?? "new")", id: "role", values: values, problem: problem,
          returning: "/desk/roles", showsTitle: false),
        .p([], [.a(SitePath("desk/roles"), room.text("desk.queue.back"))]),
      ])
  }

  func post(_ id: String, _ raw: RawSubmission) throws -> WebResponse {
    let old = id == "new" ? nil : host.roles.role(id)
    guard id == "new" || (old != nil && id != Role.administrator) else {
      throw Problem.notFound(room.text("error.notFound"))
    }
    do {
      let sent = try FormChecker(words: host.words, locale: room.locale).check(raw, against: form(old))
      let title = old?.isBuiltIn == true ? "" : sent.text("title")
      let name = id == "new" ? ByteText.slug(title) : id
      if id == "new", name.isEmpty || name == "new" || host.roles.role(name) != nil {
        throw Problem.invalid("title", room.text("roles.taken"))
      }
      let role = StaffRole(
        id: name, title: title, permissions: Set(sent.list("permissions")), areas: sent.list("areas").sorted())
      let (host, now) = (host, host.ports.now())
      try host.ports.store.perform { try host.roles.store(role, at: now, host: host, in: $0) }
      try host.ports.store.read { try host.roles.reload(in: $0) }
    } catch let problem as Problem where problem.status == 422 {
      return editor(old, values: raw.values, problem: problem)
    }
    return .redirect("/desk/roles")
  }
}
