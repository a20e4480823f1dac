import CMicroHTTPD
import Glibc

/// Reads `multipart/form-data` while it comes: the library splits it (MHD_PostProcessor), files go to the disk piece by
/// piece, so that memory stays flat. Touched by the connection's thread only.
final class FormReader {
  private struct Part {
    let name: String
    let fileName: String?
    var bytes: [UInt8] = []
    var path = ""
    var descriptor: Int32 = -1
    var size = 0
    var state = ReceivedFile.State.whole
  }

  private let rules: UploadRules
  private var processor: OpaquePointer?
  private var current: Part?
  private var values: [(String, String)] = []
  private var files: [ReceivedFile] = []
  private var texts = 0
  private var parts = 0
  private var isBroken = false
  /// How many bytes came.
  private(set) var received = 0
  var isTooLong: Bool { received > rules.mostTransferred }

  /// Nil when the head names no boundary that the library understands.
  init?(_ connection: OpaquePointer, _ rules: UploadRules) {
    self.rules = rules
    processor = MHD_create_post_processor(
      connection, 16 << 10, formPartArrived, Unmanaged.passUnretained(self).toOpaque())
    if processor == nil { return nil }
  }

  deinit {
    if let processor { MHD_destroy_post_processor(processor) }
    drop()
  }

  func receive(_ bytes: UnsafeRawBufferPointer) {
    received += bytes.count
    guard !isBroken, let processor, !isTooLong else { return }
    let isGood = MHD_post_process(processor, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
    if isGood != .YES { isBroken = true }
  }

  /// The form, once everything came.
  func finish() throws(Refusal) -> MultipartForm {
    // The library says here whether the last boundary was there.
    if let processor, MHD_destroy_post_processor(processor) != .YES { isBroken = true }
    processor = nil
    endPart()
    guard !isBroken else { throw .form }
    return MultipartForm(values: values, files: files)
  }

  // MARK: Parts

  /// A piece of a part; the first one has the offset 0. Where a packet ends within the first bytes of a value, the
  /// library says it first without bytes and then once more with the offset 0: that is one part.
  func take(name: String, fileName: String?, offset: UInt64, _ bytes: UnsafeRawBufferPointer) -> Bool {
    let isAnnounced =
      !bytes.isEmpty
      && current.map { $0.name == name && $0.fileName == fileName && $0.size == 0 && $0.bytes.isEmpty } == true
    if offset == 0, !isAnnounced {
      endPart()
      begin(name, fileName)
    }
    guard !isBroken, current != nil else { return false }
    if current?.fileName == nil {
      texts += bytes.count
      guard texts <= UploadRules.mostText else { return fail() }
      current?.bytes.append(contentsOf: bytes)
    } else {
      write(bytes)
    }
    return true
  }

  private func fail() -> Bool {
    isBroken = true
    return false
  }

  private func begin(_ name: String, _ fileName: String?) {
    parts += 1
    var part = Part(name: name, fileName: fileName)
    if let fileName, !fileName.isEmpty {
      if let folder = rules.folder {
        guard files.count < UploadRules.mostFiles else {
          isBroken = true
          return
        }
        var template = Array("\(folder)/XXXXXX".utf8CString)
        part.descriptor = template.withUnsafeMutableBufferPointer { $0.baseAddress.map { mkstemp($0) } ?? -1 }
        if part.descriptor >= 0 {
          _ = fcntl(part.descriptor, F_SETFD, FD_CLOEXEC)
          part.path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        } else {
          part.state = .unwritable(errno)
        }
      } else {
        part.state = .dropped
      }
    }
    if parts > UploadRules.mostParts { isBroken = true }
    current = part
  }

  private func write(_ bytes: UnsafeRawBufferPointer) {
    guard var part = current else { return }
    part.size += bytes.count
    if part.state == .whole, part.size > rules.mostBytes { part.state = .tooLarge }
    var done = 0
    while done < bytes.count, part.state == .whole, part.descriptor >= 0 {
      let count = Glibc.write(part.descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
      if count > 0 { done += count } else if errno != EINTR { part.state = .unwritable(errno) }
    }
    if part.state != .whole { FormReader.discard(&part) }
    current = part
  }

  private static func discard(_ part: inout Part) {
    if part.descriptor >= 0 { close(part.descriptor) }
    if !part.path.isEmpty { unlink(part.path) }
    part.descriptor = -1
    part.path = ""
  }

  private func endPart() {
    guard var part = current.take() else { return }
    guard let fileName = part.fileName else {
      guard !part.bytes.contains(0), let text = String(validating: part.bytes, as: UTF8.self) else {
        isBroken = true
        return
      }
      values.append((part.name, text))
      return
    }
    if part.descriptor >= 0 {
      // `close` tells of a quota that was exceeded on some file systems.
      if close(part.descriptor) != 0 { part.state = .unwritable(errno) }
      part.descriptor = -1
    }
    // Without a name the person chose no file.
    guard !fileName.isEmpty, !isBroken else { return FormReader.discard(&part) }
    if part.state != .whole { FormReader.discard(&part) }
    files.append(
      ReceivedFile(field: part.name, name: fileName, path: part.path, size: part.size, state: part.state))
  }

  private func drop() {
    guard var part = current.take() else { return }
    FormReader.discard(&part)
  }
}

/// A piece of a part of a form. A function of the file, so that no isolation is inferred for it.
private func formPartArrived(
  _ context: UnsafeMutableRawPointer?, _: MHD_ValueKind, _ key: UnsafePointer<CChar>?,
  _ fileName: UnsafePointer<CChar>?, _: UnsafePointer<CChar>?, _ encoding: UnsafePointer<CChar>?,
  _ bytes: UnsafePointer<CChar>?, _ offset: UInt64, _ size: Int
) -> MHD_Result {
  guard let context, let key, let name = String(validatingCString: key) else { return .NO }
  let reader = Unmanaged<FormReader>.fromOpaque(context).takeUnretainedValue()
  var given: String?
  if let fileName {
    guard let text = String(validatingCString: fileName) else { return .NO }
    given = text
  }
  // RFC 7578 §4.7: nothing sends another encoding than the bytes themselves.
  if let encoding, !["binary", "8bit", "7bit"].contains(String(cString: encoding)) { return .NO }
  let piece = UnsafeRawBufferPointer(start: bytes, count: bytes == nil ? 0 : size)
  return reader.take(name: name, fileName: given, offset: offset, piece) ? .YES : .NO
}
