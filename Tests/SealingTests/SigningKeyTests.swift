import Testing

@testable import Sealing

@Suite("Signatures")
struct SigningKeyTests {
  @Test(
    "Ed25519: RFC 8032 §7.1 tests 1, 2 and 3",
    arguments: [
      (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
          + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
      ),
      (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
          + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
      ),
      (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
          + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
      ),
    ])
  func standard(seed: String, publicKey: String, message: String, signature: String) throws {
    let key = try SigningKey(seed: Hex.decode(seed))
    let bytes = try Hex.decode(message)
    #expect(Hex.encode(key.publicKey) == publicKey)
    #expect(Hex.encode(key.sign(bytes)) == signature)
    #expect(SigningKey.verify(key.sign(bytes), of: bytes, publicKey: key.publicKey))
  }

  @Test("a changed message, signature or key is refused, and so are wrong lengths")
  func refusals() throws {
    let key = try SigningKey.generate()
    let other = try SigningKey.generate()
    let message = Array("tête du registre".utf8)
    let signature = key.sign(message)
    var changed = signature
    changed[10] ^= 1
    #expect(SigningKey.verify(signature, of: message, publicKey: key.publicKey))
    #expect(!SigningKey.verify(signature, of: message + [0], publicKey: key.publicKey))
    #expect(!SigningKey.verify(changed, of: message, publicKey: key.publicKey))
    #expect(!SigningKey.verify(signature, of: message, publicKey: other.publicKey))
    #expect(!SigningKey.verify([], of: message, publicKey: key.publicKey))
    #expect(!SigningKey.verify(signature, of: message, publicKey: []))
  }

  @Test("a seed of a wrong length is refused", arguments: [0, 31, 33])
  func wrongSeed(count: Int) {
    #expect(throws: SealingError.wrongLength(of: .seed, expected: 32...32, found: count)) {
      try SigningKey(seed: [UInt8](repeating: 1, count: count))
    }
  }

  @Test("a key that lands in a log shows only its public half")
  func quiet() throws {
    let key = try SigningKey(seed: [UInt8](repeating: 0xAB, count: 32))
    var dumped = ""
    dump(key, to: &dumped)
    for text in ["\(key)", String(reflecting: key), dumped] {
      #expect(text.contains(Hex.encode(key.publicKey)))
      #expect(!text.contains("171") && !text.contains("abab"))
    }
  }
}
