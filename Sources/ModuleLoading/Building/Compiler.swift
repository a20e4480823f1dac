internal import Glibc
internal import ParticipationKit

/// The Swift compiler of this machine.
struct Compiler {
  let path: String
  /// As ``HostABI/compiler``.
  let tag: String
  let triple: String
  /// In its own words: `Swift version 6.3.1 (swift-6.3.1-RELEASE)`.
  let version: String

  /// Finds the compiler of `PARVIS_SWIFTC`, or the one in the `PATH`, and asks what it is.
  /// - Throws: ``BuildFailure``.
  init(scratch: String) throws(BuildFailure) {
    let named = getenv("PARVIS_SWIFTC").map { String(cString: $0) } ?? ""
    guard let path = Program.find(named.isEmpty ? "swiftc" : named) else {
      throw BuildFailure(
        .compiler,
        fr: "le compilateur swiftc n’est pas dans le PATH ; installez Swift (https://www.swift.org/install/linux/) ou "
          + "nommez-le dans PARVIS_SWIFTC",
        en: "the compiler swiftc is not in the PATH; install Swift (https://www.swift.org/install/linux/) or name it "
          + "in PARVIS_SWIFTC")
    }
    // What the links of an installation lead to is where the C compiler of the same toolchain lies.
    let clang = SDK.parent(Program.resolved(path)) + "/clang"
    guard let info = Program.run(path, ["-print-target-info"], in: ".", scratch: scratch), info.status == 0,
      let facts = try? JSONValue.parse(info.output), let version = facts["compilerVersion"]?.asString,
      let triple = facts["target"]?["unversionedTriple"]?.asString,
      let said = Program.run(clang, ["--version"], in: ".", scratch: scratch), said.status == 0
    else {
      throw BuildFailure(
        .compiler, fr: "« \(path) » ne dit pas ce qu’il est (-print-target-info) ; réinstallez Swift",
        en: "“\(path)” does not say what it is (-print-target-info); install Swift again")
    }
    self.path = path
    self.version = version
    self.triple = triple
    let number = version.split(separator: " ").first { ("0"..."9").contains($0.first ?? " ") } ?? ""
    let clangWords = String(decoding: said.output.prefix { $0 != 0x0A }, as: UTF8.self)
    tag = HostABI.tag(version: String(number), clang: clangWords)
  }
}
