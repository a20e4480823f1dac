import Testing

@testable import OneTimeCodes

@Suite("One-time passwords, as authenticator applications compute them")
struct OneTimePasswordTests {
  private let secret = Array("12345678901234567890".utf8)

  @Test(
    "the values of RFC 4226, appendix D",
    arguments: Array(
      ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"].enumerated())
  )
  func counterValues(counter: Int, code: String) {
    #expect(OneTimePassword.code(secret: secret, counter: UInt64(counter)) == code)
  }

  @Test(
    "the SHA-1 values of RFC 6238, appendix B, at six digits",
    arguments: [
      (59, "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"), (1_234_567_890, "005924"),
      (2_000_000_000, "279037"), (20_000_000_000, "353130"),
    ])
  func timeValues(second: UInt64, code: String) {
    #expect(OneTimePassword.code(secret: secret, counter: second / 30) == code)
  }

  @Test("HMAC-SHA-1 gives the values of RFC 2202, also for a key longer than a block")
  func hmacValues() {
    func hex(_ bytes: [UInt8]) -> String { bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
    #expect(
      hex(OneTimePassword.hmacSHA1(Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8)))
        == "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79")
    let long = [UInt8](repeating: 0xAA, count: 80)
    #expect(
      hex(OneTimePassword.hmacSHA1(Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8), key: long))
        == "aa4ae5e15272d00e95705637ce8a3b55ed402112")
    #expect(hex(sha1(Array("abc".utf8))) == "a9993e364706816aba3e25717850c26c9cd0d89d")
  }
}
