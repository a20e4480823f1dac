import ParticipationKit

/// The key that signs the register's heads, made when the database is, and the name under which it signs.
struct RegisterKey: Sendable {
  /// The name of the register and of its key: the address without scheme, as C2SP tlog-checkpoint advises. It stays
  /// what it was at the beginning, also when the commune moves to another address.
  let origin: String
  /// The 32 bytes of the public key.
  let publicKey: [UInt8]
  private let seed: [UInt8]
  private let sealing: SealingPort

  /// Reads the key, or makes it the first time.
  /// - Throws: The store's error.
  init(store: StorePort, sealing: SealingPort, address: String) throws {
    let stored = try RegisterKey.stored(store) ?? RegisterKey.make(store, sealing.random(32), address)
    seed = stored[0]
    origin = String(decoding: stored[1], as: UTF8.self)
    publicKey = try sealing.publicKey(stored[0])
    self.sealing = sealing
  }

  /// Seed and origin; nil when they are not made yet.
  private static func stored(_ store: StorePort) throws -> [[UInt8]]? {
    let rows = try store.reading { ledgers in
      try ledgers.host.rows(
        "SELECT value FROM host_secret WHERE name IN ('register', 'register-origin') ORDER BY name"
      ).map { try $0.blob("value") }
    }
    return rows.count == 2 ? rows : nil
  }

  private static func make(_ store: StorePort, _ seed: [UInt8], _ address: String) throws -> [[UInt8]] {
    let values = [("register", seed), ("register-origin", Array(origin(of: address).utf8))]
    try store.perform { ledgers in
      for (name, value) in values {
        try ledgers.host.execute(
          "INSERT INTO host_secret(name, value) VALUES(?, ?) ON CONFLICT DO NOTHING", [.text(name), .blob(value)])
      }
    }
    return try stored(store) ?? values.map(\.1)
  }

  /// `https://vaubrisey.example/` gives `vaubrisey.example/register`; a name may hold neither space nor plus.
  static func origin(of address: String) -> String {
    var bytes = Array(address.utf8)
    for scheme in ["https://", "http://"] where bytes.starts(with: scheme.utf8) { bytes.removeFirst(scheme.utf8.count) }
    while bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
    let name = bytes.map { $0 <= 0x20 || $0 >= 0x7F || $0 == UInt8(ascii: "+") ? UInt8(ascii: "-") : $0 }
    return String(decoding: name, as: UTF8.self) + "/register"
  }

  /// What names the key (C2SP signed-note).
  private var hash: [UInt8] { sealing.sha256(Array(origin.utf8) + [0x0A, 0x01] + publicKey) }

  /// The four bytes by which a signature names its key.
  private var id: [UInt8] { Array(hash.prefix(4)) }

  /// The key as a line that verifiers of signed notes read: name, id and key.
  var verifier: String { "\(origin)+\(hexadecimal(id))+\(base64([0x01] + publicKey))" }

  /// The key as people compare it: sixteen bytes of the hash by which signed notes name a key, in eight groups. Their
  /// own four bytes are too few to tell the commune's key from one that was made to look like it.
  var fingerprint: String { groupsOfFour(Array(hash.prefix(16))).joined(separator: " ") }

  /// A checkpoint (C2SP tlog-checkpoint): origin, size and root, signed.
  /// - Throws: What the library throws for a damaged key.
  func checkpoint(size: Int, root: [UInt8]) throws -> String {
    let text = "\(origin)\n\(size)\n\(base64(root))\n"
    let signature = try sealing.sign(seed, Array(text.utf8))
    return text + "\n— \(origin) \(base64(id + signature))\n"
  }
}
