import ParticipationKit

/// Reads a meeting's file into the tables. The same file a second time changes nothing.
struct MeetingImport {
  let site: Site

  var importer: Importer {
    Importer(
      "meeting",
      titles: ["fr": "Séance : ordre du jour en Markdown", "en": "Meeting: agenda in Markdown"],
      read: { context, source in try read(context, source) })
  }

  private func read(_ context: ImportContext, _ source: ImportSource) throws -> ImportReport {
    let bytes = try source.bytes()
    let content = try context.contentFile(bytes, name: source.name)
    let (file, lines) = try MeetingFileReader.read(content, zone: site.zone)
    try checkMarkdown(file, lines, content)
    let ledger = context.action.ledger
    var run = Run(
      site: site, ledger: ledger, now: context.action.now, content: content, lines: lines, report: ImportReport())
    if let meeting = try Meeting.find(file.id, in: ledger) {
      try run.bringUpToDate(meeting, to: file)
    } else {
      try run.add(file)
    }
    if !run.report.changed.isEmpty { try context.include(bytes) }
    return run.report
  }

  private func checkMarkdown(_ file: MeetingFile, _ lines: [String: Int], _ content: ContentFile) throws {
    var findings: [Diagnostic] = []
    func check(_ text: String, line: Int) throws {
      do {
        _ = try site.markdown(text, .editor)
      } catch let refusal as MarkdownRefusal {
        findings.append(
          content.error(
            line: line,
            fr: "Markdown refusé (\(refusal.limit)) : \(refusal.found) ; attendu : \(refusal.allowed) au plus",
            en: "Markdown refused (\(refusal.limit)): \(refusal.found); expected: at most \(refusal.allowed)"))
      }
    }
    try check(file.text.intro, line: content.bodyLine)
    for item in file.items {
      try check(item.text.body, line: lines[item.slug] ?? content.bodyLine)
      try check(item.text.minutes, line: lines[item.slug] ?? content.bodyLine)
    }
    if !findings.isEmpty { throw ContentError(findings) }
  }

  /// One import at work.
  private struct Run {
    let site: Site
    let ledger: Ledger
    let now: Timestamp
    let content: ContentFile
    let lines: [String: Int]
    var report: ImportReport

    private var meetings: MeetingStore { MeetingStore(site: site, ledger: ledger, now: now) }
    private var items: ItemStore { ItemStore(site: site, ledger: ledger, now: now, author: "") }

    mutating func add(_ file: MeetingFile) throws {
      try meetings.add(file.text, id: file.id)
      report.added += 1
      for item in file.items {
        // Minutes come after the freeze, as in life; the frozen notice never holds them.
        var text = item.text
        text.minutes = ""
        try items.add(text, slug: item.slug, to: file.id, isWithdrawn: item.isWithdrawn)
        report.added += 1
      }
      try advance(from: .draft, to: file)
      try writeMinutes(of: file)
      noteChange(file.id)
    }

    mutating func bringUpToDate(_ meeting: Meeting, to file: MeetingFile) throws {
      let current = MeetingFile(meeting, items: try AgendaItem.all(of: meeting.id, in: ledger))
      guard current != file else {
        report.unchanged += 1 + file.items.count
        return
      }
      guard file.state >= meeting.state else {
        throw refuse(
          "state", fr: "la séance est déjà « \(meeting.state.rawValue) » ; attendu : le même état ou un état suivant",
          en: "the meeting is already “\(meeting.state.rawValue)”; expected: the same state or a later one")
      }
      if meeting.state == .draft {
        try update(meeting, current, to: file)
      } else {
        try checkFrozen(meeting, file)
      }
      try advance(from: meeting.state, to: file)
      let written = try writeMinutes(of: file)
      if meeting.state != .draft {
        report.updated += written + (meeting.state == file.state ? 0 : 1)
        report.unchanged += file.items.count + 1 - written - (meeting.state == file.state ? 0 : 1)
      }
      guard report.updated + report.added > 0 else { return }
      try meetings.touch(file.id)
      noteChange(file.id)
    }

    private mutating func update(_ meeting: Meeting, _ current: MeetingFile, to file: MeetingFile) throws {
      if current.text != file.text { try meetings.save(file.text, of: file.id) }
      let isReordered = isReordered(current, as: file)
      if current.text == file.text, current.state == file.state, !isReordered {
        report.unchanged += 1
      } else {
        report.updated += 1
      }
      for item in file.items {
        var text = item.text
        text.minutes = ""
        let key = ItemID.key(meeting: file.id, slug: item.slug)
        guard let known = try AgendaItem.find(key, in: ledger) else {
          try items.add(text, slug: item.slug, to: file.id, isWithdrawn: item.isWithdrawn)
          report.added += 1
          continue
        }
        guard known.text != text || known.isWithdrawn != item.isWithdrawn else {
          report.unchanged += 1
          continue
        }
        try items.save(text, of: known, isWithdrawn: item.isWithdrawn)
        report.updated += 1
      }
      try items.arrange(keys(file.items.map(\.slug) + missing(in: file, of: current), of: file.id))
    }

    /// The items that the file does not have. They stay, after the others: nothing vanishes silently.
    private func missing(in file: MeetingFile, of current: MeetingFile) -> [String] {
      let slugs = Set(file.items.map(\.slug))
      return current.items.map(\.slug).filter { !slugs.contains($0) }
    }

    private func keys(_ slugs: [String], of meeting: String) -> [String] {
      slugs.map { ItemID.key(meeting: meeting, slug: $0) }
    }

    /// Notes the items that stay without being in the file, and whether the known ones change places.
    private mutating func isReordered(_ current: MeetingFile, as file: MeetingFile) -> Bool {
      let others = missing(in: file, of: current)
      for slug in others {
        report.skip(
          line: content.bodyLine,
          fr: "le point « \(slug) » n’est pas dans le fichier ; il reste à l’ordre du jour, après les autres",
          en: "item “\(slug)” is not in the file; it stays on the agenda, after the others")
      }
      let known = Set(current.items.map(\.slug))
      return file.items.map(\.slug).filter(known.contains) + others != current.items.map(\.slug)
    }

    private func checkFrozen(_ meeting: Meeting, _ file: MeetingFile) throws {
      let notice = MeetingFileWriter(zone: site.zone).notice(file)
      guard notice != meeting.frozenText else { return }
      let frozen = MeetingFileWords.lines(of: meeting.frozenText ?? "")
      let first = zip(MeetingFileWords.lines(of: notice), frozen).first { $0 != $1 }
      let found = first.map { " : « \($0.0) » au lieu de « \($0.1) »" } ?? ""
      let foundEnglish = first.map { ": “\($0.0)” instead of “\($0.1)”" } ?? ""
      throw refuse(
        "state", fr: "la convocation est envoyée, son texte est figé\(found) ; attendu : le texte envoyé",
        en: "the notice was sent, its text is frozen\(foundEnglish); expected: the text that was sent")
    }

    private func advance(from state: MeetingState, to file: MeetingFile) throws {
      if state < .sent, file.state >= .sent { try meetings.send(file.id, at: file.sent ?? now) }
      if state < .held, file.state >= .held { try meetings.hold(file.id) }
      if state < .minuted, file.state >= .minuted {
        try meetings.publishMinutes(file.id, at: file.minuted ?? now)
      }
    }

    /// Writes the minutes that differ.
    @discardableResult
    private func writeMinutes(of file: MeetingFile) throws -> Int {
      var written = 0
      for item in file.items where file.state >= .held {
        let key = ItemID.key(meeting: file.id, slug: item.slug)
        guard let known = try AgendaItem.find(key, in: ledger), known.minutes != item.text.minutes else { continue }
        var text = known.text
        text.minutes = item.text.minutes
        try items.save(text, of: known)
        written += 1
      }
      return written
    }

    private mutating func noteChange(_ id: String) {
      report.changed = [site.subject("meeting", id), site.subject("meetings", "index")]
    }

    private func refuse(_ field: String, fr: String, en: String) -> ContentError {
      ContentError([content.error(line: content.fields[field]?.line ?? content.fields.line, fr: fr, en: en)])
    }
  }
}
