internal import ParticipationKit

/// Writes answers to questions many rows at a time: a call a row would cost more than the row.
struct ResponseWriter {
  private static let rowsAtOnce = 64
  private static let full = statement(rows: rowsAtOnce)

  private let ledger: Ledger
  private var values: [SQLValue] = []

  init(ledger: Ledger) {
    self.ledger = ledger
    values.reserveCapacity(Self.rowsAtOnce * 4)
  }

  /// Adds the answers of a proposal.
  /// - Parameters:
  ///   - responses: The answers in order.
  ///   - questions: The table's ids of the questions, by their place.
  ///   - proposal: The proposal's id.
  mutating func add(_ responses: [GrandDebatRecord.Response], questions: [Int], proposal: Int) throws {
    for (position, response) in responses.enumerated() {
      values.append(.integer(proposal))
      values.append(.integer(position))
      values.append(.integer(questions[response.question]))
      values.append(.text(response.value))
      if values.count == Self.rowsAtOnce * 4 {
        try ledger.execute(Self.full, values)
        values.removeAll(keepingCapacity: true)
      }
    }
  }

  /// Writes what is held back.
  mutating func flush() throws {
    guard !values.isEmpty else { return }
    try ledger.execute(Self.statement(rows: values.count / 4), values)
    values.removeAll(keepingCapacity: true)
  }

  private static func statement(rows: Int) -> String {
    let groups = [String](repeating: "(?, ?, ?, ?)", count: rows).joined(separator: ", ")
    return "INSERT INTO consultation_response (proposal, position, question, value) VALUES \(groups)"
  }
}
