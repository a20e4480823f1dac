import Glibc
import ParticipationKit
import Testing

@testable import ModuleLoading

/// What is refused before anything of a module runs (research: plugins §4d). Each refusal names both sides.
@Suite("The gate before a module's code")
struct GateTests {
  /// A constructor that leaves a file: proof that code of a library ran.
  private func constructor(_ path: String) -> String {
    """
    import Glibc
    @section(".init_array") @used let atLoad: @convention(c) () -> Void = { _ = creat("\(path)", 0o600) }
    """
  }

  @Test("another compiler's module is refused with both tags, and not one line of it runs")
  func compiler() throws {
    let witness = try BuiltModule.temporaryFolder()
    defer { SourceFolder.remove(witness) }
    let module = try BuiltModule("gatecompiler", more: constructor(witness + "/ran"))
    try module.build()
    try module.patchNote { $0.compiler = "6.2/0123456789abcdef" }
    let refusal = try #require(module.refusal())
    #expect(refusal.reason == .compiler)
    for locale in ["fr", "en"] {
      #expect(refusal.message(locale).contains("6.2/0123456789abcdef"))
      #expect(refusal.message(locale).contains(HostABI.current.compiler))
      #expect(refusal.message(locale).contains("parvis module build"))
    }
    #expect(!SourceFolder.exists(witness + "/ran"))
    // The same file, unpatched, does run its constructor: the test would see it.
    try module.patchNote { $0.compiler = HostABI.current.compiler }
    _ = try ModulePackage(folder: module.output).open()
    #expect(SourceFolder.exists(witness + "/ran"))
  }

  @Test("epoch, minor, machine, evolution and identity are each refused for themselves")
  func note() throws {
    let module = try BuiltModule("gatenote")
    try module.build()
    let current = ContractVersion.current
    let newer = ContractVersion(epoch: current.epoch, minor: current.minor + 1)
    let cases: [(RefusalReason, (inout ABINote) -> Void)] = [
      (.epoch, { $0.contract = ContractVersion(epoch: current.epoch + 1, minor: 0) }),
      (.minor, { $0.contract = newer }), (.triple, { $0.triple = "aarch64-unknown-linux-gnu" }),
      (.evolution, { $0.hasEvolution = false }), (.identity, { $0.id = "somethingelse" }),
      (.identity, { $0.version = "9.9.9" }),
    ]
    for (reason, change) in cases {
      try module.patchNote(change)
      #expect(module.refusal()?.reason == reason)
      try module.build()
    }
    #expect(module.refusal() == nil)
    // A host that grew loads what was built before.
    var host = HostABI.current
    host.contract = newer
    #expect(module.refusal(host: host) == nil)
    host = .current
    host.machine = 183
    #expect(module.refusal(host: host)?.reason == .library)
  }

  @Test("the message names the release that fits, in words")
  func releases() throws {
    let module = try BuiltModule("gaterelease")
    try module.build()
    func message(_ contract: ContractVersion, _ host: ContractVersion, _ releases: [ContractRelease]) throws -> String {
      try module.patchNote { $0.contract = contract }
      var program = HostABI.current
      program.contract = host
      do {
        _ = try ModulePackage(folder: module.output, host: program, releases: releases)
        return "loaded"
      } catch {
        return error.message("en") + error.message("fr")
      }
    }
    func version(_ epoch: Int, _ minor: Int) -> ContractVersion { ContractVersion(epoch: epoch, minor: minor) }
    let table = [
      ContractRelease(version(1, 0), parvis: "0.1"), ContractRelease(version(1, 2), parvis: "0.4"),
      ContractRelease(version(2, 0), parvis: "1.0"),
    ]
    // An older epoch: the program knows which releases had it.
    let old = try message(version(1, 1), version(2, 0), table)
    #expect(
      old.contains("it is loaded by Parvis 0.4 or later, before 1.0. Take such a Parvis, or keep this one and build"))
    #expect(old.contains("le chargent : Parvis 0.4 ou plus récent, avant 1.0."))
    // A newer minor: the program cannot know, but the builder wrote it down.
    let file = module.output + "/" + ContractRelease.file
    #expect(try JSONValue.parse(FileBytes.read(file))["parvis"]?.asString == ContractRelease.all.last?.parvis)
    try SourceFolder.write(Array("{\"parvis\": \"0.7\"}".utf8), to: file)
    let new = try message(version(1, 5), version(1, 0), ContractRelease.all)
    #expect(new.contains("it needs Parvis 0.7 or later. Update Parvis") && new.contains("Parvis 0.7 ou plus récent."))
    for bytes in ["", "{\"parvis\": \"<b>0.7\"}", "{\"parvis\": 7}", "[", "{\"parvis\": \"\"}"] {
      try SourceFolder.write(Array(bytes.utf8), to: file)
      #expect(
        try message(version(1, 5), version(1, 0), ContractRelease.all).contains("it needs a later Parvis than 0.1."))
    }
  }

  @Test("the table of releases is that of the page on versions, up to this contract")
  func table() throws {
    let page = try FileBytes.read("Sources/ParticipationKit/VERSIONS.md")
    let rows = String(decoding: page, as: UTF8.self).split(separator: "\n").filter { $0.hasPrefix("| ") }.dropFirst()
    let written = rows.map { $0.split(separator: "|").map { $0.filter { $0 != " " } } }.filter { $0.count == 2 }
    #expect(written == ContractRelease.all.map { ["\($0.contract)", $0.parvis] })
    #expect(ContractRelease.all.last?.contract == .current)
  }

  @Test("a module with its own copy of the contract is refused; one that extends the contract's types is not")
  func copies() throws {
    let extending = try BuiltModule(
      "gateextending", more: "extension JSONValue { public var twice: JSONValue { .array([self, self]) } }")
    try extending.build()
    #expect(extending.refusal() == nil)
    let copying = try BuiltModule("gatecopying")
    try copying.build()
    // What SwiftPM does with a library product: the contract's objects go into the module.
    let contract = try #require(ContractObjects.all, "the objects of the contract, from the build of this test")
    try copying.compile(
      [
        "-I", ".build/sdk", "Sources/Module.swift", ".build/generated/PackageResources.swift",
        ".build/generated/ModuleEntry.swift",
      ] + contract)
    let refusal = try #require(copying.refusal())
    #expect(refusal.reason == .copy)
    #expect(refusal.message("en").contains("$s16ParticipationKit"))
  }

  @Test("a module that brings Foundation is refused by the name of what it needs")
  func needed() throws {
    let module = try BuiltModule("gatefoundation", more: "public import Foundation\npublic let now = Date()")
    #expect(throws: ModuleRefusal.self) { try module.build() }
    #expect(module.refusal()?.reason == .needed)
    #expect(module.refusal()?.message("fr").contains("libFoundation") == true)
  }

  @Test("a library that module build did not make, and one cut short, are refused")
  func foreign() throws {
    let module = try BuiltModule("gateforeign")
    try module.build()
    try module.patch { bytes in
      let magic = Array("PARVISAB".utf8)
      let at = try #require(bytes.indices.first { bytes[$0...].starts(with: magic) })
      bytes[at] = 0x51
    }
    #expect(module.refusal()?.reason == .note)
    try module.patch { $0 = Array($0.prefix($0.count / 2)) }
    #expect(module.refusal()?.reason == .library)
    unlink(module.library)
    #expect(module.refusal()?.reason == .unreadable)
  }

  @Test("module.json is checked key by key")
  func sidecar() throws {
    let wrong: [(String, String)] = [
      ("{", "JSON"), ("[]", "JSON"), ("{\"id\": \"a\"}", "version"),
      (BuiltModule.json("Bad Id"), "id"), (BuiltModule.json("good", "1.0"), "1.0.0"),
      (BuiltModule.json("good").replacing("\"owner\"", with: "\"ownr\""), "ownr"),
      (BuiltModule.json("good").replacing("{\"fr\": \"Essai\"}", with: "{\"en\": \"Trial\"}"), "fr"),
    ]
    for (text, expected) in wrong {
      #expect(
        performing: { _ = try Sidecar(Array(text.utf8), path: "module.json") },
        throws: { error in
          guard let refusal = error as? ModuleRefusal else { return false }
          return refusal.reason == .sidecar && refusal.message("en").contains(expected)
        })
    }
    #expect(try Sidecar(Array(BuiltModule.json("good").utf8), path: "module.json").id == "good")
  }
}

/// The object files of the contract, as the build of this very test made them.
enum ContractObjects {
  static var all: [String]? {
    let home = SDK.parent(Program.resolved("/proc/self/exe")) + "/ParticipationKit.build"
    let objects = SourceFolder.files(home).filter { $0.hasSuffix(".o") }.map { "\(home)/\($0)" }
    return objects.isEmpty ? nil : objects
  }
}
