import CMicroHTTPD
import Glibc

extension HTTPReply {
  /// Hands this reply to libmicrohttpd for `connection`; false when the connection must be dropped.
  func send(on connection: OpaquePointer, closing: Bool) -> Bool {
    guard defect == nil else { return HTTPReply.failed.send(on: connection, closing: true) }
    guard let response = makeResponse() else { return false }
    defer { MHD_destroy_response(response) }
    for (name, value) in headers {
      guard MHD_add_response_header(response, name, value) == .YES else { return false }
    }
    if closing || closesConnection {
      guard MHD_add_response_header(response, "Connection", "close") == .YES else { return false }
    }
    return MHD_queue_response(connection, UInt32(status), response) == .YES
  }

  private func makeResponse() -> OpaquePointer? {
    switch body {
    case .empty:
      return MHD_create_response_from_buffer(0, nil, .RESPMEM_PERSISTENT)
    case .bytes(let bytes):
      return bytes.withUnsafeBytes {
        // MUST_COPY: the array is not written to, C merely has no const here.
        MHD_create_response_from_buffer(
          $0.count, UnsafeMutableRawPointer(mutating: $0.baseAddress), .RESPMEM_MUST_COPY)
      }
    case .file(let file, let offset, let length):
      guard offset >= 0, length >= 0, offset <= file.size - length else { return nil }
      let descriptor = file.release()
      guard descriptor >= 0 else { return nil }
      let response = MHD_create_response_from_fd_at_offset64(UInt64(length), descriptor, UInt64(offset))
      if response == nil { close(descriptor) }
      return response
    }
  }
}
