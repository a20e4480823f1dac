import ParticipationKit

/// Writes the blocks of a message twice: as text, and as HTML through the contract's one writer.
struct MailText: Sendable {
  /// The address of the published site and of the server, each with its final slash.
  let site: String
  let server: String
  let locale: String
  /// Whether links to the server lack their secret, and codes are left out: so a message is read at the desk, where
  /// nobody may be handed the way into somebody else's data.
  var hidesSecrets = false

  private func address(_ path: String, _ isServer: Bool) -> String {
    guard isServer, hidesSecrets else { return (isServer ? server : site) + path }
    // The secret of a link is its last step, and whatever follows it.
    let plain = path.utf8.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
    let kept = plain.lastIndex(of: UInt8(ascii: "/")).map { plain[...$0] } ?? plain[..<plain.startIndex]
    return server + String(decoding: kept, as: UTF8.self) + "…"
  }

  private func code(_ text: String) -> String { hidesSecrets ? "…" : MailText.oneLine(text) }

  /// The message as plain text.
  func plain(_ blocks: [MailBlock], footer: [MailBlock]) -> String {
    var out = blocks.map(plain).joined(separator: "\n\n")
    // "-- " on a line by itself starts a signature (RFC 3676 §4.3): answers leave it out.
    out += "\n\n-- \n" + footer.map(plain).joined(separator: "\n\n") + "\n"
    return out
  }

  private func plain(_ block: MailBlock) -> String {
    switch block.storage {
    case .paragraph(let text): MailText.lines(text)
    case .heading(let text): MailText.oneLine(text) + "\n" + String(repeating: "=", count: min(60, text.count))
    case .quote(let text):
      MailText.lines(text).split(separator: "\n", omittingEmptySubsequences: false).map { "> \($0)" }
        .joined(separator: "\n")
    case .facts(let facts): facts.map { "\($0.label) : \(MailText.oneLine($0.value))" }.joined(separator: "\n")
    case .button(let title, let path, let isServer): "\(title) :\n<\(address(path, isServer))>"
    case .code(let text): "    " + code(text)
    case .file(let title, let name, _): "\(title) : \(name)"
    }
  }

  /// The message as an HTML document. Colours are the reader's own, so that it can be read on black as on white.
  func html(title: String, _ blocks: [MailBlock], footer: [MailBlock]) -> String {
    var writer = HTMLWriter(base: site)
    writer.write(.fragment(blocks.map(node) + [.element(.hr), .element(.footer, [], footer.map(node))]))
    var escapedTitle: [UInt8] = []
    HTMLWriter.escape(title, into: &escapedTitle)
    return MailText.head(locale) + String(decoding: escapedTitle, as: UTF8.self) + MailText.style
      + String(decoding: writer.bytes, as: UTF8.self) + "\n</body>\n</html>\n"
  }

  private func node(_ block: MailBlock) -> HTMLNode {
    switch block.storage {
    case .paragraph(let text): .fragment(MailText.paragraphs(text).map { .p([], $0) })
    case .heading(let text): .h2(MailText.oneLine(text))
    case .quote(let text): .element(.blockquote, [], MailText.paragraphs(text).map { .p([], $0) })
    case .facts(let facts):
      .element(
        .dl, [],
        facts.flatMap { [.element(.dt, [], [.text($0.label)]), .element(.dd, [], [.text($0.value)])] })
    case .button(let title, let path, let isServer):
      .p([], [.a(external: address(path, isServer), title, [.class("button")])])
    case .code(let text): .p([], [.element(.code, [], [.text(code(text))])])
    case .file(let title, let name, _): .p("\(title) : \(name)")
    }
  }

  /// Text without controls, lines trimmed at their ends: what a resident typed cannot look like our own lines.
  private static func lines(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars where scalar == "\n" || scalar == "\t" || scalar.value >= 0x20 {
      if scalar.value != 0x7F { out.unicodeScalars.append(scalar) }
    }
    return ByteText.trimmed(out)
  }

  private static func oneLine(_ text: String) -> String { ByteText.singleLine(text) }

  /// Paragraphs of text; a single line end becomes a line break.
  private static func paragraphs(_ text: String) -> [[HTMLNode]] {
    var all: [[HTMLNode]] = []
    var current: [HTMLNode] = []
    for line in lines(text).split(separator: "\n", omittingEmptySubsequences: false) {
      if ByteText.trimmed(String(line)).isEmpty {
        if !current.isEmpty { all.append(current) }
        current = []
      } else {
        if !current.isEmpty { current.append(.element(.br)) }
        current.append(.text(String(line)))
      }
    }
    if !current.isEmpty { all.append(current) }
    return all
  }

  private static func head(_ locale: String) -> String {
    """
    <!doctype html>
    <html lang="\(locale == "en" ? "en" : "fr")">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>
    """
  }

  private static let style = """
    </title>
    <style>
    :root{color-scheme:light dark}
    body{font:1.06rem/1.5 system-ui,sans-serif;max-width:36rem;margin:1.5rem auto;padding:0 1rem}
    h2{font-size:1.2rem;margin:1.6rem 0 .4rem}
    blockquote{margin:1rem 0;padding-left:1rem;border-left:3px solid gray}
    dt{font-weight:bold}dd{margin:0 0 .6rem}
    code{font-size:1.5rem;letter-spacing:.08em}
    a.button{display:inline-block;padding:.6rem 1rem;border:2px solid;border-radius:.3rem}
    footer{font-size:.9rem}
    </style>
    </head>
    <body>

    """
}
