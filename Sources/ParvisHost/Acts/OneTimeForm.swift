import ParticipationKit
import Synchronization

extension Host {
  /// Remembers, in the transaction of an effect, that a form was used.
  /// - Returns: False when it was used before: the effect is there already.
  func isFirstUse(of key: [UInt8], now: Timestamp, in ledgers: Ledgers) throws -> Bool {
    // No act stands behind the key, so it has no position; old keys go with those of acts.
    try ledgers.host.execute(
      "INSERT OR IGNORE INTO host_repeat(key, position, at) VALUES(?,-1,?)", [.blob(key), .timestamp(now)]) == 1
  }
}

extension DeskRoom {
  /// The key of the form that was sent: each form is rendered with its own, so a double click or a page sent again is
  /// recognised, while a form that is filled in anew, or otherwise, is another act. Nil for a form without one.
  func onceKey(_ raw: RawSubmission) -> [UInt8]? {
    let once = raw.first("once")
    guard !once.isEmpty, once.utf8.count <= 100 else { return nil }
    let head = "\(session.person.id)\u{0}\(request.path)\u{0}\(once)\u{0}"
    return host.secrets.derive("once", Array(head.utf8) + raw.canonicalBytes())
  }
}

/// What acts of staff show once, as access codes: kept in memory for the moment in which a browser that sent a form
/// twice shows the second answer instead of the first. Never stored.
final class ShownOnce: Sendable {
  private struct Shown {
    let key: [UInt8]
    let at: Timestamp
    let lines: [(label: String, value: String)]
  }

  /// How long, in seconds, and how many at most.
  private static let seconds: Int64 = 60
  private static let limit = 16

  private let shown = Mutex<[Shown]>([])

  func keep(_ lines: [(label: String, value: String)], for key: [UInt8], now: Timestamp) {
    guard !lines.isEmpty else { return }
    shown.withLock { shown in
      shown = shown.filter { now.seconds - $0.at.seconds <= ShownOnce.seconds }.suffix(ShownOnce.limit - 1)
      shown.append(Shown(key: key, at: now, lines: lines))
    }
  }

  func lines(for key: [UInt8], now: Timestamp) -> [(label: String, value: String)] {
    shown.withLock { shown in
      shown.first { $0.key == key && now.seconds - $0.at.seconds <= ShownOnce.seconds }?.lines ?? []
    }
  }
}
