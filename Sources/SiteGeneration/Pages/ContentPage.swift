internal import ParticipationKit

/// A page that the commune keeps as a file: `content/pages/<name>.md`, and `<name>.<language>.md` in other languages.
struct ContentPage: Sendable {
  /// The page in one language.
  struct Version: Sendable {
    let title: String
    let summary: String
    let body: HTMLNode
    let plainText: String
  }

  let name: String
  let order: Int
  let isInFooter: Bool
  let updated: Timestamp
  /// By language; the first language of the site is always there.
  let versions: [String: Version]

  static let fields = ["title", "summary", "order", "menu", "updated"]
  /// Names that the host's own files have.
  static let reserved: Set<String> = [
    "index", "recherche", "participer", "donnees", "vie-privee", "modules", "plan", "404", "robots", "feed", "sitemap",
    "desk", "receipt", "api", "assets", "search",
  ]

  /// Reads the pages; all findings are collected.
  /// - Throws: ``ContentError``.
  static func read(
    _ files: [ContentFile], languages: [String], markdown: (String, MarkdownPolicy) throws -> MarkdownText
  ) throws -> [ContentPage] {
    var findings: [Diagnostic] = []
    var groups: [String: [String: ContentFile]] = [:]
    let first = languages.first ?? "fr"
    for file in files {
      let parts = file.name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
      if parts.count == 2, ["fr", "en"].contains(parts[1]), !languages.contains(parts[1]) {
        findings.append(otherLanguage(file, parts[1]))
        continue
      }
      let language = parts.count == 2 && languages.contains(parts[1]) ? parts[1] : first
      let name = parts[0]
      let isNamed = parts.count == 1 || (parts.count == 2 && languages.contains(parts[1]))
      if !isNamed || !CheckedPath.isPlain(name) || name.utf8.contains(UInt8(ascii: "/")) || reserved.contains(name) {
        findings.append(
          file.error(
            line: 1,
            fr:
              "le nom « \(file.name) » ne convient pas : lettres minuscules sans accent, chiffres et « - », pas un nom "
              + "réservé (\(reserved.sorted().joined(separator: ", ")))",
            en: "the name “\(file.name)” cannot be used: lower-case letters, digits and “-”, no reserved name "
              + "(\(reserved.sorted().joined(separator: ", ")))"))
      }
      findings += file.checkFields(known: fields, required: ["title"])
      groups[name, default: [:]][language] = file
    }
    var pages: [ContentPage] = []
    for name in groups.keys.sorted() {
      guard let group = groups[name] else { continue }
      if let page = page(name, group, first, markdown, &findings) { pages.append(page) }
    }
    if findings.contains(where: { $0.severity == .error }) { throw ContentError(findings) }
    return pages.sorted { ($0.order, $0.name) < ($1.order, $1.name) }
  }

  /// A page in a language that the site does not have, as after one was taken out of `commune.yaml`.
  private static func otherLanguage(_ file: ContentFile, _ language: String) -> Diagnostic {
    file.error(
      line: 1,
      fr: "le site n’a pas la langue « \(language) » ; ajoutez-la à languages dans commune.yaml, ou retirez ce fichier",
      en: "the site does not have the language “\(language)”; add it to languages in commune.yaml, or remove this file")
  }

  private static func page(
    _ name: String, _ group: [String: ContentFile], _ first: String,
    _ markdown: (String, MarkdownPolicy) throws -> MarkdownText, _ findings: inout [Diagnostic]
  ) -> ContentPage? {
    guard let main = group[first] else {
      if let any = group.values.first {
        findings.append(
          any.error(
            line: 1, fr: "il manque « \(name).md », la page dans la première langue du site (\(first))",
            en: "“\(name).md” is missing, the page in the site's first language (\(first))"))
      }
      return nil
    }
    var versions: [String: Version] = [:]
    for (language, file) in group {
      do {
        let text = try markdown(file.body, .editor)
        versions[language] = Version(
          title: file.fields["title"]?.text ?? name, summary: file.fields["summary"]?.text ?? "", body: text.node,
          plainText: text.plainText)
      } catch let refusal as MarkdownRefusal {
        findings.append(
          file.error(
            line: file.bodyLine,
            fr: "texte trop grand (\(refusal.limit)) : \(refusal.found), au plus \(refusal.allowed)",
            en: "text too large (\(refusal.limit)): \(refusal.found), at most \(refusal.allowed)"))
      } catch {
        findings.append(file.error(line: file.bodyLine, fr: "\(error)", en: "\(error)"))
      }
    }
    let menu = main.fields["menu"]?.text
    if let menu, menu != "footer" {
      let line = main.fields["menu"]?.line ?? 1
      findings.append(
        main.error(line: line, fr: "menu « \(menu) » ; attendu : footer", en: "menu “\(menu)”; expected: footer"))
    }
    return ContentPage(
      name: name, order: main.fields["order"]?.int ?? 1000, isInFooter: menu == "footer",
      updated: date(main, &findings), versions: versions)
  }

  private static func date(_ file: ContentFile, _ findings: inout [Diagnostic]) -> Timestamp {
    guard let field = file.fields["updated"] else { return Timestamp(milliseconds: 0) }
    guard let date = field.text.flatMap({ LocalDate($0) }) else {
      findings.append(
        file.error(
          line: field.line, fr: "date « \(field.text ?? "") » ; attendu : 2026-03-12",
          en: "date “\(field.text ?? "")”; expected: 2026-03-12"))
      return Timestamp(milliseconds: 0)
    }
    return Timestamp(seconds: Int64(date.daysSinceEpoch) * 86_400)
  }
}
