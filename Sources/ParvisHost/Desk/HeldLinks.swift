import ParticipationKit

/// Links that wait at the desk because the commune sends no mail. What is stored is the digest of a link that nobody
/// ever saw; one that works is made when somebody at the counter asks for it, with a leaf and a note of who it was.
struct HeldLinks: Sendable {
  /// One link that waits.
  struct Waiting: Sendable {
    let id: Int
    let address: String
    let subject: String
    let created: Timestamp
  }

  let host: Host

  /// The path of a link as it is stored: the digest stands where the secret was.
  func sealed(_ path: String) -> String {
    let (prefix, token) = HeldLinks.parts(path)
    return prefix + hexadecimal(host.ports.sealing.sha256(Array(token.utf8)))
  }

  /// A path up to its last `/`, and what stands behind it.
  private static func parts(_ path: String) -> (prefix: String, last: String) {
    let token = path.split(separator: "/").last.map(String.init) ?? ""
    return (String(path.dropLast(token.count)), token)
  }

  /// The last ones of a kind, newest first.
  func waiting(_ kind: String, in ledgers: Ledgers) throws -> [Waiting] {
    try ledgers.host.rows(
      "SELECT id, address, subject, created_at FROM host_held_message WHERE kind = ? ORDER BY id DESC LIMIT 20",
      [.text(kind)]
    ).map {
      Waiting(
        id: try $0.int("id"), address: try $0.text("address"), subject: try $0.text("subject"),
        created: try $0.timestamp("created_at"))
    }
  }

  /// Makes a link that works in place of the one that waits, within a transaction.
  /// - Returns: Its address.
  /// - Throws: ``Problem`` 410 when it was used, is too old, or waits for somebody else's screen.
  func show(_ id: Int, _ kind: String, by actor: Actor, locale: String, now: Timestamp, in ledgers: Ledgers) throws
    -> String
  {
    let gone = Problem(status: 410, code: "link", detail: host.words.text("participant.link.gone", locale))
    let row = try ledgers.host.row(
      "SELECT link FROM host_held_message WHERE id = ? AND kind = ?", [.integer(id), .text(kind)])
    guard let row else { throw gone }
    let (prefix, digits) = HeldLinks.parts(try row.text("link"))
    guard let old = bytes(hexadecimal: digits) else { throw gone }
    let token = hexadecimal(host.ports.sealing.random(32))
    let fresh = host.ports.sealing.sha256(Array(token.utf8))
    let arguments: [SQLValue] = [.blob(fresh), .blob(old), .timestamp(now)]
    var renewed = try ledgers.host.execute(
      "UPDATE host_link SET token = ? WHERE token = ? AND used_at IS NULL AND expires_at > ?", arguments)
    renewed += try ledgers.host.execute(
      "UPDATE host_data_link SET token = ? WHERE token = ? AND expires_at > ?", arguments)
    guard renewed == 1 else { throw gone }
    try ledgers.host.execute(
      "UPDATE host_held_message SET link = ? WHERE id = ?", [.text(prefix + hexadecimal(fresh)), .integer(id)])
    try host.dataAccess.shown(actor, now: now, in: ledgers)
    return host.serverBase + prefix + token
  }
}

extension DeskRoom {
  /// The links of a kind that wait, each with the button that shows it.
  func waitingLinks(_ kind: String, to path: String, in ledgers: Ledgers) throws -> [HTMLNode] {
    try HeldLinks(host: host).waiting(kind, in: ledgers).map { link in
      .fragment([
        .text("\(link.address) – \(link.subject) – "), moment(link.created), .text(" "),
        button(
          text("counter.link.show"), to: path, fields: [("link", String(link.id))], hint: link.address),
      ])
    }
  }

  /// The answer to that button: the link, once.
  func showLink(_ kind: String, _ raw: RawSubmission, back: SitePath) throws -> WebResponse {
    let (host, actor, locale, now) = (host, session.actor, locale, host.ports.now())
    let id = Int(raw.first("link")) ?? 0
    let link = try host.ports.store.perform { ledgers in
      try HeldLinks(host: host).show(id, kind, by: actor, locale: locale, now: now, in: ledgers)
    }
    return page(
      200, title: text("counter.link.title"),
      [
        .p(text("counter.link.lead"), [.class("told")]), .p([], [.element(.code, [.class("code")], [.text(link)])]),
        .p([.class("no-print")], [.a(back, text("desk.queue.back"))]),
      ])
  }
}
