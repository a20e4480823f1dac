// Base64 for the host; hexadecimal digits are in the contract. `Sealing` has its own, by libsodium and in constant
// time, for keys. An engine imports the contract alone (DESIGN §3), and what is written here is public or compared as a
// digest.

import ParticipationKit

/// Bytes as hexadecimal digits in groups of four, as people read and compare them.
func groupsOfFour(_ bytes: [UInt8]) -> [String] {
  stride(from: 0, to: bytes.count, by: 2).map { hexadecimal(Array(bytes[$0..<min($0 + 2, bytes.count)])) }
}

/// Bytes in standard base64 with padding (RFC 4648 §4), as signed notes write it.
func base64(_ bytes: [UInt8]) -> String {
  String(decoding: TransferEncoding.base64(bytes, lineLength: nil), as: UTF8.self)
}
