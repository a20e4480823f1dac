import Glibc
import ParticipationKit
import Synchronization

/// A value that another thread brings.
final class Arrival<Value: Sendable>: Sendable {
  private let box = Mutex<Value?>(nil)

  func set(_ value: Value) { box.withLock { $0 = value } }

  func value() -> Value {
    while true {
      if let value = box.withLock({ $0 }) { return value }
      usleep(200)
    }
  }
}

/// Lines that a commune writes to its log.
final class Lines: Sendable {
  private let lines = Mutex<[String]>([])

  func add(_ line: String) { lines.withLock { $0.append(line) } }

  var all: [String] { lines.withLock { $0 } }
}

/// Waits until something holds, at most some seconds; whether it came to hold.
func eventually(seconds: Int = 20, _ condition: () -> Bool) -> Bool {
  for _ in 0..<(seconds * 500) {
    if condition() { return true }
    usleep(2_000)
  }
  return condition()
}

/// A clock that a test moves.
final class Ticking: Sendable {
  private let time: Mutex<Timestamp>

  init(_ now: Timestamp) { time = Mutex(now) }

  var now: Timestamp { time.withLock { $0 } }

  func set(_ now: Timestamp) { time.withLock { $0 = now } }
}
