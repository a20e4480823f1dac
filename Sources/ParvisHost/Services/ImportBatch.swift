import ParticipationKit

/// The records of one import as lines of a published list: a commitment each, and for a public record its subject and
/// what it brings to counts. The format is in `../Register/README.md`.
final class ImportBatch {
  private let seals: Seals
  private let ledgers: Ledgers
  private let list: PublishedList
  private var sealing: SealingPort { seals.host.ports.sealing }
  private var withdrawals: [(subject: Subject, reason: String)] = []

  init(seals: Seals, in ledgers: Ledgers) throws {
    self.seals = seals
    self.ledgers = ledgers
    list = try PublishedList(register: seals.host.register, in: ledgers)
  }

  /// A record that is not public. Its salt is forgotten: nobody, the commune included, can test a guess against it.
  func include(_ record: [UInt8]) throws {
    try list.add(Array("\(hexadecimal(sealing.sha256(sealing.random(16) + record))) -".utf8))
  }

  /// A public record, or one that counts.
  func seal(_ subject: Subject, _ words: [(String, JSONValue)], _ counts: [CountChange]) throws {
    let salt = words.isEmpty ? [] : sealing.random(16)
    var line = words.isEmpty ? "-" : hexadecimal(sealing.sha256(salt + JSONValue.object(words).bytes))
    line += " \(subject)"
    for change in counts where change.amount != 0 { line += " \(change.path)=\(change.amount)" }
    if let container = words.first(where: { $0.0 == "on" })?.1.asString { line += " on=\(container)" }
    let place = try list.add(Array(line.utf8))
    guard !words.isEmpty else { return }
    try seals.keep(
      subject, position: list.position, place: place, salt: salt, fields: words.map(\.0), in: ledgers)
  }

  /// A public record that the import takes away; said by a leaf of its own after that of the import.
  func withdraw(_ subject: Subject, _ reason: String) { withdrawals.append((subject, reason)) }

  /// Writes the leaf of the import.
  func finish(kind: String, module: String, now: Timestamp, files: [HostFiles.Read] = []) throws {
    let register = seals.host.register
    _ = try register.append(
      kind: "import", what: kind, subject: "\(module)/import/\(kind)", payload: nil, moment: .exact(now),
      details: try list.finish() + HostFiles.details(files), in: ledgers)
    for (subject, reason) in withdrawals {
      try seals.hide(subject, what: "withdrawn", reason: reason, moment: .exact(now), in: ledgers)
    }
  }

  /// Nothing was imported: no leaf, no list.
  func forget() throws { try list.forget() }
}
