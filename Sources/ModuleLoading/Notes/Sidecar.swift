internal import ParticipationKit

/// What `module.json` says: who the module is, for whoever decides before any of its code runs.
public struct Sidecar: Sendable {
  /// The id.
  public let id: String
  /// The version.
  public let version: String
  /// The names by locale.
  public let names: [String: String]
  /// Who keeps the module.
  public var owner: String { value["owner"]?.asString ?? "" }
  /// The licence.
  public var licence: String { value["licence"]?.asString ?? "" }
  /// What the module does with personal data, by locale.
  public var personalData: [String: String] { Sidecar.texts(value["personalData"]) ?? [:] }
  /// The Swift type of the module, when the file names it.
  public let type: String?
  private let value: JSONValue

  /// The program that a module in a process of its own is, and its arguments; nil for a library.
  public var run: [String]? { value["run"].map { ($0.asArray ?? []).compactMap(\.asString) } }

  /// The name of the file.
  public static let name = "module.json"
  private static let required = ["id", "version", "names", "owner", "licence", "personalData"]
  private static let keys = Set(required + ["traits", "permissions", "type", "run", "exemptions"])

  /// Reads the file.
  /// - Throws: ``ModuleRefusal`` that names what is wrong.
  public init(_ bytes: [UInt8], path: String) throws(ModuleRefusal) {
    func refuse(_ fr: String, _ en: String) -> ModuleRefusal { ModuleRefusal(.sidecar, path: path, fr: fr, en: en) }
    let value: JSONValue
    do {
      value = try JSONValue.parse(bytes)
    } catch {
      let words = { (error as? JSONSyntaxError)?.message($0, in: bytes) ?? "\(error)" }
      throw refuse(
        "JSON illisible (\(words("fr"))) ; corrigez le fichier", "unreadable JSON (\(words("en"))); correct the file")
    }
    guard let members = value.asObject else { throw refuse("attendu un objet JSON", "expected a JSON object") }
    if let unknown = members.first(where: { !Sidecar.keys.contains($0.name) })?.name {
      let known = Sidecar.keys.sorted().joined(separator: ", ")
      throw refuse("clé inconnue « \(unknown) » ; attendu : \(known)", "unknown key “\(unknown)”; expected: \(known)")
    }
    if let missing = Sidecar.required.first(where: { value[$0] == nil }) {
      throw refuse("il manque « \(missing) »", "“\(missing)” is missing")
    }
    guard let id = value["id"]?.asString, Sidecar.isID(id) else {
      throw refuse(
        "« id » attend 1 à 24 lettres minuscules et chiffres, en commençant par une lettre",
        "“id” expects 1 to 24 lower-case letters and digits, starting with a letter")
    }
    guard let version = value["version"]?.asString, Sidecar.isVersion(version) else {
      throw refuse("« version » attend trois nombres comme 1.0.0", "“version” expects three numbers such as 1.0.0")
    }
    guard let names = Sidecar.texts(value["names"]), names["fr"] != nil else {
      throw refuse(
        "« names » attend un nom par langue, au moins « fr »", "“names” expects a name by language, “fr” at least")
    }
    for permission in value["permissions"]?.asArray ?? [] {
      let members = (permission.asObject ?? []).map(\.name).sorted()
      guard members == ["name", "titles"], permission["name"]?.asString != nil,
        Sidecar.texts(permission["titles"])?["fr"] != nil
      else {
        let sample = #"[{"name": "\#(id).edit", "titles": {"fr": "…", "en": "…"}}]"#
        throw refuse(
          "« permissions » attend \(sample), comme dans le code", "“permissions” expects \(sample), as in the code")
      }
    }
    self.id = id
    self.version = version
    self.names = names
    type = value["type"]?.asString
    self.value = value
  }

  /// The first difference between the file and the manifest in the code; nil when both say the same.
  func difference(from manifest: Manifest) -> (field: String, file: String, code: String)? {
    func text(_ texts: [String: String]?) -> String {
      (texts ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: "; ")
    }
    let permissions = (value["permissions"]?.asArray ?? []).map {
      "\($0["name"]?.asString ?? "") (\(text(Sidecar.texts($0["titles"]))))"
    }
    let traits = (value["traits"]?.asArray ?? []).compactMap(\.asString)
    let pairs: [(String, String, String)] = [
      ("id", id, manifest.id), ("version", version, manifest.version), ("names", text(names), text(manifest.names)),
      ("owner", value["owner"]?.asString ?? "", manifest.owner),
      ("licence", value["licence"]?.asString ?? "", manifest.licence),
      ("traits", traits.sorted().joined(separator: ", "), manifest.traits.sorted().joined(separator: ", ")),
      (
        "permissions", permissions.joined(separator: ", "),
        manifest.permissions.map { "\($0.name) (\(text($0.titles)))" }.joined(separator: ", ")
      ),
      ("personalData", text(Sidecar.texts(value["personalData"])), text(manifest.personalData.texts)),
    ]
    return pairs.first { $0.1 != $0.2 }.map { (field: $0.0, file: $0.1, code: $0.2) }
  }

  private static func texts(_ value: JSONValue?) -> [String: String]? {
    guard let members = value?.asObject else { return nil }
    var texts: [String: String] = [:]
    for member in members { texts[member.name] = member.value.asString }
    return texts.count == members.count ? texts : nil
  }

  /// Whether a text can be the id of a module: 1 to 24 lower-case letters and digits, a letter first.
  public static func isID(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard let first = bytes.first, (0x61...0x7A).contains(first), bytes.count <= 24 else { return false }
    return bytes.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }
  }

  static func isVersion(_ text: String) -> Bool {
    let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return parts.count == 3
      && parts.allSatisfy { (1...6).contains($0.count) && $0.allSatisfy { (0x30...0x39).contains($0) } }
  }
}
