/// Why a module is not loaded. Each reason has a stable name, which the page on troubleshooting explains.
public struct RefusalReason: Sendable, Hashable, CustomStringConvertible {
  /// The name, as `load-compiler`.
  public let name: String

  private init(_ name: String) { self.name = name }

  /// The name.
  public var description: String { name }

  /// A file of the module is missing or cannot be read.
  public static let unreadable = RefusalReason("load-unreadable")
  /// `module.json` is not what it must be.
  public static let sidecar = RefusalReason("load-sidecar")
  /// The library is no library for this machine, or is cut short.
  public static let library = RefusalReason("load-library")
  /// The library has no note: `parvis module build` did not make it.
  public static let note = RefusalReason("load-note")
  /// It was built against another epoch of the contract.
  public static let epoch = RefusalReason("load-epoch")
  /// It was built against a newer contract than this program has.
  public static let minor = RefusalReason("load-minor")
  /// Another compiler built it.
  public static let compiler = RefusalReason("load-compiler")
  /// It was built for another machine or system.
  public static let triple = RefusalReason("load-triple")
  /// It was built against a contract without library evolution.
  public static let evolution = RefusalReason("load-evolution")
  /// It brings its own copy of something that this program has.
  public static let copy = RefusalReason("load-copy")
  /// It asks for a library that a module may not need.
  public static let needed = RefusalReason("load-needed")
  /// Library and `module.json` name different modules.
  public static let identity = RefusalReason("load-identity")
  /// Another loaded module has the same name in Swift.
  public static let swiftName = RefusalReason("load-swift-name")
  /// Another module has the same id.
  public static let duplicate = RefusalReason("load-duplicate")
  /// This program was linked so that modules cannot find the contract in it.
  public static let host = RefusalReason("load-host")
  /// The system's loader refused the library.
  public static let open = RefusalReason("load-open")
  /// The library has no entry, or its entry gave nothing that this program knows.
  public static let entry = RefusalReason("load-entry")
  /// The manifest in the code is not the one in `module.json`.
  public static let manifest = RefusalReason("load-manifest")
  /// The module ended the program when it was loaded the last time.
  public static let quarantined = RefusalReason("load-quarantined")
  /// The module runs in a process of its own, and what it declares cannot be used.
  public static let declaration = RefusalReason("load-declaration")
  /// `commune.yaml` names the module and it is not installed.
  public static let missing = RefusalReason("load-missing")

  /// All reasons, in the order in which they are looked for.
  public static let all: [RefusalReason] = [
    missing, quarantined, duplicate, unreadable, sidecar, library, note, epoch, minor, compiler, triple, evolution,
    identity, needed, host, copy, swiftName, open, entry, manifest,
    declaration,
  ]
}

/// A module that is not loaded: why, in words that name both sides and what to do.
public struct ModuleRefusal: Error, Sendable, CustomStringConvertible {
  /// The reason.
  public let reason: RefusalReason
  /// The file or folder that is meant.
  public let path: String
  private let texts: [String: String]

  /// Makes a refusal.
  public init(_ reason: RefusalReason, path: String, fr: String, en: String) {
    self.reason = reason
    self.path = path
    texts = ["fr": fr, "en": en]
  }

  /// The words in a language, French when there are none: `PATH: words [load-…]`.
  public func message(_ locale: String) -> String {
    let colon = locale == "en" ? ":" : " :"
    return "\(path)\(colon) \(texts[locale] ?? texts["fr"] ?? "") [\(reason)]"
  }

  /// The words in English.
  public var description: String { message("en") }
}
