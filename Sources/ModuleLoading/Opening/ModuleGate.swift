internal import ParticipationKit

/// Decides from bytes alone whether a library may be opened. Nothing of the library runs here.
struct ModuleGate {
  let host: HostABI
  let hostSymbols: HostSymbols
  /// The releases that this program knows, and the one that built the library.
  var releases = ContractRelease.all
  var builder: String?

  /// The libraries that a module may ask for: the system's and the Swift runtime's, by the start of their names.
  static let allowed = [
    "libswiftCore.so", "libswift_Concurrency.so", "libswift_StringProcessing.so", "libswift_RegexParser.so",
    "libswift_Builtin_float.so", "libswiftGlibc.so", "libswiftSynchronization.so", "libswiftSwiftOnoneSupport.so",
    "libc.so.", "libm.so.", "libgcc_s.so.", "libstdc++.so.", "libpthread.so.", "libdl.so.", "librt.so.", "ld-linux-",
  ]

  /// Reads the note and compares it with this program.
  /// - Throws: ``ModuleRefusal`` for the first thing that does not fit.
  func check(_ bytes: [UInt8], path: String, _ sidecar: Sidecar) throws(ModuleRefusal) -> ABINote {
    do {
      let library = try ELFLibrary(bytes)
      guard library.machine == host.machine else {
        throw ELFLibrary.Fault("made for the machine \(library.machine), this program for \(host.machine)")
      }
      let note = try note(library, path)
      try checkNote(note, path, sidecar)
      try checkNeeded(try library.needed(), path)
      try checkCopies(try library.definedSwiftSymbols(), path)
      return note
    } catch let refusal as ModuleRefusal {
      throw refusal
    } catch {
      throw ModuleRefusal(
        .library, path: path,
        fr: "ce fichier n’est pas une bibliothèque utilisable ici (\(error)) ; relancez « parvis module build », puis "
          + "« parvis module install »",
        en: "this file is no library that can be used here (\(error)); run “parvis module build” again, then "
          + "“parvis module install”")
    }
  }

  private func note(_ library: ELFLibrary, _ path: String) throws(ModuleRefusal) -> ABINote {
    guard let section = library.section(ABINote.section), let note = ABINote(section) else {
      throw ModuleRefusal(
        .note, path: path,
        fr: "la bibliothèque ne dit pas comment elle a été faite : « parvis module build » ne l’a pas produite, ou une "
          + "version plus récente de Parvis l’a faite ; compilez ses sources avec le parvis de cette commune",
        en: "the library does not say how it was made: “parvis module build” did not make it, or a newer Parvis did; "
          + "build its sources with the parvis of this commune")
    }
    return note
  }

  private func checkNote(_ note: ABINote, _ path: String, _ sidecar: Sidecar) throws(ModuleRefusal) {
    let rebuild = (
      fr: "recompilez-le : parvis module build DOSSIER, puis parvis module install DOSSIER",
      en: "build it again: parvis module build FOLDER, then parvis module install FOLDER"
    )
    func refuse(_ reason: RefusalReason, _ fr: String, _ en: String) -> ModuleRefusal {
      let isOpen = reason == .epoch
      return ModuleRefusal(
        reason, path: path, fr: fr + (isOpen ? " " : " ; ") + rebuild.fr, en: en + (isOpen ? " " : "; ") + rebuild.en)
    }
    if note.contract.epoch != host.contract.epoch {
      throw refuse(
        .epoch,
        "fait pour le contrat \(note.contract), ce programme a le contrat \(host.contract) ; le chargent : "
          + "\(fitting(note).fr). Prenez un tel Parvis, ou gardez celui-ci et",
        "made for contract \(note.contract), this program has contract \(host.contract); it is loaded by "
          + "\(fitting(note).en). Take such a Parvis, or keep this one and")
    }
    if note.contract.minor > host.contract.minor {
      throw ModuleRefusal(
        .minor, path: path,
        fr:
          "fait pour le contrat \(note.contract), plus récent que le \(host.contract) de ce programme ; il lui faut "
          + "\(fitting(note).fr). Mettez Parvis à jour, ou compilez le module avec le SDK de ce programme "
          + "(parvis sdk export)",
        en: "made for contract \(note.contract), newer than the \(host.contract) of this program; it needs "
          + "\(fitting(note).en). Update Parvis, or build the module with the SDK of this program (parvis sdk export)")
    }
    if note.compiler != host.compiler {
      throw refuse(
        .compiler, "compilé par Swift \(note.compiler), ce programme par Swift \(host.compiler)",
        "compiled by Swift \(note.compiler), this program by Swift \(host.compiler)")
    }
    if note.triple != host.triple {
      throw refuse(
        .triple, "compilé pour \(note.triple), ce programme pour \(host.triple)",
        "compiled for \(note.triple), this program for \(host.triple)")
    }
    if !note.hasEvolution {
      throw refuse(
        .evolution, "compilé avec un contrat sans « library evolution », celui de ce programme l’a",
        "compiled against a contract without library evolution, that of this program has it")
    }
    if note.id != sidecar.id || note.version != sidecar.version {
      throw refuse(
        .identity, "la bibliothèque est \(note.id) \(note.version), module.json dit \(sidecar.id) \(sidecar.version)",
        "the library is \(note.id) \(note.version), module.json says \(sidecar.id) \(sidecar.version)")
    }
  }

  private func fitting(_ note: ABINote) -> (fr: String, en: String) {
    ContractRelease.fitting(note.contract, builder: builder, releases)
  }

  private func checkNeeded(_ names: [String], _ path: String) throws(ModuleRefusal) {
    let foreign = names.filter { name in !ModuleGate.allowed.contains { name.utf8.starts(with: $0.utf8) } }
    guard !foreign.isEmpty else { return }
    let list = foreign.joined(separator: ", ")
    throw ModuleRefusal(
      .needed, path: path,
      fr: "demande \(list) ; un module n’utilise que ParticipationKit, Swift et la bibliothèque C : retirez l’import "
        + "qui l’amène (souvent Foundation), puis recompilez",
      en: "asks for \(list); a module uses ParticipationKit, Swift and the C library alone: take out the import that "
        + "brings it (often Foundation), then build again")
  }

  private func checkCopies(_ names: [String], _ path: String) throws(ModuleRefusal) {
    guard hostSymbols.areVisible else {
      throw ModuleRefusal(
        .host, path: path,
        fr: "ce programme parvis ne montre pas le contrat aux modules (lié sans --export-dynamic) ; utilisez le "
          + "programme fait par « swift build » ou par le paquet",
        en: "this parvis program does not show the contract to modules (linked without --export-dynamic); use the "
          + "program made by “swift build” or by the package")
    }
    let shared = names.filter(hostSymbols.defines)
    guard let first = shared.first else { return }
    throw ModuleRefusal(
      .copy, path: path,
      fr: "contient sa propre copie de ce que ce programme a déjà (\(shared.count) symboles, comme \(first)) ; "
        + "compilez-le par « parvis module build », sans lier ParticipationKit",
      en: "holds its own copy of what this program has already (\(shared.count) symbols, such as \(first)); build it "
        + "with “parvis module build”, without linking ParticipationKit")
  }
}
