public import ParticipationKit

/// A public act of the host itself, for the description of the API.
public struct DescribedAct: Sendable {
  /// The module's part of the address, as `comments`.
  public let module: String
  /// The action's name.
  public let name: String
  /// What it is called, by locale.
  public let titles: [String: String]
  /// What follows the name in the address, as `module`, `kind` and `key`.
  public let parameters: [String]
  /// Its fields.
  public let form: Form
}

extension Host {
  /// The fields of an action of a module as `POST /api/v1/<module>/<name>` takes them now: those of its form without
  /// key, and those that the host adds, as the letter code and the address to confirm.
  /// - Throws: The store's error; what the form throws where it is closed.
  public func describedForm(_ module: String, _ name: String, locale: String) throws -> Form? {
    guard let action = action(module, name), action.audience.isPublic else { return nil }
    return try ports.store.reading { ledgers in
      // An action that needs a key says its fields there; what the host adds is the same for every key.
      let own = (try? action.form(ledgers, "", locale, ports.now(), .everything)) ?? nil
      return try participants.asking(
        own ?? Form(title: "", fields: [], submit: ""), action, .open, locale: locale, in: ledgers)
    }
  }

  /// The fields of an action for each key that is known beforehand, with those that the host adds.
  /// - Throws: The store's error.
  public func describedForms(
    _ module: String, _ name: String, locale: String
  ) throws -> [(key: String, form: Form)] {
    guard let action = action(module, name), action.audience.isPublic, let known = action.knownForms else { return [] }
    return try ports.store.reading { ledgers in
      try known(locale).map { entry in
        (entry.key, try participants.asking(entry.form, action, .open, locale: locale, in: ledgers))
      }
    }
  }

  /// What anyone may do by the host’s own services: comment, flag, appeal.
  /// - Throws: The store's error.
  public func describedActs(locale: String) throws -> [DescribedAct] {
    let target = CommentTarget(title: "", document: Subject("", "", ""), allowsQuestions: true)
    let block = Field("block", .line, words.text("comment.block", locale))
    let comment = comments.form(for: target, locale: locale)
    let own = Form(title: comment.title, fields: [block] + comment.fields, submit: comment.submit)
    let flags = Flags(host: self)
    let appeals = Appeals(host: self)
    let item = Field("item", .line, words.text("mod.flag.item", locale), required: true)
    let flag = Form(
      title: "", fields: [item] + flags.form([], locale: locale).fields.filter { $0.name != "item" }, submit: "")
    return try ports.store.reading { ledgers in
      try [
        (comments.action, ["module", "kind", "key"], own), (flags.action, ["module", "kind", "key"], flag),
        (appeals.action, ["receipt"], appeals.form(locale)),
      ].map { action, parameters, form in
        DescribedAct(
          module: action.module, name: action.name, titles: action.titles, parameters: parameters,
          form: try participants.asking(form, action, .open, locale: locale, in: ledgers))
      }
    }
  }
}
