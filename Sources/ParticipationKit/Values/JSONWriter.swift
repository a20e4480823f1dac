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
      for index in values.indices {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        write(values[index], to: &out)
      }
      out.append(UInt8(ascii: "]"))
    case .object(let members):
      out.append(UInt8(ascii: "{"))
      for index in members.indices {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        write(members[index].name, to: &out)
        out.append(UInt8(ascii: ":"))
        write(members[index].value, to: &out)
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
    var copy = text
    copy.withUTF8 { source in
      unsafe write(source, to: &out)
    }
  }

  static func write(_ source: UnsafeBufferPointer<UInt8>, to out: inout [UInt8]) {
    out.append(UInt8(ascii: "\""))
    var start = 0
    var index = 0
    while true {
      unsafe index = ByteScan.firstSpecialOfJSON(in: source, from: index)
      if start < index { unsafe out.append(contentsOf: UnsafeBufferPointer(rebasing: source[start..<index])) }
      if index == source.count { break }
      escape(unsafe source[index], to: &out)
      index += 1
      start = index
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

  private static let hex: [UInt8] = Array("0123456789abcdef".utf8)
  private static let nullBytes: [UInt8] = Array("null".utf8)
  private static let trueBytes: [UInt8] = Array("true".utf8)
  private static let falseBytes: [UInt8] = Array("false".utf8)
}
