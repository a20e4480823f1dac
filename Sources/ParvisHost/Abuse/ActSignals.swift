import ParticipationKit

/// What a browser's script says of how an act was made. Soft signals: nothing is lost for lacking them, because every
/// form works without script. A solved puzzle gives more room; a form that was sent faster than anybody types is read
/// before it is published.
struct ActSignals: Sendable, Hashable {
  /// Milliseconds between the page and the sending; nil without script.
  var elapsed: Int?
  /// Whether the puzzle of this act was solved.
  var isWorked = false

  static let none = ActSignals()

  /// Faster than this, in milliseconds, nobody reads and fills in a form.
  static let fewestMilliseconds = 2000
  /// How many leading zero bits a solution has: some thousand hashes, a blink for one act and a cost for a flood.
  static let bits = 12
  /// How many times more acts an hour are possible from one connection when each was worked for.
  static let room = 3

  /// Whether a moderator should read the act first.
  var isSuspect: Bool { elapsed.map { $0 < ActSignals.fewestMilliseconds } ?? false }

  /// Reads `Parvis-Elapsed: <milliseconds>` and `Parvis-Work: <hour>:<nonce>`; what cannot be read says nothing.
  init(_ request: WebRequest, sealing: SealingPort, now: Timestamp) {
    elapsed = request.header("Parvis-Elapsed").flatMap { ByteText.decimal($0.utf8) }.flatMap { $0 < 1 << 40 ? $0 : nil }
    guard let header = request.header("Parvis-Work"), header.utf8.count <= 64 else { return }
    let parts = header.split(separator: ":")
    guard parts.count == 2, let hour = ByteText.decimal(parts[0].utf8), let nonce = ByteText.decimal(parts[1].utf8)
    else { return }
    let thisHour = Int(now.seconds / 3600)
    // The hour before counts too: a clock a little behind, or a form sent on the stroke.
    guard hour == thisHour || hour == thisHour - 1 else { return }
    let body = hexadecimal(sealing.sha256(request.body))
    let puzzle = Array("\(request.path)\n\(hour)\n\(body)\n\(nonce)".utf8)
    isWorked = ActSignals.leadingZeroBits(sealing.sha256(puzzle)) >= ActSignals.bits
  }

  private init() {}

  /// How many zero bits a digest begins with.
  static func leadingZeroBits(_ digest: [UInt8]) -> Int {
    var count = 0
    for byte in digest {
      count += byte.leadingZeroBitCount
      if byte != 0 { break }
    }
    return count
  }
}
