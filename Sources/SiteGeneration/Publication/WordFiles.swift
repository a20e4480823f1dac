internal import ParticipationKit

/// The files that say in which shards of the search a word is: rewritten where a shard's words changed.
struct WordFiles {
  private struct File: Hashable {
    let locale: String
    let group: Int
    let bucket: Int
  }

  private let pass: PublicationPass
  /// What this publication made, by language and shard; nil for a shard that goes.
  private var made: [String: [Int: [String]?]] = [:]
  private var changed: Set<File> = []

  init(pass: PublicationPass) { self.pass = pass }

  /// Takes the words of a shard, by bucket; nil for one without any document.
  mutating func note(_ locale: String, _ shard: Int, _ words: [String]?) throws {
    made[locale, default: [:]][shard] = .some(words)
    let group = shard / SearchWords.group
    let isWanted = pass.isFull || pass.dirtyWords.contains(group)
    for bucket in 0..<SearchWords.buckets {
      let file = File(locale: locale, group: group, bucket: bucket)
      if isWanted || changed.contains(file) {
        changed.insert(file)
      } else if try stored(locale, bucket, shard..<shard + 1)[shard] != words?[bucket] {
        changed.insert(file)
      }
    }
  }

  private func stored(_ locale: String, _ bucket: Int, _ shards: Range<Int>) throws -> [Int: String] {
    try PublicationTables.words(locale, bucket, shards, pass.snapshot.ledger)
  }

  /// Writes what changed, and keeps the words for the next publication.
  func publish() throws {
    for file in changed.sorted(by: { ($0.locale, $0.group, $0.bucket) < ($1.locale, $1.group, $1.bucket) }) {
      try publish(file)
    }
    guard pass.target != .elsewhere, !pass.isDry else { return }
    for (locale, shards) in made.sorted(by: { $0.key < $1.key }) {
      guard let first = shards.keys.min(), let last = shards.keys.max() else { continue }
      let known = try (0..<SearchWords.buckets).map { try stored(locale, $0, first..<last + 1) }
      for (shard, words) in shards.sorted(by: { $0.key < $1.key }) {
        let isSame = known.indices.allSatisfy { known[$0][shard] == words?[$0] }
        if !isSame { pass.pending.words.append((locale, shard, words)) }
      }
    }
  }

  private func publish(_ file: File) throws {
    let shards = file.group * SearchWords.group..<(file.group + 1) * SearchWords.group
    var words: [Int: String] = pass.isFull ? [:] : try stored(file.locale, file.bucket, shards)
    for (shard, own) in made[file.locale] ?? [:] where shards.contains(shard) { words[shard] = own?[file.bucket] }
    let path = SearchWords.path(file.locale, file.group, file.bucket)
    if words.isEmpty {
      // A full publication finds out by itself which files it did not meet.
      if !pass.isFull, let gone = try PublicationTables.file(path, pass.snapshot.ledger) { pass.goneFiles.append(gone) }
      return
    }
    let entries = words.sorted { $0.key < $1.key }.map { (shard: $0.key, words: $0.value) }
    try pass.publishFile("words", path, SearchWords.script(file.group, file.bucket, entries))
  }
}
