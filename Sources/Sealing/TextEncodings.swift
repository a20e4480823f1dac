import CSodium

/// Bytes as lower-case hexadecimal digits (RFC 4648 §8), in constant time.
public enum Hex {
  /// Two lower-case digits a byte.
  public static func encode(_ bytes: [UInt8]) -> String {
    var text = [CChar](repeating: 0, count: bytes.count * 2 + 1)
    sodium_bin2hex(&text, text.count, bytes, bytes.count)
    return string(text.dropLast())
  }

  /// The bytes of hexadecimal text, of either case. Nothing else may stand in it: no space, no prefix.
  ///
  /// - Throws: ``SealingError/malformedText(encoding:)``.
  public static func decode(_ text: String) throws(SealingError) -> [UInt8] {
    let digits = Array(text.utf8)
    guard digits.count.isMultiple(of: 2) else { throw .malformedText(encoding: .hexadecimal) }
    var bytes = [UInt8](repeating: 0, count: digits.count / 2)
    var count = 0
    let input = digits.map(CChar.init(bitPattern:))
    guard sodium_hex2bin(&bytes, bytes.count, input, input.count, nil, &count, nil) == 0, count == bytes.count
    else { throw .malformedText(encoding: .hexadecimal) }
    return bytes
  }
}

/// Bytes as base64url without padding (RFC 4648 §5): safe in a URL, a file name and a form, in constant time.
public enum Base64URL {
  /// Four characters for three bytes, no padding.
  public static func encode(_ bytes: [UInt8]) -> String {
    let capacity = sodium_base64_encoded_len(bytes.count, sodium_base64_VARIANT_URLSAFE_NO_PADDING)
    var text = [CChar](repeating: 0, count: capacity)
    sodium_bin2base64(&text, capacity, bytes, bytes.count, sodium_base64_VARIANT_URLSAFE_NO_PADDING)
    return string(text.dropLast())
  }

  /// The bytes of base64url text. Each byte string has exactly one accepted text: padding, spaces, the
  /// characters of plain base64 and stray trailing bits are refused.
  ///
  /// - Throws: ``SealingError/malformedText(encoding:)``.
  public static func decode(_ text: String) throws(SealingError) -> [UInt8] {
    let input = Array(text.utf8).map(CChar.init(bitPattern:))
    var bytes = [UInt8](repeating: 0, count: input.count / 4 * 3 + 2)
    var count = 0
    let result = sodium_base642bin(
      &bytes, bytes.count, input, input.count, nil, &count, nil, sodium_base64_VARIANT_URLSAFE_NO_PADDING)
    guard result == 0 else { throw .malformedText(encoding: .base64url) }
    return Array(bytes.prefix(count))
  }
}

private func string(_ characters: some Sequence<CChar>) -> String {
  String(decoding: characters.map(UInt8.init(bitPattern:)), as: UTF8.self)
}

/// Bytes as standard base64 with padding (RFC 4648 §4), as signed notes hold them.
public enum Base64 {
  /// The bytes of base64 text with padding; nothing else may stand in it.
  ///
  /// - Throws: ``SealingError/malformedText(encoding:)``.
  public static func decode(_ text: String) throws(SealingError) -> [UInt8] {
    let input = Array(text.utf8).map(CChar.init(bitPattern:))
    var bytes = [UInt8](repeating: 0, count: input.count / 4 * 3 + 2)
    var count = 0
    let result = sodium_base642bin(
      &bytes, bytes.count, input, input.count, nil, &count, nil, sodium_base64_VARIANT_ORIGINAL)
    guard result == 0 else { throw .malformedText(encoding: .base64) }
    return Array(bytes.prefix(count))
  }
}
