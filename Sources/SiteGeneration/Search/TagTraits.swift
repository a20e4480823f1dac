/// What the name of an element says about the words in it.
struct TagTraits: OptionSet {
  let rawValue: UInt8

  /// Words on both sides of its tags may belong together.
  static let inline = TagTraits(rawValue: 1)
  /// What it holds is not read.
  static let mute = TagTraits(rawValue: 2)
  /// It holds nothing.
  static let empty = TagTraits(rawValue: 4)
  static let heading = TagTraits(rawValue: 8)
  /// A link can lead to it by its id.
  static let part = TagTraits(rawValue: 16)

  /// The traits of a name, as ``PageWords/packed(_:)`` gives it.
  static func of(_ name: UInt64) -> TagTraits {
    var place = TagTraits.place(name)
    while table[place].name != 0 {
      if table[place].name == name { return table[place].traits }
      place = (place + 1) & (size - 1)
    }
    return []
  }

  /// A power of two, several times the number of names.
  private static let size = 256

  private static func place(_ name: UInt64) -> Int {
    Int(truncatingIfNeeded: (name &* 0x9E37_79B9_7F4A_7C15) >> 56) & (size - 1)
  }

  private static let table: [(name: UInt64, traits: TagTraits)] = {
    let kinds: [(TagTraits, [String])] = [
      (.part, ["section", "article"]), (.heading, ["h1", "h2", "h3", "h4"]),
      (.mute, ["form", "nav", "svg", "script", "style", "noscript", "select"]),
      (.empty, ["br", "hr", "img", "input", "link", "meta"]),
      (
        .inline,
        [
          "a", "abbr", "b", "bdi", "cite", "code", "data", "del", "dfn", "em", "i", "ins", "kbd", "mark", "q", "s",
          "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var",
        ]
      ),
    ]
    var table = [(name: UInt64, traits: TagTraits)](repeating: (0, []), count: size)
    for (traits, names) in kinds {
      for name in names {
        let packed = PageWords.packed(name.utf8)
        var place = place(packed)
        while table[place].name != 0 { place = (place + 1) & (size - 1) }
        table[place] = (packed, traits)
      }
    }
    return table
  }()
}
