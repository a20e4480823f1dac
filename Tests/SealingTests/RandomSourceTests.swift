import Testing

@testable import Sealing

@Suite("Randomness and comparison")
struct RandomSourceTests {
  @Test("gives the length asked for, and never twice the same")
  func lengths() throws {
    for count in [0, 1, 16, 4096] { #expect(try RandomSource.bytes(count).count == count) }
    let draws = try Set((0..<1000).map { _ in try RandomSource.bytes(16) })
    #expect(draws.count == 1000)
  }

  @Test("an absurd length is an error, not a crash", arguments: [-1, (1 << 20) + 1, Int.max])
  func refused(count: Int) {
    #expect(throws: SealingError.wrongLength(of: .randomBytes, expected: 0...(1 << 20), found: count)) {
      try RandomSource.bytes(count)
    }
  }

  @Test("comparison sees the first byte, the last byte and the length")
  func comparison() {
    #expect(constantTimeEqual([], []))
    #expect(constantTimeEqual([1, 2, 3], [1, 2, 3]))
    #expect(!constantTimeEqual([9, 2, 3], [1, 2, 3]))
    #expect(!constantTimeEqual([1, 2, 9], [1, 2, 3]))
    #expect(!constantTimeEqual([1, 2], [1, 2, 3]))
  }

  @Test("operators read errors in their language, with what to do")
  func messages() {
    let error = SealingError.wrongLength(of: .seed, expected: 32...32, found: 5)
    #expect(error.message(locale: "fr") == "longueur de la graine de signature : 5 octets ; attendu : 32")
    #expect(error.message(locale: "en") == "length of the signing seed: 5 bytes; expected: 32")
    #expect("\(SealingError.outOfMemory)".contains("try again"))
  }
}
