import ParticipationKit
import ParvisHost
import Sealing

extension Commune {
  /// Signs a head of the register over all leaves, and says it as JSON; null while the register is empty.
  func signHead() throws -> JSONValue {
    let signed: TreeHead?
    do {
      signed = try host.signHead()
    } catch let gap as RegisterGap {
      throw CommuneError(
        .invalid,
        fr: "La ligne \(gap.position) du registre manque : aucune empreinte n’est signée. Restaurez une sauvegarde.",
        en: "Leaf \(gap.position) of the register is missing: no head is signed. Restore a backup.")
    }
    guard let head = signed else { return .null }
    return .object([
      ("size", .integer(head.size)), ("root", .string(Hex.encode(head.root))), ("signed", .timestamp(head.signed)),
      ("checkpoint", .string(head.note)), ("key", .string(host.registerKeyFingerprint)),
    ])
  }
}
