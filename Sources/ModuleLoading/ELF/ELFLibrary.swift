/// A shared library for 64-bit Linux, read as bytes: nothing of it runs and nothing of it is mapped.
///
/// System V ABI, "Object Files"; the numbers are those of `elf.h`.
public struct ELFLibrary: Sendable {
  /// Why bytes are no library that can be read.
  public struct Fault: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was expected and where.
    public let description: String

    init(_ description: String) { self.description = description }
  }

  struct Section {
    let name: String
    let type: Int
    let range: Range<Int>
    let link: Int
  }

  /// The machine: 62 x86-64, 183 AArch64.
  public let machine: Int
  let file: ELFBytes
  let sections: [Section]

  private static let dynamicLibrary = 3
  private static let headerSize = 64
  /// A library of a compiler has some forty.
  private static let mostSections = 4096
  private static let symbolTable = 11
  private static let dynamicTable = 6
  private static let withoutBytes = 8

  /// Reads the headers of a library.
  /// - Throws: ``Fault`` for anything that is no whole 64-bit little-endian shared library.
  public init(_ bytes: [UInt8]) throws(Fault) {
    let file = ELFBytes(bytes: bytes)
    guard bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46]) else { throw Fault("no ELF file") }
    guard bytes.count >= ELFLibrary.headerSize else { throw Fault("cut short in its header") }
    guard bytes[4] == 2, bytes[5] == 1 else { throw Fault("not for a 64-bit little-endian machine") }
    guard file.u16(16) == ELFLibrary.dynamicLibrary, let machine = file.u16(18) else {
      throw Fault("not a shared library")
    }
    self.machine = machine
    self.file = file
    sections = try ELFLibrary.sections(file)
  }

  private static func sections(_ file: ELFBytes) throws(Fault) -> [Section] {
    guard let start = file.length(40), let entry = file.u16(58), let count = file.u16(60), let names = file.u16(62),
      entry == 64, count > 0, count <= mostSections, file.range(start, count * entry) != nil
    else { throw Fault("its table of sections is damaged or was taken out") }
    var parts: [(name: Int, section: Section)] = []
    for index in 0..<count {
      let at = start + index * entry
      guard let name = file.u32(at), let type = file.u32(at + 4), let offset = file.length(at + 24),
        let size = file.length(at + 32), let link = file.u32(at + 40)
      else { throw Fault("section \(index) is damaged") }
      // A section without bytes in the file (.bss) has a size all the same.
      guard let range = type == withoutBytes || type == 0 ? 0..<0 : file.range(offset, size) else {
        throw Fault("section \(index) ends after the file: the file is cut short")
      }
      parts.append((name, Section(name: "", type: type, range: range, link: link)))
    }
    guard names < parts.count else { throw Fault("its section names are damaged") }
    let table = parts[names].section.range
    return parts.map { part in
      let name = file.name(at: part.name, in: table).map { String(decoding: $0, as: UTF8.self) } ?? ""
      return Section(name: name, type: part.section.type, range: part.section.range, link: part.section.link)
    }
  }

  /// The bytes of a section; nil when there is none of this name.
  public func section(_ name: String) -> ArraySlice<UInt8>? {
    sections.first { $0.name == name }.map { file.bytes[$0.range] }
  }

  /// The libraries that this one asks for.
  /// - Throws: ``Fault`` for a damaged table.
  public func needed() throws(Fault) -> [String] {
    var names: [String] = []
    for section in sections where section.type == ELFLibrary.dynamicTable {
      guard section.link < sections.count else { throw Fault("its dynamic table is damaged") }
      let table = sections[section.link].range
      var at = section.range.lowerBound
      while at <= section.range.upperBound - 16, let tag = file.number(at: at, size: 8), tag != 0 {
        if tag == 1 {
          guard let offset = file.length(at + 8), let name = file.name(at: offset, in: table) else {
            throw Fault("the name of a library it needs is damaged")
          }
          names.append(String(decoding: name, as: UTF8.self))
        }
        at += 16
      }
    }
    return names
  }

  /// The names of the Swift symbols that this library defines for others (`$s…`), which a second copy of something
  /// shares with the first.
  /// - Throws: ``Fault`` for a damaged table.
  public func definedSwiftSymbols() throws(Fault) -> [String] {
    var names: [String] = []
    for section in sections where section.type == ELFLibrary.symbolTable {
      guard section.link < sections.count else { throw Fault("its table of symbols is damaged") }
      let table = sections[section.link].range
      var at = section.range.lowerBound
      while at <= section.range.upperBound - 24 {
        guard let offset = file.u32(at), let home = file.u16(at + 6) else {
          throw Fault("its table of symbols is damaged")
        }
        at += 24
        guard home != 0 else { continue }
        guard let name = file.name(at: offset, in: table) else { throw Fault("the name of a symbol is damaged") }
        if name.starts(with: [0x24, 0x73]) { names.append(String(decoding: name, as: UTF8.self)) }
      }
    }
    return names
  }
}
