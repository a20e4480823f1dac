import ModuleProcess
import ParticipationKit
import ParvisHost
import SQLiteStorage
import Sealing

extension Commune {
  /// The files that the database knows and whose bytes are missing or altered.
  func fileFindings() throws -> [Diagnostic] {
    let known = try store.readers.read { try host.files.all(in: store.ledgers($0, writes: false)) }
    return try known.compactMap { sha256, _ in
      let path = "data/uploads/\(sha256.prefix(2))/\(sha256)"
      guard let bytes = try Files.read(files.path(sha256)) else {
        return Diagnostic(
          .error, file: path, line: nil, fr: "le fichier manque : remettez-le d’une sauvegarde",
          en: "the file is missing: bring it back from a backup")
      }
      if Hex.encode(SHA256.hash(bytes)) == sha256 { return nil }
      return Diagnostic(
        .error, file: path, line: nil,
        fr: "le fichier a été altéré (\(bytes.count) octets) : remettez-le d’une sauvegarde",
        en: "the file was altered (\(bytes.count) bytes): bring it back from a backup")
    }
  }

  /// What `parvis doctor` tells of files: how many there are, and whether the text of PDF can be read.
  func fileLines() -> [DoctorLine] {
    var lines: [DoctorLine] = []
    let known = (try? store.readers.read { try host.files.all(in: store.ledgers($0, writes: false)) }) ?? []
    if !known.isEmpty {
      let missing = known.filter { !Files.exists(files.path($0.sha256)) }.count
      let size = known.reduce(0) { $0 + $1.size } >> 20
      lines.append(
        DoctorLine(
          name: "files", isFine: missing == 0,
          detail: [
            "fr": "\(known.count) fichiers, \(size) Mio" + (missing > 0 ? " ; \(missing) manquent : parvis check" : ""),
            "en": "\(known.count) files, \(size) MiB" + (missing > 0 ? "; \(missing) are missing: parvis check" : ""),
          ]))
    }
    let reader = FileReading.program
    lines.append(
      DoctorLine(
        name: "pdf-text", isFine: reader.path != nil,
        detail: [
          "fr": reader.path.map { "texte des PDF lu par \($0)" }
            ?? "\(reader.name) manque : le texte des PDF n’est ni lu ni cherché. Installez poppler-utils",
          "en": reader.path.map { "text of PDF read by \($0)" }
            ?? "\(reader.name) is missing: the text of PDF is neither read nor found. Install poppler-utils",
        ]))
    return lines
  }
}
