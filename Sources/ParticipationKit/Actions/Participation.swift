/// How sure the commune must be of who takes part, before an act is accepted.
public struct ParticipationLevel: Sendable, Hashable {
  /// The name of the level, as it stands in the API description.
  public let name: String

  /// Anyone, without account.
  public static let anyone = ParticipationLevel(name: "anyone")
  /// Somebody who reads an e-mail address: the act is done when they press the button behind the link that is sent.
  public static let confirmed = ParticipationLevel(name: "confirmed")
  /// A resident: somebody who holds a letter code of the commune, or whose account does.
  public static let resident = ParticipationLevel(name: "resident")
  /// A resident, once for each record that is acted upon.
  public static let onePerPerson = ParticipationLevel(name: "one-per-person")
  /// A household, once for each record that is acted upon: the code of a letter to a mailbox.
  public static let onePerHousehold = ParticipationLevel(name: "one-per-household")

  /// Whether a letter code is needed.
  public var needsCode: Bool { self == .resident || isUnique }
  /// Whether the same resident may act upon the same record once only.
  public var isUnique: Bool { self == .onePerPerson || self == .onePerHousehold }
}

/// Who takes part in an act, as far as a module may know: never a name, an address or a code.
public struct Participant: Sendable, Hashable {
  /// The level that was shown: ``ParticipationLevel/anyone``, `confirmed` or `resident`.
  public let level: ParticipationLevel
  /// What stands for who acts in this action and for this record, and nowhere else: a keyed digest of 32 bytes, so that
  /// two acts of one person cannot be joined. The same code, or the same confirmed address, gives the same right; it
  /// says nothing of either.
  ///
  /// Who showed neither has an empty one, except where an action can be taken back (``Action/withdrawing(_:)``): then
  /// each act has a right of its own, which its receipt stands for.
  public let right: [UInt8]

  /// Makes a participant.
  public init(level: ParticipationLevel, right: [UInt8] = []) {
    self.level = level
    self.right = right
  }

  /// Somebody of whom nothing is known.
  public static let anyone = Participant(level: .anyone)

  /// Whether the commune checked that it is a resident.
  public var isVerified: Bool { level == .resident }
}
