import CQREncode

/// A QR code (ISO/IEC 18004) as a square of modules.
public struct MatrixCode: Sendable {
  /// How many modules a side has, without the quiet zone of four modules around.
  public let size: Int
  /// Whether each module is dark, row by row.
  public let isDark: [Bool]

  /// Encodes a text as bytes of UTF-8 with error correction M, in the smallest version that holds it.
  ///
  /// Nil when the text is empty, holds NUL, or is longer than a QR code holds (2,331 bytes).
  public init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard !bytes.isEmpty, bytes.count <= 2331, !bytes.contains(0) else { return nil }
    guard let code = QRcode_encodeString8bit(bytes.map(CChar.init(bitPattern:)) + [0], 0, QR_ECLEVEL_M) else {
      return nil
    }
    defer { QRcode_free(code) }
    size = Int(code.pointee.width)
    guard let data = code.pointee.data else { return nil }
    // The lowest bit of each byte says dark; the others say what the module is for.
    isDark = UnsafeBufferPointer(start: data, count: size * size).map { $0 & 1 == 1 }
  }
}
