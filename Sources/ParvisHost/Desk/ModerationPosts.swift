import ParticipationKit

/// What moderators send: decisions alone and together, undoing, passages taken out.
struct ModerationPosts: Sendable {
  /// How many cases one form may decide.
  static let bulkLimit = 100

  let room: DeskRoom

  private var host: Host { room.host }
  private var screens: ModerationScreens { ModerationScreens(room: room) }

  /// `/desk/moderation/<id>` and `/desk/moderation/bulk`.
  func post(_ step: String, _ raw: RawSubmission) throws -> WebResponse {
    try room.require("host.moderate")
    if step == "bulk" { return try bulk(raw) }
    guard let id = Int(step) else { throw Problem.notFound(room.text("error.notFound")) }
    do {
      switch raw.first("decision") {
      case "approve", "refuse": return try decide(id, raw)
      case "hold", "release": return try hold(id, raw)
      case "redact": return try redact(id, raw)
      default: throw Problem(status: 422, code: "invalid", detail: room.text("decision.unknown"))
      }
    } catch let problem as Problem where [409, 422, 503].contains(problem.status) {
      return try screens.single(id, status: problem.status, values: raw.values, problem: problem)
    }
  }

  private func decide(_ id: Int, _ raw: RawSubmission) throws -> WebResponse {
    let isApproved = raw.first("decision") == "approve"
    let decision = Decision(
      isApproved: isApproved, reason: isApproved ? "" : raw.first("reason"), note: try room.note(raw.first("note")))
    var ruling = ModerationQueue.Ruling(decision: decision, seen: raw.first("seen"))
    ruling.publicAt = try publicAt(raw.first("public_at"))
    let (host, actor, locale, now, fixed) = (host, room.session.actor, room.locale, host.ports.now(), ruling)
    let once = room.onceKey(raw)
    let made = try host.ports.store.perform { ledgers in
      // The second click on one button is not a second person.
      if let once, try !host.isFirstUse(of: once, now: now, in: ledgers) {
        return try host.moderation.records(of: id, in: ledgers).first?.id ?? 0
      }
      return try host.moderation.decide(id, fixed, actor: actor, locale: locale, now: now, in: ledgers)
    }
    return back(raw, told: made)
  }

  private func publicAt(_ text: String) throws -> Timestamp? {
    guard !text.isEmpty else { return nil }
    guard let civil = CivilDateTime(text) else { throw Problem.invalid("public_at", room.text("error.datetime")) }
    return host.zone.instant(civil)
  }

  private func hold(_ id: Int, _ raw: RawSubmission) throws -> WebResponse {
    let person = raw.first("decision") == "hold" ? room.session.person.id : nil
    let (host, actor, locale) = (host, room.session.actor, room.locale)
    try host.ports.store.perform { ledgers in
      guard let entry = try host.moderation.entry(id, in: ledgers) else {
        throw Problem.notFound(host.words.text("desk.queue.gone", locale))
      }
      try host.moderation.checkMay(actor, entry, locale: locale)
      try host.moderation.hold(id, by: person, in: ledgers)
    }
    return back(raw, told: nil)
  }

  private func redact(_ id: Int, _ raw: RawSubmission) throws -> WebResponse {
    let decision = Decision(isApproved: false, reason: raw.first("reason"), note: try room.note(raw.first("note")))
    let ruling = ModerationQueue.Ruling(decision: decision, seen: raw.first("seen"))
    let approval = ModerationQueue.Ruling(decision: Decision(isApproved: true, reason: "", note: ""), isTold: true)
    let (field, marked, isPublished) = (raw.first("field"), raw.first("marked"), raw.first("publish") == "true")
    let (host, actor, locale, now) = (host, room.session.actor, room.locale, host.ports.now())
    let once = room.onceKey(raw)
    let made = try host.ports.store.perform { ledgers in
      if let once, try !host.isFirstUse(of: once, now: now, in: ledgers) {
        return try host.moderation.records(of: id, in: ledgers).first?.id ?? 0
      }
      let made = try host.moderation.redact(
        id, field: field, marked: marked, ruling, publishing: isPublished, actor: actor, locale: locale, now: now,
        in: ledgers)
      guard isPublished else { return made }
      return try host.moderation.decide(id, approval, actor: actor, locale: locale, now: now, in: ledgers)
    }
    return back(raw, told: made)
  }

  /// Back to where the form stood, with what was decided.
  private func back(_ raw: RawSubmission, told: Int?) -> WebResponse {
    var path = Desk.returnPath(raw.first("return"))
    // From the page of a case decided, the list is the next thing to see.
    if told != nil, path.utf8.starts(with: "/desk/moderation/".utf8),
      !path.utf8.starts(with: "/desk/moderation/read".utf8), raw.first("decision") != "redact"
    {
      path = "/desk/moderation"
    }
    guard let told else { return .redirect(path) }
    return .redirect(ModerationPosts.adding("told", String(told), to: path))
  }

  /// An address with a parameter in place of the one it had.
  static func adding(_ name: String, _ value: String, to path: String) -> String {
    let parts = path.split(separator: "?", maxSplits: 1).map(String.init)
    let kept = parts.count < 2 ? [] : parts[1].split(separator: "&").filter { !$0.utf8.starts(with: "\(name)=".utf8) }
    return (parts.first ?? path) + "?" + (kept.map(String.init) + ["\(name)=\(value)"]).joined(separator: "&")
  }

  // MARK: Many at once

  /// Each case is a decision, a leaf and a statement of its own; one that cannot be decided does not keep the others.
  private func bulk(_ raw: RawSubmission) throws -> WebResponse {
    let reason = raw.first("refuse")
    let isApproved = reason.isEmpty
    guard !isApproved || raw.first("decision") == "approve" else {
      throw Problem(status: 422, code: "invalid", detail: room.text("decision.unknown"))
    }
    let chosen = raw.values["entry"] ?? []
    guard !chosen.isEmpty else { throw Problem(status: 422, code: "invalid", detail: room.text("mod.bulk.none")) }
    guard chosen.count <= ModerationPosts.bulkLimit else {
      throw Problem(
        status: 422, code: "invalid",
        detail: room.text("mod.bulk.many", ["count": String(ModerationPosts.bulkLimit)]))
    }
    let decision = Decision(isApproved: isApproved, reason: reason, note: "")
    let (host, actor, locale, now) = (host, room.session.actor, room.locale, host.ports.now())
    var done: [Int] = []
    var failed: [(id: Int, why: String)] = []
    for item in chosen {
      let parts = item.split(separator: ":", maxSplits: 1).map(String.init)
      guard parts.count == 2, let id = Int(parts[0]) else { continue }
      let ruling = ModerationQueue.Ruling(decision: decision, seen: parts[1])
      do {
        done.append(
          try host.ports.store.perform { ledgers in
            try host.moderation.decide(id, ruling, actor: actor, locale: locale, now: now, in: ledgers)
          })
      } catch let problem as Problem where problem.status != 403 {
        failed.append((id, problem.detail))
      }
    }
    return try report(done, failed, isApproved, raw)
  }

  private func report(
    _ done: [Int], _ failed: [(id: Int, why: String)], _ isApproved: Bool, _ raw: RawSubmission
  ) throws -> WebResponse {
    let key = isApproved ? "mod.bulk.approved" : "mod.bulk.refused"
    var body: [HTMLNode] = [
      .div([.class("told"), .named("role", "status")], [.p(room.text(key, ["count": String(done.count)]))])
    ]
    if !failed.isEmpty {
      body.append(
        .div(
          [.class("errors"), .named("role", "alert")],
          [
            .h2(room.text("mod.bulk.failed", ["count": String(failed.count)])),
            .ul(
              items: failed.map { item in
                .fragment([
                  .a(SitePath("desk/moderation/\(item.id)"), "\(item.id)"), .text(" – \(item.why)"),
                ])
              }),
          ]))
    }
    body.append(
      .p(
        [],
        [
          .element(
            .a, [.href(SitePath("desk/moderation")), .class("button")], [.text(room.text("desk.queue.back"))]),
          " ", .a(SitePath("desk/decided"), room.text("mod.bulk.undo")),
        ]))
    return room.page(failed.isEmpty ? 200 : 207, title: room.text("desk.moderation"), body)
  }

  // MARK: Undoing

  /// `/desk/undo/<decision>`.
  func undo(_ step: String, _ raw: RawSubmission) throws -> WebResponse {
    try room.require("host.moderate")
    guard let id = Int(step) else { throw Problem.notFound(room.text("error.notFound")) }
    let (host, actor, locale, now) = (host, room.session.actor, room.locale, host.ports.now())
    let entry = try host.ports.store.perform { ledgers in
      try host.moderation.undo(id, actor: actor, locale: locale, now: now, in: ledgers)
      return try host.moderation.record(id, in: ledgers)?.entry ?? 0
    }
    let path = Desk.returnPath(raw.first("return"))
    // Read one after the other: what was undone is the next to read.
    guard path.utf8.starts(with: "/desk/moderation/read".utf8) else { return .redirect("/desk/moderation/\(entry)") }
    return .redirect(ModerationPosts.adding("after", String(entry - 1), to: path))
  }
}
