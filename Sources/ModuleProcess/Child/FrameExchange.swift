internal import CConfinement
internal import Glibc

/// Frames over two pipes that do not block: four bytes with the length, the highest first, and so many bytes of JSON.
struct FrameExchange {
  /// Where frames are written to.
  let input: Int32
  /// Where frames are read from.
  let output: Int32
  /// The most bytes of a frame that is read.
  let limit: Int

  /// Writes a frame and reads the next one, both at once, since neither side may wait for the other with a full pipe.
  /// - Parameter until: The instant of ``MonotonicClock`` at which it is too late.
  /// - Throws: ``ChildFailure``.
  func call(_ request: [UInt8], until: Double) throws(ChildFailure) -> [UInt8] {
    let length = UInt32(truncatingIfNeeded: request.count)
    let frame = (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * UInt32($0))) } + request
    var sent = 0
    var answer: [UInt8] = []
    var isAtEnd = false
    while true {
      // First the answer: a process may end as soon as it has given it.
      if let whole = try self.frame(in: answer) { return whole }
      if isAtEnd { throw FrameExchange.ended }
      try wait(writing: sent < frame.count, until: until)
      if sent < frame.count { sent += try write(frame, from: sent) }
      isAtEnd = try read(into: &answer)
    }
  }

  /// The content of a frame once all of it is there.
  private func frame(in bytes: [UInt8]) throws(ChildFailure) -> [UInt8]? {
    guard bytes.count >= 4 else { return nil }
    let length = bytes[..<4].reduce(0) { $0 << 8 | Int($1) }
    guard length <= limit else {
      // A program that prints instead of sending frames gives letters where the length is expected.
      if bytes[..<4].allSatisfy({ (0x20...0x7E).contains($0) || $0 == 0x0A }) { throw FrameExchange.noFrame }
      throw ChildFailure(
        .tooLong, fr: "le processus annonce \(length) octets ; au plus \(limit) sont lus",
        en: "the process announces \(length) bytes; at most \(limit) are read")
    }
    guard bytes.count >= 4 + length else { return nil }
    guard bytes.count == 4 + length else { throw FrameExchange.noFrame }
    return Array(bytes[4...])
  }

  private static let noFrame = ChildFailure(
    .garbage,
    fr: "le processus écrit sur sa sortie autre chose qu’une réponse ; ses messages vont sur la sortie d’erreur",
    en: "the process writes something else than an answer to its output; messages go to standard error")

  /// Between two calls: the process must be there and silent.
  /// - Throws: ``ChildFailure`` of the kind `ended`, or `garbage` when it said something while nobody asked.
  func checkIdle() throws(ChildFailure) {
    var early: [UInt8] = []
    let isAtEnd = try read(into: &early)
    if !early.isEmpty { throw FrameExchange.noFrame }
    if isAtEnd { throw FrameExchange.ended }
  }

  private func wait(writing: Bool, until: Double) throws(ChildFailure) {
    while true {
      let left = until - MonotonicClock.now
      guard left > 0 else {
        throw ChildFailure(
          .deadline, fr: "le processus n’a pas répondu à temps", en: "the process did not answer in time")
      }
      var files = [pollfd(fd: output, events: Int16(POLLIN), revents: 0)]
      if writing { files.append(pollfd(fd: input, events: Int16(POLLOUT), revents: 0)) }
      let ready = poll(&files, nfds_t(files.count), Int32(min(left * 1000 + 1, 1_000_000)))
      if ready > 0 { return }
    }
  }

  private func write(_ bytes: [UInt8], from start: Int) throws(ChildFailure) -> Int {
    let count = bytes.withUnsafeBytes { buffer in
      buffer.baseAddress.map { send(input, $0 + start, buffer.count - start, Int32(MSG_NOSIGNAL)) } ?? 0
    }
    if count >= 0 { return count }
    if errno == EAGAIN || errno == EINTR { return 0 }
    throw FrameExchange.ended
  }

  /// Reads what there is; gives whether nothing more will come.
  private func read(into bytes: inout [UInt8]) throws(ChildFailure) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = buffer.withUnsafeMutableBytes { Glibc.read(output, $0.baseAddress, $0.count) }
      if count > 0 {
        bytes += buffer[..<count]
        // Whoever sends without end is stopped by the limit, not by the memory.
        if bytes.count > limit + 4 { return false }
      } else if count == 0 {
        return true
      } else if errno == EAGAIN {
        return false
      } else if errno != EINTR {
        throw FrameExchange.ended
      }
    }
  }

  /// The other end of a pipe is closed. Whoever knows how the process ended says it instead.
  static let ended = ChildFailure(.ended, fr: "le processus s’est arrêté", en: "the process ended")
}

/// A clock that nobody sets.
struct MonotonicClock {
  /// Seconds since some instant.
  static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1_000_000_000
  }
}
