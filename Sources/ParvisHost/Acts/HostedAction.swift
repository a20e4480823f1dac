import ParticipationKit

/// An action as the host runs it: a module's with its own ledger, or one of the host's services with all of them.
///
/// The host's services check another module's records and act in the same transaction, so they are given the
/// transaction's ledgers; a module never is.
struct HostedAction: Sendable {
  let name: String
  let audience: Audience
  let titles: [String: String]
  let hourlyLimit: Int
  let isSecret: Bool
  let form: @Sendable (Ledgers, _ key: String, _ locale: String, _ now: Timestamp) throws -> Form?
  let perform: @Sendable (Ledgers, ActionContext, Submission) throws -> Outcome

  init(
    name: String, audience: Audience, titles: [String: String], hourlyLimit: Int, isSecret: Bool = false,
    form: @escaping @Sendable (Ledgers, _ key: String, _ locale: String, _ now: Timestamp) throws -> Form?,
    perform: @escaping @Sendable (Ledgers, ActionContext, Submission) throws -> Outcome
  ) {
    self.name = name
    self.audience = audience
    self.titles = titles
    self.hourlyLimit = hourlyLimit
    self.isSecret = isSecret
    self.form = form
    self.perform = perform
  }

  /// Hosts a module's action.
  init(_ action: Action, module: String) {
    self.init(
      name: action.name, audience: action.audience, titles: action.titles, hourlyLimit: action.hourlyLimit,
      isSecret: action.isSecret,
      form: { ledgers, key, locale, now in
        try action.form(FormContext(ledger: ledgers(module), key: key, locale: locale, now: now))
      },
      perform: { _, context, submission in try action.perform(context, submission) })
  }
}

/// A moderated kind as the host runs it, for the same reason.
struct HostedKind: Sendable {
  let titles: [String: String]
  let evidence: @Sendable (Ledgers, _ key: String, _ locale: String, _ now: Timestamp) throws -> Evidence?
  let decide: @Sendable (Ledgers, ActionContext, Decision) throws -> [Subject]
  /// The area of a record for roles that hold in a part of the desk only: a module, or that and a category.
  let area: @Sendable (Ledgers, _ key: String, _ now: Timestamp) throws -> String

  init(
    titles: [String: String],
    area: @escaping @Sendable (Ledgers, _ key: String, _ now: Timestamp) throws -> String,
    evidence: @escaping @Sendable (Ledgers, _ key: String, _ locale: String, _ now: Timestamp) throws -> Evidence?,
    decide: @escaping @Sendable (Ledgers, ActionContext, Decision) throws -> [Subject]
  ) {
    self.titles = titles
    self.area = area
    self.evidence = evidence
    self.decide = decide
  }

  /// Hosts a module's kind.
  init(_ kind: ModeratedKind, module: String) {
    self.init(
      titles: kind.titles,
      area: { ledgers, key, now in
        let category = try kind.category(FormContext(ledger: ledgers(module), key: key, locale: "fr", now: now))
        return category.isEmpty ? module : "\(module)/\(category)"
      },
      evidence: { ledgers, key, locale, now in
        try kind.evidence(FormContext(ledger: ledgers(module), key: key, locale: locale, now: now))
      },
      decide: { _, context, decision in try kind.decide(context, decision) })
  }
}
