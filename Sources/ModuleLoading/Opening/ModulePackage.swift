public import ParticipationKit

/// A built module in a folder: `module.json` and the library beside it, examined as bytes. Nothing of it has run.
public struct ModulePackage: Sendable {
  /// The folder.
  public let folder: String
  /// What `module.json` says.
  public let sidecar: Sidecar
  /// What the library says.
  public let note: ABINote
  /// The path of the library.
  public let library: String
  /// A digest of the library's bytes (FNV-1a, 64 bits): tells two builds of one version apart.
  public let digest: UInt64

  /// Examines a folder.
  /// - Parameters:
  ///   - folder: A folder with `module.json` and `<id>.so`.
  ///   - host: The program that wants to open it.
  /// - Throws: ``ModuleRefusal`` for the first thing that does not fit.
  public init(folder: String, host: HostABI = .current) throws(ModuleRefusal) {
    try self.init(folder: folder, host: host, releases: ContractRelease.all)
  }

  /// The same for a program that knows other releases.
  init(folder: String, host: HostABI, releases: [ContractRelease]) throws(ModuleRefusal) {
    let path = folder + "/" + Sidecar.name
    let sidecar = try Sidecar(try FileBytes.read(path), path: path)
    let library = "\(folder)/\(sidecar.id).so"
    let bytes = try FileBytes.read(library)
    let gate = ModuleGate(
      host: host, hostSymbols: HostSymbols(), releases: releases, builder: ContractRelease.builder(of: folder))
    note = try gate.check(bytes, path: library, sidecar)
    digest = ModulePackage.digest(bytes)
    self.folder = folder
    self.sidecar = sidecar
    self.library = library
  }

  /// FNV-1a, 64 bits.
  static func digest(_ bytes: some Sequence<UInt8>) -> UInt64 {
    var value: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    return value
  }

  /// Opens the library and gives the module. From here on its code runs in this process, with all that this process
  /// may do; it stays until the process ends. A library that is open already is not opened again.
  /// - Throws: ``ModuleRefusal`` when the loader, the identity of the contract or the manifest do not fit.
  public func open() throws(ModuleRefusal) -> ModuleDescriptor {
    let descriptor = try OpenLibraries.shared.descriptor(of: self)
    if let difference = sidecar.difference(from: descriptor.manifest) {
      throw ModuleRefusal(
        .manifest, path: folder + "/" + Sidecar.name,
        fr:
          "« \(difference.field) » vaut « \(difference.file) » ici et « \(difference.code) » dans le code ; écrivez la "
          + "même chose aux deux endroits, puis recompilez",
        en:
          "“\(difference.field)” is “\(difference.file)” here and “\(difference.code)” in the code; write the same in "
          + "both places, then build again")
    }
    return descriptor
  }
}
