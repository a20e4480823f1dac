/// « de » before a name, as French says it: « d’Arles », « du Mans », « des Éparges », « de Vaubrisey ».
///
/// Catalogues write `de {name}`; what comes out is right whatever the name is, so that no author has to think of it.
package enum FrenchOf {
  /// The word that catalogues write.
  static let word = "de "

  /// The name with its « de ».
  /// - Parameter isPlace: Whether an article that begins the name melts with it (« Le Mans », « du Mans »). That of a
  ///   family does not: « de Le Goff ».
  package static func before(_ name: String, isPlace: Bool) -> String {
    if isPlace {
      for (article, melted) in [("Le ", "du "), ("Les ", "des "), ("Le\u{A0}", "du "), ("Les\u{A0}", "des ")]
      where name.utf8.starts(with: article.utf8) {
        return melted + String(name.unicodeScalars.dropFirst(article.unicodeScalars.count))
      }
    }
    return (isElided(name) ? "d’" : word) + name
  }

  /// Whether « de » loses its vowel: before a vowel, and before `Y` when a consonant follows (« d’Yvetot », « de
  /// Yolande »). Of an `H` spelling does not tell whether it is mute; « de » is the form that shocks less.
  private static func isElided(_ name: String) -> Bool {
    var scalars = name.unicodeScalars.makeIterator()
    guard let first = scalars.next() else { return false }
    if first == "Y" || first == "y" { return scalars.next().map { !vowels.contains($0) } ?? false }
    return vowels.contains(first)
  }

  private static let vowels = Set("aeiouàâäéèêëîïôöùûüœæAEIOUÀÂÄÉÈÊËÎÏÔÖÙÛÜŒÆ".unicodeScalars)
}
