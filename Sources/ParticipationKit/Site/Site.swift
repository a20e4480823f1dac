/// What everybody may know about a commune.
public struct CommuneFacts: Sendable {
  /// The name, as `Vaubrisey`.
  public let name: String
  /// The INSEE code of the commune, five characters.
  public let inseeCode: String
  /// How many people live there (population municipale).
  public let population: Int
  /// The code of the department, as `55`.
  public let department: String
  /// The languages of the site; the first one has the pages at the root.
  public let languages: [String]
  /// The address of the site with its final slash, for feeds and canonical links.
  public let address: String
  /// Whether this is a demonstration, which every page then says.
  public let isDemonstration: Bool

  /// Makes the facts.
  public init(
    name: String, inseeCode: String, population: Int, department: String, languages: [String], address: String,
    isDemonstration: Bool
  ) {
    self.name = name
    self.inseeCode = inseeCode
    self.population = population
    self.department = department
    self.languages = languages
    self.address = address
    self.isDemonstration = isDemonstration
  }
}

/// What a commune lends one module: facts, its own words, content files, Markdown, digests. Never the host.
public struct Site: Sendable {
  /// The id of the module that holds this value.
  public let module: String
  /// The commune.
  public let commune: CommuneFacts
  /// The commune's time zone.
  public let zone: TimeZoneRules
  /// The files of `content/`.
  public let content: ContentReader
  /// The module's words.
  public let words: Words
  private let renderMarkdown: @Sendable (String, MarkdownPolicy) throws -> MarkdownText
  private let digestBytes: @Sendable ([UInt8]) -> [UInt8]
  private let sealBytes: @Sendable ([UInt8]) -> [UInt8]

  /// Makes a site from the host's closures.
  public init(
    module: String, commune: CommuneFacts, zone: TimeZoneRules, content: ContentReader, words: Words,
    markdown: @escaping @Sendable (String, MarkdownPolicy) throws -> MarkdownText,
    digest: @escaping @Sendable ([UInt8]) -> [UInt8],
    seal: @escaping @Sendable ([UInt8]) -> [UInt8]
  ) {
    self.module = module
    self.commune = commune
    self.zone = zone
    self.content = content
    self.words = words
    renderMarkdown = markdown
    digestBytes = digest
    sealBytes = seal
  }

  /// Renders Markdown by a policy.
  /// - Throws: ``MarkdownRefusal`` when the text is longer or deeper than the policy allows.
  public func markdown(_ text: String, _ policy: MarkdownPolicy) throws -> MarkdownText {
    try renderMarkdown(text, policy)
  }

  /// SHA-256 of some bytes (FIPS 180-4).
  public func digest(_ bytes: [UInt8]) -> [UInt8] { digestBytes(bytes) }

  /// A keyed digest with a key of this commune and module that never leaves it: for codes that must not be stored.
  public func seal(_ text: String) -> [UInt8] { sealBytes(Array(text.utf8)) }

  /// A subject of this module.
  public func subject(_ kind: String, _ key: String) -> Subject { Subject(module, kind, key) }

  /// A subject of this module whose key is a row id.
  public func subject(_ kind: String, _ id: Int) -> Subject { Subject(module, kind, String(id)) }
}
