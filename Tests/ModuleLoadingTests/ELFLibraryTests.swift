import ParticipationKit
import Testing

@testable import ModuleLoading

/// A library comes from somewhere else. Whatever its bytes are, reading them ends in words and never ends the program.
@Suite("The bytes of a library")
struct ELFLibraryTests {
  /// Reads all that the gate reads.
  private func readAll(_ bytes: [UInt8]) -> Bool {
    guard let library = try? ELFLibrary(bytes) else { return false }
    let note = library.section(ABINote.section).flatMap { ABINote($0) }
    return (try? library.needed()) != nil && (try? library.definedSwiftSymbols()) != nil && note != nil
  }

  @Test("a text, nothing and a lone magic number are no library")
  func foreign() {
    for bytes in [[], Array("#!/bin/sh".utf8), [0x7F, 0x45, 0x4C, 0x46], [UInt8](repeating: 0x7F, count: 4096)] {
      #expect(throws: ELFLibrary.Fault.self) { _ = try ELFLibrary(bytes) }
    }
  }

  @Test("a library cut anywhere, and one with wrong bytes anywhere, is read or refused, and nothing traps")
  func damaged() throws {
    let module = try BuiltModule("elfdamaged")
    try module.build()
    let whole = try FileBytes.read(module.library)
    #expect(readAll(whole))
    for length in stride(from: 0, to: whole.count, by: max(1, whole.count / 400)) {
      #expect(!readAll(Array(whole[..<length])), "cut at \(length)")
    }
    // Every byte of the header, then places all over the file, with values that break sizes and offsets.
    var random = SystemRandomNumberGenerator()
    var survived = 0
    for round in 0..<3000 {
      var bytes = whole
      let at = round < 256 ? round / 4 : Int.random(in: 0..<bytes.count, using: &random)
      for offset in 0..<Int.random(in: 1...8, using: &random) where at + offset < bytes.count {
        bytes[at + offset] = [0x00, 0x7F, 0x80, 0xFF, UInt8.random(in: 0...255)].randomElement(using: &random) ?? 0
      }
      if readAll(bytes) { survived += 1 }
    }
    #expect(survived > 0)
  }

  @Test("sections that overlap the end, or count more than there is, are refused")
  func sections() throws {
    let module = try BuiltModule("elfsections")
    try module.build()
    let whole = try FileBytes.read(module.library)
    for (at, values) in [
      (40, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]), (60, [0xFF, 0xFF]), (62, [0xFF, 0xFF]),
    ] {
      var bytes = whole
      for (offset, value) in values.enumerated() { bytes[at + offset] = UInt8(value) }
      #expect(throws: ELFLibrary.Fault.self) { _ = try ELFLibrary(bytes) }
    }
  }
}

@Suite("The note in a library")
struct ABINoteTests {
  private let note = ABINote(
    contract: .current, hasEvolution: true, interface: 0xFEDC_BA98_7654_3210, compiler: "6.3/abc",
    triple: "x86_64-unknown-linux-gnu", swiftName: "Module_petition_1_0_0", id: "petition", version: "1.0.0")

  @Test("what is written is read again")
  func round() throws {
    let bytes = try #require(note.bytes)
    #expect(bytes.count == ABINote.size)
    #expect(ABINote(bytes[...]) == note)
  }

  @Test("a note of another length, magic or layout is none")
  func foreign() throws {
    let bytes = try #require(note.bytes)
    #expect(ABINote(bytes.dropLast()) == nil)
    #expect(ABINote((bytes + [0])[...]) == nil)
    for index in [0, 7, 8, 9] {
      var wrong = bytes
      wrong[index] ^= 0x55
      #expect(ABINote(wrong[...]) == nil, "byte \(index)")
    }
    var control = bytes
    control[24] = 0x0A
    #expect(ABINote(control[...]) == nil)
  }

  @Test("what does not fit is not written")
  func tooLong() {
    var long = note
    long.compiler = String(repeating: "x", count: 65)
    #expect(long.bytes == nil && long.swift == nil)
    long = note
    long.id = "deux mots"
    #expect(long.bytes == nil)
  }

  @Test("a compiler's tag does not depend on how the C compiler in it writes its name")
  func tag() {
    let revision = "11673e6660b2d0a5f9f99b1c7b773f4c2f6df1b0"
    let url = "https://github.com/swiftlang/llvm-project.git"
    let a = HostABI.tag(version: "6.3.0", clang: "Clang 21.0.0 (\(url) \(revision))")
    let b = HostABI.tag(version: "6.3.1", clang: "clang version 21.0.0 (\(url) \(revision))")
    #expect(a == b && a == "6.3/\(revision)")
    #expect(HostABI.tag(version: "6.4-dev", clang: "clang version 21.0.0") == "6.4/21.0.0")
  }
}
