import ParticipationKit

/// What a database of before keeps and no longer needs: links that left, keys of secret acts that could be guessed, and
/// digests of addresses under a key that stayed.
struct LooseEnds {
  static let migration = Migration(
    15, "links that left, guessable keys",
    [
      "UPDATE host_outbox SET content = '' WHERE is_asked = 1 AND state IN ('sent','dropped')",
      "DELETE FROM host_repeat WHERE at % 3600000 = 0", "UPDATE host_flag SET origin = NULL",
      "DELETE FROM host_quota_count",
    ])

  private init() {}
}
