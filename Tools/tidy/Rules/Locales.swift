import FoundationEssentials

extension Rule {
  /// Every language says everything, with the same `{placeholders}`. French is the reference.
  static let locales = Rule("locales") { tree, report in
    for french in tree.files where french.path.hasSuffix("Locales/fr.json") {
      let folder = french.path.dropLast("fr.json".utf8.count)
      guard let reference = texts(french, report) else { continue }
      let others = tree.files.filter {
        $0.path.hasPrefix(folder) && $0.path.hasSuffix(".json") && $0.path != french.path
      }
      for other in others {
        guard let texts = texts(other, report) else { continue }
        for key in reference.keys.sorted() where texts[key] == nil {
          report(french.path, french.keyLine(key), "`\(key)` is missing in \(other.path) — translate it")
        }
        for key in texts.keys.sorted() where reference[key] == nil {
          report(other.path, other.keyLine(key), "`\(key)` is missing in \(french.path) — add it, or drop it here")
        }
        for (key, text) in reference.sorted(by: { $0.key < $1.key }) {
          guard let translated = texts[key], placeholders(translated) != placeholders(text) else { continue }
          report(other.path, other.keyLine(key), "`\(key)` has other {placeholders} than French — use the same")
        }
      }
    }
  }

  /// All texts of a file by the path of their keys; an unreadable file is reported.
  private static func texts(_ file: TextFile, _ report: (String, Int, String) -> Void) -> [String: String]? {
    do {
      return try JSONDecoder().decode(LocaleNode.self, from: Data(file.bytes)).texts(under: "")
    } catch {
      report(file.path, 1, "not JSON of texts — write an object whose values are texts or objects of texts")
      return nil
    }
  }

  private static func placeholders(_ text: String) -> Set<String> {
    Set(
      text.split(separator: "{", omittingEmptySubsequences: false).dropFirst().compactMap { part in
        part.contains("}") ? String(part.prefix { $0 != "}" }) : nil
      })
  }
}

/// A locale file: a text, or an object of nodes (plural forms, groups).
private enum LocaleNode: Decodable {
  case text(String)
  case group([String: LocaleNode])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let text = try? container.decode(String.self) {
      self = .text(text)
    } else {
      self = .group(try container.decode([String: LocaleNode].self))
    }
  }

  func texts(under path: String) -> [String: String] {
    switch self {
    case .text(let text): [path: text]
    case .group(let nodes):
      nodes.reduce(into: [:]) { all, node in
        let inner = node.value.texts(under: path.isEmpty ? node.key : "\(path)/\(node.key)")
        all.merge(inner) { first, _ in first }
      }
    }
  }
}

extension TextFile {
  fileprivate func keyLine(_ key: String) -> Int {
    firstLine(of: "\"\(key.split(separator: "/").last ?? "")\"") ?? 1
  }
}
