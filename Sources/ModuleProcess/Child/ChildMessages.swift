internal import Glibc

/// What a module's process writes to its standard error, line by line into the log: some lines a minute, each cut.
struct ChildMessages {
  private let plan: ChildPlan
  private var line: [UInt8] = []
  private var isCut = false
  private var minute = 0.0
  private var lines = 0
  private var dropped = 0

  init(_ plan: ChildPlan) { self.plan = plan }

  /// Reads to the end.
  mutating func readAll(_ file: Int32) {
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = buffer.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      for byte in buffer[..<count] { add(byte) }
    }
    if !line.isEmpty { endLine() }
    tellDropped()
  }

  private mutating func add(_ byte: UInt8) {
    if byte == 0x0A { return endLine() }
    if line.count < plan.limits.mostLineBytes { line.append(byte) } else { isCut = true }
  }

  private mutating func endLine() {
    let now = MonotonicClock.now
    if now - minute > 60 {
      tellDropped()
      minute = now
      lines = 0
    }
    lines += 1
    if lines <= plan.limits.mostLines {
      // Nothing that a terminal or a reader of logs would take for more than text.
      let text = String(decoding: line.map { $0 < 0x20 || $0 == 0x7F ? 0x20 : $0 }, as: UTF8.self)
      plan.log("module=\(plan.module) says: \(text)\(isCut ? "…" : "")")
    } else {
      dropped += 1
    }
    line.removeAll(keepingCapacity: true)
    isCut = false
  }

  private mutating func tellDropped() {
    if dropped > 0 { plan.log("module=\(plan.module) said \(dropped) lines more; they are not kept") }
    dropped = 0
  }
}
