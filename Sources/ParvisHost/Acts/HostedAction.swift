import ParticipationKit

/// An action as the host runs it: a module's with its own ledger, or one of the host's services with all of them.
///
/// The host's services check another module's records and act in the same transaction, so they are given the
/// transaction's ledgers; a module never is.
struct HostedAction: Sendable {
  /// The module's id, or that of the host's own service.
  let module: String
  let name: String
  let audience: Audience
  let titles: [String: String]
  let hourlyLimit: Int
  let quota: Quota?
  let isSecret: Bool
  /// The action of the module that this one takes back; nil for none.
  var withdraws: String?
  /// Whether another action takes this one back, so that the right of each act is noted.
  var isWithdrawable = false
  /// The category of what a key names, see ``Action/category``; nil for actions that are not divided.
  var category: (@Sendable (Ledgers, _ key: String, _ locale: String, _ now: Timestamp) throws -> String?)?
  let form: @Sendable (Ledgers, _ key: String, _ locale: String, _ now: Timestamp, _ reach: Reach) throws -> Form?
  /// The forms of keys that are known beforehand, see ``Action/describing(_:)``.
  private(set) var knownForms: (@Sendable (_ locale: String) -> [(key: String, form: Form)])?
  /// The effect. The last argument is the keyed digest of the network address, empty when there is none.
  let perform: @Sendable (Ledgers, ActionContext, Submission, _ origin: [UInt8]) throws -> Outcome

  init(
    module: String, name: String, audience: Audience, titles: [String: String], hourlyLimit: Int,
    quota: Quota? = nil, isSecret: Bool = false,
    form: @escaping @Sendable (Ledgers, _ key: String, _ locale: String, _ now: Timestamp) throws -> Form?,
    perform: @escaping @Sendable (Ledgers, ActionContext, Submission) throws -> Outcome
  ) {
    self.init(
      module: module, name: name, audience: audience, titles: titles, hourlyLimit: hourlyLimit, quota: quota,
      isSecret: isSecret,
      form: form,
      performFrom: { ledgers, context, submission, _ in try perform(ledgers, context, submission) })
  }

  /// Hosts an action whose effect must know whether two acts came from one network address.
  init(
    module: String, name: String, audience: Audience, titles: [String: String], hourlyLimit: Int,
    quota: Quota? = nil, isSecret: Bool = false,
    form: @escaping @Sendable (Ledgers, _ key: String, _ locale: String, _ now: Timestamp) throws -> Form?,
    performFrom: @escaping @Sendable (Ledgers, ActionContext, Submission, _ origin: [UInt8]) throws -> Outcome
  ) {
    self.module = module
    self.name = name
    self.audience = audience
    self.titles = titles
    self.hourlyLimit = hourlyLimit
    self.quota = quota
    self.isSecret = isSecret
    self.form = { ledgers, key, locale, now, _ in try form(ledgers, key, locale, now) }
    perform = performFrom
  }

  /// Hosts a module's action.
  init(_ action: Action, module: String, host: Host, isWithdrawable: Bool) {
    self.module = module
    withdraws = action.withdraws
    self.isWithdrawable = isWithdrawable
    name = action.name
    audience = host.levels.audience(module, action.withdraws ?? action.name, action.audience, isSecret: action.isSecret)
    titles = action.titles
    hourlyLimit = action.hourlyLimit
    quota = action.quota
    isSecret = action.isSecret
    knownForms = action.knownForms
    form = { ledgers, key, locale, now, reach in
      try action.form(FormContext(ledger: ledgers(module), key: key, locale: locale, now: now, reach: reach))
    }
    perform = { _, context, submission, _ in try action.perform(context, submission) }
    if let own = action.category {
      category = { ledgers, key, locale, now in
        try own(FormContext(ledger: ledgers(module), key: key, locale: locale, now: now))
      }
    }
  }
}

/// A moderated kind as the host runs it, for the same reason.
struct HostedKind: Sendable {
  let titles: [String: String]
  let evidence: @Sendable (Ledgers, _ key: String, _ locale: String, _ now: Timestamp) throws -> Evidence?
  let decide: @Sendable (Ledgers, ActionContext, Decision) throws -> [Subject]
  let texts: [HostedText]
  let words: @Sendable (Ledgers, _ key: String, _ locale: String, _ now: Timestamp) throws -> [(String, JSONValue)]?
  let isSecret: Bool

  init(
    titles: [String: String],
    evidence: @escaping @Sendable (Ledgers, _ key: String, _ locale: String, _ now: Timestamp) throws -> Evidence?,
    decide: @escaping @Sendable (Ledgers, ActionContext, Decision) throws -> [Subject], texts: [HostedText],
    words: @escaping @Sendable (Ledgers, String, String, Timestamp) throws -> [(String, JSONValue)]?,
    isSecret: Bool = false
  ) {
    self.texts = texts
    self.titles = titles
    self.evidence = evidence
    self.decide = decide
    self.words = words
    self.isSecret = isSecret
  }

  /// Hosts a module's kind.
  init(_ kind: ModeratedKind, module: String) {
    self.init(
      titles: kind.titles,
      evidence: { ledgers, key, locale, now in
        try kind.evidence(FormContext(ledger: ledgers(module), key: key, locale: locale, now: now))
      },
      decide: { _, context, decision in try kind.decide(context, decision) },
      texts: kind.texts.map { text in
        HostedText(
          name: text.name, titles: text.titles,
          read: { ledgers, key, locale, now in
            try text.read(FormContext(ledger: ledgers(module), key: key, locale: locale, now: now))
          }, write: { _, context, words in try text.write(context, words) })
      },
      words: { ledgers, key, locale, now in
        try kind.words?(FormContext(ledger: ledgers(module), key: key, locale: locale, now: now))
      }, isSecret: kind.isSecret)
  }
}

/// A text of a moderated record as the host reads and writes it.
struct HostedText: Sendable {
  let name: String
  let titles: [String: String]
  let read: @Sendable (Ledgers, _ key: String, _ locale: String, _ now: Timestamp) throws -> String?
  let write: @Sendable (Ledgers, ActionContext, String) throws -> [Subject]

  func title(_ locale: String) -> String { titles[locale] ?? titles["fr"] ?? name }
}
