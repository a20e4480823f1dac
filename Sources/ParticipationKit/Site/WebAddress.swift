/// The parts of a web address that the configuration took: scheme and host, and the path below.
package struct WebAddress: Sendable {
  /// Scheme, host and port, as `https://mairie.example`; the whole text when it is no such address.
  package let origin: String
  /// The path from the host's root, as `/` or `/participer/`, without query.
  package let path: String

  /// Takes an address apart.
  package init(_ address: String) {
    // Scheme and host stand before the third slash.
    let parts = address.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    origin = parts.count < 3 ? address : "\(parts[0])//\(parts[2])"
    path = parts.count < 4 ? "/" : "/" + parts[3]
  }
}
