import ParticipationKit

/// Sessions as one JSON object a line. Who signed up is not in it: that is given to the person alone.
struct SessionTransfer {
  let site: Site
  private static let titles = [
    "fr": "Ateliers, sans les inscrits (NDJSON)", "en": "Workshops, without people (NDJSON)",
  ]

  var importer: Importer {
    Importer("workshops", titles: Self.titles, read: { context, source in try read(context, source) })
  }

  var exporter: Exporter {
    Exporter(
      "workshops", titles: Self.titles,
      write: { context, _, write in
        try context.ledger.forEach("\(Session.select) ORDER BY s.id") { row in
          try write(JSONValue.object(try Session(row).members).bytes + [0x0A])
          return true
        }
      })
  }

  private func read(_ context: ImportContext, _ source: ImportSource) throws -> ImportReport {
    var report = ImportReport()
    try source.forEachLine { number, line in
      guard line.contains(where: { $0 != 0x20 && $0 != 0x09 }) else { return }
      do {
        try store(SessionLine(line, site: site), Array(line), context, &report)
      } catch let fault as SessionLine.Fault {
        report.skip(line: number, fr: fault.fr, en: fault.en)
      }
    }
    if report.changed.count > 300 {
      report.changed = []
      report.isBroad = true
    }
    return report
  }

  private func store(
    _ line: SessionLine, _ bytes: [UInt8], _ context: ImportContext, _ report: inout ImportReport
  ) throws {
    let now = context.action.now
    let table = SessionTable(ledger: context.action.ledger)
    let old = try table.find(line.key)
    if let old, old.text == line.text, line.isAsCancelled(as: old) {
      report.unchanged += 1
      return
    }
    if old == nil {
      try table.add(line.text, key: line.key, now: now)
      report.added += 1
    } else {
      try table.save(line.text, of: line.key, now: now)
      report.updated += 1
    }
    if let cancelled = line.cancelled {
      try table.cancel(line.key, note: line.cancelNote, at: cancelled, now: now)
    } else {
      try Places(site: site).fill(line.key, context.action)
    }
    try context.include(bytes)
    report.changed += Places(site: site).rewritten(line.key)
  }
}

/// One line of a file of sessions, checked.
struct SessionLine {
  /// What is wrong with a line.
  struct Fault: Error {
    let fr: String
    let en: String
  }

  let key: String
  let text: SessionText
  let cancelled: Timestamp?
  let cancelNote: String

  /// Whether it says of a cancellation what is stored. A line without one says nothing of it: what the desk called off
  /// stays so.
  func isAsCancelled(as old: Session) -> Bool {
    cancelled == nil || (old.cancelledAt == cancelled && old.cancelNote == cancelNote)
  }

  init(_ line: ArraySlice<UInt8>, site: Site) throws {
    guard let value = try? JSONValue.parse(line), value.asObject != nil else {
      throw Fault(fr: "objet JSON attendu", en: "expected a JSON object")
    }
    let members = Members(value: value, zone: site.zone)
    key = try members.text("key")
    guard ByteText.slug(key) == key, key != "index" else {
      throw Fault(
        fr: "« key » : lettres minuscules, chiffres et tirets attendus", en: "“key”: expected a–z, 0–9 and hyphens")
    }
    let body = ByteText.trimmed(try members.optionalText("markdown") ?? "")
    guard (try? site.markdown(body, .editor)) != nil else {
      throw Fault(fr: "« markdown » : trop long ou illisible", en: "“markdown”: too long or unreadable")
    }
    let (starts, ends) = (try members.instant("starts"), try members.instant("ends"))
    guard ends > starts else { throw Fault(fr: "« ends » avant « starts »", en: "“ends” before “starts”") }
    guard let places = value["places"]?.asInteger, (1...500).contains(places) else {
      throw Fault(fr: "« places » : nombre de 1 à 500 attendu", en: "“places”: expected a number from 1 to 500")
    }
    let closes = try members.optionalText("closes") == nil ? starts : members.instant("closes")
    guard closes <= ends else { throw Fault(fr: "« closes » après « ends »", en: "“closes” after “ends”") }
    text = SessionText(
      title: ByteText.singleLine(try members.text("title")), body: body,
      place: ByteText.singleLine(try members.text("place")), starts: starts, ends: ends, closes: closes,
      places: places, fee: ByteText.singleLine(try members.optionalText("fee") ?? ""))
    cancelled = try members.optionalText("cancelled") == nil ? nil : members.instant("cancelled")
    cancelNote = ByteText.singleLine(try members.optionalText("cancel_note") ?? "")
  }

  /// The members of a line by name.
  private struct Members {
    let value: JSONValue
    let zone: TimeZoneRules

    func optionalText(_ name: String) throws -> String? {
      guard let found = value[name], !found.isNull else { return nil }
      guard let text = found.asString, !ByteText.hasForbiddenControl(text) else {
        throw Fault(fr: "« \(name) » : texte attendu", en: "“\(name)”: expected text")
      }
      return text
    }

    func text(_ name: String) throws -> String {
      guard let text = try optionalText(name).map({ ByteText.trimmed($0) }), !text.isEmpty else {
        throw Fault(fr: "« \(name) » : texte attendu", en: "“\(name)”: expected text")
      }
      return text
    }

    func instant(_ name: String) throws -> Timestamp {
      let given = try text(name)
      if let instant = Timestamp(rfc3339: given) { return instant }
      guard let civil = CivilDateTime(given) else {
        throw Fault(
          fr: "« \(name) » : date et heure attendues, comme 2026-12-03T14:00",
          en: "“\(name)”: expected a day and a time, as 2026-12-03T14:00")
      }
      return zone.instant(civil)
    }
  }
}
