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
    var run = Run(site: site, context: context.action, content: content, lines: lines, report: ImportReport())
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
    let context: ActionContext
    let content: ContentFile
    let lines: [String: Int]
    var report: ImportReport

    private var ledger: Ledger { context.ledger }
    private var now: Timestamp { context.now }
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
        if file.state >= .sent { try checkComplete(current, file) }
        try update(meeting, current, to: file)
      } else {
        try checkFrozen(meeting, file)
      }
      let written = try advance(from: meeting.state, to: file)
      if meeting.state != .draft {
        let left = noteFrozen(current, file)
        let steps = meeting.state == file.state ? 0 : 1
        report.updated += written + steps
        report.unchanged += max(0, file.items.count + 1 - written - steps - left)
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
        if text.isClosed { try context.withdrawQuotes(from: site.subject("item", key)) }
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

    /// A notice freezes the whole agenda: what stands here without being in the file would be frozen with it, and the
    /// same file could not be imported a second time.
    private func checkComplete(_ current: MeetingFile, _ file: MeetingFile) throws {
      let slugs = Set(file.items.map(\.slug))
      let others = current.items.filter { !$0.isWithdrawn && !slugs.contains($0.slug) }.map(\.slug)
      guard !others.isEmpty else { return }
      let list = others.joined(separator: ", ")
      throw refuse(
        "state",
        fr: "l’ordre du jour a des points qui ne sont pas dans le fichier : \(list) ; attendu : tous les points, ou "
          + "« \(MeetingFileWords.withdrawn) : oui » pour ceux qui sont retirés",
        en: "the agenda has items that are not in the file: \(list); expected: all items, or "
          + "“\(MeetingFileWords.withdrawn) : oui” for those that were taken off")
    }

    private func checkFrozen(_ meeting: Meeting, _ file: MeetingFile) throws {
      let notice = MeetingFileWriter(zone: site.zone).notice(file)
      guard notice != meeting.frozenText else { return }
      let told = MeetingFileWords.lines(of: notice)
      let frozen = MeetingFileWords.lines(of: meeting.frozenText ?? "")
      let index = zip(told, frozen).enumerated().first { $0.element.0 != $0.element.1 }?.offset
      // When one text goes on where the other ends, its first line more is what differs.
      let place = index ?? min(told.count, frozen.count)
      let found = told.indices.contains(place) ? told[place] : "–"
      let expected = frozen.indices.contains(place) ? frozen[place] : "–"
      throw refuse(
        "state",
        fr: "la convocation est envoyée, son texte est figé : « \(found) » au lieu de « \(expected) » ; attendu : le "
          + "texte envoyé",
        en: "the notice was sent, its text is frozen: “\(found)” instead of “\(expected)”; expected: the text that was "
          + "sent")
    }

    /// Names what the file says otherwise beside the frozen text, and that is not taken over.
    /// - Returns: How many of them are items.
    private mutating func noteFrozen(_ current: MeetingFile, _ file: MeetingFile) -> Int {
      func note(_ what: String, line: Int) {
        report.skip(
          line: line, fr: "« \(what) » : la convocation est envoyée, ce changement n’est pas repris",
          en: "“\(what)”: the notice was sent, this change is not taken over")
      }
      func line(_ field: String) -> Int { content.fields[field]?.line ?? content.fields.line }
      if file.text.commentsUntil != current.text.commentsUntil { note("comments_until", line: line("comments_until")) }
      if file.sent != current.sent { note("sent", line: line("sent")) }
      if current.state == .minuted, file.minuted != current.minuted { note("minuted", line: line("minuted")) }
      var left = 0
      for item in file.items {
        var told = item
        var known = current.items.first { $0.slug == item.slug }
        told.text.minutes = ""
        known?.text.minutes = ""
        guard told != known else { continue }
        note(item.slug, line: lines[item.slug] ?? content.bodyLine)
        left += 1
      }
      return left
    }

    /// Brings the meeting into the state of the file, step by step as at the desk, and writes the minutes.
    /// - Returns: How many items got other minutes.
    @discardableResult
    private mutating func advance(from state: MeetingState, to file: MeetingFile) throws -> Int {
      if state < .sent, file.state >= .sent {
        let sent = file.sent ?? now
        try check(.sent, of: file, StateGuard(now: now, sent: sent))
        try meetings.send(file.id, at: sent)
        try announce(.sent, of: file, at: sent)
      }
      if state < .held, file.state >= .held {
        try check(.held, of: file, StateGuard(now: now))
        try meetings.hold(file.id)
      }
      let written = try writeMinutes(of: file, in: state)
      if state < .minuted, file.state >= .minuted {
        let minuted = file.minuted ?? now
        try check(.minuted, of: file, StateGuard(now: now))
        try meetings.publishMinutes(file.id, at: minuted)
        try announce(.minuted, of: file, at: minuted)
      }
      return written
    }

    /// - Throws: ``ContentError`` at `state` when the rules of the desk refuse the step.
    private func check(_ target: MeetingState, of file: MeetingFile, _ rules: StateGuard) throws {
      guard let meeting = try Meeting.find(file.id, in: ledger) else { return }
      do {
        try rules.check(meeting, to: target, items: try AgendaItem.all(of: file.id, in: ledger))
      } catch let refusal as StateRefusal {
        throw refuse(
          "state", fr: Refusals(site: site, locale: "fr").words(refusal, meeting),
          en: Refusals(site: site, locale: "en").words(refusal, meeting))
      }
    }

    /// How long after a step, in seconds, those who follow are still told: an archive that is imported is no news.
    private static var newsSeconds: Int64 { 7 * 86_400 }

    private func announce(_ state: MeetingState, of file: MeetingFile, at instant: Timestamp) throws {
      guard now.seconds - instant.seconds <= Self.newsSeconds, let meeting = try Meeting.find(file.id, in: ledger)
      else { return }
      let items = try AgendaItem.all(of: file.id, in: ledger)
      try MeetingNotices(site: site).announce(meeting, items, reached: state, context)
    }

    /// Writes the minutes that differ. A section that is empty leaves what was written here; published minutes stay.
    private mutating func writeMinutes(of file: MeetingFile, in state: MeetingState) throws -> Int {
      var written = 0
      for item in file.items where file.state >= .held {
        let key = ItemID.key(meeting: file.id, slug: item.slug)
        guard let known = try AgendaItem.find(key, in: ledger), known.minutes != item.text.minutes else { continue }
        let line = lines[item.slug] ?? content.bodyLine
        guard !item.text.minutes.isEmpty else {
          report.skip(
            line: line, fr: "« \(item.slug) » : sans procès-verbal dans le fichier ; celui qui est ici reste",
            en: "“\(item.slug)”: no minutes in the file; those that are here stay")
          continue
        }
        guard state < .minuted else {
          throw ContentError([
            content.error(
              line: line, fr: "« \(item.slug) » : le procès-verbal est publié ; attendu : le texte publié",
              en: "“\(item.slug)”: the minutes are published; expected: the text that was published")
          ])
        }
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
