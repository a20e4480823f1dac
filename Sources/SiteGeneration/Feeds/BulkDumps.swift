internal import ParticipationKit

extension Stream {
  /// What the name of the metadata file adds to that of the dump ("CSV on the Web", §5.3 of the W3C's model).
  static let metadataSuffix = "-metadata.json"

  /// Whether a file beside says as of when the stream is: bulk dumps, since they are written on a schedule, in formats
  /// whose lines are records and nothing else.
  var hasMetadataFile: Bool { isBulk && (format == .csv || format == .ndjson) }
}
