import ParvisCommune
package import ParvisHost
import Synchronization

/// A mail that left a test's commune.
public struct TestMail: Sendable {
  /// The one recipient.
  public let to: String
  /// The text part.
  public let text: String
  /// The HTML part.
  public let html: String
  /// The message as a relay gets it.
  public let source: String

  init(_ mail: ComposedMail) {
    to = mail.to.description
    text = mail.text
    html = mail.html
    source = String(decoding: mail.bytes, as: UTF8.self)
  }

  /// The value of a header, as written.
  public func header(_ name: String) -> String? {
    let head = source.components(until: "\r\n\r\n")
    var value: String?
    for line in head.split(separator: "\r\n", omittingEmptySubsequences: false) {
      if let found = value {
        guard line.hasPrefix(" ") else { return found }
        value = found + line
      } else if line.lowercased().hasPrefix(name.lowercased() + ": ") {
        value = String(line.dropFirst(name.count + 2))
      }
    }
    return value
  }

  /// The addresses of the text's links.
  public var links: [String] {
    text.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("<") && $0.hasSuffix(">") }
      .map { String($0.dropFirst().dropLast()) }
  }
}

extension String {
  fileprivate func components(until mark: String) -> Substring {
    var rest = self[...]
    while !rest.isEmpty {
      if rest.hasPrefix(mark) { return self[..<rest.startIndex] }
      rest = rest.dropFirst()
    }
    return self[...]
  }
}

/// What a test's commune sends instead of a relay: kept, or answered as a test wants.
final class TestPost: Sendable {
  private struct State {
    var jobs: [OutboxJob] = []
    var answer: @Sendable (OutboxJob) -> DeliveryResult = { _ in .sent }
  }

  private let state = Mutex(State())

  func send(_ job: OutboxJob) -> DeliveryResult {
    let answer = state.withLock { state in
      state.jobs.append(job)
      return state.answer
    }
    return answer(job)
  }

  func take() -> [OutboxJob] {
    state.withLock { state in
      defer { state.jobs = [] }
      return state.jobs
    }
  }

  func answer(_ answer: @escaping @Sendable (OutboxJob) -> DeliveryResult) { state.withLock { $0.answer = answer } }
}

extension TestCommune {
  /// Lines of `commune.yaml` that switch mail on: give them as `configuration`.
  public static let withMail = "mail:\n  from: mairie@essai.example\n  transport: maildir"

  /// Does what the sender of a server does, and gives the mail that left.
  /// - Throws: The store's error, or a module's.
  @discardableResult
  public func sendMail() throws -> [TestMail] {
    try sendAll().compactMap { job in
      if case .mail(let mail) = job.payload { TestMail(mail) } else { nil }
    }
  }

  /// Does what the sender of a server does, and gives all that it tried.
  package func sendAll(_ answer: (@Sendable (OutboxJob) -> DeliveryResult)? = nil) throws -> [OutboxJob] {
    testPost.answer(answer ?? { _ in .sent })
    _ = try opened.sendMail()
    return testPost.take()
  }
}
