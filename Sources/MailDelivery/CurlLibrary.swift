internal import CCurl
import Glibc

/// libcurl, opened when it is first needed. One value may serve many transfers, one after another.
///
/// The functions are pointers into a library that is never closed, so the value may move between threads; each transfer
/// has a handle of its own.
struct CurlLibrary: Sendable {
  private let table: parvis_curl

  /// Opens the library; nil when it is not installed.
  static func open() -> CurlLibrary? {
    var table = parvis_curl()
    guard parvis_curl_open(&table) == 0 else { return nil }
    return CurlLibrary(table: table)
  }

  /// Runs one transfer with a handle of its own.
  func transfer(_ body: (borrowing CurlTransfer) -> DeliveryOutcome) -> DeliveryOutcome {
    withUnsafePointer(to: table) { table in
      guard let handle = parvis_curl_new(table) else { return .deferred("libcurl: no handle") }
      defer { parvis_curl_free(table, handle) }
      let message = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
      message.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
      defer { message.deallocate() }
      let transfer = CurlTransfer(table: table, handle: handle, message: message)
      transfer.prepare()
      return body(transfer)
    }
  }
}

/// One transfer: options, running, what came of it.
struct CurlTransfer: ~Copyable {
  fileprivate let table: UnsafePointer<parvis_curl>
  fileprivate let handle: UnsafeMutableRawPointer
  fileprivate let message: UnsafeMutablePointer<CChar>

  fileprivate init(
    table: UnsafePointer<parvis_curl>, handle: UnsafeMutableRawPointer, message: UnsafeMutablePointer<CChar>
  ) {
    self.table = table
    self.handle = handle
    self.message = message
  }

  /// What holds for every transfer: no signals, since threads share the process; no redirect; bounded time.
  fileprivate func prepare() {
    set(CURLOPT_NOSIGNAL, 1)
    set(CURLOPT_CONNECTTIMEOUT, 20)
    set(CURLOPT_TIMEOUT, 120)
    set(CURLOPT_FOLLOWLOCATION, 0)
    parvis_curl_set_pointer(table, handle, CURLOPT_ERRORBUFFER, message)
    parvis_curl_ignore_answer(table, handle)
  }

  func set(_ option: CURLoption, _ value: Int) { parvis_curl_set_long(table, handle, option, value) }

  func set(_ option: CURLoption, _ value: String) { parvis_curl_set_text(table, handle, option, value) }

  /// Runs with a list of texts for one option, as headers or recipients.
  func run(_ option: CURLoption, _ texts: [String]) -> CURLcode {
    var list: UnsafeMutablePointer<curl_slist>?
    for text in texts { list = parvis_curl_append(table, list, text) }
    defer { parvis_curl_free_list(table, list) }
    parvis_curl_set_list(table, handle, option, list)
    return parvis_curl_perform(table, handle)
  }

  /// Runs with a mail as the body.
  func run(_ option: CURLoption, _ texts: [String], sending bytes: [UInt8]) -> CURLcode {
    bytes.withUnsafeBufferPointer { buffer in
      var source = parvis_curl_source(bytes: buffer.baseAddress, count: buffer.count, taken: 0)
      return withUnsafeMutablePointer(to: &source) { pointer in
        parvis_curl_set_source(table, handle, pointer)
        return run(option, texts)
      }
    }
  }

  /// Runs with a body that is posted.
  func run(_ option: CURLoption, _ texts: [String], posting bytes: [UInt8]) -> CURLcode {
    bytes.withUnsafeBufferPointer { buffer in
      parvis_curl_set_size(table, handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(buffer.count))
      let pointer = UnsafeMutableRawPointer(mutating: buffer.baseAddress)
      parvis_curl_set_pointer(table, handle, CURLOPT_POSTFIELDS, pointer)
      return run(option, texts)
    }
  }

  /// The last code of the other side; 0 when it said nothing.
  var response: Int { parvis_curl_response(table, handle) }

  /// What went wrong, in the library's words.
  func words(_ code: CURLcode) -> String {
    let said = String(cString: message)
    if !said.isEmpty { return said }
    return parvis_curl_words(table, code).map { String(cString: $0) } ?? "libcurl \(code.rawValue)"
  }
}
