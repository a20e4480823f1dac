import ParticipationKit

extension HTMLNode {
  /// Names and what they stand for, as the theme shows facts.
  /// - Parameter isPrinted: Whether they stand on paper, too.
  static func facts(_ rows: [(String, HTMLNode)], isPrinted: Bool = true) -> HTMLNode {
    .element(
      .dl, [.class(isPrinted ? "facts" : "facts no-print")],
      rows.flatMap { [.element(.dt, [], [.text($0.0)]), .element(.dd, [], [$0.1])] })
  }
}
