/// A node that is written once, with places for what differs from page to page: a site has ten thousand forms that
/// differ in what they are about.
///
/// A place is a text, so it may stand wherever a text may: in content, in an attribute's value, inside longer words.
/// What fills it goes through the one escaping writer, and inside a tag an element counts with its words alone, so
/// filling cannot make mark-up where a text stood.
public struct HTMLTemplate: Sendable {
  private struct Piece: Sendable {
    /// What stands before the place.
    let before: [UInt8]
    let place: Int
    /// Whether the place lies in a tag, where only text can be.
    let isInTag: Bool
  }

  /// How many places there are.
  public static let mostPlaces = 32

  private let pieces: [Piece]
  private let end: [UInt8]
  private let room: Int

  /// The text that marks a place by its index below ``mostPlaces``: one of Unicode's noncharacters, which no text
  /// holds.
  public static func place(_ index: Int) -> String {
    // U+FDD0 and the 31 after it are scalars, so the fallback is never taken.
    String(Character(Unicode.Scalar(UInt32(0xFDD0 + index % mostPlaces)) ?? " "))
  }

  /// Cuts a node at its places.
  public init(_ node: HTMLNode) {
    var all = HTMLBytes()
    all.append(node)
    var pieces: [Piece] = []
    var start = 0
    var isInTag = false
    for (index, byte) in all.bytes.enumerated() {
      switch byte {
      case UInt8(ascii: "<"): isInTag = true
      case UInt8(ascii: ">"): isInTag = false
      default:
        guard let place = HTMLTemplate.place(all.bytes, at: index) else { continue }
        pieces.append(Piece(before: Array(all.bytes[start..<index]), place: place, isInTag: isInTag))
        start = index + 3
      }
    }
    self.pieces = pieces
    end = Array(all.bytes[start...])
    room = all.bytes.count
  }

  /// The index of the place whose three bytes of UTF-8 start here; nil for other bytes.
  private static func place(_ bytes: [UInt8], at index: Int) -> Int? {
    guard bytes[index] == 0xEF, index + 2 < bytes.count, bytes[index + 1] == 0xB7,
      (0x90...0xAF).contains(bytes[index + 2])
    else { return nil }
    return Int(bytes[index + 2]) - 0x90
  }

  /// The node with its places filled, each by the index that it was made with; one without a filling stays empty.
  public func filled(_ fillings: [HTMLNode]) -> HTMLNode {
    var out = HTMLBytes()
    var whole = room
    for filling in fillings { whole += filling.room }
    out.bytes.reserveCapacity(whole)
    for piece in pieces {
      out.bytes.append(contentsOf: piece.before)
      guard piece.place < fillings.count else { continue }
      if piece.isInTag, !fillings[piece.place].isText {
        HTMLWriter.escape(fillings[piece.place].plainText, into: &out.bytes)
      } else {
        out.append(fillings[piece.place])
      }
    }
    out.bytes.append(contentsOf: end)
    return HTMLNode(.written(out.bytes))
  }
}

extension HTMLNode {
  var isText: Bool { if case .text = storage { true } else { false } }
}
