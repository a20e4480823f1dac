import FrontMatter
import ParvisHost

/// What `commune.yaml` asks of staff accounts.
public struct StaffRules: Sendable {
  /// The roles whose members must sign in with a second factor.
  public let secondFactorRoles: Set<String>
  /// The file with leaked passwords, below the commune's folder or absolute; empty for none.
  public let leakedPasswords: String

  init(_ reader: MappingReader) {
    let staff = reader.optionalMapping("staff")
    let roles = staff?.texts("second_factor") ?? []
    for role in roles where !StaffRules.isRoleName(role) {
      staff?.report(
        "second_factor",
        expected: Wording(
          fr: "des rôles parmi \(Role.all.joined(separator: ", ")), ou un rôle de la commune",
          en: "roles among \(Role.all.joined(separator: ", ")), or one of the commune’s own"))
    }
    secondFactorRoles = Set(roles)
    leakedPasswords = staff?.optionalText("leaked_passwords") ?? ""
  }

  private static func isRoleName(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy {
        (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
      }
  }

  /// The path of the list of leaked passwords; nil for none.
  func leakedPasswordsPath(in folder: String) -> String? {
    if leakedPasswords.isEmpty { return nil }
    return leakedPasswords.utf8.first == UInt8(ascii: "/") ? leakedPasswords : "\(folder)/\(leakedPasswords)"
  }
}
