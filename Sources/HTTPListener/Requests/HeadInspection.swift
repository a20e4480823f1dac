import CMicroHTTPD

/// Reads the request head a second time, strictly, in the bytes that libmicrohttpd parsed.
///
/// Version 0.9.75 is lenient: it takes bare LF, folds lines, cuts at NUL and says nothing. But it parses in
/// place: from the method's first byte, over the length it reports
/// (`MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE`), the head still lies in its buffer, with the delimiters it
/// understood overwritten by NUL. A well-formed head leaves exactly one pattern (`name NUL value NUL NUL`,
/// since CR and LF each become NUL), and every field libmicrohttpd took must lie exactly where this scan
/// found one. Anything else is refused, also a buffer laid out in another way: after an upgrade of the
/// library requests would be refused and the tests would say so.
///
/// What stays out of sight, and what a proxy in front normalises:
/// - blank lines, and lines starting with NUL, before a request line are skipped by libmicrohttpd;
/// - bare LF, extensions and trailers are tolerated inside a chunked body;
/// - a Content-Length it cannot read is refused by libmicrohttpd itself, which then sends the head of its 400
///   twice before it closes, since its own state is overwritten;
/// - its time-out counts inactivity only.
///
/// None lets a second request hide: this scan and libmicrohttpd agree on where the request ends.
struct HeadInspection {
  private let block: UnsafeRawBufferPointer
  private let base: UnsafePointer<CChar>

  /// Inspects the head of `connection`.
  ///
  /// - Parameters:
  ///   - targetStart: where the target began when libmicrohttpd announced it.
  ///   - rawTarget: the target as it was then.
  static func head(
    of connection: OpaquePointer, method: UnsafePointer<CChar>, version: UnsafePointer<CChar>,
    targetStart: UInt, rawTarget: [UInt8]
  ) throws(Refusal) -> RequestHead {
    let size = parvis_mhd_head_size(connection)
    guard size > 0, size <= ListenerCore.connectionMemory else { throw .framing }
    let inspection = HeadInspection(
      block: UnsafeRawBufferPointer(start: method, count: size), base: method)
    return try inspection.read(
      connection, targetOffset: Int(bitPattern: targetStart) - Int(bitPattern: method),
      versionOffset: Int(bitPattern: version) - Int(bitPattern: method), rawTarget: rawTarget)
  }

  private func read(
    _ connection: OpaquePointer, targetOffset: Int, versionOffset: Int, rawTarget: [UInt8]
  ) throws(Refusal) -> RequestHead {
    let methodEnd = block.firstIndex(of: 0) ?? 0
    let method = try RequestMethods.named(block[..<methodEnd])
    // One space before the target, one after it, and no NUL that would have cut it short.
    guard targetOffset == methodEnd + 1, versionOffset == targetOffset + rawTarget.count + 1 else {
      throw .framing
    }
    let isHTTP11 = try version(at: versionOffset)
    let target = try RequestTarget(rawTarget)
    let start = versionOffset + 10
    let fields = try scan(from: start)
    try compare(fields, with: connection)
    let shifted = fields.map {
      HTTPHeaders.Field(
        name: ($0.name.lowerBound - start)..<($0.name.upperBound - start),
        value: ($0.value.lowerBound - start)..<($0.value.upperBound - start))
    }
    let headers = HTTPHeaders(block: Array(block[start...]), fields: trimmed(shifted, start: start))
    return try RequestHead(method: method, target: target, headers: headers, isHTTP11: isHTTP11)
  }

  /// Checks `HTTP/1.x` followed by CR LF; returns whether it is 1.1.
  private func version(at offset: Int) throws(Refusal) -> Bool {
    guard isLineEnd(offset + 8) else { throw .framing }
    let text = block[offset..<(offset + 8)]
    if text.elementsEqual("HTTP/1.1".utf8) { return true }
    guard text.elementsEqual("HTTP/1.0".utf8) else { throw .version }
    return false
  }

  /// The fields between the request line and the empty line; values still carry blanks at their end.
  private func scan(from start: Int) throws(Refusal) -> [HTTPHeaders.Field] {
    var fields: [HTTPHeaders.Field] = []
    fields.reserveCapacity(12)
    var position = start
    while position + 2 < block.count {
      let nameStart = position
      position = skip(from: position, while: HTTPBytes.isToken)
      let name = nameStart..<position
      guard !name.isEmpty, position < block.count, block[position] == 0 else { throw .framing }
      position = skip(from: position + 1, while: HTTPBytes.isBlank)
      let valueStart = position
      position = skip(from: position, while: HTTPBytes.isFieldValue)
      guard isLineEnd(position) else { throw .framing }
      fields.append(HTTPHeaders.Field(name: name, value: valueStart..<position))
      position += 2
    }
    guard position + 2 == block.count, isLineEnd(position) else { throw .framing }
    return fields
  }

  /// Whether CR LF stood at `position`.
  private func isLineEnd(_ position: Int) -> Bool {
    position + 2 <= block.count && block[position] == 0 && block[position + 1] == 0
  }

  private func skip(from start: Int, while accepts: (UInt8) -> Bool) -> Int {
    var position = start
    while position < block.count, accepts(block[position]) { position += 1 }
    return position
  }

  private func trimmed(_ fields: [HTTPHeaders.Field], start: Int) -> [HTTPHeaders.Field] {
    fields.map { field in
      var end = field.value.upperBound
      // libmicrohttpd compares this one with its blanks, so `chunked ` would mean "until the end" to it.
      let name = block[(start + field.name.lowerBound)..<(start + field.name.upperBound)]
      if HTTPBytes.equalIgnoringCase(name, "transfer-encoding".utf8) { return field }
      while end > field.value.lowerBound, HTTPBytes.isBlank(block[start + end - 1]) { end -= 1 }
      return HTTPHeaders.Field(name: field.name, value: field.value.lowerBound..<end)
    }
  }

  /// Every field libmicrohttpd acts on must be one of ours, in the same place, and the reverse.
  private func compare(_ fields: [HTTPHeaders.Field], with connection: OpaquePointer) throws(Refusal) {
    var comparison = FieldComparison(base: UInt(bitPattern: base), fields: fields)
    withUnsafeMutablePointer(to: &comparison) {
      _ = MHD_get_connection_values_n(connection, .HEADER_KIND, compareOneField, $0)
    }
    guard comparison.agrees, comparison.next == fields.count else { throw .framing }
  }
}

/// The state of one walk over libmicrohttpd's own list of fields.
private struct FieldComparison {
  let base: UInt
  let fields: [HTTPHeaders.Field]
  var next = 0
  var agrees = true

  mutating func take(_ name: UInt, _ nameSize: Int, _ value: UInt, _ valueSize: Int) {
    guard next < fields.count else {
      agrees = false
      return
    }
    let field = fields[next]
    next += 1
    agrees =
      agrees && name == base + UInt(field.name.lowerBound) && nameSize == field.name.count
      && value == base + UInt(field.value.lowerBound) && valueSize == field.value.count
  }
}

private func compareOneField(
  _ context: UnsafeMutableRawPointer?, _: MHD_ValueKind, _ name: UnsafePointer<CChar>?, _ nameSize: Int,
  _ value: UnsafePointer<CChar>?, _ valueSize: Int
) -> MHD_Result {
  guard let context else { return .NO }
  let comparison = context.assumingMemoryBound(to: FieldComparison.self)
  comparison.pointee.take(UInt(bitPattern: name), nameSize, UInt(bitPattern: value), valueSize)
  return comparison.pointee.agrees ? .YES : .NO
}
