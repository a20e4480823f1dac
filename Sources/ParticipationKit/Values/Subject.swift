/// A thing that acts change and documents depend on, as `agenda/item/17`.
///
/// An effect names the subjects it changed; the host re-emits the documents that depend on one of them. The document
/// family of the same module and kind owns the document with the same key, so a new record's page appears by itself.
public struct Subject: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The module's id, or `host` for the host's own.
  public let module: String
  /// The kind, as `item`.
  public let kind: String
  /// The key within the kind, as `17`.
  public let key: String

  /// Makes a subject.
  public init(_ module: String, _ kind: String, _ key: String) {
    self.module = module
    self.kind = kind
    self.key = key
  }

  /// Every subject of a kind, for what depends on them all: a feed of petitions is written again when any of them
  /// changes, also by what the host does, as an official answer. Only ``Stream/dependsOn`` may name it.
  public static func every(_ module: String, _ kind: String) -> Subject { Subject(module, kind, "*") }

  /// Reads `module/kind/key`; the key may hold further slashes. Nil when a part is missing.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
    self.init(String(parts[0]), String(parts[1]), String(parts[2]))
  }

  /// The subject as `module/kind/key`.
  public var description: String {
    var out = module
    out += "/"
    out += kind
    out += "/"
    out += key
    return out
  }

  /// Orders by module, kind and key.
  public static func < (a: Subject, b: Subject) -> Bool {
    (a.module, a.kind, a.key) < (b.module, b.kind, b.key)
  }
}
