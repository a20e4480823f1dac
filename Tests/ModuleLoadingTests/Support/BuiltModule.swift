import Glibc
import Testing

@testable import ModuleLoading

/// A module that a test writes and compiles, in a folder that is removed with the value.
final class BuiltModule {
  let folder: String
  let id: String

  /// Compiles a module of a few lines. Each test takes an id of its own: what is loaded stays loaded.
  /// - Parameters:
  ///   - more: Swift beside the module's type.
  ///   - edit: Changes the files after they were written and before they are compiled.
  init(_ id: String, version: String = "1.0.0", more: String = "", edit: (String) throws -> Void = { _ in }) throws {
    self.id = id
    folder = try BuiltModule.temporaryFolder()
    try BuiltModule.write(BuiltModule.json(id, version), to: folder + "/module.json")
    try BuiltModule.write(BuiltModule.swift(id, version, more), to: folder + "/Sources/Module.swift")
    try BuiltModule.write("{\"hello\": \"Bonjour\"}", to: folder + "/Locales/fr.json")
    try edit(folder)
  }

  deinit { SourceFolder.remove(folder) }

  /// The folder with `module.json` and the library.
  var output: String { ModuleBuilder.output(of: folder) }
  var library: String { "\(output)/\(id).so" }

  @discardableResult
  func build() throws -> ModuleBuilder.Result { try ModuleBuilder(source: folder, sdk: SDK.find()).build() }

  /// Changes the bytes of the library.
  func patch(_ change: (inout [UInt8]) throws -> Void) throws {
    var bytes = try FileBytes.read(library)
    try change(&bytes)
    unlink(library)
    try SourceFolder.write(bytes, to: library)
  }

  /// Changes the note in the library.
  func patchNote(_ change: (inout ABINote) -> Void) throws {
    try patch { bytes in
      let section = try #require(try ELFLibrary(bytes).section(ABINote.section))
      var note = try #require(ABINote(section))
      let old = try #require(note.bytes)
      change(&note)
      let new = try #require(note.bytes)
      let at = try #require(bytes.indices.first { bytes[$0...].starts(with: old) })
      bytes.replaceSubrange(at..<at + old.count, with: new)
    }
  }

  /// Why the module is refused from its bytes alone; nil when it is not.
  func refusal(host: HostABI = .current) -> ModuleRefusal? {
    do throws(ModuleRefusal) {
      _ = try ModulePackage(folder: output, host: host)
      return nil
    } catch {
      return error
    }
  }

  /// Links the library of a module again with other objects, as somebody would who does not use `module build`.
  func compile(_ arguments: [String]) throws {
    let compiler = try #require(Program.find("swiftc"))
    let work = folder + "/.build"
    let base = [
      "-emit-library", "-parse-as-library", "-swift-version", "6", "-module-name", "Module_\(id)_1_0_0",
      "-module-cache-path", ".build/cache", "-o", ".build/module/\(id).so", "-enable-upcoming-feature",
      "InternalImportsByDefault",
    ]
    let done = try #require(Program.run(compiler, base + arguments, in: folder, scratch: work + "/scratch"))
    try #require(done.status == 0, "\(String(decoding: done.errors, as: UTF8.self))")
  }

  static func temporaryFolder() throws -> String {
    var template = Array("/tmp/parvis-module-XXXXXX".utf8CString)
    let made = template.withUnsafeMutableBufferPointer { $0.baseAddress.flatMap { mkdtemp($0) } }
    return String(cString: try #require(made))
  }

  static func write(_ text: String, to path: String) throws {
    try SourceFolder.make(SDK.parent(path))
    try SourceFolder.write(Array(text.utf8), to: path)
  }

  static func json(_ id: String, _ version: String = "1.0.0") -> String {
    """
    {"id": "\(id)", "version": "\(version)", "names": {"fr": "Essai"}, "owner": "Essai", "licence": "EUPL-1.2",
     "personalData": {"fr": "Rien."}}
    """
  }

  static func swift(_ id: String, _ version: String = "1.0.0", _ more: String = "") -> String {
    """
    \(more.contains("public") ? "public " : "")import ParticipationKit

    struct TestModule: ParticipationModule, CatalogueProviding {
      static let manifest = Manifest(
        id: "\(id)", version: "\(version)", names: ["fr": "Essai"], owner: "Essai", licence: "EUPL-1.2",
        personalData: .none(because: ["fr": "Rien."]))
      static let catalogues: [(locale: String, json: [UInt8])] = [("fr", PackageResources.fr_json)]
      init(settings: Settings, site: Site) {}
    }
    \(more)
    """
  }
}
