import Glibc
import Testing

@testable import Sealing

/// One suite, serial: each hash takes 64 MiB.
@Suite("Passwords", .serialized)
struct PasswordHashTests {
  /// libsodium 1.0.18, password "correct horse", m=8192 KiB, t=1.
  private static let cheapHash =
    "$argon2id$v=19$m=8192,t=1,p=1$ctCSzt5ZwH+4/gqvqwu4JA$5GJ4vXRgCzI1wV0WZfX0E/+TBb1JKK5NOS4/f019SuY"

  @Test("a password is recognised, its neighbours are not, and the stored text holds no trace of it")
  func recognition() throws {
    let stored = try PasswordHash.hash("la-fontaine-du-haut-été")
    #expect(stored.hasPrefix("$argon2id$v=19$m=65536,t=2,p=1$"))
    #expect(!stored.contains("fontaine"))
    #expect(try PasswordHash.verify("la-fontaine-du-haut-été", against: stored))
    #expect(try !PasswordHash.verify("la-fontaine-du-haut-ete", against: stored))
    #expect(try !PasswordHash.verify("", against: stored))
    #expect(try !PasswordHash.needsRehash(stored))
  }

  @Test("everything after a NUL counts too")
  func embeddedNUL() throws {
    let stored = try PasswordHash.hash("parvis\0secret")
    #expect(try !PasswordHash.verify("parvis\0autres", against: stored))
    #expect(try PasswordHash.verify("parvis\0secret", against: stored))
  }

  @Test("two accounts with one password have different texts")
  func salted() throws {
    #expect(try PasswordHash.hash("même mot de passe") != PasswordHash.hash("même mot de passe"))
  }

  @Test("a hash made with other costs still opens, and asks to be made anew")
  func olderCosts() throws {
    let older = Self.cheapHash
    #expect(try PasswordHash.needsRehash(older))
    #expect(try PasswordHash.verify("correct horse", against: older))
    #expect(try !PasswordHash.verify("correct horsf", against: older))
  }

  @Test(
    "a damaged row is an error, never a wrong password: the clerk must be told, not the person blamed",
    arguments: [
      "", "x", "$argon2id$", "$argon2id$v=19$m=65536,t=2,p=1$", "$2b$12$abcdefghijklmnopqrstuv",
      String(repeating: "a", count: 200), "$argon2id$v=19$m=65536,t=2,p=1\0$abc$def",
    ])
  func damaged(stored: String) {
    #expect(throws: SealingError.malformedPasswordHash) {
      try PasswordHash.verify("correct horse", against: stored)
    }
    #expect(throws: SealingError.malformedPasswordHash) { try PasswordHash.needsRehash(stored) }
  }

  @Test("missing memory is told apart from a wrong password")
  func outcomes() throws {
    #expect(try PasswordHash.matches(result: 0, errorNumber: ENOMEM))
    #expect(try !PasswordHash.matches(result: -1, errorNumber: EINVAL))
    #expect(throws: SealingError.outOfMemory) { try PasswordHash.matches(result: -1, errorNumber: ENOMEM) }
    #expect(throws: SealingError.malformedPasswordHash) {
      try PasswordHash.matches(result: -1, errorNumber: 0)
    }
  }
}
