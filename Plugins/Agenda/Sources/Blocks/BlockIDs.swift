/// One block of an item's body as it was saved: what comments hang on.
struct KeptBlock: Equatable {
  /// The id within the item, as `b3`. An id is never given to another block.
  let id: String
  /// The block's words.
  let text: String
}

/// Gives the blocks of a new version their ids.
struct BlockIDs {
  /// The blocks with their ids.
  private(set) var blocks: [KeptBlock]
  /// The number of the next new block.
  private(set) var next: Int

  /// Carries ids over from the version before.
  /// - Parameters:
  ///   - previous: The blocks of the version before.
  ///   - earlier: Blocks of older versions, the latest first: a passage that comes back gets its id back.
  ///   - texts: The words of the new blocks in order.
  ///   - next: The number that the next new block gets.
  init(previous: [KeptBlock], earlier: [KeptBlock], texts: [String], next: Int) {
    let sources = BlockAlignment.sources(old: previous.map(\.text), new: texts)
    var ids = sources.map { source in source.map { previous[$0].id } }
    // Ids of the version before that found no place may return now only by their exact words, like any older one.
    var taken = Set(ids.compactMap { $0 })
    var returning: [[String]: [String]] = [:]
    for block in previous + earlier {
      let words = BlockWords.words(block.text)
      guard !words.isEmpty, !taken.contains(block.id), returning[words]?.contains(block.id) != true else { continue }
      returning[words, default: []].append(block.id)
    }
    var number = next
    for index in texts.indices where ids[index] == nil {
      let words = BlockWords.words(texts[index])
      if let id = returning[words]?.first(where: { !taken.contains($0) }) {
        ids[index] = id
      } else {
        ids[index] = "b\(number)"
        number += 1
      }
      taken.formUnion(ids[index].map { [$0] } ?? [])
    }
    blocks = zip(ids, texts).map { KeptBlock(id: $0 ?? "", text: $1) }
    self.next = number
  }
}
