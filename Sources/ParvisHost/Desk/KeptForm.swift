import ParticipationKit

/// A form of the desk that was sent after its session had ended. It goes along unseen through signing in, and is shown
/// again with one button: an evening's work is not lost, and nothing is done without the person who signed in. Where
/// somebody signed in again meanwhile, it is shown at once.
struct KeptForm: Sendable {
  private static let pathName = "kept_path"
  private static let prefix = "kept."
  /// Names that mean nothing to a reader, or belong to the session that ended.
  private static let unseen = RawSubmission.reserved.union(["decision", "seen"])
  /// Names of the desk's own fields that hold a password or a code: they are typed again, never carried or shown.
  private static let secrets: Set<String> = ["password", "old", "code", Participants.codeField]

  /// Where it was going, below `/desk/`.
  let path: String
  /// What was typed and what went along, by name.
  let values: [String: [String]]

  /// What a request carries that came without a session; nil when there is nothing to keep. Only a form of the desk's
  /// own pages comes here: ``Desk`` has looked at its origin.
  init?(_ request: WebRequest, steps: [String], host: Host, locale: String) {
    guard request.method == "POST", steps.count > 1, let raw = try? deskForm(request, host, locale) else { return nil }
    guard let secrets = KeptForm.secrets(in: steps, host: host, locale: locale) else { return nil }
    var values = raw.values.filter { $0.key != "form_token" && !secrets.contains($0.key) }
    // Of a file only the name is kept: the form says then that it is to be chosen again.
    for file in request.files { values[file.field] = [ByteText.singleLine(file.name, scalars: 120)] }
    self.init(path: request.path, values: values)
  }

  /// The fields of a form that nobody else may read on a screen that was left; nil when that is all of them, because
  /// the act is a secret one.
  private static func secrets(in steps: [String], host: Host, locale: String) -> Set<String>? {
    let target = steps.first == "counter" ? Array(steps.dropFirst(2)) : Array(steps.dropFirst())
    guard ["counter", "do"].contains(steps[0]), target.count > 1, let action = host.action(target[0], target[1]) else {
      return secrets
    }
    if action.isSecret { return nil }
    let key = target.dropFirst(2).joined(separator: "/")
    let form = try? host.ports.store.reading { ledgers in
      try host.spoken(locale) { try action.form(ledgers, key, locale, host.ports.now(), .everything) }
    }
    // A form that cannot be made, since it is closed by now, tells nothing of its fields: then nothing of what was
    // taken down for somebody is kept. What staff write for the town hall is theirs.
    guard let form else { return action.audience.isPublic ? nil : secrets }
    return secrets.union(form.fields.filter { $0.kind == .secret }.map(\.name))
  }

  /// What a sign-in form carried along; nil when it carried nothing.
  init?(signIn raw: RawSubmission) {
    var values: [String: [String]] = [:]
    for (name, texts) in raw.values where name.utf8.starts(with: Self.prefix.utf8) {
      values[String(name.dropFirst(Self.prefix.count))] = texts
    }
    self.init(path: raw.first(Self.pathName), values: values)
  }

  private init?(path: String, values: [String: [String]]) {
    let values = values.filter { !KeptForm.secrets.contains($0.key) }
    guard path.utf8.starts(with: "/desk/".utf8), Desk.returnPath(path) == path, !values.isEmpty else { return nil }
    self.path = path
    self.values = values
  }

  private var pairs: [(name: String, value: String)] {
    values.sorted { $0.key < $1.key }.flatMap { entry in entry.value.map { (entry.key, $0) } }
  }

  /// The hidden fields that carry it through signing in.
  var hidden: [(name: String, value: String)] {
    [(Self.pathName, path)] + pairs.map { (Self.prefix + $0.name, $0.value) }
  }

  /// The page after signing in: what was typed, and a button that sends it now.
  func page(
    _ session: DeskSession, host: Host, locale: String, status: Int = 200, at address: String = "/desk/sign-in"
  ) -> WebResponse {
    let words = host.words
    let back = Desk.returnPath(values["return"]?.first ?? "")
    let texts = pairs.filter { !Self.unseen.contains($0.name) && !ByteText.trimmed($0.value).isEmpty }
    let shown = texts.map {
      HTMLNode.element(.blockquote, [], [.element(.pre, [], [.text(FileIntake.named($0.value)?.name ?? $0.value)])])
    }
    let inputs = ([("form_token", session.formToken)] + pairs).map { name, value in
      HTMLNode.element(.input, [.named("type", "hidden"), .named("name", name), .named("value", value)])
    }
    let button = HTMLNode.element(
      .button, [.class("button"), .named("type", "submit")], [.text(words.text("desk.kept.send", locale))])
    let title = words.text("desk.kept.title", locale)
    let body: [HTMLNode] =
      [.p(words.text("desk.kept.lead", locale), [.class("lead")])] + shown + [
        .element(
          .form, [.named("method", "post"), .action(SitePath(String(path.dropFirst())))],
          inputs + [
            .div(
              [.class("actions")],
              [button, .a(SitePath(String(back.dropFirst())), words.text("desk.kept.drop", locale))])
          ])
      ]
    return .html(
      status,
      host.ports.rendering.deskPage(
        Page(title: title, summary: title, body: body), String(address.dropFirst()), locale, [], session.person.name))
  }
}
