/// The header fields of a request, kept as the bytes that came and decoded only when asked for.
public struct HTTPHeaders: Sendable {
  struct Field: Sendable {
    var name: Range<Int>
    var value: Range<Int>
  }

  private let block: [UInt8]
  private let fields: [Field]

  init(block: [UInt8], fields: [Field]) {
    self.block = block
    self.fields = fields
  }

  /// Headers made of pairs, for tests and for requests that do not come from a socket.
  public init(_ pairs: [(String, String)]) {
    var block: [UInt8] = []
    var fields: [Field] = []
    for (name, value) in pairs {
      let start = block.count
      block += name.utf8
      let middle = block.count
      block += value.utf8
      fields.append(Field(name: start..<middle, value: middle..<block.count))
    }
    self.init(block: block, fields: fields)
  }

  /// The number of fields.
  public var count: Int { fields.count }

  /// The value of the first field called `name`, without regard to ASCII case; bytes that are not UTF-8 are
  /// replaced.
  public subscript(name: String) -> String? {
    fields.first { matches($0, name) }.map { text($0.value) }
  }

  /// The values of every field called `name`, in the order they came.
  public func values(_ name: String) -> [String] {
    fields.filter { matches($0, name) }.map { text($0.value) }
  }

  /// Every field in the order it came.
  public var all: [(name: String, value: String)] {
    fields.map { (text($0.name), text($0.value)) }
  }

  /// The bytes of every value of the fields called `name`.
  func bytes(_ name: String) -> [ArraySlice<UInt8>] {
    fields.filter { matches($0, name) }.map { block[$0.value] }
  }

  private func matches(_ field: Field, _ name: String) -> Bool {
    field.name.count == name.utf8.count && HTTPBytes.equalIgnoringCase(block[field.name], name.utf8)
  }

  private func text(_ range: Range<Int>) -> String {
    String(decoding: block[range], as: UTF8.self)
  }
}
