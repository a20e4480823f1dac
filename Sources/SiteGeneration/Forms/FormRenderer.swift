public import ParticipationKit

/// Writes forms as HTML: every field with its label, help and error, for people with and without scripts.
public struct FormRenderer: Sendable {
  /// Up to so many choices are shown as buttons; more are a list.
  static let buttonLimit = 7

  let words: Words
  /// The most bytes of a file, which people are told.
  let mostFileBytes: Int

  /// Makes a renderer with the host's words, see ``SiteWords``.
  public init(words: Words, mostFileBytes: Int = 20 << 20) {
    self.words = words
    self.mostFileBytes = mostFileBytes
  }

  /// A form.
  /// - Parameters:
  ///   - form: The form.
  ///   - action: Where it is sent, made with ``HTMLAttribute/action(_:)``.
  ///   - id: The prefix of ids in the page; unique there.
  ///   - values: What was typed, by field; an answer of one's own stands under `<name>_other`. Secrets are not shown.
  ///   - errors: What to correct.
  ///   - hidden: Names and values that go along unseen.
  ///   - locale: The language.
  ///   - showsTitle: Whether the title stands above.
  ///   - isEnhanced: Whether the script may send it; only for public forms.
  public func node(
    form: Form, action: HTMLAttribute, id: String, values: [String: [String]] = [:],
    errors: [Problem.FieldError] = [], hidden: [(String, String)] = [], locale: String, showsTitle: Bool = true,
    isEnhanced: Bool = true
  ) -> HTMLNode {
    let prefix = id.isEmpty ? "f" : id
    let fields = FieldRenderer(
      words: words, locale: locale, prefix: prefix, values: values,
      errors: Dictionary(errors.map { ($0.field, $0.message) }, uniquingKeysWith: { first, _ in first }),
      mostFileBytes: mostFileBytes)
    var children: [HTMLNode] = []
    if !errors.isEmpty { children.append(summary(errors, form, fields)) }
    for (name, value) in hidden { children.append(FieldRenderer.hidden(name, value)) }
    for group in form.groups { children.append(node(group, fields)) }
    children.append(trap(prefix, locale))
    children.append(
      .div(
        [.class("actions")], [.element(.button, [.class("button"), .named("type", "submit")], [.text(form.submit)])]))
    var attributes: [HTMLAttribute] = [.id(prefix), .class("sheet"), .named("method", "post"), action]
    if form.fields.contains(where: { $0.kind == .file }) {
      attributes.append(.named("enctype", "multipart/form-data"))
    }
    if isEnhanced { attributes.append(.flag("data-enhance")) }
    var nodes: [HTMLNode] = []
    if showsTitle { nodes.append(.h2(form.title)) }
    if !form.intro.isEmpty { nodes.append(form.intro) }
    nodes.append(.element(.form, attributes, children))
    return .fragment(nodes)
  }

  private func node(_ group: Form.Group, _ fields: FieldRenderer) -> HTMLNode {
    let nodes = group.fields.map { fields.node($0) }
    if group.legend.isEmpty { return .fragment(nodes) }
    return .element(
      .fieldset, [.class("field group")], [.element(.legend, [], [.text(group.legend)])] + nodes)
  }

  /// What is wrong, with links to the fields; each line names its field, for several may lack the same thing.
  private func summary(_ errors: [Problem.FieldError], _ form: Form, _ fields: FieldRenderer) -> HTMLNode {
    let known = Dictionary(form.fields.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let items = errors.map { error -> HTMLNode in
      guard let field = known[error.field], field.kind != .hidden else { return .text(error.message) }
      return .element(
        .a, [.href(fragment: fields.controlID(field))],
        [.text(words.text("form.wrong.field", fields.locale, ["field": field.label, "error": error.message]))])
    }
    return .div(
      [.class("errors"), .named("role", "alert"), .named("tabindex", "-1")],
      [.h2(words.text("form.wrong", fields.locale)), .ul(items: items)])
  }

  /// A field that people do not see and robots fill.
  private func trap(_ prefix: String, _ locale: String) -> HTMLNode {
    let id = prefix + "-website"
    return .div(
      [.class("trap"), .aria("hidden", "true")],
      [
        .element(.label, [.named("for", id)], [.text(words.text("form.trap", locale))]),
        .element(
          .input,
          [.id(id), .named("name", "website"), .named("tabindex", "-1"), .named("autocomplete", "off")]),
      ])
  }
}
