import ParticipationKit
import Testing

@testable import ParvisHost

@Suite("Words that are compared")
struct LikeWordsTests {
  static let key = [UInt8](0..<32)

  /// The numbers as databases hold them since the first version, written in the plainest way.
  static func stored(_ text: String) -> [Int64] {
    var seed: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in key { seed = (seed ^ UInt64(byte)) &* 0x100_0000_01B3 }
    let words = ByteText.folded(text).utf8.split {
      !($0 >= 0x80 || (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20))
    }.prefix(2000).map { Array($0) }
    let run = min(3, words.count)
    guard run > 0 else { return [] }
    let hashes = (0...(words.count - run)).map { start in
      var hash = seed
      for byte in words[start..<(start + run)].flatMap({ (word: [UInt8]) -> [UInt8] in word + [0x20] }) {
        hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
      }
      hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
      hash = (hash ^ (hash >> 27)) &* 0x94D0_49BB_1331_11EB
      return Int64(bitPattern: hash ^ (hash >> 31))
    }
    return Array(Set(hashes).sorted().prefix(16))
  }

  @Test(
    "a text has the numbers under which the same words were kept before, else copies would no longer be found",
    arguments: [
      "", " ", "?!", "banc", "Un banc", " Un banc. ", "Un banc près de l’école",
      "le banc le banc le banc le banc le banc", "Œuvre « à l’été » : 12 arbres, ÉGLISE 🌳 et fontaine",
      (0..<60).map { "mot\($0 % 23)" }.joined(separator: " "), (0..<3000).map { "m\($0)" }.joined(separator: ", "),
    ])
  func numbers(_ text: String) {
    #expect(Sketch(FoldedWords(text), key: LikeWordsTests.key).hashes == LikeWordsTests.stored(text))
  }

  @Test("spaces, marks, case and accents make no difference to a copy")
  func plain() {
    #expect(FoldedWords("Un BANC, près d’ici !").plain == Array("unbancpresdici".utf8))
    #expect(FoldedWords(" un\nbanc pres d'ici").plain == FoldedWords("Un BANC, près d’ici !").plain)
  }

  @Test("what a client asks for is read whatever the case of the names", arguments: ["Accept", "accept", "ACCEPT"])
  func preference(_ name: String) {
    func request(_ accept: String?, _ type: String?) -> WebRequest {
      WebRequest(
        method: "POST", path: "/", query: [],
        headers: [("Host", "x")] + (accept.map { [(name, $0)] } ?? []) + (type.map { [("content-TYPE", $0)] } ?? []),
        body: [], remoteAddress: "")
    }
    #expect(request("application/json", nil).prefersJSON)
    #expect(request("text/plain, application/problem+json;q=0.9", nil).prefersJSON)
    #expect(!request("text/html,application/json", nil).prefersJSON)
    #expect(!request("*/*", nil).prefersJSON)
    #expect(!request("jso", nil).prefersJSON)
    #expect(request("*/*", "Application/JSON; charset=utf-8").prefersJSON)
    #expect(request(nil, "application/json").prefersJSON)
    #expect(!request(nil, nil).prefersJSON)
    #expect(request(nil, " Multipart/Form-Data ;boundary=X").mediaType == "multipart/form-data")
    #expect(request(nil, "application/x-www-form-urlencoded").mediaType == "application/x-www-form-urlencoded")
  }
}
