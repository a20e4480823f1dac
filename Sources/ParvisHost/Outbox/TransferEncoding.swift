/// The two content transfer encodings of RFC 2045 that carry any text through any relay.
struct TransferEncoding: Sendable {
  /// The name in the header.
  let name: String
  /// The encoded bytes, lines of at most 76 characters, ended by CRLF.
  let bytes: [UInt8]

  /// Encodes text by whichever encoding is shorter, so that plain text stays readable in its source.
  init(_ text: String) {
    let content = TransferEncoding.networkLines(text)
    let quoted = TransferEncoding.quotedPrintable(content)
    let packed = TransferEncoding.base64(content, lineLength: 76)
    if packed.count < quoted.count {
      self.init(name: "base64", bytes: packed + [0x0D, 0x0A])
    } else {
      self.init(name: "quoted-printable", bytes: quoted + [0x0D, 0x0A])
    }
  }

  private init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }

  /// Every line end, however written, as CRLF (RFC 2045 §2.8 wants it before encoding).
  private static func networkLines(_ text: String) -> [UInt8] {
    var out: [UInt8] = []
    var last: UInt8 = 0
    for byte in text.utf8 {
      if byte == 0x0A, last == 0x0D {
        last = byte
        continue
      }
      if byte == 0x0A || byte == 0x0D { out += [0x0D, 0x0A] } else { out.append(byte) }
      last = byte
    }
    return out
  }

  /// RFC 2045 §6.7. White space at the end of a line is written as a code, since relays remove it.
  static func quotedPrintable(_ content: [UInt8]) -> [UInt8] {
    let digits = Array("0123456789ABCDEF".utf8)
    var out: [UInt8] = []
    var column = 0
    var index = 0
    while index < content.count {
      let byte = content[index]
      if byte == 0x0D, index + 1 < content.count, content[index + 1] == 0x0A {
        out += [0x0D, 0x0A]
        column = 0
        index += 2
        continue
      }
      let endsLine = index + 1 == content.count || content[index + 1] == 0x0D
      let isPlain =
        (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "=") || (byte == 0x20 || byte == 0x09) && !endsLine
      // A lone point ends a message in SMTP, and `From ` at a line's start is changed by old mailboxes.
      let isRisky = column == 0 && (byte == UInt8(ascii: ".") || byte == UInt8(ascii: "F"))
      let piece: [UInt8] =
        isPlain && !isRisky ? [byte] : [UInt8(ascii: "="), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      if column + piece.count > 75 {
        out += [UInt8(ascii: "="), 0x0D, 0x0A]
        column = 0
      }
      out += piece
      column += piece.count
      index += 1
    }
    return out
  }

  /// RFC 2045 §6.8.
  /// - Parameter lineLength: After how many characters a line ends; nil for one line.
  static func base64(_ content: [UInt8], lineLength: Int?) -> [UInt8] {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var out: [UInt8] = []
    var column = 0
    var index = 0
    while index < content.count {
      let count = min(3, content.count - index)
      var group = UInt32(content[index]) << 16
      if count > 1 { group |= UInt32(content[index + 1]) << 8 }
      if count > 2 { group |= UInt32(content[index + 2]) }
      if let lineLength, column + 4 > lineLength {
        out += [0x0D, 0x0A]
        column = 0
      }
      out.append(alphabet[Int(group >> 18 & 63)])
      out.append(alphabet[Int(group >> 12 & 63)])
      out.append(count > 1 ? alphabet[Int(group >> 6 & 63)] : UInt8(ascii: "="))
      out.append(count > 2 ? alphabet[Int(group & 63)] : UInt8(ascii: "="))
      column += 4
      index += 3
    }
    return out
  }
}
