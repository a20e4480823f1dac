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
  /// The rows that are another now.
  private var rows: [(locale: String, bucket: Int, shard: Int, words: String?)] = []

  init(pass: PublicationPass) { self.pass = pass }

  /// Takes the words of a shard, by bucket; nil for one without any document.
  mutating func note(_ locale: String, _ shard: Int, _ words: [String]?) throws {
    made[locale, default: [:]][shard] = .some(words)
    let group = shard / SearchWords.group
    let isWanted = pass.isFull || pass.dirtyWords.contains(group)
    let known = try PublicationTables.words(of: shard, locale, pass.snapshot.ledger)
    for bucket in 0..<SearchWords.buckets {
      let differs = known[bucket] != words?[bucket]
      if differs { rows.append((locale, bucket, shard, words?[bucket])) }
      if isWanted || differs { changed.insert(File(locale: locale, group: group, bucket: bucket)) }
    }
  }

  /// Writes what changed, and keeps the words for the next publication.
  func publish() throws {
    for file in changed.sorted(by: { ($0.locale, $0.group, $0.bucket) < ($1.locale, $1.group, $1.bucket) }) {
      try publish(file)
    }
    if pass.target != .elsewhere { pass.pending.words += rows }
  }

  private func publish(_ file: File) throws {
    let shards = file.group * SearchWords.group..<(file.group + 1) * SearchWords.group
    var words: [Int: String] =
      pass.isFull ? [:] : try PublicationTables.words(file.locale, file.bucket, shards, pass.snapshot.ledger)
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
