import ParticipationKit

/// Writes a meeting back as the file that ``MeetingImport`` reads.
struct MeetingExport {
  let site: Site

  var exporter: Exporter {
    Exporter(
      "meeting",
      titles: ["fr": "Séance : ordre du jour en Markdown", "en": "Meeting: agenda in Markdown"],
      options: [("id", "The meeting's id, as 2026-12-11-conseil; without it, the next or latest meeting.")],
      write: { context, options, write in
        let meeting = try self.meeting(options["id"], in: context)
        let items = try AgendaItem.all(of: meeting.id, in: context.ledger)
        let text = MeetingFileWriter(zone: site.zone).file(MeetingFile(meeting, items: items))
        try write(Array(text.utf8))
      })
  }

  private func meeting(_ id: String?, in context: RenderContext) throws -> Meeting {
    let all = try Meeting.all(in: context.ledger)
    guard let id else {
      let next = all.last { $0.endOfDay(in: site.zone) > context.now } ?? all.first
      guard let next else { throw ExportError { site.words.text("export.none", $0) } }
      return next
    }
    guard let meeting = all.first(where: { $0.id == id }) else {
      let known = all.prefix(20).map(\.id).joined(separator: ", ")
      throw ExportError { site.words.text("export.unknown", $0, ["id": id, "known": known]) }
    }
    return meeting
  }
}
