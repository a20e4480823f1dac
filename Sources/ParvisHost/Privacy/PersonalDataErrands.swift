public import ParticipationKit

/// See, export, erase what is held about one person: the desk's screen « Données personnelles », for the command.
public struct PersonalDataErrands: Sendable {
  private let host: Host
  private static let actor = Actor(personID: nil, name: "", role: Role.administrator, channel: "command")

  /// Makes the errands of a host.
  public init(host: Host) { self.host = host }

  private func key(_ who: String, _ locale: String) throws -> PersonalRights.Key {
    guard let key = PersonalRights.Key(typed: ByteText.singleLine(who)) else {
      throw Problem.invalid("who", host.words.text("privacy.desk.who.wrong", locale))
    }
    return key
  }

  /// What is held about a person. Looking leaves no leaf.
  /// - Parameters:
  ///   - who: An e-mail address, or the number of a receipt as it is printed.
  ///   - locale: The language of refusals.
  /// - Returns: One JSON object; null when nothing is held.
  /// - Throws: `Problem` when `who` is neither; the store's error.
  public func find(_ who: String, locale: String) throws -> JSONValue {
    let key = try key(who, locale)
    let held = try host.ports.store.reading { try host.rights.find(key, locale: locale, in: $0) }
    return held.isEmpty ? .null : host.rights.json(held, now: host.ports.now())
  }

  /// The same to be given to the person: a leaf says that somebody's data went out, and not whose.
  /// - Returns: One JSON object; null, without a leaf, when nothing is held.
  /// - Throws: See ``find(_:locale:)``.
  public func export(_ who: String, locale: String) throws -> JSONValue {
    guard try !find(who, locale: locale).isNull else { return .null }
    return try host.rights.export(try key(who, locale), actor: PersonalDataErrands.actor, locale: locale)
  }

  /// Erases all of it, as the person asked at the counter.
  /// - Returns: `erased`, how many contributions lost their words, and `kept`, what stays and why; null when nothing is
  ///   held.
  /// - Throws: See ``find(_:locale:)``.
  public func erase(_ who: String, locale: String) throws -> JSONValue {
    guard try !find(who, locale: locale).isNull else { return .null }
    let done = try host.rights.erase(
      try key(who, locale), actor: PersonalDataErrands.actor, reason: "counter", locale: locale)
    return .object([("erased", .integer(done.count)), ("kept", .array(done.kept.map { .string($0) }))])
  }
}
