extension Rule {
  /// Calls that the house does without; each names what to use instead.
  static let bannedCalls = Rule("banned-calls") { tree, report in
    for file in tree.swift {
      for ban in Ban.all where !ban.allowedIn.contains(where: file.path.hasPrefix) {
        for offset in file.occurrences(ofWord: ban.text) {
          report(file.path, file.code.line(at: offset), "`\(ban.text)` — \(ban.instead)")
        }
      }
    }
  }
}

private struct Ban {
  let text: String
  let instead: String
  var allowedIn: [String] = []

  static let all = [
    Ban(text: "try!", instead: "`try`, or a precondition that says why it cannot fail"),
    Ban(text: "as!", instead: "`as?` with an error that says what was expected"),
    Ban(text: "fatalError(", instead: "`precondition` with a full sentence, or a typed error"),
    Ban(text: "@unchecked", instead: "a value type or `Mutex`, which the compiler checks"),
    Ban(text: "nonisolated(unsafe)", instead: "a `Mutex`, or pass the value as an argument"),
    Ban(
      text: "print(", instead: "return the text, or log through the port",
      allowedIn: ["Sources/parvis/", "Tools/"]),
    Ban(text: "NSRegularExpression", instead: "a scan over UTF-8 bytes"),
    Ban(text: "Regex", instead: "a scan over UTF-8 bytes: 18 characters took 42 s"),
    Ban(text: "replacingOccurrences", instead: "one pass over UTF-8 bytes: it gives 4 MB/s"),
    Ban(text: ".write(to:", instead: "the file port: Foundation syncs every file"),
    Ban(text: "JSONEncoder", instead: "`JSONValue` and its writer"),
    Ban(text: "JSONSerialization", instead: "`JSONValue` and its reader"),
    Ban(text: "import Foundation", instead: "`FoundationEssentials`, where the arrows allow it"),
  ]
}
