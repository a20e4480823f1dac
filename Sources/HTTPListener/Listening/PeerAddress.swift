import CMicroHTTPD
import Glibc

/// The numeric text of a peer's address.
enum PeerAddress {
  /// `192.0.2.1`, `2001:db8::1`, or `unix`. An IPv4 address mapped into IPv6 is written as IPv4.
  static func text(of connection: OpaquePointer) -> String {
    guard let address = parvis_mhd_peer(connection) else { return "unix" }
    switch CInt(address.pointee.sa_family) {
    case AF_INET:
      return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
        text(AF_INET, $0.pointee.sin_addr)
      }
    case AF_INET6:
      let long = address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
        text(AF_INET6, $0.pointee.sin6_addr)
      }
      let mapped = "::ffff:"
      return long.hasPrefix(mapped) && long.utf8.contains(0x2E)
        ? String(long.dropFirst(mapped.count)) : long
    default:
      return "unix"
    }
  }

  private static func text<Address>(_ family: CInt, _ address: Address) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer -> String in
      let start = withUnsafePointer(to: address) { inet_ntop(family, $0, buffer.baseAddress, 64) }
      return start.map { String(cString: $0) } ?? ""
    }
  }
}
