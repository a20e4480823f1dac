import Glibc
import ParticipationKit
import Testing

@testable import ModuleLoading

/// What happens when the code of a module comes into the process.
@Suite("Opening a module")
struct OpeningTests {
  private func openingFailure(_ module: BuiltModule) -> ModuleRefusal? {
    do throws(ModuleRefusal) {
      _ = try ModulePackage(folder: module.output).open()
      return nil
    } catch {
      return error
    }
  }

  @Test("the same contract on both sides: the module's values arrive, with its words")
  func good() throws {
    let module = try BuiltModule("opengood")
    try module.build()
    let descriptor = try ModulePackage(folder: module.output).open()
    #expect(descriptor.manifest.id == "opengood")
    #expect(descriptor.catalogues.first?.json == Array("{\"hello\": \"Bonjour\"}".utf8))
    // Again, and moved elsewhere: the library is in the process already.
    #expect(try ModulePackage(folder: module.output).open().manifest.version == "1.0.0")
  }

  @Test("a function that nobody defines is an error in words, and not the end of the process")
  func undefined() throws {
    let module = try BuiltModule(
      "openundefined",
      more: """
        @_silgen_name("parvis_nobody_defines_this") func nobody()
        public func never() { nobody() }
        """)
    try module.build()
    let refusal = try #require(openingFailure(module))
    #expect(refusal.reason == .open)
    #expect(refusal.message("fr").contains("parvis_nobody_defines_this"))
  }

  @Test("a manifest in the code that differs from module.json is refused by the field")
  func manifest() throws {
    let module = try BuiltModule("openmanifest") { folder in
      let other = BuiltModule.json("openmanifest").replacing("\"EUPL-1.2\"", with: "\"MIT\"")
      try BuiltModule.write(other, to: folder + "/module.json")
    }
    try module.build()
    let refusal = try #require(openingFailure(module))
    #expect(refusal.reason == .manifest)
    for part in ["licence", "MIT", "EUPL-1.2"] { #expect(refusal.message("en").contains(part)) }
  }

  @Test("an entry of another type, and none at all, are refused by the cast")
  func entry() throws {
    let module = try BuiltModule("openentry")
    try module.build()
    let path = module.folder + "/.build/generated/ModuleEntry.swift"
    let generated = String(decoding: try FileBytes.read(path), as: UTF8.self)
    try BuiltModule.write("final class Other {}\n", to: module.folder + "/Sources/Other.swift")
    try BuiltModule.write(generated.replacing("ModuleEntry(TestModule.self)", with: "Other()"), to: path)
    let parts = ["Sources/Module.swift", "Sources/Other.swift", ".build/generated/PackageResources.swift"]
    try module.compile(["-I", ".build/sdk"] + parts + [".build/generated/ModuleEntry.swift"])
    #expect(openingFailure(module)?.reason == .entry)
    let none = try BuiltModule("opennone")
    try none.build()
    let other = none.folder + "/.build/generated/ModuleEntry.swift"
    let words = String(decoding: try FileBytes.read(other), as: UTF8.self)
    try BuiltModule.write(words.replacing("@c(parvis_module_entry)", with: "@c(parvis_other_entry)"), to: other)
    try none.compile(
      [
        "-I", ".build/sdk", "Sources/Module.swift", ".build/generated/PackageResources.swift",
        ".build/generated/ModuleEntry.swift",
      ])
    #expect(openingFailure(none)?.reason == .entry)
  }

  @Test("two libraries of one name in Swift: the second is refused, and both paths are named")
  func sameName() throws {
    let first = try BuiltModule("opentwice")
    try first.build()
    #expect(openingFailure(first) == nil)
    let second = try BuiltModule("opentwice", more: "public let other = 1")
    try second.build()
    let refusal = try #require(openingFailure(second))
    #expect(refusal.reason == .swiftName)
    #expect(refusal.message("en").contains(first.library) && refusal.message("en").contains(second.library))
    // Another version has another name: a host may hold two communes with a version each.
    let third = try BuiltModule("opentwice", version: "1.1.0")
    try third.build()
    #expect(openingFailure(third) == nil)
  }

  @Test("a marker that no living process holds tells of a crash, once")
  func marker() throws {
    let folder = try BuiltModule.temporaryFolder()
    defer { SourceFolder.remove(folder) }
    let held = try #require(LoadingMarker(in: folder))
    #expect(!LoadingMarker.takeCrashes(in: folder), "who still loads has not crashed")
    held.clear()
    #expect(SourceFolder.files(folder).isEmpty)
    try BuiltModule.write("", to: folder + "/loading-1")
    #expect(LoadingMarker.takeCrashes(in: folder))
    #expect(!LoadingMarker.takeCrashes(in: folder))
    #expect(LoadingMarker(in: folder + "/nowhere") == nil)
  }
}
