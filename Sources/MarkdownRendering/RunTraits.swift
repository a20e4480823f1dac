/// What a run of text holds, found in one pass without branches, so that the usual run is copied without a second look.
struct RunTraits {
  /// Whether typography may change something inside the run.
  let mayBeSet: Bool
  /// Whether the run ends with a space, which may stand before a mark that follows.
  let endsWithSpace: Bool
  /// Whether white space in the run is single plain spaces only.
  let isSimple: Bool

  init(_ run: UnsafeBufferPointer<UInt8>) {
    var all: UInt8 = 0
    var pairs: UInt8 = 0
    var last: UInt8 = 0
    Self.kinds.withUnsafeBufferPointer { kinds in
      for byte in run {
        let kind = kinds[Int(byte)]
        all |= kind
        pairs |= (last << 1 & kind) | (last & kind & Self.space)
        last = kind
      }
    }
    mayBeSet = (all & (Self.apostrophe | Self.digit)) | (pairs & (Self.mark | Self.guillemet)) != 0
    endsWithSpace = last & Self.space != 0
    isSimple = all & Self.foldable == 0 && pairs & Self.space == 0
  }

  // A mark is looked for after a space and a guillemet after its lead byte: each bit lies above the one before it.
  private static let space: UInt8 = 1
  private static let mark: UInt8 = 2
  private static let lead: UInt8 = 8
  private static let guillemet: UInt8 = 16
  private static let apostrophe: UInt8 = 32
  private static let foldable: UInt8 = 64
  private static let digit: UInt8 = 128

  private static let kinds: [UInt8] = {
    var kinds = [UInt8](repeating: 0, count: 256)
    for byte in 0..<0x20 { kinds[byte] = foldable }
    kinds[0x20] = space
    for byte in Array("!:;?".utf8) { kinds[Int(byte)] = mark }
    kinds[0x27] = apostrophe
    for byte in 0x30...0x39 { kinds[byte] = digit }
    kinds[0xAB] = guillemet
    kinds[0xBB] = guillemet
    kinds[0xC2] = lead | foldable
    for byte in [0xE1, 0xE2, 0xE3, 0xEF] { kinds[byte] = foldable }
    return kinds
  }()
}
