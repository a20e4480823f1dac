import Testing

@testable import Sealing

/// Register leaves and stored digests are compared for decades and by other people's programs: they must be
/// the standard's bytes, not merely stable ones.
@Suite("Hashes give the bytes of the standards")
struct HashTests {
  @Test(
    "SHA-256: FIPS 180-4 and RFC 6234 vectors",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
    ])
  func sha256(message: String, expected: String) {
    #expect(Hex.encode(SHA256.hash(Array(message.utf8))) == expected)
  }

  @Test("SHA-256 of a million letters a, in a thousand pieces: FIPS 180-4")
  func million() {
    var hash = SHA256()
    let piece = [UInt8](repeating: UInt8(ascii: "a"), count: 1000)
    for _ in 0..<1000 { hash.update(piece) }
    #expect(
      Hex.encode(hash.finish()) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test("a stream cut anywhere hashes like the whole", arguments: [0, 1, 55, 56, 63, 64, 65, 199, 200])
  func streaming(cut: Int) {
    let message = (0..<200).map { UInt8($0) }
    var hash = SHA256()
    hash.update(Array(message[..<cut]))
    message[cut...].withUnsafeBytes { hash.update($0) }
    #expect(hash.finish() == SHA256.hash(message))
  }

  @Test("finishing leaves the stream open, and a copy goes its own way")
  func copies() {
    var hash = SHA256()
    hash.update(Array("ab".utf8))
    let early = hash.finish()
    var copy = hash
    copy.update(Array("x".utf8))
    hash.update(Array("c".utf8))
    #expect(early == SHA256.hash(Array("ab".utf8)))
    #expect(hash.finish() == SHA256.hash(Array("abc".utf8)))
    #expect(copy.finish() == SHA256.hash(Array("abx".utf8)))
  }

  @Test(
    "HMAC-SHA256: RFC 4231 cases 1, 2, 3 and 6",
    arguments: [
      (
        [UInt8](repeating: 0x0b, count: 20), Array("Hi There".utf8),
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
      ),
      (
        Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
      ),
      (
        [UInt8](repeating: 0xaa, count: 20), [UInt8](repeating: 0xdd, count: 50),
        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
      ),
      (
        [UInt8](repeating: 0xaa, count: 131),
        Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
      ),
    ])
  func hmac(key: [UInt8], message: [UInt8], expected: String) {
    #expect(Hex.encode(hmacSHA256(message, key: key)) == expected)
  }

  // RFC 7693 has no 256-bit vector; these come from Python's hashlib, an implementation independent of
  // libsodium.
  @Test("BLAKE2b with 32 bytes of output equals an independent implementation")
  func blake() throws {
    let abc = Array("abc".utf8)
    let plain = "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319"
    #expect(Hex.encode(blake2b(abc)) == plain)
    #expect(Hex.encode(try blake2b(abc, key: nil)) == plain)
    #expect(Hex.encode(abc.withUnsafeBytes { blake2b($0) }) == plain)
    #expect(
      Hex.encode(blake2b([])) == "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8")
    #expect(
      Hex.encode(try blake2b(abc, key: Array(0..<32)))
        == "d63a32d3e44738d7907f964316c241adaba0abfeabc32349677578a15a203f7f")
    #expect(
      Hex.encode(try blake2b([], key: Array(0..<64)))
        == "2fa9fbd9be36437de204e139e97d402bce68c828f43391608c891b5faed8a98a")
  }

  @Test(
    "a key of a wrong length is refused: a truncated key file must not weaken the hash",
    arguments: [0, 15, 65])
  func wrongKeyLength(count: Int) {
    let expected = SealingError.wrongLength(of: .hashKey, expected: 16...64, found: count)
    #expect(throws: expected) { try blake2b([1], key: [UInt8](repeating: 0, count: count)) }
  }
}
