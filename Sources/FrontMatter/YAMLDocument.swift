import CYAML

/// Reads one YAML document with libyaml, as a clerk writes it: no aliases, no tags, no second document.
public enum YAMLDocument {
  /// The most bytes of one document: 1 MiB.
  public static let bytesMax = 1 << 20

  /// The most sequences and mappings inside each other.
  public static let depthMax = 20

  /// The value of a document; null for one without content.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8, with or without a byte order mark.
  ///   - file: the name that errors show.
  /// - Throws: ``FrontMatterError`` for the first thing that cannot be read.
  public static func parse(_ bytes: [UInt8], file: String) throws(FrontMatterError) -> YAMLValue {
    try SourceText.check(bytes, file: file)
    return try parse(bytes[SourceText.start(of: bytes)...], file: file, firstLine: 1)
  }

  /// Reads a part of a file that is known to be UTF-8 and starts at line `firstLine`.
  static func parse(
    _ bytes: ArraySlice<UInt8>, file: String, firstLine: Int
  ) throws(FrontMatterError) -> YAMLValue {
    guard bytes.count <= bytesMax else {
      throw FrontMatterError(file, firstLine, 1, .tooLarge(bytes: bytes.count, bytesMax: bytesMax))
    }
    return try bytes.withUnsafeBufferPointer { (input) throws(FrontMatterError) in
      let parser = EventParser(input, file: file, firstLine: firstLine)
      defer { parser.close() }
      return try parser.document()
    }
  }
}

/// Turns libyaml's events into values. It lives no longer than the input it points into.
private struct EventParser {
  // On the heap, because libyaml keeps the parser's own address in it.
  private let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
  private let input: UnsafeBufferPointer<UInt8>
  private let file: String
  private let firstLine: Int

  init(_ input: UnsafeBufferPointer<UInt8>, file: String, firstLine: Int) {
    self.input = input
    self.file = file
    self.firstLine = firstLine
    parser.initialize(to: yaml_parser_t())
    precondition(yaml_parser_initialize(parser) == 1, "libyaml could not start: no memory")
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, input.baseAddress, input.count)
  }

  func close() {
    yaml_parser_delete(parser)
    parser.deallocate()
  }

  /// The only document of the stream.
  func document() throws(FrontMatterError) -> YAMLValue {
    _ = try next()
    guard try next().kind != YAML_STREAM_END_EVENT else {
      return YAMLValue(.scalar(YAMLScalar(plain: "")), line: firstLine, column: 1)
    }
    let value = try value(try next(), depth: 0)
    _ = try next()
    let after = try next()
    guard after.kind == YAML_STREAM_END_EVENT else { throw error(.severalDocuments, at: after) }
    return value
  }

  private func value(_ event: Event, depth: Int) throws(FrontMatterError) -> YAMLValue {
    guard depth < YAMLDocument.depthMax || event.kind == YAML_SCALAR_EVENT else {
      throw error(.tooDeep(depthMax: YAMLDocument.depthMax), at: event)
    }
    let storage: YAMLValue.Storage =
      switch event.kind {
      case YAML_SEQUENCE_START_EVENT: .sequence(try sequence(depth: depth + 1))
      case YAML_MAPPING_START_EVENT: .mapping(try mapping(depth: depth + 1))
      default: .scalar(event.isPlain ? YAMLScalar(plain: event.text) : YAMLScalar(quoted: event.text))
      }
    return YAMLValue(storage, line: event.line, column: event.column)
  }

  private func sequence(depth: Int) throws(FrontMatterError) -> [YAMLValue] {
    var values: [YAMLValue] = []
    while true {
      let event = try next()
      if event.kind == YAML_SEQUENCE_END_EVENT { return values }
      values.append(try value(event, depth: depth))
    }
  }

  private func mapping(depth: Int) throws(FrontMatterError) -> [YAMLEntry] {
    var entries: [YAMLEntry] = []
    var lines: [String: Int] = [:]
    while true {
      let event = try next()
      if event.kind == YAML_MAPPING_END_EVENT { return entries }
      guard event.kind == YAML_SCALAR_EVENT else { throw error(.keyIsNotText, at: event) }
      if let firstLine = lines.updateValue(event.line, forKey: event.text) {
        throw error(.duplicateKey(event.text, firstLine: firstLine), at: event)
      }
      let value = try value(try next(), depth: depth)
      entries.append(YAMLEntry(key: event.text, value: value, line: event.line, column: event.column))
    }
  }

  /// What a libyaml event says, copied out of its memory.
  private struct Event {
    var kind: yaml_event_type_t
    var line: Int
    var column: Int
    var text = ""
    var isPlain = false
  }

  private func next() throws(FrontMatterError) -> Event {
    var raw = yaml_event_t()
    guard yaml_parser_parse(parser, &raw) == 1 else { throw syntaxError() }
    defer { yaml_event_delete(&raw) }
    var event = Event(
      kind: raw.type, line: firstLine + Int(raw.start_mark.line), column: Int(raw.start_mark.column) + 1)
    var tag: UnsafeMutablePointer<yaml_char_t>?
    switch raw.type {
    case YAML_ALIAS_EVENT: throw error(.alias, at: event)
    case YAML_SEQUENCE_START_EVENT: tag = raw.data.sequence_start.tag
    case YAML_MAPPING_START_EVENT: tag = raw.data.mapping_start.tag
    case YAML_SCALAR_EVENT:
      let scalar = raw.data.scalar
      tag = scalar.tag
      let characters = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      event.text = String(decoding: characters, as: UTF8.self)
      event.isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
    default: break
    }
    if let tag { throw error(.tag(String(cString: tag)), at: event) }
    return event
  }

  private func error(_ problem: FrontMatterError.Problem, at event: Event) -> FrontMatterError {
    FrontMatterError(file, event.line, event.column, problem)
  }

  private func syntaxError() -> FrontMatterError {
    let state = parser.pointee
    let words = state.problem.map { String(cString: $0) } ?? "unreadable"
    if state.error == YAML_READER_ERROR {
      let place = SourceText.place(of: min(state.problem_offset, input.count), in: input)
      return FrontMatterError(file, firstLine - 1 + place.line, place.column, .syntax(words))
    }
    let line = Int(state.problem_mark.line)
    let column = Int(state.problem_mark.column) + 1
    let problem: FrontMatterError.Problem =
      SourceText.hasTabIndentation(line: line, in: input) ? .tabIndentation : .syntax(words)
    return FrontMatterError(file, firstLine + line, column, problem)
  }
}
