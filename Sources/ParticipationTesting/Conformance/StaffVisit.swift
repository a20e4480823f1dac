import ParticipationKit
import ParvisHost

// What staff do with a module: they look at each screen, follow its links and fill its forms.
extension Participation {
  private static let mostScreens = 40

  /// The screens of the module and what they lead to, as an administrator sees them.
  func screens() throws -> [Visit.Screen] {
    let desk = try commune.desk(role: Role.administrator)
    var waiting = instance.deskScreens.map { "/desk/m/\(module)/\($0.name)" }
    var seen: Set<String> = []
    var screens: [Visit.Screen] = []
    while !waiting.isEmpty, screens.count < Participation.mostScreens {
      let path = waiting.removeFirst()
      guard seen.insert(path).inserted else { continue }
      let answer = desk.get(path)
      let body = Array(answer.body.utf8)
      screens.append(Visit.Screen(path: path, status: answer.status, body: body))
      waiting += links(body, at: path)
    }
    for path in ["/desk", "/desk/moderation", "/desk/decided", "/desk/answers"] {
      let answer = desk.get(path)
      screens.append(Visit.Screen(path: path, status: answer.status, body: Array(answer.body.utf8)))
    }
    return screens
  }

  /// The links of a screen that stay in the module.
  private func links(_ body: [UInt8], at path: String) -> [String] {
    let mark = "desk/m/\(module)/"
    return MarkupScan.pieces(body).compactMap { piece in
      guard case .start(let tag) = piece, tag.name == "a", let href = tag["href"] else { return nil }
      if let tail = MarkupForm.tail(of: href, from: mark) { return "/" + mark + tail }
      return nil
    }
  }

  /// Fills each staff form that a screen shows, with what it shows and canaries in its texts.
  func actAsStaff() throws -> [Visit.Act] {
    let desk = try commune.desk(role: Role.administrator)
    var forms: [FormPlace: MarkupForm] = [:]
    for screen in try screens() {
      for form in MarkupForm.all(screen.body, mark: "desk/do/") {
        if let place = form.place, place.module == module, forms[place] == nil { forms[place] = form }
      }
    }
    for action in instance.actions where !action.audience.isPublic {
      let place = FormPlace(module: module, action: action.name, key: "")
      if !forms.keys.contains(where: { $0.action == action.name }) { forms[place] = MarkupForm() }
    }
    var acts: [Visit.Act] = []
    for (turn, action) in Set(forms.keys.map(\.action)).sorted().enumerated() {
      let places = forms.keys.filter { $0.action == action }.sorted { $0.key < $1.key }
      // From the first record on and from the last one back by turns: what is withdrawn is not all that was corrected.
      for place in (turn % 2 == 0 ? places : places.reversed()).prefix(2) {
        guard let shown = forms[place], let form = form(place) else { continue }
        acts.append(try act(place, form, shown.values, number: 100 + acts.count, desk))
      }
    }
    return acts
  }

  private func act(
    _ place: FormPlace, _ form: Form, _ shown: [String: [String]], number: Int, _ desk: TestDesk
  ) throws -> Visit.Act {
    var answer = TestCommune.Answer(status: 0, headers: [], body: "")
    let input = GeneratedInput(number: number, style: .canary)
    let texts = Set(form.fields.map(\.name))
    let optional = Set(form.fields.filter { !$0.isRequired && shown[$0.name] == nil }.map(\.name))
    // Whoever corrects a record leaves most of it as it stands.
    let lines = Set(form.fields.filter { $0.kind != .text && shown[$0.name] != nil }.map(\.name))
    // Everything filled; then sensible words; then other long texts alone; then only what must be there.
    let ways: [(plain: Set<String>, leftOut: Set<String>, untouched: Set<String>)] = [
      ([], [], []), (texts, [], []), ([], [], lines), (texts, [], lines), ([], optional, []), (texts, optional, []),
    ]
    for (plain, leftOut, untouched) in ways {
      let values = input.values(
        form, initial: shown, plainFields: plain, leftOut: leftOut, untouched: untouched)
      answer = desk.act(
        module, place.action, key: place.key, values.flatMap { name, texts in texts.map { (name, $0) } },
        files: input.files(form, leftOut: leftOut))
      if answer.status != 422 && answer.status != 409 { break }
    }
    let isDone = answer.status == 303 || answer.status == 200
    return Visit.Act(
      place: place, isPublic: false, marker: input.marker,
      personal: form.fields.contains(where: \.saysWho) ? input.personal : nil, status: answer.status,
      answer: answer.body, position: isDone ? 0 : nil)
  }
}
