import ParticipationKit

/// What programs can rely on in the JSON resources, for the description of the API.
struct AgendaData {
  static let meeting = [
    DataMember("key", .text), DataMember("title", .text), DataMember("assembly", .text),
    DataMember("starts", .instant), DataMember("place", .text),
    DataMember("state", .text, "draft, sent, held or minuted."), DataMember("comments_until", .instant),
    DataMember("sent", .instant, optional: true), DataMember("minutes_published", .instant, optional: true),
    DataMember("intro", .text, optional: true),
    DataMember("notice", .record, "The agenda as it left: markdown and its sha256.", optional: true),
    DataMember("items", .list, "key, anchor, number, title, kind, markdown, blocks, minutes, comments…"),
    DataMember("withdrawn", .list),
  ]

  static let index = [DataMember("upcoming", .list), DataMember("past", .list)]
}
