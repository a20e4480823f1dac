import ParticipationKit

/// Writes a table element in a frame that scrolls on narrow screens, as `HTMLNode.table` does.
enum TableRendering {
  /// - Parameter attributes: Attributes for the frame.
  static func append(_ table: PipeTable, attributes: [HTMLAttribute], to inlines: inout InlineRendering) {
    var labels: [String] = []
    var headings: [HTMLNode] = []
    for (index, cell) in table.headings.enumerated() {
      let alignment = alignmentClass(table.alignments[index])
      let inner = inlines.node { $0.append(cell: cell) }
      let label = inner.plainText
      if label.isEmpty {
        headings.append(.element(.td, alignment, [inner]))
      } else {
        labels.append(label)
        headings.append(.element(.th, [columnScope] + alignment, [inner]))
      }
    }
    inlines.out.start(.div, frame(labels) + attributes)
    inlines.out.start(.table)
    inlines.out.append(.element(.thead, [], [.element(.tr, [], headings)]))
    if !table.rows.isEmpty {
      inlines.out.start(.tbody)
      for row in table.rows { append(row, table.alignments, to: &inlines) }
      inlines.out.end(.tbody)
    }
    inlines.out.end(.table)
    inlines.out.end(.div)
  }

  private static let columnScope: HTMLAttribute = .named("scope", "col")

  private static func append(
    _ cells: [PipeTable.Cell], _ alignments: [PipeTable.Alignment], to inlines: inout InlineRendering
  ) {
    inlines.out.start(.tr)
    for (index, cell) in cells.enumerated() {
      inlines.out.start(.td, alignmentClass(alignments[index]))
      inlines.append(cell: cell)
      inlines.out.end(.td)
    }
    // One cell for all that are missing: a short row under many columns must not become many elements.
    let missing = alignments.count - cells.count
    if missing > 0 {
      inlines.out.start(.td, missing == 1 ? [] : [.named("colspan", "\(missing)")])
      inlines.out.end(.td)
    }
    inlines.out.end(.tr)
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
