import ParticipationKit

/// Alerts as one JSON object a line: in from another tool, out for the next one.
struct AlertTransfer {
  let site: Site
  private static let titles = ["fr": "Alertes (NDJSON)", "en": "Alerts (NDJSON)"]

  var importer: Importer {
    Importer("alerts", titles: Self.titles, read: { context, source in try read(context, source) })
  }

  var exporter: Exporter {
    Exporter(
      "alerts", titles: Self.titles,
      write: { context, _, write in
        try context.ledger.forEach("SELECT * FROM alerts_alert ORDER BY id") { row in
          try write(JSONValue.object(try Alert(row).members).bytes + [0x0A])
          return true
        }
      })
  }

  /// What is wrong with a line.
  private struct Fault: Error {
    let fr: String
    let en: String
  }

  private func read(_ context: ImportContext, _ source: ImportSource) throws -> ImportReport {
    var report = ImportReport()
    try source.forEachLine { number, line in
      guard line.contains(where: { $0 != 0x20 && $0 != 0x09 }) else { return }
      do {
        let (key, text) = try record(line)
        try store(key, text, Array(line), context, &report)
      } catch let fault as Fault {
        report.skip(line: number, fr: fault.fr, en: fault.en)
      }
    }
    if report.changed.count > 300 {
      report.changed = []
      report.isBroad = true
    }
    return report
  }

  private func record(_ line: ArraySlice<UInt8>) throws -> (key: String, text: AlertText) {
    guard let value = try? JSONValue.parse(line), value.asObject != nil else {
      throw Fault(fr: "objet JSON attendu", en: "expected a JSON object")
    }
    func text(_ name: String) throws -> String {
      guard let text = value[name]?.asString, !ByteText.trimmed(text).isEmpty, !ByteText.hasForbiddenControl(text)
      else {
        throw Fault(fr: "« \(name) » : texte attendu", en: "“\(name)”: expected text")
      }
      return ByteText.trimmed(text)
    }
    func instant(_ name: String) throws -> Timestamp {
      let given = try text(name)
      if let instant = Timestamp(rfc3339: given) { return instant }
      guard let civil = CivilDateTime(given) else {
        throw Fault(
          fr: "« \(name) » : date et heure attendues, comme 2026-11-21T18:00",
          en: "“\(name)”: expected a day and a time, as 2026-11-21T18:00")
      }
      return site.zone.instant(civil)
    }
    let key = try text("key")
    guard ByteText.slug(key) == key, !["index", "screen"].contains(key) else {
      throw Fault(
        fr: "« key » : lettres minuscules, chiffres et tirets attendus", en: "“key”: expected a–z, 0–9 and hyphens")
    }
    let name = try text("level")
    guard let level = AlertLevel(rawValue: name) else {
      let known = AlertLevel.allCases.map(\.rawValue).joined(separator: ", ")
      throw Fault(fr: "« level » : attendu \(known)", en: "“level”: expected one of \(known)")
    }
    let body = value["markdown"]?.asString ?? ""
    guard ByteText.length(body) <= 2000, !ByteText.hasForbiddenControl(body), (try? site.markdown(body, .editor)) != nil
    else { throw Fault(fr: "« markdown » : trop long ou illisible", en: "“markdown”: too long or unreadable") }
    let (starts, ends) = (try instant("starts"), try instant("ends"))
    guard ends > starts else { throw Fault(fr: "« ends » avant « starts »", en: "“ends” before “starts”") }
    return (
      key,
      AlertText(
        level: level, title: ByteText.singleLine(try text("title")), body: ByteText.trimmed(body), starts: starts,
        ends: ends)
    )
  }

  private func store(
    _ key: String, _ text: AlertText, _ line: [UInt8], _ context: ImportContext, _ report: inout ImportReport
  ) throws {
    let now = context.action.now
    let table = AlertTable(ledger: context.action.ledger)
    let old = try table.find(key)
    if let old, old.text == text {
      report.unchanged += 1
      return
    }
    if let old {
      try table.save(text, of: key, isShown: old.isShown || text.starts <= now, now: now)
      report.updated += 1
    } else {
      try table.add(text, key: key, isShown: text.starts <= now, now: now)
      report.added += 1
    }
    try context.include(line)
    report.changed += [site.subject("alert", key), site.subject("list", "index")]
  }
}
