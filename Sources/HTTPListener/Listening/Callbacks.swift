import CMicroHTTPD

// What libmicrohttpd calls, on its own threads. These are functions of a file and not closures, so that no
// isolation is inferred for them. The context is the `ListenerCore`, which `Listener` keeps until the daemon
// has stopped.

/// The request line was read. Called once a request, before anything is decoded; the result becomes
/// `conversation`.
func requestLineArrived(
  _ context: UnsafeMutableRawPointer?, _ target: UnsafePointer<CChar>?, _: OpaquePointer?
) -> UnsafeMutableRawPointer? {
  guard let context, let target else { return nil }
  let core = Unmanaged<ListenerCore>.fromOpaque(context).takeUnretainedValue()
  return Unmanaged.passRetained(Conversation(core: core, target: target, isLate: !core.requestBegan())).toOpaque()
}

/// The head is complete, part of the body arrived, the request is complete, or the connection was resumed.
func requestAdvanced(
  _: UnsafeMutableRawPointer?, _ connection: OpaquePointer?, _: UnsafePointer<CChar>?,
  _ method: UnsafePointer<CChar>?, _ version: UnsafePointer<CChar>?, _ upload: UnsafePointer<CChar>?,
  _ uploadSize: UnsafeMutablePointer<Int>?, _ conversation: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
  guard let connection, let method, let version, let uploadSize, let opaque = conversation?.pointee else {
    return .NO
  }
  let current = Unmanaged<Conversation>.fromOpaque(opaque).takeUnretainedValue()
  let goesOn: Bool
  if !current.hasBegun {
    goesOn = current.begin(connection, method: method, version: version)
  } else if uploadSize.pointee > 0 {
    goesOn = current.receive(UnsafeRawBufferPointer(start: upload, count: uploadSize.pointee))
    uploadSize.pointee = 0
  } else {
    goesOn = current.proceed(connection)
  }
  return goesOn ? .YES : .NO
}

/// The request is over, answered or not. Called once for every `requestLineArrived`.
func requestCompleted(
  _ context: UnsafeMutableRawPointer?, _: OpaquePointer?,
  _ conversation: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _: MHD_RequestTerminationCode
) {
  guard let context, let opaque = conversation?.pointee else { return }
  conversation?.pointee = nil
  let ended = Unmanaged<Conversation>.fromOpaque(opaque).takeRetainedValue()
  if !ended.isLate { Unmanaged<ListenerCore>.fromOpaque(context).takeUnretainedValue().requestEnded() }
}
