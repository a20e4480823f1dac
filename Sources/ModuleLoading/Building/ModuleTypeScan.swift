/// Finds the type that is the module: the one whose declaration names `ParticipationModule` among what it conforms to.
struct ModuleTypeScan {
  private static let declarations: Set<String> = ["struct", "class", "actor", "enum"]

  /// The names of the types of a source file that are modules.
  static func types(in source: [UInt8]) -> [String] {
    let words = words(of: source)
    var found: [String] = []
    for index in words.indices where declarations.contains(words[index]) {
      guard index + 2 < words.count, words[index + 2] == ":" else { continue }
      let clause = words[(index + 2)...].prefix { $0 != "{" }
      if clause.contains("ParticipationModule") { found.append(words[index + 1]) }
    }
    return found
  }

  /// A capability that the sources write and no type declares.
  struct Forgotten: Equatable {
    let member: String
    let capability: String
  }

  /// By capability, the member that it asks for and the first name of that member's type.
  private static let capabilities: [(name: String, member: String, type: String)] = [
    ("SchemaProviding", "migrations", "Migration"), ("SettingsProviding", "settings", "SettingField"),
    ("CatalogueProviding", "catalogues", "locale"), ("ActionProviding", "actions", "Action"),
    ("DocumentProviding", "documents", "DocumentFamily"), ("StreamProviding", "streams", "Stream"),
    ("ImportProviding", "importers", "Importer"), ("ExportProviding", "exporters", "Exporter"),
    ("ModerationProviding", "moderatedKinds", "ModeratedKind"),
    ("CommentProviding", "commentableKinds", "CommentableKind"), ("DeskProviding", "deskScreens", "DeskScreen"),
    ("SlotProviding", "slots", "SlotContribution"), ("PersonalDataProviding", "personalData", "PersonalData"),
    ("FollowProviding", "followableKinds", "FollowableKind"), ("ClockProviding", "clockJobs", "ClockJob"),
  ]

  /// What the sources of a module declare as the host asks for it, without any of them naming the capability: it
  /// compiles, and the host never asks.
  static func forgotten(in sources: [[UInt8]]) -> [Forgotten] {
    let files = sources.map { words(of: $0) }
    return capabilities.filter { capability in
      !files.contains { $0.contains(capability.name) }
        && files.contains { words in
          words.indices.dropLast(2).contains { at in
            guard words[at] == "var" || words[at] == "let", words[at + 1] == capability.member else { return false }
            let type = words[(at + 2)...].first { $0 != ":" }
            return type == capability.type
          }
        }
    }.map { Forgotten(member: $0.member, capability: $0.name) }
  }

  /// Names and the signs that matter; comments and texts are left out.
  private static func words(of source: [UInt8]) -> [String] {
    var words: [String] = []
    var at = 0
    func starts(_ text: StaticString, _ offset: Int) -> Bool {
      let count = text.utf8CodeUnitCount
      return offset + count <= source.count && text.description.utf8.elementsEqual(source[offset..<offset + count])
    }
    while at < source.count {
      let byte = source[at]
      if starts("//", at) {
        at = source[at...].firstIndex(of: 0x0A) ?? source.count
      } else if starts("/*", at) {
        at += 2
        while at < source.count, !starts("*/", at) { at += 1 }
        at += 2
      } else if starts("\"\"\"", at) {
        at += 3
        while at < source.count, !starts("\"\"\"", at) { at += source[at] == 0x5C ? 2 : 1 }
        at += 3
      } else if byte == 0x22 {
        at += 1
        while at < source.count, source[at] != 0x22, source[at] != 0x0A { at += source[at] == 0x5C ? 2 : 1 }
        at += 1
      } else if isName(byte) {
        let end = source[at...].firstIndex { !isName($0) } ?? source.count
        words.append(String(decoding: source[at..<end], as: UTF8.self))
        at = end
      } else {
        if byte == 0x3A || byte == 0x7B { words.append(byte == 0x3A ? ":" : "{") }
        at += 1
      }
    }
    return words
  }

  private static func isName(_ byte: UInt8) -> Bool {
    byte == 0x5F || byte >= 0x80 || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
      || (0x61...0x7A).contains(byte)
  }
}
