import ParticipationKit

/// The pages that a new commune begins with: what the law asks for, to be completed by the town hall.
struct SkeletonPages {
  let name: String
  /// « de » with the name.
  private var ofName: String { FrenchOf.before(name, isPlace: true) }

  /// Paths below the commune's folder, with the text.
  var all: [(String, String)] {
    [
      ("content/pages/mentions-legales.md", legalNotice), ("content/pages/accessibilite.md", accessibility),
      ("content/pages/charte.md", charter), ("content/services/voirie.md", SkeletonPages.roads),
      ("content/services/eclairage.md", SkeletonPages.lighting),
    ]
  }

  private var legalNotice: String {
    """
    ---
    title: "Mentions légales"
    menu: footer
    order: 10
    ---

    ## Éditeur

    Ce site est publié par la commune \(ofName). Directrice ou directeur de la publication : le maire.

    L’adresse et les horaires de la mairie sont au pied de chaque page.

    ## Hébergement

    Complétez cette section : le nom, l’adresse et le téléphone de l’hébergeur sont demandés par l’article 1-1 de la
    loi n° 2004-575 du 21 juin 2004.

    ## Réutilisation

    Les données publiées par la commune peuvent être réutilisées sous la Licence Ouverte 2.0. Les contributions restent
    à leurs auteurs.

    """
  }

  private var accessibility: String {
    """
    ---
    title: "Accessibilité : non conforme"
    menu: footer
    order: 20
    ---

    La commune \(ofName) s’engage à rendre ce site accessible, conformément à l’article 47 de la loi n° 2005-102 du
    11 février 2005.

    ## État de conformité

    Ce site est dit **non conforme** au référentiel général d’amélioration de l’accessibilité tant qu’aucun audit n’a
    été fait. Après l’audit, corrigez cette page et son titre.

    ## Signaler un obstacle

    Si une page ou un formulaire vous résiste, dites-le à la mairie : nous vous donnons l’information autrement, ou nous
    recevons votre contribution sur papier.

    ## Voie de recours

    Sans réponse satisfaisante, vous pouvez écrire au Défenseur des droits, ou saisir son délégué dans votre
    département.

    """
  }

  private var charter: String {
    """
    ---
    title: "Charte de participation"
    menu: footer
    order: 30
    ---

    Toute personne peut contribuer, sans compte. Une personne de la mairie lit chaque contribution avant sa publication.

    - Parlez du sujet, avec vos mots.
    - Critiquez les idées et les décisions, jamais les personnes.
    - Ne donnez ni le nom ni l’adresse d’autrui.

    Un refus est toujours motivé, et son auteur en lit la raison sur son récépissé.

    """
  }

  private static let roads = """
    ---
    code: voirie
    name: "Route et trottoir"
    description: "Trou, affaissement, bordure cassée, boue ou verglas sur une rue de la commune."
    position: 10
    emergency: >-
      Chaussée effondrée ou huile répandue : appelez le **112** et restez à l’écart.
    ---

    Complétez ici ce que fait la commune, et dans quel délai.

    """

  private static let lighting = """
    ---
    code: eclairage
    name: "Éclairage public"
    description: "Lampe éteinte, qui clignote, ou allumée en plein jour."
    position: 20
    emergency: >-
      Mât penché, trappe ouverte, fils visibles : **ne touchez à rien** et appelez le **112**.
    ---

    Si le mât porte un numéro, donnez-le : la réparation ira plus vite.

    """
}
