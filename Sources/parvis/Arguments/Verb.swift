/// An option of a verb. Declared once: parsing, help, man page and completion come from it.
struct Option: Sendable {
  /// The long name without dashes.
  let name: String
  /// The one-letter name; empty for none.
  let short: String
  /// What stands for the value in help; empty for an option without value.
  let value: String
  /// Whether it may be given more than once.
  let isRepeatable: Bool
  let help: Bilingual

  init(_ name: String, short: String = "", value: String = "", isRepeatable: Bool = false, fr: String, en: String) {
    self.name = name
    self.short = short
    self.value = value
    self.isRepeatable = isRepeatable
    help = Bilingual(fr: fr, en: en)
  }

  var takesValue: Bool { !value.isEmpty }

  /// As shown in help: `-C, --commune DIR`.
  var label: String {
    let long = "--\(name)" + (takesValue ? " \(value)" : "")
    return short.isEmpty ? long : "-\(short), \(long)"
  }

  static let commune = Option(
    "commune", short: "C", value: "DIR", fr: "le dossier de la commune (sinon le dossier courant)",
    en: "the folder of the commune (else the current folder)")
  static let json = Option(
    "json", fr: "le résultat en JSON, pour un programme", en: "the result as JSON, for a program")
  static let help = Option("help", short: "h", fr: "cette aide", en: "this help")
  static let set = Option(
    "set", value: "NAME=VALUE", isRepeatable: true, fr: "une option du genre de fichier ; peut être répétée",
    en: "an option of the kind of file; may be repeated")
}

/// What a verb is given besides options.
struct Operand: Sendable {
  let name: String
  let isRequired: Bool
  /// Whether the verb itself says that it is missing, because it can say what is possible.
  let isMissedByVerb: Bool
  let help: Bilingual

  init(_ name: String, isRequired: Bool = true, isMissedByVerb: Bool = false, fr: String, en: String) {
    self.name = name
    self.isRequired = isRequired
    self.isMissedByVerb = isMissedByVerb
    help = Bilingual(fr: fr, en: en)
  }
}

/// A verb of the command, as `build` or `person add`.
struct Verb: Sendable {
  /// One word or two.
  let name: String
  let summary: Bilingual
  /// More, in whole sentences; empty for nothing more.
  let details: Bilingual
  let operands: [Operand]
  /// Its options; `--help` is understood everywhere and not listed here.
  let options: [Option]
  let examples: [String]
  let run: @Sendable (Invocation) throws -> ExitCode

  init(
    _ name: String, summary: Bilingual, details: Bilingual = Bilingual(fr: "", en: ""), operands: [Operand] = [],
    options: [Option] = [], examples: [String] = [], run: @escaping @Sendable (Invocation) throws -> ExitCode
  ) {
    self.name = name
    self.summary = summary
    self.details = details
    self.operands = operands
    self.options = options
    self.examples = examples
    self.run = run
  }

  /// `parvis build [-C DIR] …` without the options' explanation.
  var synopsis: String {
    let operands = operands.map { $0.isRequired ? $0.name : "[\($0.name)]" }
    let options = options.map { option in
      let dash = option.short.isEmpty ? "--\(option.name)" : "-\(option.short)"
      return "[\(dash)\(option.takesValue ? " \(option.value)" : "")]\(option.isRepeatable ? "…" : "")"
    }
    return (["parvis \(name)"] + operands + options).joined(separator: " ")
  }
}

/// A verb with what was typed after it.
struct Invocation: Sendable {
  let verb: Verb
  let operands: [String]
  let values: [String: [String]]
  let console: Console

  /// Whether an option was given.
  func has(_ name: String) -> Bool { values[name] != nil }

  /// The value of an option; the last one counts.
  func value(_ name: String) -> String? { values[name]?.last }

  /// The folder of the commune.
  var folder: String { value("commune") ?? "." }

  /// Whether a program reads the result.
  var wantsJSON: Bool { has("json") }

  var language: Language { console.language }

  /// The `--set name=value` pairs.
  func settings() throws -> [String: String] {
    var pairs: [String: String] = [:]
    for text in values["set"] ?? [] {
      let bytes = Array(text.utf8)
      guard let sign = bytes.firstIndex(of: UInt8(ascii: "=")), sign > 0 else {
        throw CommandError(
          .usage, fr: "--set \(text) : attendu nom=valeur, comme --set id=2026-12-11-conseil",
          en: "--set \(text): expected name=value, as --set id=2026-12-11-conseil")
      }
      pairs[String(decoding: bytes[..<sign], as: UTF8.self)] = String(decoding: bytes[(sign + 1)...], as: UTF8.self)
    }
    return pairs
  }
}
