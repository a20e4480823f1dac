import ParticipationKit
import Testing

@testable import SiteGeneration

/// Forms keep what was typed, name what is wrong beside it, and work without scripts.
@Suite struct FormTests {
  private let form = Form(
    title: "Signaler", intro: .p("Deux minutes."),
    groups: [
      Form.Group(
        "",
        [
          Field("title", .line, "Titre", help: "Court.", required: true, maxLength: 80),
          Field("text", .text, "Texte"), Field("mail", .email, "Courriel", autocomplete: "email"),
          Field("code", .secret, "Code"), Field("agree", .confirmation, "J’accepte", required: true),
          Field("version", .hidden, ""),
        ]),
      Form.Group(
        "Où ?",
        [
          Field(
            "service", .choice, "Service", required: true,
            choices: [Choice("a", "Voirie"), Choice("b", "Eau")], allowsOther: true),
          Field(
            "street", .choice, "Rue",
            choices: (1...9).map { Choice("s\($0)", "Rue \($0)", group: $0 < 5 ? "A" : "B") }),
          Field("when", .choices, "Quand", choices: [Choice("m", "Matin"), Choice("s", "Soir")]),
          Field("day", .date, "Jour"), Field("at", .dateTime, "Heure"),
          Field("count", .number, "Combien", range: 1...5), Field("place", .point, "Point"),
        ]),
    ], submit: "Envoyer")

  private func html(
    _ values: [String: [String]] = [:], _ errors: [Problem.FieldError] = [], hidden: [(String, String)] = [],
    isEnhanced: Bool = true
  ) throws -> String {
    FormRenderer(words: try SiteWords.load()).node(
      form: form, action: .action("https://actes.example/api/v1/incidents/report"), id: "r", values: values,
      errors: errors, hidden: hidden, locale: "fr", showsTitle: true, isEnhanced: isEnhanced
    ).rendered
  }

  @Test func everyControlHasALabel() throws {
    let text = try html()
    for part in text.split(separator: " id=\"r-").dropFirst() {
      let id = "r-" + part.prefix { $0 != "\"" }
      if id.hasSuffix("-hint") || id.contains("service-") || id.contains("when-") || id == "r-version" { continue }
      #expect(text.contains("for=\"\(id)\""), "\(id) has no label")
    }
    #expect(text.contains("<fieldset class=\"field choices\"><legend>Service</legend>"))
    #expect(text.contains("<optgroup label=\"A\">"))
    #expect(text.contains("action=\"https://actes.example/api/v1/incidents/report\""))
    #expect(text.contains("method=\"post\""))
    #expect(text.contains("data-enhance"))
    #expect(!(try html(isEnhanced: false)).contains("data-enhance"))
  }

  /// A mark beside a passage leads to the button of that passage, which is known by its name and not by its place.
  @Test func aMarkBesideAPassageLeadsToItsButton() throws {
    let choices = [Choice("", "Tout le point"), Choice("item-cantine-b2", "Le prix")]
    let comment = Form(title: "Votre avis", fields: [Field("block", .choice, "Passage", choices: choices)], submit: "x")
    let text = FormRenderer(words: try SiteWords.load()).node(
      form: comment, action: .action("https://actes.example/"), id: "c-item-1", locale: "fr"
    ).rendered
    #expect(text.contains("<label id=\"c-item-1-block--item-cantine-b2\"><input id=\"c-item-1-block-2\""))
    #expect(text.contains("<label><input id=\"c-item-1-block-1\""))
  }

  @Test func aPlaceIsChosenOnADrawingByThoseWhoHaveAScript() throws {
    let corners = try #require(GeoPoint("48.8, 5.1"))
    let other = try #require(GeoPoint("48.7, 5.2"))
    let drawing = HTMLNode.element(.svg, [.named("viewBox", "0 0 10 10")], [])
    let field = Field("place", .point, "Point").on(FieldMap(drawing: drawing, northWest: corners, southEast: other))
    let form = Form(title: "", fields: [field], submit: "Envoyer")
    let text = FormRenderer(words: try SiteWords.load()).node(
      form: form, action: .action("https://a.example/"), id: "r", locale: "fr"
    ).rendered
    // Hidden until a script shows it: without one it could do nothing.
    #expect(text.contains("<div class=\"point-tools\" hidden data-point=\"r-place\""))
    #expect(text.contains("data-north-west=\"48.8,5.1\" data-south-east=\"48.7,5.2\""))
    #expect(text.contains("role=\"application\" aria-label=\"Carte de la commune."))
    #expect(text.contains("<svg viewBox=\"0 0 10 10\">"))
    let plain = FormRenderer(words: try SiteWords.load()).node(
      form: Form(title: "", fields: [Field("place", .point, "Point")], submit: "Envoyer"),
      action: .action("https://a.example/"), id: "r", locale: "fr"
    ).rendered
    #expect(plain.contains("Utiliser ma position") && !plain.contains("role=\"application\""))
  }

  @Test func aRefusedFormKeepsWhatWasTyped() throws {
    let text = try html(
      [
        "title": ["Trou \"profond\" <b>"], "text": ["ligne 1\n</textarea><script>"], "service": ["b"],
        "service_other": ["autre & co"], "street": ["s7"], "when": ["m", "s"], "agree": ["true"], "day": ["2026-03-12"],
        "place": ["48.7,5.1"], "version": ["7"], "mail": ["a@b"], "code": ["SECRET-1"],
      ],
      [Problem.FieldError(field: "title", message: "Trop court."), .init(field: "service", message: "Choisissez.")],
      hidden: [("token", "t\"1")])
    #expect(text.contains("value=\"Trou &quot;profond&quot; &lt;b&gt;\""))
    #expect(text.contains("ligne 1\n&lt;/textarea&gt;&lt;script&gt;</textarea>"))
    #expect(text.contains("value=\"b\" checked"))
    #expect(text.contains("name=\"service_other\""))
    #expect(text.contains("value=\"autre &amp; co\""))
    #expect(text.contains("<option value=\"s7\" selected>"))
    #expect(text.contains("value=\"m\" checked"))
    #expect(text.contains("value=\"s\" checked"))
    #expect(text.contains("name=\"agree\" value=\"true\" checked"))
    #expect(text.contains("value=\"48.7,5.1\""))
    #expect(text.contains("<input type=\"hidden\" name=\"version\" value=\"7\">"))
    #expect(text.contains("<input type=\"hidden\" name=\"token\" value=\"t&quot;1\">"))
    // A secret is never sent back to a page.
    #expect(!text.contains("SECRET-1"))
  }

  @Test func errorsAreNamedAtTheTopAndBesideTheField() throws {
    let text = try html(
      [:],
      [
        .init(field: "title", message: "Écrivez un titre."), .init(field: "service", message: "Choisissez."),
        .init(field: "gone", message: "Autre chose."),
      ])
    #expect(text.contains("<div class=\"errors\" role=\"alert\" tabindex=\"-1\">"))
    // The summary names the field: « Ce champ est nécessaire » four times would tell nobody where to go.
    #expect(text.contains("<a href=\"#r-title\">Titre\u{A0}– Écrivez un titre.</a>"))
    #expect(text.contains("<a href=\"#r-service-1\">Service\u{A0}– Choisissez.</a>"))
    #expect(text.contains("<li>Autre chose.</li>"))
    #expect(text.contains("aria-invalid=\"true\" aria-describedby=\"r-title-error r-title-hint\""))
    #expect(text.contains("<p class=\"error\" id=\"r-title-error\">Écrivez un titre.</p>"))
    #expect(!(try html()).contains("errors"))
  }

  @Test func robotsMeetATrapThatPeopleDoNotSee() throws {
    let text = try html()
    #expect(text.contains("<div class=\"trap\" aria-hidden=\"true\">"))
    #expect(text.contains("name=\"website\" tabindex=\"-1\""))
  }

  @Test func secretsAndAddressesAreNotKeptAsDraft() throws {
    let text = try html()
    #expect(text.contains("name=\"code\" type=\"text\" maxlength=\"200\" autocomplete=\"off\" data-private"))
    // The script keeps drafts of fields without `autocomplete="off"`: the long text must be one of them.
    #expect(text.contains("<textarea id=\"r-text\" name=\"text\" maxlength=\"4096\"></textarea>"))
  }

  @Test func aChoiceThatAllowsAnotherAnswerCanBeSentWithoutAButton() throws {
    let service = try html().split(separator: "<legend>Service</legend>")[1].split(separator: "</fieldset>")[0]
    #expect(!service.contains("required"))
    #expect(service.contains("name=\"service_other\""))
  }

  @Test func discussionsSayWhoWhenAndWhatWasAnswered() throws {
    let answer = OfficialAnswer(
      author: "Mme Malvoisin", published: Timestamp(seconds: 1_780_400_000), body: .p("Oui."), source: "Oui.")
    let comments = [
      Comment(
        id: 1, kind: "question", author: "Paulette <R>", sent: Timestamp(seconds: 1_780_300_000), block: "b1",
        quote: "Le prix", body: .p("Pourquoi ?"), source: "Pourquoi ?", answer: answer),
      Comment(
        id: 2, kind: "comment", author: "", sent: Timestamp(seconds: 1_780_300_100), block: "", quote: "",
        body: .p("Merci"), source: "Merci", answer: nil),
    ]
    let renderer = DiscussionRenderer(words: try SiteWords.load())
    let discussion = Discussion(subject: Subject("agenda", "item", "1"), comments: comments)
    let text = renderer.node(discussion, block: nil, locale: "fr", zone: .utc).rendered
    #expect(text.contains("2 remarques, 1 réponse officielle"))
    #expect(text.contains("<b>Une question</b> de Paulette &lt;R&gt;, <time"))
    #expect(text.contains("d’une personne qui n’a pas donné son nom"))
    #expect(text.contains("<section class=\"answer\""))
    #expect(text.contains("class=\"about\""))
    let onBlock = renderer.node(discussion, block: "b1", locale: "fr", zone: .utc).rendered
    #expect(!onBlock.contains("Merci"))
    #expect(!onBlock.contains("class=\"about\""))
    #expect(!text.contains("lang="), "French words on a French page need no mark")
    let french = DiscussionRenderer(words: try SiteWords.load(), language: "fr")
    let english = french.node(discussion, block: nil, locale: "en", zone: .utc).rendered
    #expect(english.contains("<div lang=\"fr\"><p>Pourquoi ?</p></div>"), "a screen reader must read this in French")
    #expect(english.contains("On the passage: “<span lang=\"fr\">Le prix</span>”"))
    #expect(english.contains("<div lang=\"fr\"><p>Oui.</p></div>"))
    #expect(renderer.node(discussion, block: "b9", locale: "fr", zone: .utc).isEmpty)
  }

  @Test func aCommentIsMarkedWithTheLanguageOfItsFormOnPagesOfAnotherOne() throws {
    let comment = Comment(
      id: 1, kind: "comment", author: "", sent: Timestamp(seconds: 1_780_300_000), block: "", quote: "",
      body: .p("The bridge"), source: "The bridge", answer: nil, language: "en")
    let discussion = Discussion(subject: Subject("agenda", "item", "1"), comments: [comment])
    let renderer = DiscussionRenderer(words: try SiteWords.load(), language: "fr")
    let french = renderer.node(discussion, block: nil, locale: "fr", zone: .utc).rendered
    #expect(french.contains("<div lang=\"en\"><p>The bridge</p></div>"))
    let english = renderer.node(discussion, block: nil, locale: "en", zone: .utc).rendered
    #expect(!english.contains("lang="), "English words on an English page need no mark")
  }
}
