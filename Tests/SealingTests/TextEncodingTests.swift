import Testing

@testable import Sealing

@Suite("Bytes as text")
struct TextEncodingTests {
  @Test(
    "RFC 4648 §10 vectors, without padding",
    arguments: [
      ("", "", ""), ("f", "Zg", "66"), ("fo", "Zm8", "666f"), ("foo", "Zm9v", "666f6f"),
      ("foob", "Zm9vYg", "666f6f62"), ("fooba", "Zm9vYmE", "666f6f6261"),
      ("foobar", "Zm9vYmFy", "666f6f626172"),
    ])
  func vectors(plain: String, base64: String, hex: String) throws {
    let bytes = Array(plain.utf8)
    #expect(Base64URL.encode(bytes) == base64)
    #expect(try Base64URL.decode(base64) == bytes)
    #expect(Hex.encode(bytes) == hex)
    #expect(try Hex.decode(hex) == bytes)
  }

  @Test("every byte comes back, and base64url uses its own two characters")
  func allBytes() throws {
    let bytes = (0...255).map { UInt8($0) }
    #expect(try Base64URL.decode(Base64URL.encode(bytes)) == bytes)
    #expect(try Hex.decode(Hex.encode(bytes)) == bytes)
    #expect(Base64URL.encode([0xfb, 0xff]) == "-_8")
  }

  @Test(
    "a token has one spelling: padding, spaces, plain base64, stray bits and foreign letters are refused",
    arguments: ["Zg==", "Zg=", " Zg", "Zg\n", "+_8", "-/8", "Z", "Zh", "Zm9", "Zé", "Zm9v\0"])
  func strictBase64(text: String) {
    #expect(throws: SealingError.malformedText(encoding: .base64url)) { try Base64URL.decode(text) }
  }

  @Test(
    "hexadecimal takes either case and nothing else",
    arguments: ["0", "0g", "0x00", " 00", "00 ", "0:0", "é"])
  func strictHex(text: String) throws {
    #expect(try Hex.decode("aBCd") == [0xab, 0xcd])
    #expect(throws: SealingError.malformedText(encoding: .hexadecimal)) { try Hex.decode(text) }
  }
}
