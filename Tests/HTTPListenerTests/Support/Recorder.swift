import Glibc
import HTTPListener
import Synchronization

/// Counts what a handler saw and keeps what it was told to keep.
final class Recorder: Sendable {
  private let seen = Mutex<[HTTPRequest]>([])
  private let kept = Mutex<[Exchange]>([])

  var requests: [HTTPRequest] { seen.withLock { $0 } }
  var keptCount: Int { kept.withLock { $0.count } }

  func note(_ exchange: Exchange) { seen.withLock { $0.append(exchange.request) } }
  func keep(_ exchange: Exchange) { kept.withLock { $0.append(exchange) } }
  func takeKept() -> [Exchange] {
    kept.withLock {
      let all = $0
      $0 = []
      return all
    }
  }
}

/// Starts a listener that echoes what it understood: method, path and body size, on a port of the system's
/// choice.
func startEcho(_ recorder: Recorder, _ options: Listener.Options = .init()) throws -> Listener {
  try Listener.start(host: "127.0.0.1", port: 0, options: options) { exchange in
    recorder.note(exchange)
    let request = exchange.request
    exchange.reply(.text(200, "\(request.method) \(request.path) \(request.body.count)"))
  }
}

/// A folder of its own below the temporary one, removed at the end.
final class TemporaryFolder {
  let path: String

  init?() {
    var template = Array("/tmp/parvis-http-XXXXXX\0".utf8).map { CChar(bitPattern: $0) }
    guard let made = mkdtemp(&template) else { return nil }
    path = String(cString: made)
  }

  deinit {
    var process = pid_t()
    var words = ["rm", "-rf", path].map { (word: String) -> UnsafeMutablePointer<CChar>? in strdup(word) }
    words.append(nil)
    posix_spawnp(&process, "rm", nil, nil, words, nil)
    waitpid(process, nil, 0)
    for word in words { free(word) }
  }

  func write(_ name: String, _ bytes: [UInt8]) {
    let descriptor = open("\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    _ = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    close(descriptor)
  }

  func write(_ name: String, _ text: String) { write(name, Array(text.utf8)) }
  func folder(_ name: String) { mkdir("\(path)/\(name)", 0o755) }
}
