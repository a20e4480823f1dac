public import ParticipationKit

/// The page of the register: its last head in large type, to print for the notice board, and how to check it.
struct RegisterPage: Sendable {
  static let path = RegisterPageAddress.path
  /// How many heads the page shows; all of them are in `register/checkpoints.txt`.
  static let headsShown = 30

  let host: Host

  var family: DocumentFamily {
    .single(
      "register",
      titles: RegisterPageAddress.titles(host.words),
      path: RegisterPage.path
    ) { context in
      let heads = try host.treeHeads.all(in: context.ledger)
      let codes = try LetterCodes.totals(context.ledger)
      return Document(value: value(heads, codes), updated: heads.last?.signed ?? Timestamp(milliseconds: 0)) { view in
        page(heads, codes, view.locale)
      }
    }
  }

  private func value(_ heads: [TreeHead], _ codes: LetterCodes.Totals) -> JSONValue {
    .object([
      ("origin", .string(host.registerKey.origin)), ("key", .string(host.registerVerifier)),
      ("fingerprint", .string(host.registerKeyFingerprint)),
      ("head", heads.last.map(value) ?? .null), ("heads", .array(heads.suffix(RegisterPage.headsShown).map(value))),
      ("letters", .object([("issued", .integer(codes.issued)), ("ended", .integer(codes.ended))])),
    ])
  }

  private func value(_ head: TreeHead) -> JSONValue {
    .object([
      ("size", .integer(head.size)), ("root", .string(hexadecimal(head.root))), ("signed", .timestamp(head.signed)),
      ("reason", .string(head.reason)), ("note", .string(head.note)),
    ])
  }

  private func page(_ heads: [TreeHead], _ codes: LetterCodes.Totals, _ locale: String) -> Page {
    func text(_ key: String, _ arguments: [String: String] = [:]) -> String {
      host.words.text("register.\(key)", locale, arguments)
    }
    var body: [HTMLNode] = [.p(text("lead"), [.class("lead")])]
    if let head = heads.last {
      body += [notice(head, locale), .p(text("board"), [.class("hint")])]
      body += [.h2(text("check")), .p(text("checkText"))]
      body.append(
        .ul(items: [
          .element(.code, [.class("code")], [.text("parvis register verify SITE")]),
          .element(.code, [.class("code")], [.text("python3 verify_register.py SITE")]),
          .element(.code, [.class("code")], [.text("python3 verify_pages.py SITE")]),
        ]))
      body.append(.p(text("checkReceipt")))
      body.append(
        .ul(items: [
          .element(.code, [.class("code")], [.text("parvis register verify SITE --receipt FILE.json")]),
          .element(.code, [.class("code")], [.text("python3 verify_receipt.py SITE FILE.json")]),
        ]))
      body += [.p(text("scripts")), .ul(items: RegisterScripts.names.map { .a(SitePath("register/\($0)"), $0) })]
      if codes.issued > 0 {
        let counts = ["issued": String(codes.issued), "ended": String(codes.ended)]
        body += [.h2(text("letters")), .p(text("letters.text", counts))]
      }
      body += [.h2(text("files")), .ul(items: links(locale))]
      body += [.h2(text("heads")), table(heads.suffix(RegisterPage.headsShown).reversed(), locale)]
    } else {
      body.append(.p(text("none")))
    }
    return Page(title: text("title"), summary: text("lead"), body: body)
  }

  /// What is pinned to the board: few words, and the fingerprint in groups that can be compared by eye.
  private func notice(_ head: TreeHead, _ locale: String) -> HTMLNode {
    let words = host.words
    let groups = head.rootGroups
    let lines = stride(from: 0, to: groups.count, by: 4).map { groups[$0..<$0 + 4].joined(separator: " ") }
    let arguments = [
      "commune": host.facts.name, "count": String(head.size),
      "date": DateWords(locale: locale).longWithTime(host.zone.civil(head.signed)),
    ]
    let root = lines.enumerated().flatMap { index, line -> [HTMLNode] in
      (index > 0 ? [.element(.br)] : []) + [.element(.code, [], [.text(line)])]
    }
    let key: [HTMLNode] = [
      .text(words.text("register.key", locale)), .element(.br),
      .element(.code, [], [.text(host.registerKeyFingerprint)]),
    ]
    let keyLine: [HTMLNode] = [.text(words.text("register.keyLine", locale) + " "), code(host.registerVerifier)]
    return .section(
      [.class("notice receipt"), .aria("labelledby", "head")],
      [
        .h2(words.text("register.head", locale, arguments), [.id("head")]),
        .p(words.text("register.covers", locale, arguments), [.class("lead")]),
        .element(.p, [.class("lead")], root), .p([], key), .p([.class("meta")], keyLine),
      ])
  }

  private func code(_ text: String) -> HTMLNode { .element(.code, [.class("code")], [.text(text)]) }

  private func links(_ locale: String) -> [HTMLNode] {
    [("checkpoint", "checkpoint"), ("checkpoints.txt", "checkpoints"), ("key.txt", "keyFile")].map { name, key in
      .a(SitePath("register/\(name)"), host.words.text("register.\(key)", locale))
    }
  }

  private func table(_ heads: [TreeHead], _ locale: String) -> HTMLNode {
    func text(_ key: String) -> String { host.words.text("register.\(key)", locale) }
    let rows = heads.map { head -> [HTMLNode] in
      let date = DateWords(locale: locale).longWithTime(host.zone.civil(head.signed))
      return [
        .element(.time, [.datetime(head.signed.rfc3339)], [.text(date)]), .text(String(head.size)),
        code(head.rootGroups.prefix(4).joined(separator: " ") + "…"),
      ]
    }
    return .table(caption: text("heads"), headings: ["signed", "leaves", "root"].map(text), rows: rows)
  }
}

/// Where the page of the register is, for links to it.
public struct RegisterPageAddress: Sendable {
  private init() {}

  /// The path without language and suffix.
  public static let path = "registre"

  /// The title, by locale.
  public static func titles(_ words: HostWords) -> [String: String] {
    ["fr": words.text("register.title", "fr"), "en": words.text("register.title", "en")]
  }
}

extension Host {
  /// The host's own families of documents, beside those of modules.
  public var families: [(module: String, family: DocumentFamily)] { [("host", RegisterPage(host: self).family)] }
}
