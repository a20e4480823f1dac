public import ParticipationKit

/// What a module's library says about how it was made, in a section of its own, so that it is read without running
/// anything of the library.
///
/// 36 little-endian words: the magic, the versions, the digest of the interface, then five texts of fixed length
/// filled up with zeros. A tuple of integers is what the compiler accepts as the content of a section.
public struct ABINote: Sendable, Hashable {
  /// The contract that it was built against.
  public var contract: ContractVersion
  /// Whether that contract was built with library evolution.
  public var hasEvolution: Bool
  /// A digest of the contract's interface; for reports only.
  public var interface: UInt64
  /// The compiler: see ``HostABI/compiler``.
  public var compiler: String
  /// The machine and system, as `x86_64-unknown-linux-gnu`.
  public var triple: String
  /// What the module is called in Swift; no two of a process may share it.
  public var swiftName: String
  /// The id of the module.
  public var id: String
  /// The version of the module.
  public var version: String

  /// The section.
  public static let section = "parvis_abi"
  /// The function that gives the ``ModuleEntry``.
  public static let entry = "parvis_module_entry"

  private static let magic = Array("PARVISAB".utf8)
  private static let layout: UInt64 = 1
  /// The bytes of each text, in order: compiler, triple, name in Swift, id, version.
  private static let rooms = [64, 48, 64, 32, 32]
  static let size = 24 + rooms.reduce(0, +)

  /// Makes a note.
  public init(
    contract: ContractVersion, hasEvolution: Bool, interface: UInt64, compiler: String, triple: String,
    swiftName: String, id: String, version: String
  ) {
    self.contract = contract
    self.hasEvolution = hasEvolution
    self.interface = interface
    self.compiler = compiler
    self.triple = triple
    self.swiftName = swiftName
    self.id = id
    self.version = version
  }

  /// Reads the bytes of the section; nil when they are no note of a layout that is known here.
  public init?(_ section: ArraySlice<UInt8>) {
    let file = ELFBytes(bytes: Array(section))
    guard file.bytes.count == ABINote.size, file.bytes.starts(with: ABINote.magic),
      let versions = file.number(at: 8, size: 8), versions & 0xFFFF == ABINote.layout,
      let interface = file.number(at: 16, size: 8)
    else { return nil }
    var texts: [String] = []
    var at = 24
    for room in ABINote.rooms {
      let text = file.bytes[at..<at + room].prefix { $0 != 0 }
      guard text.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
      texts.append(String(decoding: text, as: UTF8.self))
      at += room
    }
    self.init(
      contract: ContractVersion(epoch: Int(versions >> 16 & 0xFFFF), minor: Int(versions >> 32 & 0xFFFF)),
      hasEvolution: versions >> 48 & 1 == 1, interface: interface, compiler: texts[0], triple: texts[1],
      swiftName: texts[2], id: texts[3], version: texts[4])
  }

  /// The bytes of the section; nil when a text is too long or holds what no name holds.
  public var bytes: [UInt8]? {
    var out = ABINote.magic
    func append(_ number: UInt64) {
      for shift in stride(from: UInt64(0), to: 64, by: 8) { out.append(UInt8(number >> shift & 0xFF)) }
    }
    guard (0...0xFFFF).contains(contract.epoch), (0...0xFFFF).contains(contract.minor) else { return nil }
    append(
      ABINote.layout | UInt64(contract.epoch) << 16 | UInt64(contract.minor) << 32 | (hasEvolution ? 1 << 48 : 0))
    append(interface)
    for (text, room) in zip([compiler, triple, swiftName, id, version], ABINote.rooms) {
      let bytes = Array(text.utf8)
      guard bytes.count <= room, bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
      out += bytes + [UInt8](repeating: 0, count: room - bytes.count)
    }
    return out
  }

  /// The note as Swift that the compiler puts into the section; nil as ``bytes``.
  public var swift: String? {
    guard let bytes else { return nil }
    let file = ELFBytes(bytes: bytes)
    let words = stride(from: 0, to: bytes.count, by: 8).map { String(file.number(at: $0, size: 8) ?? 0) }
    let type = [String](repeating: "UInt64", count: words.count).joined(separator: ", ")
    return """
      @section("\(ABINote.section)") @used let parvisNote: (\(type)) = (
        \(words.joined(separator: ", "))
      )

      """
  }
}
