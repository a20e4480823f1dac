// Short names for the elements that pages use most. Each takes attributes first, then children; the forms with a text
// are for the many elements that hold only words.

extension HTMLNode {
  /// `p`.
  public static func p(_ attributes: [HTMLAttribute] = [], _ children: [HTMLNode]) -> HTMLNode {
    .element(.p, attributes, children)
  }
  /// `p` with text.
  public static func p(_ text: String, _ attributes: [HTMLAttribute] = []) -> HTMLNode {
    .element(.p, attributes, [.text(text)])
  }
  /// `h1` with text.
  public static func h1(_ text: String, _ attributes: [HTMLAttribute] = []) -> HTMLNode {
    .element(.h1, attributes, [.text(text)])
  }
  /// `h2` with text.
  public static func h2(_ text: String, _ attributes: [HTMLAttribute] = []) -> HTMLNode {
    .element(.h2, attributes, [.text(text)])
  }
  /// `h3` with text.
  public static func h3(_ text: String, _ attributes: [HTMLAttribute] = []) -> HTMLNode {
    .element(.h3, attributes, [.text(text)])
  }
  /// `div`.
  public static func div(_ attributes: [HTMLAttribute] = [], _ children: [HTMLNode]) -> HTMLNode {
    .element(.div, attributes, children)
  }
  /// `section`.
  public static func section(_ attributes: [HTMLAttribute] = [], _ children: [HTMLNode]) -> HTMLNode {
    .element(.section, attributes, children)
  }
  /// `article`.
  public static func article(_ attributes: [HTMLAttribute] = [], _ children: [HTMLNode]) -> HTMLNode {
    .element(.article, attributes, children)
  }
  /// `span` with text.
  public static func span(_ text: String, _ attributes: [HTMLAttribute] = []) -> HTMLNode {
    .element(.span, attributes, [.text(text)])
  }
  /// `strong` with text.
  public static func strong(_ text: String) -> HTMLNode { .element(.strong, [], [.text(text)]) }
  /// `em` with text.
  public static func em(_ text: String) -> HTMLNode { .element(.em, [], [.text(text)]) }
  /// `ul`: each node becomes an item.
  public static func ul(_ attributes: [HTMLAttribute] = [], items: [HTMLNode]) -> HTMLNode {
    .element(.ul, attributes, items.map { .element(.li, [], [$0]) })
  }
  /// `ol`: each node becomes an item.
  public static func ol(_ attributes: [HTMLAttribute] = [], items: [HTMLNode]) -> HTMLNode {
    .element(.ol, attributes, items.map { .element(.li, [], [$0]) })
  }
  /// A link inside the site.
  public static func a(_ path: SitePath, _ text: String, _ attributes: [HTMLAttribute] = []) -> HTMLNode {
    .element(.a, [.href(path)] + attributes, [.text(text)])
  }
  /// A link to another site; see ``HTMLAttribute/href(external:)``.
  public static func a(external address: String, _ text: String, _ attributes: [HTMLAttribute] = []) -> HTMLNode {
    .element(.a, [.href(external: address)] + attributes, [.text(text)])
  }
  /// A table with a caption, a row of headings and rows of cells; the first cell of a row is its heading.
  public static func table(caption: String, headings: [String], rows: [[HTMLNode]]) -> HTMLNode {
    let head = headings.map { HTMLNode.element(.th, [.named("scope", "col")], [.text($0)]) }
    let body = rows.map { cells in
      HTMLNode.element(
        .tr, [],
        cells.enumerated().map { index, cell in
          index == 0 ? .element(.th, [.named("scope", "row")], [cell]) : .element(.td, [], [cell])
        })
    }
    return .element(
      .div, [.class("table-wrap"), .named("tabindex", "0"), .named("role", "region"), .aria("label", caption)],
      [
        .element(
          .table, [],
          [
            .element(.caption, [], [.text(caption)]), .element(.thead, [], [.element(.tr, [], head)]),
            .element(.tbody, [], body),
          ])
      ])
  }
}
