import Glibc
import ParticipationKit

/// One connection over the local socket of a commune, `data/parvis.sock`: frames of a kind (one byte), a length (four
/// bytes, the highest first) and that many bytes.
///
/// The socket is for the user who runs the server alone (mode 0600): what comes over it is as trusted as the command.
final class LocalLine: Sendable {
  /// What a frame holds.
  enum Frame {
    /// A request, or the answer that ends an exchange.
    case message(JSONValue)
    /// A piece of a file.
    case piece([UInt8])
    /// The end of a file.
    case end
  }

  /// Where the socket lies in the folder of a commune.
  static let name = "parvis.sock"
  /// The most bytes of a frame.
  static let frameLimit = 1 << 20

  let descriptor: Int32

  init(descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  /// Connects to the server of a commune; nil when none listens.
  static func connect(data: String) -> LocalLine? {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return nil }
    let line = LocalLine(descriptor: descriptor)
    let code = withAddress(data) { Glibc.connect(descriptor, $0, $1) }
    return code == 0 ? line : nil
  }

  /// The address of the socket. It goes through the open folder, since the path of a socket may have 107 bytes only.
  static func withAddress(_ data: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
    let folder = open(data, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { return -1 }
    defer { close(folder) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) {
      $0.copyBytes(from: "/proc/self/fd/\(folder)/\(name)".utf8.prefix($0.count - 1))
    }
    return withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
    }
  }

  // MARK: Frames

  func send(_ frame: Frame) throws {
    switch frame {
    case .message(let value): try send(UInt8(ascii: "J"), value.bytes[...])
    case .piece(let bytes): try send(UInt8(ascii: "D"), bytes[...])
    case .end: try send(UInt8(ascii: "E"), [])
    }
  }

  /// The next frame.
  /// - Throws: ``LineBroken`` when the other side is gone, waits too long, or sends what is no frame.
  func receive() throws -> Frame {
    let head = try read(5)
    let length = head[1...].reduce(0) { $0 << 8 | Int($1) }
    guard length <= LocalLine.frameLimit else { throw LineBroken() }
    let body = try read(length)
    switch head[0] {
    case UInt8(ascii: "J"):
      guard let value = try? JSONValue.parse(body) else { throw LineBroken() }
      return .message(value)
    case UInt8(ascii: "D"): return .piece(body)
    case UInt8(ascii: "E"): return .end
    default: throw LineBroken()
    }
  }

  /// Sends an open file, from where it stands to its end.
  func send(file: Int32, path: String) throws {
    try Files.forEachPiece(file, path) { try send(UInt8(ascii: "D"), $0) }
    try send(.end)
  }

  private func send(_ kind: UInt8, _ body: ArraySlice<UInt8>) throws {
    guard body.count <= LocalLine.frameLimit else { throw LineBroken() }
    let length = (0..<4).map { UInt8(truncatingIfNeeded: body.count >> (24 - 8 * $0)) }
    try write(([kind] + length)[...])
    try write(body)
  }

  private func write(_ bytes: ArraySlice<UInt8>) throws {
    var rest = bytes
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw LineBroken() }
      rest = rest.dropFirst(count)
    }
  }

  private func read(_ count: Int) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      let got = bytes[filled...].withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if got < 0, errno == EINTR { continue }
      guard got > 0 else { throw LineBroken() }
      filled += got
    }
    return bytes
  }
}

/// The other side of the local socket is gone, or says what is not understood.
struct LineBroken: Error {}
