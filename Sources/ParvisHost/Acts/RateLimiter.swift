import Synchronization

public import ParticipationKit

/// Counts acts by keyed address and action in windows of an hour. Kept in memory: nothing about addresses is stored.
public final class RateLimiter: Sendable {
  private struct Window: Sendable {
    var start: Int64
    var count: Int
  }

  private struct Counts: Sendable {
    var windows: [[UInt8]: Window] = [:]
    var sweptAt: Int64 = 0
  }

  private let counts = Mutex(Counts())

  /// Makes an empty limiter.
  public init() {}

  /// Counts one try.
  /// - Returns: Nil when it is within the limit; otherwise the seconds until the window ends.
  public func take(_ key: [UInt8], limit: Int, windowSeconds: Int64 = 3600, now: Timestamp) -> Int? {
    counts.withLock { counts in
      let second = now.seconds
      if second - counts.sweptAt > 600 {
        counts.windows = counts.windows.filter { second - $0.value.start < 3600 }
        counts.sweptAt = second
      }
      var window = counts.windows[key] ?? Window(start: second, count: 0)
      if second - window.start >= windowSeconds { window = Window(start: second, count: 0) }
      if window.count >= limit { return Int(max(1, windowSeconds - (second - window.start))) }
      window.count += 1
      counts.windows[key] = window
      return nil
    }
  }

  /// Takes one try back, as after a successful sign-in: what counts are failures.
  public func refund(_ key: [UInt8]) {
    counts.withLock { counts in
      guard var window = counts.windows[key], window.count > 0 else { return }
      window.count -= 1
      counts.windows[key] = window
    }
  }
}
