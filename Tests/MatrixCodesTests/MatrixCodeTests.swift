import MatrixCodes
import Testing

@Suite("QR codes, as a telephone finds them")
struct MatrixCodeTests {
  @Test("three corners carry the finder pattern and the size is one of the standard’s")
  func finders() throws {
    let code = try #require(MatrixCode("https://vaubrisey.example/receipt/12-abc"))
    #expect((code.size - 21) % 4 == 0)
    #expect(code.isDark.count == code.size * code.size)
    func isDark(_ row: Int, _ column: Int) -> Bool { code.isDark[row * code.size + column] }
    let ring = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"]
    let far = code.size - 7
    for (top, left) in [(0, 0), (0, far), (far, 0)] {
      for (row, line) in ring.enumerated() {
        for (column, digit) in line.utf8.enumerated() {
          #expect(isDark(top + row, left + column) == (digit == UInt8(ascii: "1")))
        }
      }
    }
  }

  @Test("what no QR code can hold gives none")
  func refusals() {
    #expect(MatrixCode("") == nil)
    #expect(MatrixCode("a\u{0}b") == nil)
    #expect(MatrixCode(String(repeating: "a", count: 2332)) == nil)
    #expect(MatrixCode(String(repeating: "a", count: 2331))?.size == 177)
  }

  @Test("another text gives other modules, the same text the same")
  func content() throws {
    let one = try #require(MatrixCode("K7MQ-2RTD-94HX"))
    let two = try #require(MatrixCode("K7MQ-2RTD-94HY"))
    #expect(one.isDark != two.isDark)
    #expect(MatrixCode("K7MQ-2RTD-94HX")?.isDark == one.isDark)
  }
}
