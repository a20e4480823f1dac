internal import ParticipationKit

/// What a publisher knows of the feeds from one publication to the next: one act brings one entry, and the other
/// forty-nine of a feed are as they were.
struct FeedMemory: Sendable {
  /// The entries of feeds by the number of their stream, as of when a mark last named it. What a stream depends on is
  /// marked in the transaction that changes it, so until then they are as they were.
  var entries: [Int: [StreamEntry]] = [:]
  /// What is written of an entry, which is the same in every feed.
  private var written: [Subject: Written] = [:]
  /// Of so many entries what is written is kept.
  private static let limit = 1000

  private struct Written: Sendable {
    let entry: StreamEntry
    let bytes: [UInt8]

    /// Whether an entry says the same in a feed, byte for byte: `==` also takes letters for equal that are composed
    /// in another way.
    func isSame(_ other: StreamEntry) -> Bool {
      entry.updated == other.updated && entry.published == other.published
        && isSame(entry.subject.key, other.subject.key) && isSame(entry.title, other.title)
        && isSame(entry.page.path, other.page.path) && isSame(entry.page.fragment ?? "", other.page.fragment ?? "")
        && isSame(entry.summary, other.summary)
    }

    private func isSame(_ a: String, _ b: String) -> Bool {
      a.utf8.count == b.utf8.count && a.utf8.elementsEqual(b.utf8)
    }
  }

  /// Appends an entry that was written before.
  /// - Returns: False for one that is new or says something else, and nothing is appended.
  func append(_ entry: StreamEntry, to out: inout [UInt8]) -> Bool {
    guard let known = written[entry.subject], known.isSame(entry) else { return false }
    out.append(contentsOf: known.bytes)
    return true
  }

  /// Keeps what was written of an entry.
  mutating func keep(_ entry: StreamEntry, _ bytes: ArraySlice<UInt8>) {
    if written.count >= FeedMemory.limit { written = [:] }
    written[entry.subject] = Written(entry: entry, bytes: Array(bytes))
  }
}
