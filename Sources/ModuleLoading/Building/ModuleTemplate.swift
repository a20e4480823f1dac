/// The folder of a new module, made from the template of the SDK.
public struct ModuleTemplate: Sendable {
  private static let name = "Untitled"
  private static let id = "untitled"

  /// The id of a module by its name: `Petition` gives `petition`; nil when the name cannot be one of Swift and of an
  /// address: a capital letter, then letters and digits of ASCII, 24 at most.
  public static func id(_ name: String) -> String? {
    let bytes = Array(name.utf8)
    guard let first = bytes.first, (0x41...0x5A).contains(first), bytes.count <= 24 else { return nil }
    let isPlain = bytes.allSatisfy {
      (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || (0x30...0x39).contains($0)
    }
    return isPlain ? name.lowercased() : nil
  }

  /// Writes the folder of a new module.
  /// - Parameters:
  ///   - name: Its name in Swift.
  ///   - folder: Where; must not exist.
  /// - Returns: The files that were written, by path below the folder.
  /// - Throws: ``BuildFailure``.
  public static func make(_ name: String, in folder: String, sdk: SDK) throws(BuildFailure) -> [String] {
    guard let template = sdk.template else {
      throw BuildFailure(
        .sdk, fr: "ce SDK n’a pas de modèle de module (Template/) ; refaites-le par « parvis sdk export »",
        en: "this SDK has no template of a module (Template/); make it again with “parvis sdk export”")
    }
    guard !SourceFolder.exists(folder) else {
      throw BuildFailure(
        .folder, fr: "« \(folder) » existe déjà ; choisissez un autre nom, ou compilez ce module : parvis module build",
        en: "“\(folder)” exists already; choose another name, or build that module: parvis module build")
    }
    guard let id = id(name) else {
      throw BuildFailure(
        .folder, fr: "« \(name) » : attendu une majuscule, puis des lettres et chiffres sans accent, comme Petition",
        en: "“\(name)”: expected a capital letter, then letters and digits without accents, such as Petition")
    }
    var written: [String] = []
    for file in SourceFolder.files(template) {
      guard let bytes = try? FileBytes.read("\(template)/\(file)") else { throw SourceFolder.failure(file) }
      let target = replaced(Array(file.utf8), name, id)
      let path = String(decoding: target, as: UTF8.self)
      try SourceFolder.make(SDK.parent("\(folder)/\(path)"))
      try SourceFolder.write(replaced(bytes, name, id), to: "\(folder)/\(path)")
      written.append(path)
    }
    return written
  }

  private static func replaced(_ bytes: [UInt8], _ name: String, _ id: String) -> [UInt8] {
    var out: [UInt8] = []
    var at = 0
    while at < bytes.count {
      if bytes[at...].starts(with: ModuleTemplate.name.utf8) {
        out += Array(name.utf8)
        at += ModuleTemplate.name.utf8.count
      } else if bytes[at...].starts(with: ModuleTemplate.id.utf8) {
        out += Array(id.utf8)
        at += ModuleTemplate.id.utf8.count
      } else {
        out.append(bytes[at])
        at += 1
      }
    }
    return out
  }
}
