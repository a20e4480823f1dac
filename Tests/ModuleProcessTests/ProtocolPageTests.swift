import ParticipationKit
import Testing

@testable import ModuleProcess

/// The page that specifies the protocol: each example on it is what the host and the example in Python really say.
@Suite struct ProtocolPageTests {
  private static func page() throws -> String {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    return String(decoding: try Example.bytes("/\(root)/Sources/ParticipationKit/PROCESSES.md"), as: UTF8.self)
  }

  /// The JSON blocks of the page, in order: question and answer by turns.
  private static func frames(_ page: String) throws -> [JSONValue] {
    try page.split(separator: "```json\n").dropFirst().map { part in
      try JSONValue.parse(Array(part.prefix(upTo: part.firstRange(of: "\n```")?.lowerBound ?? part.endIndex).utf8))
    }
  }

  @Test func eachQuestionOnThePageIsAnsweredAsThePageSays() throws {
    let frames = try Self.frames(try Self.page())
    #expect(frames.count == 20)
    let child = try ChildProcess(
      ChildPlan(
        module: "lostfound", run: ["python3", "main.py"], folder: Example.folder, secret: "", limits: ChildLimits(),
        log: { _ in }))
    defer { child.kill() }
    for place in stride(from: 0, to: frames.count - 1, by: 2) {
      let bytes = try child.call(frames[place].bytes, until: MonotonicClock.now + 20)
      let answer = try JSONValue.parse(bytes, maxDepth: 96)
      #expect(answer == frames[place + 1], Comment(rawValue: frames[place]["call"]?.asString ?? "?"))
    }
  }

  @Test func theHostSendsTheMembersThatThePageShows() throws {
    let copy = try Example.Copy {
      $0.replacing(
        "if __name__ == \"__main__\":",
        with: """
          import sys
          heard, plain = {}, module.answer
          def answer(frame):
              heard.setdefault(frame["call"], sorted(frame))
              print("heard", frame["call"], ",".join(sorted(frame)), file=sys.stderr)
              return plain(frame)
          module.answer = answer
          if __name__ == "__main__":
          """)
    }
    let log = SmallChild.Log()
    let descriptor = try Example.package(copy.folder).descriptor(secret: "", log: { log.add($0) })
    try Example.liveThrough(descriptor)
    let shown = Dictionary(
      try Self.frames(try Self.page()).compactMap { frame in
        frame["call"]?.asString.map { ($0, (frame.asObject ?? []).map(\.name).sorted().joined(separator: ",")) }
      }, uniquingKeysWith: { first, _ in first })
    let heard = log.lines.compactMap { line -> (String, String)? in
      let words = line.split(separator: " ").map(String.init)
      return words.count == 5 && words[2] == "heard" ? (words[3], words[4]) : nil
    }
    #expect(Set(heard.map(\.0)) == Set(shown.keys).subtracting(["ping"]))
    for (call, members) in heard { #expect(shown[call] == members, "\(call)") }
  }

  @Test func everyFailureAndEveryArgumentIsOnThePage() throws {
    let page = try Self.page()
    for kind in ChildFailure.Kind.all { #expect(page.contains("`\(kind.name)`"), "\(kind.name)") }
    for name in CallArguments.list.split(separator: ", ") { #expect(page.contains("`\(name)`"), "\(name)") }
  }
}
