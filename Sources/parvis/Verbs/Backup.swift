import Glibc
import ParticipationKit
import ParvisCommune

extension Verb {
  /// `parvis backup`.
  static let backup = Verb(
    "backup", summary: Bilingual(fr: "sauvegarde la commune dans un fichier", en: "backs the commune up into a file"),
    operands: [Operand("FILE", fr: "le fichier à créer", en: "the file to make")],
    options: [
      .commune, Option("force", fr: "remplace un fichier qui existe", en: "replaces a file that exists"), .json,
    ],
    examples: ["parvis backup -C vaubrisey vaubrisey-2026-11-21.parvis"]
  ) { invocation in
    let file = invocation.operands[0]
    if FileTree.kind(file) != .nothing, !invocation.has("force") {
      throw CommandError(
        .refused, fr: "\(file) existe déjà ; donnez un autre nom, ou --force pour le remplacer",
        en: "\(file) exists already; give another name, or --force to replace it")
    }
    try FileTree.checkParent(of: file)
    let draft = "\(file).\(getpid()).part"
    defer { unlink(draft) }
    try invocation.withDoor { door in
      try invocation.console.progress(Bilingual(fr: "Sauvegarde", en: "Backing up")) { try door.backup(to: draft) }
    }
    guard rename(draft, file) == 0 else { throw FileTree.failure(file, fr: "d’écrire", en: "write") }
    var facts = stat()
    stat(file, &facts)
    if invocation.wantsJSON {
      let json: JSONValue = [
        "ok": true, "file": .string(FileTree.absolute(file)), "bytes": .integer(Int(facts.st_size)),
      ]
      try invocation.console.say(json.text)
    } else {
      try invocation.console.say(
        Bilingual(
          fr: "Sauvegardé dans \(file) (\(facts.st_size) octets). Gardez-en une copie sur une autre machine.",
          en: "Backed up into \(file) (\(facts.st_size) bytes). Keep a copy on another machine."))
    }
    return .done
  }

  /// `parvis restore`.
  static let restore = Verb(
    "restore", summary: Bilingual(fr: "remet une commune d’une sauvegarde", en: "puts a commune back from a backup"),
    details: Bilingual(
      fr: """
        Refuse de remplacer des données qui existent, sauf avec --force ; et une sauvegarde plus ancienne que le
        registre de la commune, sauf avec --accept-loss. Ce qui a été effacé depuis la sauvegarde l’est de nouveau, et
        le registre dit qu’il repart d’une sauvegarde.
        """,
      en: """
        Refuses to replace data that exist, except with --force; and a backup that is older than the commune’s
        register, except with --accept-loss. What was erased since the backup is erased again, and the register says
        that it goes on from a backup.
        """),
    operands: [Operand("FILE", fr: "la sauvegarde", en: "the backup")],
    options: [
      .commune,
      Option("force", fr: "remplace les données qui existent", en: "replaces the data that exist"),
      Option(
        "accept-loss", fr: "accepte que le registre perde ce que la sauvegarde n’a pas",
        en: "accepts that the register loses what the backup lacks"),
    ],
    examples: ["parvis restore -C vaubrisey vaubrisey-2026-11-21.parvis"]
  ) { invocation in
    let file = invocation.operands[0]
    guard FileTree.kind(file) == .file else {
      throw CommandError(
        .couldNot, fr: "il n’y a pas de sauvegarde \(file) ; vérifiez le chemin",
        en: "there is no backup \(file); check the path")
    }
    let database = FileTree.join(invocation.folder, "data/parvis.sqlite")
    if FileTree.kind(database) != .nothing, !invocation.has("force") {
      throw CommandError(
        .refused, fr: "\(database) existe déjà ; --force le met de côté et le remplace",
        en: "\(database) exists already; --force puts it aside and replaces it")
    }
    let report = try Commune.restore(
      file, into: invocation.folder, force: invocation.has("force"), acceptsLoss: invocation.has("accept-loss"),
      CommuneOptions(modules: BundledModules.all))
    if let kept = report.kept {
      try invocation.console.say(
        Bilingual(fr: "L’ancienne base est gardée : \(kept)", en: "The former database is kept: \(kept)"))
    }
    if report.loss.leaves > 0 {
      let (leaves, acts) = (report.loss.leaves, report.loss.acts)
      try invocation.console.say(
        Bilingual(
          fr: "Perdues : \(leaves) lignes du registre, dont \(acts) envois de personnes. Le registre le dit.",
          en: "Lost: \(leaves) leaves of the register, \(acts) of them acts of people. The register says so."))
    }
    if report.erasedAgain + report.addressesRemoved > 0 {
      let (records, addresses) = (report.erasedAgain, report.addressesRemoved)
      try invocation.console.say(
        Bilingual(
          fr: "Effacés de nouveau : \(records) textes, \(addresses) adresses.",
          en: "Erased again: \(records) texts, \(addresses) addresses."))
    }
    if !report.loss.isKnown {
      try invocation.console.say(
        Bilingual(
          fr: "Rien ici ne dit ce qui a été reçu ou effacé depuis la sauvegarde : comparez avec une copie du site.",
          en: "Nothing here tells what was received or erased since the backup: compare with a copy of the site."))
    }
    try invocation.console.say(
      Bilingual(
        fr: "Remis en place dans \(FileTree.absolute(invocation.folder)). Ensuite : parvis build",
        en: "Put back into \(FileTree.absolute(invocation.folder)). Next: parvis build"))
    return .done
  }
}
