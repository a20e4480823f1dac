import ParticipationKit
import SiteGeneration

/// Whether `content/` is where it was. A folder that is gone (a volume that is not mounted, a move by mistake, a clone
/// without it) looks like one whose files were all taken away, and the next publication would take their pages from the
/// public. So what was published remembers from which folders, and a folder that is missing stops everything; an empty
/// one says that it is meant.
struct ContentFolders {
  /// The name under which the site remembers them.
  private static let fact = "content-folders"

  /// The commune's folder.
  let folder: String

  /// Refuses a commune without `content/`.
  /// - Throws: `CommuneError` that says what to do.
  func requireContent() throws {
    guard !Files.isFolder(folder + "/content") else { return }
    throw missing(["content"])
  }

  /// Refuses when a folder is gone from which pages were published.
  /// - Throws: `CommuneError` that says what to do; the store's error.
  func requireWhatWasPublished(_ publisher: Publisher) throws {
    let known = try publisher.noted(ContentFolders.fact).map { String(decoding: $0, as: UTF8.self) } ?? ""
    let gone = known.split(separator: "\n").map(String.init).filter { !Files.isFolder("\(folder)/\($0)") }
    guard gone.isEmpty else { throw missing(gone) }
  }

  /// Remembers what is published from now on.
  /// - Throws: `CommuneError` when a folder cannot be read; the store's error.
  func note(_ publisher: Publisher) throws {
    let full = try Files.names(folder + "/content").map { "content/" + $0 }.filter { path in
      try Files.isFolder("\(folder)/\(path)") && !Files.names("\(folder)/\(path)").isEmpty
    }
    try publisher.note(Array(full.joined(separator: "\n").utf8), as: ContentFolders.fact)
  }

  private func missing(_ folders: [String]) -> CommuneError {
    let (fr, en) = (
      "le dossier manque ; attendu : le dossier, même vide. Remettez-le en place (disque non monté, déplacement, "
        + "copie incomplète ?). Si plus rien n’en doit être publié, créez un dossier vide de ce nom",
      "the folder is missing; expected: the folder, be it empty. Put it back (disk not mounted, moved, an incomplete "
        + "copy?). If nothing of it is to be public any more, make an empty folder of that name"
    )
    return CommuneError(
      .missingContent,
      fr:
        "Le contenu de la commune n’est pas là où il était : ses pages seraient retirées du site. Rien n’a été changé.",
      en: "The commune’s content is not where it was: its pages would be taken from the site. Nothing was changed.",
      diagnostics: folders.map { Diagnostic(.error, file: $0 + "/", line: nil, fr: fr, en: en) })
  }
}
