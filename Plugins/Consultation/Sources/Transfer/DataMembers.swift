internal import ParticipationKit

// What programs can rely on in the JSON resources, for the description of the API.

extension ConsultationModule {
  static let indexMembers = [DataMember("consultations", .list, "Each consultation: id, title, dates, url.")]

  static let consultationMembers = [
    DataMember("title", .texts), DataMember("summary", .texts), DataMember("opens", .instant),
    DataMember("closes", .instant), DataMember("markdown", .text, "The presentation, in the commune's language."),
    DataMember("questionnaire", .list, "Sections of a title and questions: id, type, title, options…"),
    DataMember(
      "announced", .record, "What was announced at the opening: closes, questionnaire_sha256.", optional: true),
    DataMember("acceptsProposals", .flag),
    DataMember(
      "proposals", .record,
      "count, newest, and pages: size, the number of the last page, and its url, in which {page} is a number from 1."),
  ]

  static let listMembers = [
    DataMember("consultation", .text, "Its subject."),
    DataMember("page", .integer, "Pages are numbered from the oldest proposals; one whose proposals all left is gone."),
    DataMember("newer", .text, "The next page.", optional: true),
    DataMember("older", .text, "The page before.", optional: true),
    DataMember("proposals", .list, "The proposals of the page, newest first."),
  ]

  static let proposalMembers = [
    DataMember("number", .integer), DataMember("consultation", .text, "Its subject."),
    DataMember("title", .text), DataMember("author", .text, "Only when its author asked for it.", optional: true),
    DataMember("markdown", .text), DataMember("created", .instant), DataMember("published", .instant),
    DataMember("responses", .list, "Answers of an imported contribution, question by question."),
    DataMember("supports", .record, "verified and unverified."),
    DataMember("answer", .record, "The official answer.", optional: true), DataMember("comments", .list),
  ]

  static let resultMembers = [
    DataMember(
      "consultation", .text,
      "Its subject. Until the closing there is only sealedUntil; then closed, people, questions and what to recount by."
    )
  ]
}
