/// What accounts need from outside: one-time codes, QR codes, and what the commune asks of its staff.
public struct AccountPorts: Sendable {
  /// The one-time password of RFC 4226 for a secret and a counter: six digits.
  public let oneTimeCode: @Sendable (_ secret: [UInt8], _ counter: UInt64) -> String
  /// A QR code of a text, row by row without its quiet zone; nil when the text is too long for one.
  public let matrixCode: @Sendable (String) -> (size: Int, isDark: [Bool])?
  /// Whether a password stands in the commune's list of leaked passwords.
  public let isLeaked: @Sendable (String) -> Bool
  /// The roles whose members must sign in with a second factor.
  public let secondFactorRoles: Set<String>

  /// Makes the ports.
  public init(
    oneTimeCode: @escaping @Sendable (_ secret: [UInt8], _ counter: UInt64) -> String,
    matrixCode: @escaping @Sendable (String) -> (size: Int, isDark: [Bool])?,
    isLeaked: @escaping @Sendable (String) -> Bool, secondFactorRoles: Set<String>
  ) {
    self.oneTimeCode = oneTimeCode
    self.matrixCode = matrixCode
    self.isLeaked = isLeaked
    self.secondFactorRoles = secondFactorRoles
  }
}
