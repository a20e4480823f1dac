import ParticipationKit
import Synchronization

/// Carries one value out of a closure that runs on another thread.
final class Box<Value: Sendable>: Sendable {
  private let storage = Mutex<Value?>(nil)

  /// The value, once it was set.
  var value: Value? { storage.withLock { $0 } }

  /// Sets the value.
  func set(_ value: Value?) { storage.withLock { $0 = value } }
}

/// The writer could not finish and gave no reason: it is stopping.
struct WriterStopped: Error {}

extension StorePort {
  /// Runs work in the writer's queue and gives its result to a closure after the commit.
  func submit<Value: Sendable>(
    _ work: @escaping @Sendable (Ledgers) throws -> Value,
    then done: @escaping @Sendable (Result<Value, any Error>) -> Void
  ) {
    let box = Box<Value>()
    submit({ ledgers in box.set(try work(ledgers)) }) { error in
      if let error {
        done(.failure(error))
      } else if let value = box.value {
        done(.success(value))
      } else {
        done(.failure(WriterStopped()))
      }
    }
  }

  /// Runs work in the writer's queue and waits until it is on disk. For the command and for start-up, not for requests.
  /// - Throws: What the work throws, or the store's error.
  @discardableResult
  public func perform<Value: Sendable>(_ work: @escaping @Sendable (Ledgers) throws -> Value) throws -> Value {
    let box = Box<Value>()
    try performVoid { ledgers in box.set(try work(ledgers)) }
    guard let value = box.value else { throw WriterStopped() }
    return value
  }

  /// Runs a closure on one snapshot and gives its result.
  /// - Throws: What the closure throws, or the store's error.
  public func reading<Value>(_ body: (Ledgers) throws -> Value) throws -> Value {
    var value: Value?
    try read { ledgers in value = try body(ledgers) }
    guard let value else { throw WriterStopped() }
    return value
  }
}
