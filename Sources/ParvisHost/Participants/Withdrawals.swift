import ParticipationKit

/// Acts that people take back, see `Action.withdrawing`: which right each of them had, and how somebody proves that one
/// is theirs. What is secret never comes here.
struct Withdrawals: Sendable {
  /// The name of the field with the receipt of the earlier act.
  static let receiptField = "earlier_receipt"
  static let migration = Migration(
    14, "rights of acts that can be taken back",
    [
      """
      CREATE TABLE host_act_right(position INTEGER PRIMARY KEY, what TEXT NOT NULL, right BLOB NOT NULL) STRICT
      """,
      "CREATE INDEX host_act_right_right ON host_act_right(right)",
      "CREATE INDEX host_repeat_position ON host_repeat(position)",
    ])

  let host: Host

  /// Notes the right that an act had, be it one that is taken back or one that takes back. What was done with the same
  /// right before is no longer the same act done twice: who signs, takes it back and signs again in the same words
  /// signs again.
  func note(_ right: [UInt8], of request: ActRequest, position: Int, in ledgers: Ledgers) throws {
    try ledgers.host.execute(
      "DELETE FROM host_repeat WHERE position IN (SELECT position FROM host_act_right WHERE right = ?)",
      [.blob(right)])
    try ledgers.host.execute(
      "INSERT INTO host_act_right(position, what, right) VALUES(?,?,?)",
      [
        .integer(position), .text(Withdrawals.what(request.module, request.action, request.key)), .blob(right),
      ])
  }

  /// The act as rights are bound to it: module, action and key.
  static func what(_ module: String, _ action: String, _ key: String) -> String { "\(module)/\(action)/\(key)" }

  /// The field for the receipt, as it stands in the form of an action that takes another back.
  func field(_ audience: Audience, _ standing: Standing, locale: String) -> Field {
    let isOnly = audience.level == .anyone && !audience.takesCode && standing == .open
    return Field(
      Withdrawals.receiptField, .secret, host.words.text("participant.withdraw.receipt", locale),
      help: host.words.text(isOnly ? "participant.withdraw.help" : "participant.withdraw.help.or", locale),
      required: isOnly, maxLength: 400)
  }

  /// The right of the act whose receipt was given: its address, or what stands at the end of it.
  /// - Throws: ``Problem`` 422 when it is no receipt of such an act, or that was taken back already.
  func right(ofReceipt typed: String, _ what: String, locale: String, in ledgers: Ledgers) throws -> [UInt8] {
    let refusal = Problem.invalid(
      Withdrawals.receiptField, host.words.text("participant.withdraw.unknown", locale))
    guard let position = ReceiptBook(host: host).position(named: typed.split(separator: "/").last ?? ""),
      let row = try ledgers.host.row(
        "SELECT right FROM host_act_right WHERE position = ? AND what = ?", [.integer(position), .text(what)])
    else { throw refusal }
    return try row.blob("right")
  }

  /// Frees a right, so that whoever has it may act again.
  /// - Parameter what: The act that is taken back.
  /// - Returns: Whether anything had been done with it.
  func release(_ right: [UInt8], of what: String, in ledgers: Ledgers) throws -> Bool {
    try ledgers.host.execute(
      """
      DELETE FROM host_repeat WHERE position IN (SELECT position FROM host_act_right WHERE right = ? AND what = ?)
      """, [.blob(right), .text(what)])
    let acts = try ledgers.host.execute(
      "DELETE FROM host_act_right WHERE right = ? AND what = ?", [.blob(right), .text(what)])
    let once = try ledgers.host.execute("DELETE FROM host_right WHERE digest = ?", [.blob(right)])
    return acts + once > 0
  }

  /// The form on a receipt by which its act is taken back; nil when it cannot be, or was.
  func form(on receipt: Receipt, _ name: String, locale: String) throws -> HTMLNode? {
    let parts = receipt.what.split(separator: "/", maxSplits: 1).map(String.init)
    guard parts.count == 2, let taking = host.registry.withdrawal(of: parts[1], parts[0]) else { return nil }
    guard let action = host.action(parts[0], taking.name) else { return nil }
    return try host.ports.store.reading { ledgers -> HTMLNode? in
      let row = try ledgers.host.row(
        "SELECT what FROM host_act_right WHERE position = ?", [.integer(receipt.position)])
      guard let what = try row?.text("what") else { return nil }
      let key = String(decoding: what.utf8.dropFirst(receipt.what.utf8.count + 1), as: UTF8.self)
      let now = host.ports.now()
      // One that is closed now, or whose record is gone, has no button.
      guard
        let form = try? host.spoken(locale, { try action.form(ledgers, key, locale, now, .everything) })
      else { return nil }
      let state = RenderingPort.FormState(
        action: SitePath("api/v1/\(parts[0])/\(taking.name)" + (key.isEmpty ? "" : "/" + key)), id: "take-back",
        values: [:], errors: [], hidden: [("lang", locale), (Withdrawals.receiptField, name)], locale: locale,
        showsTitle: true, isDesk: false)
      return host.ports.rendering.form(form, state)
    }
  }
}

extension Host {
  var withdrawals: Withdrawals { Withdrawals(host: self) }
}

extension ModuleRegistry {
  /// The action by which another of the same module is taken back; nil for none.
  func withdrawal(of action: String, _ module: String) -> Action? {
    entry(module)?.instance.actions.first { $0.withdraws == action }
  }

  /// Checks what takes what back.
  /// - Throws: ``RegistryError``.
  static func checkWithdrawals(_ module: String, _ actions: [Action]) throws {
    var taken: Set<String> = []
    for action in actions {
      guard let name = action.withdraws else { continue }
      func refuse(_ reason: String) -> RegistryError {
        RegistryError(module: module, reason: "action \(action.name) takes back “\(name)”: \(reason)")
      }
      guard let earlier = actions.first(where: { $0.name == name }) else { throw refuse("there is no such action") }
      guard earlier.withdraws == nil else { throw refuse("that one takes something back itself") }
      guard earlier.audience.isPublic, earlier.audience == action.audience else {
        throw refuse("both need the same public audience")
      }
      guard !earlier.isSecret, !action.isSecret else { throw refuse("a secret act cannot be taken back") }
      guard taken.insert(name).inserted else { throw refuse("another action does so already") }
    }
  }
}
