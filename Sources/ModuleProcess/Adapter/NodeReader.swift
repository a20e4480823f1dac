internal import ParticipationKit

/// Makes nodes of what a process describes. Text is text and names of elements and attributes come from the closed sets
/// of ``HTMLTag`` and ``HTMLAttribute``, so nothing that it sends can become other mark-up.
struct NodeReader {
  /// What the pieces of the host are made with; nil where there is no page.
  var view: View?
  var site: Site?
  /// The language where there is no page.
  var locale = "fr"
  var discussion: Discussion?
  var answer: OfficialAnswer?
  /// The addresses of the desk's screens, when the page is one.
  var screen: ((String, String) -> SitePath)?

  /// For texts and elements alone.
  static var plain: NodeReader { NodeReader() }

  private static let deepest = 64

  /// Reads a list of nodes.
  func nodes(_ value: JSONValue?, _ place: String) throws -> [HTMLNode] {
    guard let value, !value.isNull else { return [] }
    guard let list = value.asArray else { throw ChildFailure.answer(place, "a list of nodes") }
    return try list.map { try node($0, place, 0) }
  }

  private func node(_ value: JSONValue, _ place: String, _ depth: Int) throws -> HTMLNode {
    guard depth < NodeReader.deepest else { throw ChildFailure.answer(place, "at most \(NodeReader.deepest) levels") }
    if let text = value.asString { return .text(text) }
    if let number = value.asInteger { return .text(String(number)) }
    if value.isNull { return .empty }
    if let list = value.asArray { return try element(list, place, depth) }
    return try piece(value, place, depth)
  }

  private func element(_ list: [JSONValue], _ place: String, _ depth: Int) throws -> HTMLNode {
    guard let name = list.first?.asString, let tag = HTMLTag(named: name) else {
      throw ChildFailure.answer(place, "an element that modules may write, first in its list")
    }
    let inner = "\(place) › \(name)"
    var children = list.dropFirst()
    var attributes: [HTMLAttribute] = []
    // What stands second and is an object is always the attributes; a piece of the host comes after them.
    if let members = children.first?.asObject {
      attributes = try members.map { try attribute($0.name, $0.value, inner) }
      children = children.dropFirst()
    }
    return .element(tag, attributes, try children.map { try node($0, inner, depth + 1) })
  }

  // MARK: Attributes

  private func attribute(_ name: String, _ value: JSONValue, _ place: String) throws -> HTMLAttribute {
    switch name {
    case "href": return try link(value, place)
    case "src":
      guard let file = value["file"]?.asString else { throw ChildFailure.answer("\(place) src", "{\"file\": path}") }
      return .src(SitePath(file))
    default:
      let isFlag = value.asBool == true
      let text = value.asString ?? value.asInteger.map { String($0) }
      guard isFlag || text != nil, let made = HTMLAttribute.checked(name, isFlag ? nil : text) else {
        throw ChildFailure.answer(
          "\(place) \(name)", "an attribute that modules may write, with a text, a number or true")
      }
      return made
    }
  }

  private func link(_ value: JSONValue, _ place: String) throws -> HTMLAttribute {
    if let text = value.asString {
      return text.utf8.first == UInt8(ascii: "#") ? .href(fragment: String(text.dropFirst())) : .href(external: text)
    }
    if let file = value["file"]?.asString { return .href(SitePath(file)) }
    if let steps = value["screen"]?.asArray, let screen, let name = steps.first?.asString {
      return .href(screen(name, steps.count > 1 ? try SubjectReader(module: "").key(steps[1], place) : ""))
    }
    let path = try path(value["to"], place)
    return .href(value["at"]?.asString.map { path.at($0) } ?? path)
  }

  /// The path of a document, in the language of the view.
  func path(_ value: JSONValue?, _ place: String) throws -> SitePath {
    guard let view else { throw ChildFailure.answer(place, "no link to a document here: there is no page") }
    let subject = try SubjectReader(module: "own").subject(value, place)
    return view.path(subject.kind, subject.key)
  }

  // MARK: Pieces of the host

  private func piece(_ value: JSONValue, _ place: String, _ depth: Int) throws -> HTMLNode {
    if let list = value["all"]?.asArray { return .fragment(try list.map { try node($0, place, depth + 1) }) }
    if let text = value["markdown"]?.asString { return markdown(text, value["policy"]?.asString) }
    if let day = value["date"]?.asString {
      guard let date = LocalDate(day) else { throw ChildFailure.answer(place, "a date such as 2026-03-12") }
      let words = DateWords(locale: view?.locale ?? locale).medium(date)
      return .element(.time, [.datetime(date.description)], [.text(words)])
    }
    guard let view else { throw ChildFailure.answer(place, "no piece of the host here: there is no page") }
    if let key = value["text"]?.asString { return .text(view.text(key, try arguments(value["with"], place))) }
    if let time = value["time"]?.asInteger { return view.time(Timestamp(milliseconds: Int64(time))) }
    if let time = value["day"]?.asInteger { return view.day(Timestamp(milliseconds: Int64(time))) }
    if let action = value["form"]?.asString { return try form(action, value, view, place) }
    if value["discussion"] != nil { return discussion.map { view.discussion($0) } ?? .empty }
    if value["answer"] != nil { return answer.map { view.answer($0) } ?? .empty }
    let own = SubjectReader(module: site?.module ?? "")
    if let about = value["commentForm"] { return try view.commentForm(on: try own.subject(about, place)) }
    if let about = value["flagForm"] { return try view.flagForm(on: try own.subject(about, place)) }
    if let about = value["followForm"] { return try view.followForm(on: try own.subject(about, place)) }
    throw ChildFailure.answer(place, "a text, an element, or a piece of the host")
  }

  private func arguments(_ value: JSONValue?, _ place: String) throws -> [String: String] {
    var arguments: [String: String] = [:]
    for member in value?.asObject ?? [] {
      guard let text = member.value.asString ?? member.value.asInteger.map({ String($0) }) else {
        throw ChildFailure.answer(place, "texts or numbers in “with”")
      }
      arguments[member.name] = text
    }
    return arguments
  }

  private func form(_ action: String, _ value: JSONValue, _ view: View, _ place: String) throws -> HTMLNode {
    var values: [String: [String]] = [:]
    for member in value["values"]?.asObject ?? [] {
      values[member.name] = member.value.asString.map { [$0] } ?? (member.value.asArray ?? []).compactMap(\.asString)
    }
    let key = value["key"].map { $0.asString ?? $0.asInteger.map { String($0) } ?? "" } ?? ""
    return try view.form(
      action, key: key, values: values,
      options: View.FormOptions(id: value["id"]?.asString ?? "", showsTitle: value["title"]?.asBool ?? true))
  }

  /// Text that is too long or too deep for its policy is shown as it was typed: a page is never lost for it.
  private func markdown(_ text: String, _ policy: String?) -> HTMLNode {
    let policy: MarkdownPolicy = policy == "editor" ? .editor : .resident
    if let made = try? site?.markdown(text, policy) { return made.node }
    return .p(text)
  }
}
