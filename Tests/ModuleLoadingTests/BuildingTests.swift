import Glibc
import ParticipationKit
import Testing

@testable import ModuleLoading

/// What an author meets: mistakes are said with file and line, and a folder that is right builds.
@Suite("Building a module")
struct BuildingTests {
  private func buildingFailure(_ module: BuiltModule) -> BuildFailure? {
    do {
      try module.build()
      return nil
    } catch {
      return error as? BuildFailure
    }
  }

  @Test("an error of the compiler names the author's file and line")
  func sources() throws {
    let module = try BuiltModule("buildwrong") { folder in
      try BuiltModule.write("let a = 1\nlet b: String = a\n", to: folder + "/Sources/Second.swift")
    }
    let failure = try #require(buildingFailure(module))
    #expect(failure.reason == .sources)
    #expect(failure.diagnostics.contains("Sources/Second.swift:2:"), "\(failure.diagnostics)")
    #expect(failure.diagnostics.contains("error:"))
  }

  @Test("what an error of the compiler mostly means in a module is said below it")
  func hints() throws {
    let module = try BuiltModule("buildinternal") { folder in
      try BuiltModule.write(
        "import ParticipationKit\npublic let noon: Timestamp = Timestamp(seconds: 0)\n", to: folder + "/Sources/B.swift"
      )
    }
    let failure = try #require(buildingFailure(module))
    #expect(failure.message("en").contains("begins with “public import ParticipationKit”"), "\(failure.diagnostics)")
    let package = try BuiltModule("buildpackage") { folder in
      try BuiltModule.write("import Vapor\n", to: folder + "/Sources/B.swift")
    }
    #expect(buildingFailure(package)?.message("fr").contains("ni Foundation, ni paquet") == true)
    #expect(CompilerHint.all(for: "Sources/B.swift:2:1: error: cannot find 'x' in scope")["en"] == [])
  }

  @Test("a capability that is written and not declared is refused: the host would never ask for it")
  func forgottenCapability() throws {
    let slots = "extension TestModule { var slots: [SlotContribution] { [] } }\n"
    let module = try BuiltModule("buildforgot", more: slots)
    let failure = try #require(buildingFailure(module))
    #expect(failure.reason == .capability)
    #expect(failure.message("en").contains("“slots”") && failure.message("fr").contains("SlotProviding"))
    let declared = try BuiltModule("buildkept", more: "extension TestModule: SlotProviding {}\n" + slots)
    #expect(buildingFailure(declared) == nil)
  }

  @Test("a comma too many in the words is said with file, line and column, and not in a commune")
  func locales() throws {
    let module = try BuiltModule("buildwords") { folder in
      try BuiltModule.write("{\n  \"é\": \"Bonjour\",\n  }\n", to: folder + "/Locales/en.json")
    }
    let failure = try #require(buildingFailure(module))
    #expect(failure.reason == .locales)
    #expect(failure.message("en").contains("Locales/en.json: line 3, column 3: expected the name of a member"))
    let number = try BuiltModule("buildnumber") { folder in
      try BuiltModule.write("{\"count\": 3}", to: folder + "/Locales/fr.json")
    }
    #expect(buildingFailure(number)?.message("en").contains("“count” expects a text") == true)
  }

  @Test("no type of the module, two of them, and the choice in module.json")
  func type() throws {
    let none = try BuiltModule("buildnone") { folder in
      try BuiltModule.write("import ParticipationKit\n", to: folder + "/Sources/Module.swift")
    }
    #expect(buildingFailure(none)?.reason == .type)
    let second = """
      struct OtherModule: ParticipationModule {
        static let manifest = TestModule.manifest
        init(settings: Settings, site: Site) {}
      }
      """
    let two = try BuiltModule("buildtwo", more: second)
    #expect(buildingFailure(two)?.message("en").contains("TestModule, OtherModule") == true)
    let chosen = BuiltModule.json("buildtwo").replacing("\"owner\"", with: "\"type\": \"OtherModule\", \"owner\"")
    try BuiltModule.write(chosen, to: two.folder + "/module.json")
    #expect(buildingFailure(two) == nil)
    #expect(try ModulePackage(folder: two.output).open().catalogues.isEmpty)
  }

  @Test("what is no folder of a module is said, with the part that is missing")
  func folder() throws {
    let folder = try BuiltModule.temporaryFolder()
    defer { SourceFolder.remove(folder) }
    #expect(
      performing: { _ = try ModuleBuilder(source: folder, sdk: SDK.find()).build() },
      throws: { error in
        (error as? BuildFailure)?.reason == .folder
          && (error as? BuildFailure)?.message("fr").contains("module.json") == true
      })
  }

  @Test("a program needs no building, and whoever tries is told so")
  func program() throws {
    let module = try BuiltModule("buildprogram") { folder in
      let json = BuiltModule.json("buildprogram").replacing("\"owner\"", with: "\"run\": [\"python3\"], \"owner\"")
      try BuiltModule.write(json, to: folder + "/module.json")
    }
    #expect(buildingFailure(module)?.message("en").contains("install it as it is") == true)
  }

  @Test("an SDK of another compiler is refused before anything is compiled, with both names")
  func mismatch() throws {
    let sdk = try BuiltModule.temporaryFolder()
    defer { SourceFolder.remove(sdk) }
    try SDK.find().export(to: sdk)
    let interface = "\(sdk)/Modules/ParticipationKit.swiftinterface"
    let text = String(decoding: try FileBytes.read(interface), as: UTF8.self)
    let other = text.replacing(try SDK.find().compilerVersion, with: "Swift version 5.9.2 (swift-5.9.2-RELEASE)")
    try BuiltModule.write(other, to: interface)
    let module = try BuiltModule("buildmismatch")
    #expect(
      performing: { _ = try ModuleBuilder(source: module.folder, sdk: SDK.find(sdk)).build() },
      throws: { error in
        guard let failure = error as? BuildFailure else { return false }
        return failure.reason == .mismatch && failure.message("en").contains("5.9.2")
          && failure.message("en").contains("6.")
      })
  }

  @Test("a new module from the exported SDK builds at once and opens")
  func template() throws {
    let folder = try BuiltModule.temporaryFolder()
    defer { SourceFolder.remove(folder) }
    try SDK.find().export(to: folder + "/sdk")
    let sdk = try SDK.find(folder + "/sdk")
    let own = try SDK.find()
    #expect(sdk.contract == .current && sdk.hasEvolution && sdk.digest == own.digest)
    let files = try ModuleTemplate.make("BoiteAIdees", in: folder + "/module", sdk: sdk)
    for file in ["module.json", "README.md", "Sources/BoiteAIdeesModule.swift", "Tests/BoiteAIdeesTests.swift"] {
      #expect(files.contains(file), "\(files)")
    }
    let result = try ModuleBuilder(source: folder + "/module", sdk: sdk).build()
    #expect(result.warnings.isEmpty, "\(result.warnings)")
    let descriptor = try ModulePackage(folder: result.folder).open()
    #expect(descriptor.manifest.id == "boiteaidees" && descriptor.migrations.count == 1)
    #expect(throws: BuildFailure.self, "what exists is not written over") {
      _ = try ModuleTemplate.make("BoiteAIdees", in: folder + "/module", sdk: sdk)
    }
    for name in ["petition", "Pétition", "Une Idee", "", String(repeating: "A", count: 25)] {
      #expect(throws: BuildFailure.self, "\(name)") {
        _ = try ModuleTemplate.make(name, in: folder + "/other", sdk: sdk)
      }
    }
    #expect(throws: BuildFailure.self) { try sdk.export(to: folder + "/module") }
  }

  @Test("each link of the exported guide leads to a page that came along: the tree is not there")
  func guideLinks() throws {
    let folder = try BuiltModule.temporaryFolder()
    defer { SourceFolder.remove(folder) }
    try SDK.find().export(to: folder)
    // Once more from there, as an installed program does.
    try SDK.find(folder).export(to: folder + "/again")
    for guide in ["\(folder)/Guide", "\(folder)/again/Guide"] {
      let pages = SourceFolder.files(guide).filter { $0.hasSuffix(".md") && !$0.contains("Decisions/") }
      #expect(pages.contains("README.md") && pages.contains("TESTING.md"))
      for page in pages {
        let text = String(decoding: try FileBytes.read("\(guide)/\(page)"), as: UTF8.self)
        for link in text.split(separator: "](").dropFirst().compactMap({ $0.split(separator: ")").first }) {
          let file = link.prefix { $0 != "#" }
          guard file.hasSuffix(".md") || file.contains("/"), !file.contains("://"), !file.contains(" ") else {
            continue
          }
          let home = page.split(separator: "/").dropLast().joined(separator: "/")
          #expect(SourceFolder.exists("\(guide)/\(home)/\(file)"), "\(page): \(file)")
        }
      }
    }
  }

  @Test("the type is found where comments and texts speak of others")
  func scan() {
    let source = """
      // of a struct Commented: ParticipationModule { it is only said
      /* class Hidden: ParticipationModule { */
      let text = "struct Quoted: ParticipationModule {"
      let long = \"\"\"
        actor Long: ParticipationModule { \\\"\"\" }
        \"\"\"
      extension Found: ParticipationModule {}
      struct Plain: Sendable {}
      public struct Found<T>
      struct Real: SchemaProviding,
        ParticipationModule, CatalogueProviding
      {
      """
    #expect(ModuleTypeScan.types(in: Array(source.utf8)) == ["Real"])
    #expect(ModuleTypeScan.types(in: Array("struct".utf8)).isEmpty)
    #expect(ModuleTypeScan.types(in: Array("/* \" // struct A: ParticipationModule".utf8)).isEmpty)
  }

  @Test("embedded files keep every byte, whatever stands in them")
  func embedded() throws {
    let text = "{\"a\": \"é\u{301}\\(b)\n\u{1}\t\r\n\u{FEFF}#\"}"
    let module = try BuiltModule(
      "buildembedded",
      more: """
        extension TestModule: SettingsProviding {
          static var settings: [SettingField] {
            [
              SettingField("text", .text, default: .blob(PackageResources.odd_name_txt), help: [:]),
              SettingField("bytes", .text, default: .blob(PackageResources._1_bin), help: [:]),
            ]
          }
        }
        """
    ) { folder in
      try BuiltModule.write(text, to: folder + "/Assets/odd-name.txt")
      try SourceFolder.write([0xFF, 0x00, 0xFE], to: folder + "/Assets/1.bin")
    }
    try module.build()
    let settings = try ModulePackage(folder: module.output).open().settings
    #expect(settings[0].defaultValue == .blob(Array(text.utf8)))
    #expect(settings[1].defaultValue == .blob([0xFF, 0x00, 0xFE]))
  }
}

/// Every message that the loader and the builder can say is explained to authors.
@Suite("The page on troubleshooting")
struct TroubleshootingTests {
  @Test("each reason has its place on the page")
  func complete() throws {
    let page = String(decoding: try FileBytes.read("Sources/ParticipationKit/LOADING.md"), as: UTF8.self)
    for name in RefusalReason.all.map(\.name) + BuildFailure.Reason.all.map(\.name) {
      #expect(page.contains("### `\(name)`"), "\(name)")
    }
    #expect(Set(RefusalReason.all).count == RefusalReason.all.count)
  }

  @Test("nothing closes a library: the runtime would keep pointers into it")
  func neverClosed() throws {
    for file in SourceFolder.files("Sources") where file.hasSuffix(".swift") || file.hasSuffix(".h") {
      let text = String(decoding: try FileBytes.read("Sources/\(file)"), as: UTF8.self)
      #expect(!text.contains("dlclose("), "\(file)")
    }
  }

  @Test("every reason is in the list that the page is checked by")
  func listed() throws {
    let source = String(
      decoding: try FileBytes.read("Sources/ModuleLoading/Opening/RefusalReason.swift"), as: UTF8.self)
    #expect(source.split(separator: "= RefusalReason(\"").count - 1 == RefusalReason.all.count)
  }
}
