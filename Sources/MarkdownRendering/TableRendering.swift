import ParticipationKit

/// Makes a table element in a frame that scrolls on narrow screens, as `HTMLNode.table` does.
enum TableRendering {
  /// - Parameter attributes: Attributes for the frame.
  static func element(
    _ table: PipeTable, attributes: [HTMLAttribute], inlines: inout InlineRendering
  ) -> HTMLNode {
    var labels: [String] = []
    var headings: [HTMLNode] = []
    for (index, cell) in table.headings.enumerated() {
      let alignment = alignmentClass(table.alignments[index])
      let inner = inlines.nodes(in: cell)
      let label = HTMLNode.fragment(inner).plainText
      if label.isEmpty {
        headings.append(.element(.td, alignment, inner))
      } else {
        labels.append(label)
        headings.append(.element(.th, [columnScope] + alignment, inner))
      }
    }
    let rows = table.rows.map { row($0, table.alignments, &inlines) }
    var parts: [HTMLNode] = [.element(.thead, [], [.element(.tr, [], headings)])]
    if !rows.isEmpty { parts.append(.element(.tbody, [], rows)) }
    return .element(.div, frame(labels) + attributes, [.element(.table, [], parts)])
  }

  private static let columnScope: HTMLAttribute = .named("scope", "col")

  private static func row(
    _ cells: [PipeTable.Cell], _ alignments: [PipeTable.Alignment], _ inlines: inout InlineRendering
  ) -> HTMLNode {
    var nodes: [HTMLNode] = []
    for (index, cell) in cells.enumerated() {
      nodes.append(.element(.td, alignmentClass(alignments[index]), inlines.nodes(in: cell)))
    }
    // One cell for all that are missing: a short row under many columns must not become many elements.
    let missing = alignments.count - cells.count
    if missing > 0 { nodes.append(.element(.td, missing == 1 ? [] : [.named("colspan", "\(missing)")])) }
    return .element(.tr, [], nodes)
  }

  /// A keyboard reaches what scrolls, and hears the headings as its name, since a pipe table has no caption.
  private static func frame(_ labels: [String]) -> [HTMLAttribute] {
    var frame: [HTMLAttribute] = [.class("table-wrap"), .named("tabindex", "0")]
    if !labels.isEmpty {
      frame += [.named("role", "region"), .aria("label", labels.joined(separator: ", "))]
    }
    return frame
  }

  private static func alignmentClass(_ alignment: PipeTable.Alignment) -> [HTMLAttribute] {
    switch alignment {
    case .none, .start: []
    case .center: [.class("align-center")]
    case .end: [.class("align-end")]
    }
  }
}
