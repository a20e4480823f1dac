import CCMark

/// The memory of one text's tree: a place in the stack of the thread, to which the end of the rendering goes back.
///
/// The compiler emits these C functions once an object file, with a stack each: so all their calls stand in this file,
/// and none of them is inlined into another.
struct ParsingMemory {
  private let mark: parvis_mark

  @inline(never)
  init() { mark = parvis_begin() }

  /// Gives back everything that was taken since. The trees parsed meanwhile are gone then.
  @inline(never)
  func giveBack() { parvis_end(mark) }

  /// How many bytes of the topmost block are in use: for the test that parsing and giving back share a stack.
  static var used: Int {
    @inline(never) get { parvis_begin().used }
  }

  /// Parses a text; the tree lives until the memory is given back.
  @inline(never)
  static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> SyntaxNode? {
    bytes.withMemoryRebound(to: CChar.self) { characters in
      if let base = characters.baseAddress { return SyntaxNode(parvis_parse(base, characters.count)) }
      var nothing: CChar = 0
      return SyntaxNode(parvis_parse(&nothing, 0))
    }
  }
}
