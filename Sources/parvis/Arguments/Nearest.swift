/// Finds what somebody meant who typed a name wrongly.
enum Nearest {
  /// The nearest of some names; nil when none is near.
  static func name(to typed: String, among names: [String]) -> String? {
    let letters = Array(typed.lowercased().utf8.prefix(64))
    let ranked = names.map { (name: $0, distance: distance(letters, Array($0.utf8))) }
    guard let nearest = ranked.min(by: { $0.distance < $1.distance }) else { return nil }
    return nearest.distance <= max(1, letters.count / 3) ? nearest.name : nil
  }

  /// Bytes to insert, drop, replace or swap to make one name of the other (optimal string alignment).
  private static func distance(_ first: [UInt8], _ second: [UInt8]) -> Int {
    var rows = [Array(0...second.count)]
    for (i, letter) in first.enumerated() {
      var row = [i + 1]
      for (j, other) in second.enumerated() {
        var best = min(rows[i][j] + (letter == other ? 0 : 1), rows[i][j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, letter == second[j - 1], first[i - 1] == other { best = min(best, rows[i - 1][j - 1] + 1) }
        row.append(best)
      }
      rows.append(row)
    }
    return rows[first.count][second.count]
  }
}
