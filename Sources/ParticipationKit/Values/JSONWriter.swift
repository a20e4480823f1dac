/// Writes JSON (RFC 8259) as bytes.
struct JSONWriter {
  static func write(_ value: JSONValue, to out: inout [UInt8]) {
    switch value.storage {
    case .null: out.append(contentsOf: nullBytes)
    case .bool(true): out.append(contentsOf: trueBytes)
    case .bool(false): out.append(contentsOf: falseBytes)
    case .integer(let integer): out.appendDecimal(Int(integer))
    case .number(let number): out.append(contentsOf: numberText(number).utf8)
    case .string(let text): write(text, to: &out)
    case .array(let values):
      out.append(UInt8(ascii: "["))
      for (index, element) in values.enumerated() {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        write(element, to: &out)
      }
      out.append(UInt8(ascii: "]"))
    case .object(let members):
      out.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        write(member.name, to: &out)
        out.append(UInt8(ascii: ":"))
        write(member.value, to: &out)
      }
      out.append(UInt8(ascii: "}"))
    }
  }

  /// A number without fraction is written without `.0`, as JavaScript does.
  private static func numberText(_ number: Double) -> String {
    if number == number.rounded(), abs(number) < 1e15 { return String(Int64(number)) }
    return "\(number)"
  }

  private static func write(_ text: String, to out: inout [UInt8]) {
    out.append(UInt8(ascii: "\""))
    let table = special
    var copy = text
    copy.withUTF8 { source in
      var start = 0
      for index in 0..<source.count {
        let byte = unsafe source[index]
        if table[Int(byte)] == 0 { continue }
        if start < index { unsafe out.append(contentsOf: source[start..<index]) }
        escape(byte, to: &out)
        start = index + 1
      }
      if start < source.count { unsafe out.append(contentsOf: source[start..<source.count]) }
    }
    out.append(UInt8(ascii: "\""))
  }

  private static func escape(_ byte: UInt8, to out: inout [UInt8]) {
    out.append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): out.append(byte)
    case 0x0A: out.append(UInt8(ascii: "n"))
    case 0x0D: out.append(UInt8(ascii: "r"))
    case 0x09: out.append(UInt8(ascii: "t"))
    default:
      out.append(contentsOf: [UInt8(ascii: "u"), 0x30, 0x30, hex[Int(byte >> 4)], hex[Int(byte & 15)]])
    }
  }

  /// 1 for bytes that are escaped: controls, quotes, backslashes; `<` and U+007F too, so that JSON inside a script or a
  /// page can never end it.
  private static let special: [UInt8] = {
    var table = [UInt8](repeating: 0, count: 256)
    for byte in 0..<0x20 { table[byte] = 1 }
    for byte in Array("\"\\<".utf8) { table[Int(byte)] = 1 }
    table[0x7F] = 1
    return table
  }()

  private static let hex: [UInt8] = Array("0123456789abcdef".utf8)
  private static let nullBytes: [UInt8] = Array("null".utf8)
  private static let trueBytes: [UInt8] = Array("true".utf8)
  private static let falseBytes: [UInt8] = Array("false".utf8)
}
