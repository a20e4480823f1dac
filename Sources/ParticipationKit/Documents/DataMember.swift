/// A member of a JSON resource, for the description of the API: what a program can rely on.
public struct DataMember: Sendable, Hashable {
  /// What a member holds.
  public struct Kind: Sendable, Hashable {
    /// The name of the kind.
    public let name: String
    /// A text.
    public static let text = Kind(name: "text")
    /// Texts by language, as `{"fr": …, "en": …}`.
    public static let texts = Kind(name: "texts")
    /// A whole number.
    public static let integer = Kind(name: "integer")
    /// A number.
    public static let number = Kind(name: "number")
    /// True or false.
    public static let flag = Kind(name: "flag")
    /// An instant (RFC 3339).
    public static let instant = Kind(name: "instant")
    /// A list.
    public static let list = Kind(name: "list")
    /// An object.
    public static let record = Kind(name: "record")
  }

  /// The name.
  public let name: String
  /// What it holds.
  public let kind: Kind
  /// What it says, in English, in one sentence; empty when the name says it.
  public let help: String
  /// Whether it may be `null`. It is there all the same.
  public let isOptional: Bool

  /// Makes a member that is in every resource of its family.
  public init(_ name: String, _ kind: Kind, _ help: String = "", optional: Bool = false) {
    self.name = name
    self.kind = kind
    self.help = help
    isOptional = optional
  }
}

extension DocumentFamily {
  /// The same family with the members that each of its JSON resources has, besides `id`, `url` and `updated`, which the
  /// host adds. A resource may hold more.
  public func describing(_ members: [DataMember]) -> DocumentFamily {
    var family = self
    family.members = members
    return family
  }
}
