import ParticipationKit

/// Which blocks of a new text continue which blocks of the old one.
///
/// Council texts repeat themselves, so a search by words alone would hang a comment on the wrong paragraph. Blocks are
/// aligned in their order instead: first those with the same words (longest common subsequence), then equal ones that
/// moved, then similar ones between two equal neighbours (at least 0.4 of the words in common).
struct BlockAlignment {
  /// The smallest share of common words for which a changed block is still the same block.
  static let threshold = 0.4
  /// More cells than this are not compared; only unique equal blocks then keep their ids.
  private static let largestTable = 4_000_000

  private let old: [[Int]]
  private let new: [[Int]]
  private var sources: [Int?]
  private var isUsed: [Bool]

  /// For each new block the index of the old block that it continues, or nil for a block that is new.
  static func sources(old: [String], new: [String]) -> [Int?] {
    var numbers: [String: Int] = [:]
    let words = { (text: String) in
      BlockWords.words(text).map { word in
        let number = numbers[word] ?? numbers.count
        numbers[word] = number
        return number
      }
    }
    let oldWords = old.map(words)
    var alignment = BlockAlignment(old: oldWords, new: new.map(words))
    alignment.matchEqualInOrder()
    let anchors = alignment.sources
    alignment.matchMoved()
    alignment.matchSimilar(between: anchors)
    return alignment.sources
  }

  private init(old: [[Int]], new: [[Int]]) {
    self.old = old
    self.new = new
    sources = Array(repeating: nil, count: new.count)
    isUsed = Array(repeating: false, count: old.count)
  }

  private mutating func take(_ oldIndex: Int, for newIndex: Int) {
    sources[newIndex] = oldIndex
    isUsed[oldIndex] = true
  }

  private mutating func matchEqualInOrder() {
    guard (old.count + 1) * (new.count + 1) <= Self.largestTable else { return }
    for (oldIndex, newIndex) in Self.commonSubsequence(old, new) { take(oldIndex, for: newIndex) }
  }

  /// Equal blocks that changed places, when there is only one such block left on either side.
  private mutating func matchMoved() {
    var oldPlaces: [[Int]: [Int]] = [:]
    for index in old.indices where !isUsed[index] && !old[index].isEmpty {
      oldPlaces[old[index], default: []].append(index)
    }
    var newPlaces: [[Int]: [Int]] = [:]
    for index in new.indices where sources[index] == nil { newPlaces[new[index], default: []].append(index) }
    for (words, places) in newPlaces where places.count == 1 {
      if let candidates = oldPlaces[words], candidates.count == 1 { take(candidates[0], for: places[0]) }
    }
  }

  private mutating func matchSimilar(between anchors: [Int?]) {
    var oldStart = 0
    var newStart = 0
    for (newEnd, anchor) in anchors.enumerated() {
      guard let anchor else { continue }
      matchSimilar(old: oldStart..<anchor, new: newStart..<newEnd)
      oldStart = anchor + 1
      newStart = newEnd + 1
    }
    matchSimilar(old: oldStart..<old.count, new: newStart..<new.count)
  }

  private mutating func matchSimilar(old oldRange: Range<Int>, new newRange: Range<Int>) {
    let rows = oldRange.filter { !isUsed[$0] && !old[$0].isEmpty }
    let columns = newRange.filter { sources[$0] == nil && !new[$0].isEmpty }
    guard !rows.isEmpty, !columns.isEmpty, (rows.count + 1) * (columns.count + 1) <= Self.largestTable else { return }
    let width = columns.count + 1
    var similarities = Array(repeating: 0.0, count: rows.count * columns.count)
    var best = Array(repeating: 0.0, count: (rows.count + 1) * width)
    for row in rows.indices.reversed() {
      for column in columns.indices.reversed() {
        let similarity = Self.similarity(old[rows[row]], new[columns[column]])
        similarities[row * columns.count + column] = similarity
        let here = similarity >= Self.threshold ? similarity + best[(row + 1) * width + column + 1] : 0
        best[row * width + column] = max(here, best[(row + 1) * width + column], best[row * width + column + 1])
      }
    }
    var row = 0
    var column = 0
    while row < rows.count, column < columns.count {
      let similarity = similarities[row * columns.count + column]
      let value = best[row * width + column]
      if similarity >= Self.threshold, value == similarity + best[(row + 1) * width + column + 1] {
        take(rows[row], for: columns[column])
        row += 1
        column += 1
      } else if value == best[(row + 1) * width + column] {
        row += 1
      } else {
        column += 1
      }
    }
  }

  /// Twice the common words in order, by all words: 1 for equal texts, 0 for nothing in common.
  static func similarity(_ a: [Int], _ b: [Int]) -> Double {
    guard !a.isEmpty || !b.isEmpty else { return 1 }
    var previous = Array(repeating: 0, count: b.count + 1)
    for word in a {
      var diagonal = 0
      for index in b.indices {
        let above = previous[index + 1]
        previous[index + 1] = word == b[index] ? diagonal + 1 : max(above, previous[index])
        diagonal = above
      }
    }
    return 2 * Double(previous[b.count]) / Double(a.count + b.count)
  }

  private static func commonSubsequence(_ a: [[Int]], _ b: [[Int]]) -> [(Int, Int)] {
    let width = b.count + 1
    var lengths = Array(repeating: Int32(0), count: (a.count + 1) * width)
    for i in a.indices.reversed() {
      for j in b.indices.reversed() {
        lengths[i * width + j] =
          a[i] == b[j]
          ? lengths[(i + 1) * width + j + 1] + 1 : max(lengths[(i + 1) * width + j], lengths[i * width + j + 1])
      }
    }
    var pairs: [(Int, Int)] = []
    var i = 0
    var j = 0
    while i < a.count, j < b.count {
      if a[i] == b[j] {
        pairs.append((i, j))
        i += 1
        j += 1
      } else if lengths[(i + 1) * width + j] >= lengths[i * width + j + 1] {
        i += 1
      } else {
        j += 1
      }
    }
    return pairs
  }
}

/// The words of a block without what typography alone changes: case, accents, apostrophes, spaces and punctuation.
struct BlockWords {
  static func words(_ text: String) -> [String] {
    var words: [String] = []
    var word = String.UnicodeScalarView()
    for scalar in ByteText.folded(text).unicodeScalars {
      if scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
        word.append(scalar)
      } else if !word.isEmpty {
        words.append(String(word))
        word = String.UnicodeScalarView()
      }
    }
    if !word.isEmpty { words.append(String(word)) }
    return words
  }
}
