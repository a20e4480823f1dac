import ParticipationKit
import ParvisCommune

extension Verb {
  /// `parvis doctor`.
  static let doctor = Verb(
    "doctor",
    summary: Bilingual(
      fr: "dit si tout va bien, et que faire sinon", en: "says whether all is well, and what to do if not"),
    options: [.commune, .json]
  ) { invocation in
    let items = try invocation.withCommune(for: .reading) { $0.doctor() }
    let isFine = items.allSatisfy(\.isFine)
    let language = invocation.language
    if invocation.wantsJSON {
      let list = items.map { item -> JSONValue in
        [
          "name": .string(item.name), "ok": .bool(item.isFine),
          "detail": .string(item.detail[language.code] ?? item.detail["fr"] ?? ""),
        ]
      }
      let json: JSONValue = ["ok": .bool(isFine), "version": .string(Command.version), "items": .array(list)]
      try invocation.console.say(json.text)
    } else {
      try invocation.console.say("parvis \(Command.version)")
      for item in items {
        let mark =
          item.isFine ? Bilingual(fr: "bon  ", en: "good ") : Bilingual(fr: "À VOIR", en: "SEE TO")
        try invocation.console.say(
          "\(mark(language)) \(item.title(language.code))\(language == .french ? " :" : ":") "
            + (item.detail[language.code] ?? item.detail["fr"] ?? ""))
      }
    }
    return isFine ? .done : .foundWrong
  }
}
