import Glibc

/// The language in which the command speaks.
enum Language: Sendable {
  case french
  case english

  /// As the host and the modules call it.
  var code: String { self == .french ? "fr" : "en" }

  /// By `LC_ALL`, `LC_MESSAGES`, `LANG`, in this order (POSIX 8.2): French for French and for any language of France.
  static func of(environment: (String) -> String?) -> Language {
    let names = ["LC_ALL", "LC_MESSAGES", "LANG"]
    guard let locale = names.lazy.compactMap(environment).first(where: { !$0.isEmpty }) else { return .english }
    let name = locale.utf8.prefix { $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "@") }
    let parts = name.split(separator: UInt8(ascii: "_"))
    let isFrench = parts.first.map { $0.elementsEqual("fr".utf8) } ?? false
    let isFrance = parts.count > 1 && parts[1].elementsEqual("FR".utf8)
    return isFrench || isFrance ? .french : .english
  }
}

/// The same words in both languages, written side by side so that neither is forgotten.
struct Bilingual: Sendable {
  let fr: String
  let en: String

  func callAsFunction(_ language: Language) -> String { language == .french ? fr : en }
}

/// A variable of the process's environment; nil when it is not set.
func environmentVariable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
