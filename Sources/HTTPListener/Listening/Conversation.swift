import CMicroHTTPD
import Synchronization

/// One request on one connection, from its first line to its reply. Touched by the connection's thread only.
final class Conversation {
  private enum Stage {
    case begun
    case receiving(RequestHead, limit: Int)
    case discarding(RequestHead, limit: Int)
    case reading(RequestHead, FormReader)
    case answering(PendingReply)
    case finished
  }

  /// Bytes above the limit that are read and dropped, so that a browser sees the 413 instead of a reset
  /// connection.
  private static let drainAllowance = 8 * 1024 * 1024

  /// Whether it began when the listener was stopping already; then it is refused, and nobody waits for it.
  let isLate: Bool
  private let core: ListenerCore
  private let rawTarget: [UInt8]
  private let targetStart: UInt
  private var stage = Stage.begun
  private var body: [UInt8] = []
  private var discarded = 0

  init(core: ListenerCore, target: UnsafePointer<CChar>, isLate: Bool) {
    self.core = core
    self.isLate = isLate
    targetStart = UInt(bitPattern: target)
    var length = 0
    while target[length] != 0 { length += 1 }
    rawTarget = Array(UnsafeRawBufferPointer(start: target, count: length))
  }

  /// The first call for this request: the head is complete, the body has not been read.
  ///
  /// A reply queued here closes the connection, which is what a refusal needs and a good request must avoid.
  func begin(
    _ connection: OpaquePointer, method: UnsafePointer<CChar>, version: UnsafePointer<CChar>
  ) -> Bool {
    if isLate { return finish(.stopping, connection) }
    do throws(Refusal) {
      let head = try HeadInspection.head(
        of: connection, method: method, version: version, targetStart: targetStart, rawTarget: rawTarget)
      if let isReading = beginForm(head, connection) { return isReading }
      let limit = core.options.bodyLimit(head.method, head.target.path)
      if case .length(let length) = head.framing {
        let expectsContinue = !head.headers.bytes("expect").isEmpty
        if length > limit && (expectsContinue || length > limit + Self.drainAllowance) {
          return refuseBody(head, limit, connection)
        }
        if length > limit {
          stage = .discarding(head, limit: limit)
          return true
        }
        body.reserveCapacity(min(length, 64 * 1024))
      }
      stage = .receiving(head, limit: limit)
      return true
    } catch {
      return finish(.refusing(error), connection)
    }
  }

  /// Part of the body; false drops the connection.
  func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
    switch stage {
    case .receiving(let head, let limit):
      if body.count + bytes.count <= limit {
        body.append(contentsOf: bytes)
      } else {
        // Only a chunked body gets here: a length above the limit was seen in the head.
        body = []
        stage = .discarding(head, limit: limit)
      }
      return true
    case .discarding:
      discarded += bytes.count
      return discarded <= core.options.maxBody + Self.drainAllowance
    case .reading(_, let reader):
      reader.receive(bytes)
      return !reader.isTooLong
    case .begun, .answering, .finished:
      return false
    }
  }

  /// The request is complete, or a reply may have arrived for it.
  func proceed(_ connection: OpaquePointer) -> Bool {
    switch stage {
    case .receiving(let head, _):
      return handle(head, connection)
    case .discarding(let head, let limit):
      return refuseBody(head, limit, connection)
    case .reading(let head, let reader):
      do throws(Refusal) {
        let form = try reader.finish()
        return handle(head, form: form, connection)
      } catch {
        return finish(.refusing(error), connection)
      }
    case .answering(let pending):
      guard let reply = pending.takeReply() else { return true }
      return finish(reply, connection)
    case .begun:
      return false
    case .finished:
      return true
    }
  }

  var hasBegun: Bool {
    if case .begun = stage { return false }
    return true
  }

  /// Reads a form with files as it comes; nil when the request is none, or files are not taken here.
  private func beginForm(_ head: RequestHead, _ connection: OpaquePointer) -> Bool? {
    let type = head.headers["content-type"] ?? ""
    let isForm = HTTPBytes.equalIgnoringCase(type.utf8.prefix(19), "multipart/form-data".utf8)
    guard head.method == "POST", isForm, let ask = core.options.upload,
      let rules = ask(HTTPRequest(head: head, body: [], remoteAddress: PeerAddress.text(of: connection))),
      let reader = FormReader(connection, rules)
    else { return nil }
    if case .length(let length) = head.framing, length > rules.mostTransferred {
      return refuseBody(head, rules.mostBytes, connection)
    }
    stage = .reading(head, reader)
    return true
  }

  private func handle(_ head: RequestHead, form: MultipartForm? = nil, _ connection: OpaquePointer) -> Bool {
    let pending = PendingReply(core: core)
    var request = HTTPRequest(head: head, body: body, remoteAddress: PeerAddress.text(of: connection))
    request.form = form
    body = []
    stage = .answering(pending)
    core.handler(Exchange(request: request, pending: pending))
    guard let reply = pending.replyOrSuspend(connection) else { return true }
    return finish(reply, connection)
  }

  /// Answers 413 as the options say, and closes: what was sent was not kept, nor read to its end.
  private func refuseBody(_ head: RequestHead, _ limit: Int, _ connection: OpaquePointer) -> Bool {
    guard let tooLarge = core.options.tooLarge else { return finish(.refusing(.bodyTooLarge), connection) }
    var reply = tooLarge(
      HTTPRequest(head: head, body: [], remoteAddress: PeerAddress.text(of: connection)), limit)
    reply.closesConnection = true
    return finish(reply, connection)
  }

  private func finish(_ reply: HTTPReply, _ connection: OpaquePointer) -> Bool {
    stage = .finished
    return reply.send(on: connection, closing: core.isDraining.load(ordering: .relaxed))
  }
}
