import ParticipationKit
import Sealing

/// The public key of a register, from `register/key.txt`.
struct RegisterVerifier: Sendable, Equatable {
  let name: String
  let id: [UInt8]
  let key: [UInt8]
  /// Of the name, a line feed, the type 1 and the key: its first four bytes are the id.
  private let hash: [UInt8]

  /// Reads `name+id+key`; nil for anything else, also when the id is not that of the key.
  init?(_ line: String) {
    let parts = ByteText.trimmed(line).split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, !parts[0].isEmpty, let id = try? Hex.decode(String(parts[1])),
      let typed = try? Base64.decode(String(parts[2])), typed.count == 33, typed[0] == 1
    else { return nil }
    name = String(parts[0])
    self.id = id
    key = Array(typed.dropFirst())
    hash = SHA256.hash(Array(name.utf8) + [0x0A] + typed)
    guard Array(hash.prefix(4)) == id else { return nil }
  }

  /// The key as people read it from a notice board: the first sixteen bytes of the hash of name and key, in groups.
  var fingerprint: String {
    let digits = Array(Hex.encode(Array(hash.prefix(16))).utf8)
    return stride(from: 0, to: digits.count, by: 4).map { String(decoding: digits[$0..<$0 + 4], as: UTF8.self) }
      .joined(separator: " ")
  }

  /// Whether an expected key is this one: the line of `key.txt`, or its fingerprint, of 32 hexadecimal digits or more;
  /// spaces do not matter. Fewer digits could be met by a key that was made for it.
  func isNamed(by expected: String) -> Bool {
    if let other = RegisterVerifier(expected) { return other == self }
    let digits = expected.utf8.filter { $0 > 0x20 }.map { (0x41...0x46).contains($0) ? $0 + 0x20 : $0 }
    return digits.count >= 32 && Hex.encode(hash).utf8.starts(with: digits)
  }
}

/// A head as a checkpoint gives it.
struct SignedHead: Sendable {
  let size: Int
  let root: [UInt8]

  /// Reads a checkpoint of five lines.
  /// - Returns: Nil when it is not one, or not signed by the key.
  init?(_ note: [Substring], _ verifier: RegisterVerifier) {
    let mark = "— \(verifier.name) "
    guard note.count == 5, note[0] == verifier.name, note[3].isEmpty, let size = Int(note[1]), size >= 0,
      String(size) == note[1], let root = try? Base64.decode(String(note[2])), root.count == SHA256.length,
      note[4].utf8.starts(with: mark.utf8),
      let signed = try? Base64.decode(String(decoding: note[4].utf8.dropFirst(mark.utf8.count), as: UTF8.self)),
      signed.count == 4 + SigningKey.signatureLength, Array(signed.prefix(4)) == verifier.id
    else { return nil }
    let text = note[0...2].map { $0 + "\n" }.joined()
    guard SigningKey.verify(Array(signed.dropFirst(4)), of: Array(text.utf8), publicKey: verifier.key) else {
      return nil
    }
    self.size = size
    self.root = root
  }

  /// The heads of `checkpoints.txt`; a place in the list is nil when that note is not good.
  static func all(_ text: String, _ verifier: RegisterVerifier) -> [SignedHead?] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    return stride(from: lines.startIndex, to: lines.endIndex, by: 5).map {
      SignedHead(Array(lines[$0..<min($0 + 5, lines.endIndex)]), verifier)
    }
  }
}
