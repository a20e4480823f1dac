/// Removes from SQLite's message the words that it may have taken from a bound value.
///
/// FTS5 and JSON functions quote their argument when they fail (`fts5: syntax error near "…"`,
/// `no such column: …`), always with the generic code; a citizen's search must not reach a log.
struct QuotedArguments {
  static func removed(from message: String, code: ResultCode) -> String {
    guard code.primary == .error else { return message }
    let bytes = Array(message.utf8)
    let quote = bytes.firstIndex { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") }
    let colon = bytes.lastIndex(of: UInt8(ascii: ":")).map { $0 + 1 }
    guard let cut = quote ?? colon else { return message }
    let kept = bytes[..<cut].last == UInt8(ascii: " ") ? bytes[..<(cut - 1)] : bytes[..<cut]
    return String(decoding: kept, as: UTF8.self) + " …"
  }
}
