internal import ParticipationKit

// The results: sealed until closing, then counted with and without access code, apart and together.

extension ConsultationModule {
  /// How many published texts of a question the page shows; all are in the stream `texts.ndjson`.
  static var textsOnPage: Int { 100 }

  var resultsFamily: DocumentFamily {
    DocumentFamily(
      "results", rank: .list, titles: ["fr": "Résultats d’une consultation", "en": "Results of a consultation"],
      path: { "consultation/\($0)/results" },
      keys: { _, after, limit in
        consultationKeys(after: after, limit: limit).filter { !(consultations[$0]?.questions.isEmpty ?? true) }
      },
      load: { context, key in
        guard let consultation = consultations[key], !consultation.questions.isEmpty else { return nil }
        let isOver = try consultation.phase(at: context.now) == .over || isCounted(key, context.ledger)
        return isOver
          ? try results(consultation, context) : sealed(consultation)
      })
  }

  /// Until closing nothing is counted: the page only says when it will be.
  private func sealed(_ consultation: Consultation) -> Document {
    let data = JSONValue.object([
      ("consultation", .string(site.subject("consultation", consultation.id).description)),
      ("sealedUntil", .timestamp(consultation.closes)),
    ])
    return Document(value: data, changesAt: consultation.closes, updated: Timestamp(milliseconds: 0)) { view in
      let sentence = view.text("results.sealed", ["date": words(consultation.closes, view.locale)])
      return Page(
        title: view.text("results.title", ["title": consultation.title.text(view.locale)]), summary: sentence,
        kicker: view.text("results.kicker"), crumbs: crumbs(consultation, view), body: [.p(sentence, [.class("lead")])])
    }
  }

  private func crumbs(_ consultation: Consultation, _ view: View) -> [(title: String, path: SitePath)] {
    [(consultation.title.text(view.locale), view.path("consultation", consultation.id))]
  }

  /// The published words of a question, and how many there are in each state.
  struct QuestionTexts: Sendable {
    let question: String
    let published: [(answer: OpenAnswer, proof: JSONValue)]
    let counts: [Publication: Int]
  }

  private func results(_ consultation: Consultation, _ context: RenderContext) throws -> Document {
    let table = AnswerTable(ledger: context.ledger)
    let tally = try table.tally(consultation.id)
    let questions = consultation.questions + tally.stray(besides: consultation.questions)
    let texts = try questions.filter { $0.kind == .text || $0.allowsOther }.map { question in
      QuestionTexts(
        question: question.id,
        // All of them, since what is published is proven one by one; the page shows the first.
        published: try table.publishedTexts(consultation.id, question.id, limit: .max).map { answer in
          (answer: answer, proof: try context.proof(of: site.subject("text-answer", answer.id)))
        },
        counts: try table.textCounts(consultation.id, question.id))
    }
    let subject = site.subject("results", consultation.id)
    let answer = try context.officialAnswer(to: subject)
    let recount = try context.proof(of: subject).adding([("counted", ["people.verified", "people.unverified"])])
    return Document(
      value: value(consultation, questions, tally, texts, answer, recount),
      updated: [consultation.closes, answer?.updated].compactMap { $0 }.max() ?? consultation.closes,
      search: SearchEntry(title: consultation.title.text(mainLocale))
    ) { view in
      var body: [HTMLNode] = [
        .ul([.class("meta")], items: [stateMark(consultation, consultation.closes, view), codesNote(tally, view)]),
        .p(view.text("results.answers", ["count": String(tally.people.total)]), [.class("lead")]),
        .p(view.text("results.how"), [.class("hint")]),
      ]
      if let answer { body.append(view.answer(answer)) }
      for (index, question) in questions.enumerated() {
        body.append(figure(question, index + 1, tally, texts.first { $0.question == question.id }, view))
      }
      return Page(
        title: view.text("results.title", ["title": consultation.title.text(view.locale)]),
        summary: summary(consultation, view.locale), kicker: view.text("results.kicker"),
        crumbs: crumbs(consultation, view), body: body)
    }
  }

  private func codesNote(_ tally: Tally, _ view: View) -> HTMLNode {
    .text(
      view.text(
        "results.people",
        ["verified": String(tally.people.verified), "unverified": String(tally.people.unverified)]))
  }

  private func figure(
    _ question: Question, _ number: Int, _ tally: Tally, _ texts: QuestionTexts?, _ view: View
  ) -> HTMLNode {
    let chart = ResultChart(question: question, number: number, tally: tally, view: view)
    var nodes: [HTMLNode] = [question.kind == .text ? chart.heading : chart.figure]
    if let texts { nodes += words(of: texts, question, view) }
    return .fragment(nodes)
  }

  private func words(of texts: QuestionTexts, _ question: Question, _ view: View) -> [HTMLNode] {
    let published = texts.counts[.published] ?? 0
    let received = texts.counts.values.reduce(0, +)
    guard received > 0 else { return [] }
    let key = question.kind == .text ? "results.texts" : "results.others"
    var nodes: [HTMLNode] = [
      .p(view.text(key, ["count": String(received), "published": String(published)]), [.class("hint")])
    ]
    if !texts.published.isEmpty {
      let items = texts.published.prefix(Self.textsOnPage).map { answer, _ in
        HTMLNode.fragment(plainParagraphs(answer.text))
      }
      nodes.append(
        .element(
          .details, [],
          [
            .element(.summary, [], [.text(view.text("results.read-texts", ["count": String(items.count)]))]),
            .ul([.class("rows")], items: items),
          ]))
    }
    return nodes
  }

  /// What a row says that is no option of the file: an answer of one's own, or an option that was there once.
  private func otherLabel(_ choice: String) -> String {
    choice == Question.other ? text("chart.other", "fr") : choice
  }

  private func value(
    _ consultation: Consultation, _ questions: [Question], _ tally: Tally, _ texts: [QuestionTexts],
    _ answer: OfficialAnswer?, _ recount: JSONValue
  ) -> JSONValue {
    let counted = questions.map { question in
      let own = texts.first { $0.question == question.id }
      let rows = question.kind == .text ? [] : tally.rows(of: question)
      return JSONValue.object([
        ("id", .string(question.id)), ("type", .string(question.kind.rawValue)), ("title", value(question.title)),
        ("respondents", value(tally.respondents(question.id), isSplit: tally.showsSplit(of: question.id))),
        (
          "choices",
          .array(
            rows.map { row in
              .object([
                ("id", .string(row.choice)),
                ("label", .string(question.label(of: row.choice, "fr") ?? otherLabel(row.choice))),
                ("count", value(row.count, isSplit: tally.showsSplit(of: question.id))),
              ])
            })
        ),
        (
          "texts",
          own.map { own in
            .object([
              ("counts", .object(Publication.allCases.map { ($0.rawValue, .integer(own.counts[$0] ?? 0)) })),
              (
                "published",
                .array(
                  own.published.map { answer, proof in .object(words(of: answer) + [("proof", proof)]) })
              ),
            ])
          } ?? .null
        ),
      ])
    }
    return .object([
      ("consultation", .string(site.subject("consultation", consultation.id).description)),
      ("closed", .timestamp(consultation.closes)), ("people", value(tally.people)), ("questions", .array(counted)),
      ("answer", answer?.value ?? .null), ("recount", recount),
    ])
  }

  /// What somebody wrote, as the register commits to it. Whether with a code is never said of one text.
  func words(of answer: OpenAnswer) -> [(String, JSONValue)] {
    [
      ("on", .string(site.subject("results", answer.consultation).description)),
      ("question", .string(answer.question)), ("text", .string(answer.text)),
    ]
  }
}
