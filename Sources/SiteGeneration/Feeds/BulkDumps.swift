internal import ParticipationKit

extension Stream {
  /// What the name of the metadata file adds to that of the dump ("CSV on the Web", §5.3 of the W3C's model).
  static let metadataSuffix = "-metadata.json"

  /// Whether a file beside says as of when the stream is: bulk dumps, since they are written on a schedule, in formats
  /// whose lines are records and nothing else.
  var hasMetadataFile: Bool { isBulk && (format == .csv || format == .ndjson) }
}

/// Which bulk dumps a record may stand in.
struct BulkDumps {
  private let all: [PublishedSite.ModuleStream]

  init(_ streams: [PublishedSite.ModuleStream]) { all = streams.filter(\.stream.isBulk) }

  /// The dumps that name a record, or all records of its kind, among what they depend on. Where no dump of its module
  /// does, the module does not say which one holds such records, so each of its dumps may.
  func concerned(by records: [Subject]) -> [PublishedSite.ModuleStream] {
    // Of one kind there may be thousands, as when a clock turns.
    var open: Set<String> = []
    var found: Set<String> = []
    for record in Set(records) {
      let naming = all.filter { names($0, record) }
      found.formUnion(naming.map(\.path))
      if !naming.contains(where: { $0.module == record.module }) { open.insert(record.module) }
    }
    return all.filter { open.contains($0.module) || found.contains($0.path) }
  }

  private func names(_ entry: PublishedSite.ModuleStream, _ record: Subject) -> Bool {
    entry.stream.dependsOn.contains { $0 == record || $0 == .every(record.module, record.kind) }
  }
}
