internal import ParticipationKit

/// Writes the fields of one form.
struct FieldRenderer {
  let words: Words
  let locale: String
  let prefix: String
  let values: [String: [String]]
  let errors: [String: String]
  var mostFileBytes = 20 << 20

  static func hidden(_ name: String, _ value: String) -> HTMLNode {
    .element(.input, [.named("type", "hidden"), .named("name", name), .named("value", value)])
  }

  /// The id of the control that a link of the summary goes to: the first button of a group.
  func controlID(_ field: Field) -> String {
    isGroup(field) && !field.choices.isEmpty ? id(field) + "-1" : id(field)
  }

  func node(_ field: Field) -> HTMLNode {
    switch field.kind {
    case .hidden: FieldRenderer.hidden(field.name, value(field))
    case .file: file(field)
    case .confirmation: confirmation(field)
    case .choices: group(field, type: "checkbox")
    case .choice: isGroup(field) ? group(field, type: "radio") : list(field)
    case .text: labelled(field, [.element(.textarea, control(field, type: nil), [.text(value(field))])])
    default: input(field)
    }
  }

  private func id(_ field: Field) -> String { prefix + "-" + field.name }
  private func value(_ field: Field) -> String { values[field.name]?.first ?? "" }

  private func isGroup(_ field: Field) -> Bool {
    field.kind == .choices || (field.kind == .choice && field.choices.count <= FormRenderer.buttonLimit)
  }

  // MARK: One control

  private func input(_ field: Field) -> HTMLNode {
    var attributes: [HTMLAttribute]
    switch field.kind {
    case .email: attributes = control(field, type: "email")
    case .date: attributes = control(field, type: "date")
    case .dateTime: attributes = control(field, type: "datetime-local")
    case .number:
      attributes = control(field, type: "number") + [.class("short")]
      if let range = field.range {
        attributes += [.named("min", String(range.lowerBound)), .named("max", String(range.upperBound))]
      }
    case .secret:
      let isPassword = field.autocomplete.hasSuffix("password")
      attributes = control(field, type: isPassword ? "password" : "text") + [.flag("data-private")]
    case .point: attributes = control(field, type: "text") + [.named("placeholder", "48.7712, 5.1604")]
    default: attributes = control(field, type: "text")
    }
    // A secret is never sent back.
    if field.kind != .secret, !value(field).isEmpty { attributes.append(.named("value", value(field))) }
    guard field.kind == .line, !field.suggestions.isEmpty else {
      let control = HTMLNode.element(.input, attributes)
      return labelled(field, field.kind == .point ? [control, pointTools(field)] : [control])
    }
    let list = id(field) + "-list"
    attributes.append(.named("list", list))
    let options = field.suggestions.map { HTMLNode.element(.option, [.named("value", $0)], []) }
    return labelled(field, [.element(.input, attributes), .element(.datalist, [.id(list)], options)])
  }

  /// The ways to a place that only a script can go, hidden until it does: where the person is, when they ask for it,
  /// and a drawing of the commune. What they say stands in the page, in its language.
  private func pointTools(_ field: Field) -> HTMLNode {
    var attributes: [HTMLAttribute] = [
      .class("point-tools"), .flag("hidden"), .data("point", id(field)),
      .data("found", words.text("point.found", locale)), .data("coarse", words.text("point.coarse", locale)),
      .data("denied", words.text("point.denied", locale)), .data("lost", words.text("point.lost", locale)),
      .data("outside", words.text("point.outside", locale)), .data("chosen", words.text("point.chosen", locale)),
    ]
    var tools: [HTMLNode] = [
      .p(
        [.class("actions")],
        [
          .element(
            .button, [.class("button quiet here"), .named("type", "button")], [.text(words.text("point.here", locale))])
        ])
    ]
    if let map = field.map {
      attributes += [
        .data("north-west", "\(map.northWest.latitude),\(map.northWest.longitude)"),
        .data("south-east", "\(map.southEast.latitude),\(map.southEast.longitude)"),
      ]
      tools.append(
        .element(
          .div,
          [
            .class("map pointing"), .named("tabindex", "0"), .named("role", "application"),
            .aria("label", words.text("point.map", locale)),
          ], [map.drawing]))
    }
    tools.append(.p([.class("hint"), .named("role", "status")], []))
    return .div(attributes, tools)
  }

  /// What all controls have.
  private func control(_ field: Field, type: String?) -> [HTMLAttribute] {
    var attributes: [HTMLAttribute] = [.id(id(field)), .named("name", field.name)]
    if let type { attributes.append(.named("type", type)) }
    if [.line, .text, .email, .secret].contains(field.kind) {
      attributes.append(.named("maxlength", String(field.maxLength)))
    }
    // `off` also keeps the script from saving a draft: only for what must not stay on a device.
    if !field.autocomplete.isEmpty {
      attributes.append(.named("autocomplete", field.autocomplete))
    } else if field.kind == .secret || field.kind == .email {
      attributes.append(.named("autocomplete", "off"))
    }
    if field.isRequired { attributes.append(.flag("required")) }
    return attributes + description(field)
  }

  private func description(_ field: Field) -> [HTMLAttribute] {
    var ids: [String] = []
    if errors[field.name] != nil { ids.append(id(field) + "-error") }
    if !help(field).isEmpty { ids.append(id(field) + "-hint") }
    var attributes: [HTMLAttribute] = errors[field.name] == nil ? [] : [.aria("invalid", "true")]
    if !ids.isEmpty { attributes.append(.aria("describedby", ids.joined(separator: " "))) }
    return attributes
  }

  private func help(_ field: Field) -> String {
    if field.kind == .file {
      let kinds = field.accepts.map(\.label).joined(separator: ", ")
      let rule = words.text("form.file.rule", locale, ["kinds": kinds, "limit": String(mostFileBytes >> 20)])
      return field.help.isEmpty ? rule : field.help + " " + rule
    }
    if field.kind == .point {
      let point = words.text("form.point", locale)
      return field.help.isEmpty ? point : field.help + " " + point
    }
    return field.help
  }

  private func labelled(_ field: Field, _ control: [HTMLNode]) -> HTMLNode {
    .div([.class(fieldClass(field, "field"))], [label(field)] + notes(field) + control)
  }

  private func label(_ field: Field) -> HTMLNode {
    .element(.label, [.named("for", id(field))], labelWords(field))
  }

  private func labelWords(_ field: Field) -> [HTMLNode] {
    guard !field.isRequired else { return [.text(field.label)] }
    return [.text(field.label), " ", .span(words.text("form.optional", locale), [.class("optional")])]
  }

  /// Help, then the error.
  private func notes(_ field: Field) -> [HTMLNode] {
    var nodes: [HTMLNode] = []
    if !help(field).isEmpty { nodes.append(.p(help(field), [.class("hint"), .id(id(field) + "-hint")])) }
    if let error = errors[field.name] { nodes.append(.p(error, [.class("error"), .id(id(field) + "-error")])) }
    return nodes
  }

  private func fieldClass(_ field: Field, _ names: String) -> String {
    errors[field.name] == nil ? names : names + " wrong"
  }

  /// A file that is there already goes along unseen, and can be replaced or taken out.
  private func file(_ field: Field) -> HTMLNode {
    let carried = value(field)
    let kept = carried.utf8.firstIndex(of: 0x20).flatMap {
      FileReference(stored: String(carried[carried.utf8.index(after: $0)...]))
    }
    var attributes = control(field, type: "file").filter { kept == nil || $0 != .flag("required") }
    attributes.append(
      .named("accept", field.accepts.map { ".\($0.suffix),\($0.mediaType)" }.joined(separator: ",")))
    var controls: [HTMLNode] = [.element(.input, attributes)]
    guard let kept else { return labelled(field, controls) }
    let arguments = ["name": kept.name, "facts": kept.facts(locale)]
    controls.insert(.p(words.text("form.file.here", locale, arguments), [.class("kept")]), at: 0)
    controls.append(FieldRenderer.hidden(field.name, carried))
    if !field.isRequired {
      let box = id(field) + "-none"
      let input = HTMLNode.element(
        .input,
        [.id(box), .named("type", "checkbox"), .named("name", field.name + "_none"), .named("value", "true")])
      controls.append(
        .element(
          .label, [.named("for", box), .class("plain")], [input, " ", .span(words.text("form.file.none", locale))]))
    }
    return labelled(field, controls)
  }

  // MARK: Choices

  private func group(_ field: Field, type: String) -> HTMLNode {
    let taken = Set(values[field.name] ?? [])
    var nodes: [HTMLNode] = [.element(.legend, [], labelWords(field))] + notes(field)
    for (index, choice) in field.choices.enumerated() {
      var attributes: [HTMLAttribute] = [
        .id("\(id(field))-\(index + 1)"), .named("type", type), .named("name", field.name),
        .named("value", choice.value),
      ]
      if taken.contains(choice.value) { attributes.append(.flag("checked")) }
      // A group with an answer of one's own can be answered without a button.
      if type == "radio", field.isRequired, !field.allowsOther { attributes.append(.flag("required")) }
      let label = type == "radio" && field.name == "block" ? passageAnchor(choice, field) : []
      nodes.append(.element(.label, label, [.element(.input, attributes), " ", .span(choice.label)]))
    }
    if field.allowsOther { nodes.append(other(field)) }
    return .element(.fieldset, [.class(fieldClass(field, "field choices"))] + description(field), nodes)
  }

  /// What the mark beside a passage leads to: the button of that passage, known by the form's id and the passage's.
  private func passageAnchor(_ choice: Choice, _ field: Field) -> [HTMLAttribute] {
    choice.value.isEmpty ? [] : [.id("\(id(field))--\(choice.value)")]
  }

  private func list(_ field: Field) -> HTMLNode {
    let taken = value(field)
    var nodes: [HTMLNode] = [.element(.option, [.named("value", "")], [.text(words.text("form.choose", locale))])]
    var index = 0
    while index < field.choices.count {
      let group = field.choices[index].group
      let end = field.choices[index...].firstIndex { $0.group != group } ?? field.choices.count
      let options = field.choices[index..<end].map { choice in
        HTMLNode.element(
          .option, [.named("value", choice.value)] + (choice.value == taken ? [.flag("selected")] : []),
          [.text(choice.label)])
      }
      nodes.append(
        group.isEmpty ? .fragment(options) : .element(.optgroup, [.named("label", group)], options))
      index = end
    }
    var attributes: [HTMLAttribute] = [.id(id(field)), .named("name", field.name)]
    if field.isRequired, !field.allowsOther { attributes.append(.flag("required")) }
    var parts: [HTMLNode] = [.element(.select, attributes + description(field), nodes)]
    if field.allowsOther { parts.append(other(field)) }
    return labelled(field, parts)
  }

  private func other(_ field: Field) -> HTMLNode {
    var attributes: [HTMLAttribute] = [
      .id(id(field) + "-other"), .named("name", field.name + "_other"), .named("maxlength", String(field.maxLength)),
    ]
    let typed = values[field.name + "_other"]?.first ?? ""
    if !typed.isEmpty { attributes.append(.named("value", typed)) }
    // In words and not as a placeholder: under the last choice it would read as a detail of that choice.
    let label = HTMLNode.element(
      .label, [.named("for", id(field) + "-other")], [.text(words.text("form.other", locale))])
    return .div([.class("other")], [label, .element(.input, attributes)])
  }

  private func confirmation(_ field: Field) -> HTMLNode {
    var attributes: [HTMLAttribute] = [
      .id(id(field)), .named("type", "checkbox"), .named("name", field.name), .named("value", "true"),
    ]
    if value(field) == "true" { attributes.append(.flag("checked")) }
    if field.isRequired { attributes.append(.flag("required")) }
    let label = HTMLNode.element(
      .label, [.named("for", id(field))],
      [.element(.input, attributes + description(field)), " ", .span(field.label)])
    return .div([.class(fieldClass(field, "field check"))], notes(field) + [label])
  }
}
