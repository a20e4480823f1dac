/// Finds what the author of a misspelt name may have meant.
enum NearestName {
  /// The known name nearest to a name, or all known names when none is near.
  static func suggestions(for name: String, among known: [String]) -> [String] {
    let letters = Array(name.lowercased().utf8.prefix(64))
    let ranked = known.map { (name: $0, distance: distance(letters, Array($0.lowercased().utf8))) }
    guard let nearest = ranked.min(by: { $0.distance < $1.distance }) else { return [] }
    return nearest.distance <= max(2, letters.count / 3) ? [nearest.name] : known
  }

  /// The number of bytes to insert, drop or replace to make one name of the other (Levenshtein).
  private static func distance(_ first: [UInt8], _ second: [UInt8]) -> Int {
    var row = Array(0...second.count)
    for (i, letter) in first.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in second.enumerated() {
        let replaced = diagonal + (letter == other ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[second.count]
  }
}
