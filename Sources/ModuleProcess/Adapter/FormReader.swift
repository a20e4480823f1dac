internal import ParticipationKit

/// Makes forms of what a declaration or a process describes.
struct FormReader {
  private static let kinds: [String: Field.Kind] = {
    let all: [Field.Kind] = [
      .line, .text, .email, .choice, .choices, .date, .dateTime, .number, .confirmation, .point, .secret, .hidden,
    ]
    return Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
  }()

  static func form(_ value: JSONValue, _ nodes: NodeReader, locale: String = "fr") throws(ChildFailure) -> Form {
    guard let title = value["title"]?.asString, let submit = value["submit"]?.asString else {
      throw .answer("form", "“title” and “submit”")
    }
    let intro: [HTMLNode]
    do {
      intro = try nodes.nodes(value["intro"], "form.intro")
    } catch {
      throw (error as? ChildFailure) ?? .answer("form.intro", "nodes")
    }
    var groups: [Form.Group] = []
    if let listed = value["groups"]?.asArray {
      for group in listed {
        groups.append(Form.Group(group["legend"]?.asString ?? "", try fields(group["fields"], locale)))
      }
    } else {
      groups = [Form.Group("", try fields(value["fields"], locale))]
    }
    return Form(title: title, intro: intro.isEmpty ? .empty : .fragment(intro), groups: groups, submit: submit)
  }

  private static func fields(_ value: JSONValue?, _ locale: String) throws(ChildFailure) -> [Field] {
    guard let list = value?.asArray else { throw .answer("form.fields", "a list of fields") }
    var fields: [Field] = []
    for value in list {
      // The two fields with which people choose what of their name is shown, the same in every module.
      if value["publicName"]?.asBool == true {
        fields += PublicName.fields(locale)
      } else {
        fields.append(try field(value))
      }
    }
    return fields
  }

  private static func field(_ value: JSONValue) throws(ChildFailure) -> Field {
    guard let name = value["name"]?.asString, let label = value["label"]?.asString else {
      throw .answer("form.fields", "“name”, “kind” and “label”")
    }
    let isPlain = name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
    guard let kind = kinds[value["kind"]?.asString ?? ""], isPlain, !name.isEmpty else {
      let known = kinds.keys.sorted().joined(separator: ", ")
      throw .answer("form.fields.\(name.prefix(40))", "a name of a-z, 0-9 and _, and a kind of \(known)")
    }
    let choices = (value["choices"]?.asArray ?? []).compactMap { choice -> Choice? in
      guard let value = choice["value"]?.asString, let label = choice["label"]?.asString else { return nil }
      return Choice(value, label, group: choice["group"]?.asString ?? "")
    }
    let bounds = (value["range"]?.asArray ?? []).compactMap(\.asInteger)
    return Field(
      name, kind, label, help: value["help"]?.asString ?? "", required: value["required"]?.asBool ?? false,
      // By its name of before, too, when it was counted in bytes.
      maxBytes: (value["maxLength"] ?? value["maxBytes"])?.asInteger.map { min(max($0, 1), 65_536) }, choices: choices,
      allowsOther: value["other"]?.asBool ?? false, maxChoices: value["maxChoices"]?.asInteger,
      range: bounds.count == 2 && bounds[0] <= bounds[1] ? bounds[0]...bounds[1] : nil,
      autocomplete: value["autocomplete"]?.asString ?? "")
  }
}
