import ParticipationKit
import Sealing

/// Checks a receipt against a copy of a site: its leaf, its head, its words, and what became of them.
struct ReceiptCheck {
  let copy: RegisterCopy
  let records: PublishedRecords

  /// What is wrong with a receipt, and what became of what was sent, in words by language.
  typealias Outcome = (findings: [Diagnostic], fate: [String: String])

  private func fault(_ fr: String, _ en: String) -> [Diagnostic] {
    [Diagnostic(.error, file: "receipt", line: nil, fr: fr, en: en)]
  }

  /// Of a receipt that is not this copy's or not what was sent, nothing is said of its fate.
  private func refused(_ fr: String, _ en: String) -> Outcome { (fault(fr, en), [:]) }

  /// Checks a receipt.
  func check(_ bytes: [UInt8]) throws -> Outcome {
    guard let receipt = try? JSONValue.parse(bytes), let position = receipt["position"]?.asInteger,
      let text = receipt["leaf"]?.asString, let leaf = RegisterLeaf(Array(text.utf8))
    else { return refused("le reçu est illisible", "the receipt cannot be read") }
    guard position < copy.head?.size ?? 0 else {
      return refused(
        "cette copie du site ne couvre pas encore la ligne \(position) ; prenez-en une plus récente",
        "this copy of the site does not cover leaf \(position) yet; take a newer one")
    }
    guard try copy.entry(position) == Array(text.utf8) else {
      return refused(
        "la ligne \(position) du registre n’est pas celle du reçu",
        "leaf \(position) of the register is not that of the receipt")
    }
    let path = checkPath(receipt, position, text)
    guard path.isEmpty else { return (path, [:]) }
    guard let commitment = leaf.commitment else { return ([], fate(of: leaf, hasOtherWords: false)) }
    guard let payload = receipt["payload"]?.asString,
      let salt = receipt["salt"]?.asString.flatMap({ try? Hex.decode($0) }), !salt.isEmpty
    else {
      let warning = Diagnostic(
        .warning, file: "receipt", line: nil,
        fr: "enregistré ; le fichier ne contient pas les mots : prenez le .json de la page du reçu",
        en: "registered; the file holds no words: take the .json of the receipt’s page")
      return ([warning], fate(of: leaf, hasOtherWords: false))
    }
    guard Hex.encode(SHA256.hash(salt + Array(payload.utf8))) == commitment else {
      return refused(
        "ce que dit le reçu n’est pas ce qui a été envoyé : la ligne \(position) engage à autre chose",
        "what the receipt says is not what was sent: leaf \(position) commits to something else")
    }
    let changed = differences(payload, leaf)
    return (checkWords(changed, leaf), fate(of: leaf, hasOtherWords: !changed.isEmpty))
  }

  /// The head of the receipt is one of this copy's, and the path leads there.
  private func checkPath(_ receipt: JSONValue, _ position: Int, _ text: String) -> [Diagnostic] {
    guard let inclusion = receipt["inclusion"], !inclusion.isNull else { return [] }
    guard let note = inclusion["checkpoint"]?.asString, let size = inclusion["size"]?.asInteger,
      let head = copy.verifier.flatMap({ SignedHead.all(note, $0).first ?? nil }), head.size == size,
      Hex.encode(head.root) == inclusion["root"]?.asString,
      copy.heads.contains(where: { $0.size == size && $0.root == head.root })
    else {
      return fault(
        "l’empreinte du reçu n’est pas signée par la clé, ou n’est pas dans cette copie du site",
        "the head of the receipt is not signed by the key, or is not in this copy of the site")
    }
    let path = (inclusion["path"]?.asArray ?? []).map { (try? Hex.decode($0.asString ?? "")) ?? [] }
    guard
      MerkleProof.isIncluded(
        leafHash: MerkleHash.leaf(Array(text.utf8)), index: position, size: size, path: path, root: head.root)
    else {
      return fault(
        "le chemin du reçu ne mène pas de la ligne \(position) à son empreinte",
        "the path of the receipt does not lead from leaf \(position) to its head")
    }
    return []
  }

  // MARK: What became of the words

  /// The words that were sent and are published otherwise: without a leaf after the receipt's own that says why, the
  /// town hall changed them.
  private func checkWords(_ changed: [Difference], _ leaf: RegisterLeaf) -> [Diagnostic] {
    guard !changed.isEmpty, (copy.state.changes[leaf.subject] ?? -1) < leaf.position else { return [] }
    return changed.flatMap { name, sent, shown in
      fault(
        "« \(name) » de \(leaf.subject) est publié autrement qu’envoyé, sans décision : \(sent) est devenu \(shown)",
        "“\(name)” of \(leaf.subject) is published otherwise than sent, without a decision: \(sent) became \(shown)")
    }
  }

  /// A member of a record that is published otherwise than sent.
  private typealias Difference = (name: String, sent: String, shown: String)

  /// The members of the published record that are not what was sent. The field `body` is published as `markdown`; any
  /// other under its own name. White space does not count, since forms trim it.
  private func differences(_ payload: String, _ leaf: RegisterLeaf) -> [Difference] {
    guard leaf.kind == "act", let place = records.places[leaf.subject],
      let sent = try? JSONValue.parse(Array(payload.utf8))
    else { return [] }
    return place.words.compactMap { name, value in
      guard let shown = value.asString,
        let texts = (sent[name] ?? (name == "markdown" ? sent["body"] : nil))?.asArray, texts.count == 1,
        let text = texts[0].asString, !text.utf8.filter({ $0 > 0x20 }).elementsEqual(shown.utf8.filter { $0 > 0x20 })
      else { return nil }
      return (name, text, shown)
    }
  }

  private func fate(of leaf: RegisterLeaf, hasOtherWords: Bool) -> [String: String] {
    guard let record = copy.state.records[leaf.subject] else {
      return [
        "fr": "Reçu : l’envoi est au registre ; rien n’en est publié.",
        "en": "Receipt: what was sent is in the register; nothing of it is published.",
      ]
    }
    let (what, reason, position) = (record.what, record.reason, record.position)
    if !record.isShown {
      return [
        "fr": "Reçu : le texte n’est pas publié. Ligne \(position) : « \(what) », motif « \(reason) ».",
        "en": "Receipt: the text is not published. Leaf \(position): “\(what)”, reason “\(reason)”.",
      ]
    }
    if !hasOtherWords {
      return [
        "fr": "Reçu : le texte est publié, par la ligne \(position) (\(what)).",
        "en": "Receipt: the text is published, by leaf \(position) (\(what)).",
      ]
    }
    return [
      "fr": "Reçu : le texte est publié avec d’autres mots. Ligne \(position) : « \(what) », motif « \(reason) ».",
      "en": "Receipt: the text is published with other words. Leaf \(position): “\(what)”, reason “\(reason)”.",
    ]
  }
}
