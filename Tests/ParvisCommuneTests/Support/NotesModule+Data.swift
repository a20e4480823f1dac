import ParticipationKit

extension NotesModule {
  /// Notes are found by their address or named by a receipt; an erasure empties them and keeps their number.
  var personalData: PersonalData {
    PersonalData(
      records: { ledger, email in
        try ledger.rows("SELECT id FROM notes_note WHERE email = ? ORDER BY id", [.text(email)])
          .map { note(try $0.int("id")) }
      },
      export: { ledger, person in
        let rows = try person.records.compactMap {
          try ledger.row("SELECT id, body, email FROM notes_note WHERE id = ?", [.text($0.key)])
        }
        return rows.isEmpty
          ? .null
          : .array(
            try rows.map {
              .object([
                ("id", .integer(try $0.int("id"))), ("body", .string(try $0.text("body"))),
                ("email", .string(try $0.text("email"))),
              ])
            })
      },
      erase: { context, person in
        var changed: [Subject] = []
        let found = person.records.filter { $0.kind == "note" }
        for record in found {
          try context.ledger.execute(
            "UPDATE notes_note SET body = '', email = '', headline = '', updated_at = ? WHERE id = ?",
            [.timestamp(context.now), .text(record.key)])
          changed += try touched(Int(record.key) ?? 0, in: context.ledger)
        }
        return Erasure(records: found, kept: found.isEmpty ? [] : ["Les saluts reçus restent."], changed: changed)
      })
  }
}
