/// Reads what was typed against the table of verbs.
struct ArgumentParser {
  let verbs: [Verb]

  /// What was asked for.
  enum Request {
    case run(Verb, operands: [String], values: [String: [String]])
    /// The help of a verb, or of the command as a whole.
    case help(Verb?)
    case version
  }

  /// - Throws: ``CommandError`` with exit code 2 and the nearest name.
  func parse(_ arguments: [String]) throws -> Request {
    var rest = arguments[...]
    var leading: [String] = []
    // `parvis -C DIR build` is what people type who know make, tar and git.
    while let first = rest.first, first == "-C" || first == "--commune", rest.count >= 2 {
      leading += rest.prefix(2)
      rest = rest.dropFirst(2)
    }
    guard let first = rest.first else { return .help(nil) }
    if first == "--help" || first == "-h" { return .help(nil) }
    if first == "--version" || first == "-V" { return .version }
    let (verb, typed) = try verb(rest)
    guard let verb else { return .help(nil) }
    return try read(verb, leading + typed)
  }

  private func verb(_ words: ArraySlice<String>) throws -> (Verb?, [String]) {
    guard let first = words.first else { return (nil, []) }
    if let verb = verbs.first(where: { $0.name == first }) { return (verb, Array(words.dropFirst())) }
    let group = verbs.filter { $0.name.hasPrefix("\(first) ") }
    guard !group.isEmpty else {
      let names = verbs.map { $0.name.split(separator: " ").first.map(String.init) ?? $0.name }
      throw unknown(
        Bilingual(fr: "verbe inconnu « \(first) »", en: "unknown verb “\(first)”"), typed: first, among: names,
        help: "parvis help")
    }
    let steps = group.map { String($0.name.dropFirst(first.count + 1)) }
    let known = steps.joined(separator: ", ")
    guard let place = secondWord(words, of: group) else {
      if words.contains("--help") || words.contains("-h") { return (nil, []) }
      throw CommandError(
        .usage, fr: "« parvis \(first) » attend un mot de plus : \(known)",
        en: "“parvis \(first)” needs one more word: \(known)")
    }
    let second = words[place]
    guard let verb = group.first(where: { $0.name == "\(first) \(second)" }) else {
      throw unknown(
        Bilingual(
          fr: "« parvis \(first) \(second) » n’existe pas ; il y a : \(known)",
          en: "there is no “parvis \(first) \(second)”; there is: \(known)"), typed: second, among: steps,
        help: "parvis help")
    }
    return (verb, Array(words[words.index(after: words.startIndex)..<place] + words[words.index(after: place)...]))
  }

  /// Where the second word of a verb stands: the first that is neither an option nor its value, as `add` in
  /// `parvis person -C vaubrisey add`.
  private func secondWord(_ words: ArraySlice<String>, of group: [Verb]) -> ArraySlice<String>.Index? {
    var index = words.index(after: words.startIndex)
    while index < words.endIndex {
      guard words[index].hasPrefix("-") else { return index }
      let takesNext = group.contains { verb in
        guard let (option, attached) = try? option(words[index], of: verb) else { return false }
        return option.takesValue && attached == nil
      }
      index += takesNext ? 2 : 1
    }
    return nil
  }

  private func read(_ verb: Verb, _ typed: [String]) throws -> Request {
    var operands: [String] = []
    var values: [String: [String]] = [:]
    var rest = typed[...]
    var acceptsOptions = true
    while let word = rest.popFirst() {
      if acceptsOptions, word == "--" {
        acceptsOptions = false
      } else if acceptsOptions, word.hasPrefix("-"), word != "-" {
        if word == "--help" || word == "-h" { return .help(verb) }
        let (option, attached) = try option(word, of: verb)
        values[option.name, default: []].append(try value(of: option, attached, from: &rest))
      } else {
        operands.append(word)
      }
    }
    try checkCount(operands, of: verb)
    return .run(verb, operands: operands, values: values)
  }

  /// The option that a word names, with the value written into the same word.
  private func option(_ word: String, of verb: Verb) throws -> (Option, attached: String?) {
    let bytes = Array(word.utf8)
    if bytes.starts(with: "--".utf8) {
      let sign = bytes.firstIndex(of: UInt8(ascii: "="))
      let name = String(decoding: bytes[2..<(sign ?? bytes.count)], as: UTF8.self)
      if let option = verb.options.first(where: { $0.name == name }) {
        return (option, sign.map { String(decoding: bytes[($0 + 1)...], as: UTF8.self) })
      }
      throw unknown(
        Bilingual(fr: "option inconnue « --\(name) »", en: "unknown option “--\(name)”"), typed: "--\(name)",
        among: (verb.options + [.help]).map { "--\($0.name)" }, help: "parvis \(verb.name) --help")
    }
    let letter = String(word.dropFirst().prefix(1))
    guard let option = verb.options.first(where: { $0.short == letter }), option.takesValue || word.count == 2 else {
      throw unknown(
        Bilingual(fr: "option inconnue « \(word) »", en: "unknown option “\(word)”"), typed: "-\(word)",
        among: verb.options.map { "--\($0.name)" }, help: "parvis \(verb.name) --help")
    }
    return (option, word.count > 2 ? String(word.dropFirst(2)) : nil)
  }

  private func value(of option: Option, _ attached: String?, from rest: inout ArraySlice<String>) throws -> String {
    guard option.takesValue else {
      if attached == nil { return "" }
      throw CommandError(
        .usage, fr: "--\(option.name) ne prend pas de valeur", en: "--\(option.name) takes no value")
    }
    if let value = attached ?? rest.popFirst() { return value }
    throw CommandError(
      .usage, fr: "--\(option.name) attend une valeur : \(option.label)",
      en: "--\(option.name) needs a value: \(option.label)")
  }

  private func checkCount(_ operands: [String], of verb: Verb) throws {
    if let index = operands.firstIndex(of: ""), index < verb.operands.count {
      let name = verb.operands[index].name
      throw CommandError(
        .usage, fr: "\(name) est vide ; usage : \(verb.synopsis)", en: "\(name) is empty; usage: \(verb.synopsis)")
    }
    if operands.count > verb.operands.count {
      let extra = operands[verb.operands.count]
      throw CommandError(
        .usage, fr: "« \(extra) » est de trop ; usage : \(verb.synopsis)",
        en: "“\(extra)” is one too many; usage: \(verb.synopsis)")
    }
    if let missing = verb.operands.dropFirst(operands.count).first(where: \.isRequired),
      !missing.isMissedByVerb
    {
      throw CommandError(
        .usage, fr: "il manque \(missing.name) (\(missing.help.fr)) ; usage : \(verb.synopsis)",
        en: "\(missing.name) is missing (\(missing.help.en)); usage: \(verb.synopsis)")
    }
  }

  private func unknown(_ what: Bilingual, typed: String, among names: [String], help: String) -> CommandError {
    if let near = Nearest.name(to: typed, among: names) {
      return CommandError(
        .usage, fr: "\(what.fr) ; vouliez-vous dire « \(near) » ?", en: "\(what.en); did you mean “\(near)”?")
    }
    return CommandError(.usage, fr: "\(what.fr) ; voyez « \(help) »", en: "\(what.en); see “\(help)”")
  }
}
