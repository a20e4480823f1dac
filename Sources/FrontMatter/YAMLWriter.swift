import CYAML

/// Writes values as YAML that people read and edit, with libyaml's emitter. The same value always gives the
/// same bytes, and ``YAMLDocument/parse(_:file:)`` gives the value back.
public enum YAMLWriter {
  /// The text of a mapping, one key a line, ending with a line end.
  ///
  /// Text is quoted when another reader could take it for something else (`"no"`, `"007"`, `"18:30"`); text
  /// of several lines is written as a block.
  ///
  /// - Parameter value: a mapping, not deeper than ``YAMLDocument/depthMax``.
  public static func write(_ value: YAMLValue) -> String {
    precondition(value.entries != nil, "only a mapping is written as a document")
    var emitter = EventEmitter()
    emitter.document(value)
    return String(decoding: emitter.finish(), as: UTF8.self)
  }
}

/// Feeds events to libyaml's emitter and collects its bytes.
private struct EventEmitter {
  private let emitter = UnsafeMutablePointer<yaml_emitter_t>.allocate(capacity: 1)
  private let output = UnsafeMutablePointer<[UInt8]>.allocate(capacity: 1)
  private var event = yaml_event_t()

  init() {
    emitter.initialize(to: yaml_emitter_t())
    output.initialize(to: [])
    precondition(yaml_emitter_initialize(emitter) == 1, "libyaml could not start: no memory")
    yaml_emitter_set_output(
      emitter,
      { output, bytes, count in
        output?.assumingMemoryBound(to: [UInt8].self).pointee
          .append(contentsOf: UnsafeBufferPointer(start: bytes, count: count))
        return 1
      }, output)
    yaml_emitter_set_unicode(emitter, 1)
    yaml_emitter_set_indent(emitter, 2)
    yaml_emitter_set_width(emitter, -1)
    yaml_emitter_set_break(emitter, YAML_LN_BREAK)
  }

  mutating func document(_ value: YAMLValue) {
    emit(yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING))
    emit(yaml_document_start_event_initialize(&event, nil, nil, nil, 1))
    emit(value, depth: 1)
    emit(yaml_document_end_event_initialize(&event, 1))
    emit(yaml_stream_end_event_initialize(&event))
  }

  /// The bytes written. The emitter cannot be used after this.
  func finish() -> [UInt8] {
    yaml_emitter_flush(emitter)
    yaml_emitter_delete(emitter)
    emitter.deallocate()
    defer {
      output.deinitialize(count: 1)
      output.deallocate()
    }
    return output.pointee
  }

  private mutating func emit(_ value: YAMLValue, depth: Int) {
    precondition(
      depth <= YAMLDocument.depthMax || value.scalar != nil, "this YAML could not be read back: it is too deep")
    switch value.storage {
    case .scalar(let scalar): emit(scalar)
    case .sequence(let values):
      let style = values.isEmpty ? YAML_FLOW_SEQUENCE_STYLE : YAML_BLOCK_SEQUENCE_STYLE
      emit(yaml_sequence_start_event_initialize(&event, nil, nil, 1, style))
      for value in values { emit(value, depth: depth + 1) }
      emit(yaml_sequence_end_event_initialize(&event))
    case .mapping(let entries):
      let style = entries.isEmpty ? YAML_FLOW_MAPPING_STYLE : YAML_BLOCK_MAPPING_STYLE
      emit(yaml_mapping_start_event_initialize(&event, nil, nil, 1, style))
      for entry in entries {
        emit(YAMLScalar(quoted: entry.key))
        emit(entry.value, depth: depth + 1)
      }
      emit(yaml_mapping_end_event_initialize(&event))
    }
  }

  private mutating func emit(_ scalar: YAMLScalar) {
    // Null has several spellings; the empty one could not stand in a list.
    let text = Array((scalar.kind == .null ? "null" : scalar.text).utf8)
    let style = scalar.kind == .text ? QuotingRule.style(of: scalar.text) : YAML_PLAIN_SCALAR_STYLE
    let canBePlain: Int32 = style == YAML_PLAIN_SCALAR_STYLE ? 1 : 0
    emit(
      yaml_scalar_event_initialize(&event, nil, nil, text, Int32(text.count), canBePlain, 1, style))
  }

  /// Hands the prepared event over. Both steps fail only without memory or on a wrong order of events.
  private mutating func emit(_ isPrepared: Int32) {
    precondition(isPrepared == 1, "libyaml could not prepare an event: no memory")
    precondition(yaml_emitter_emit(emitter, &event) == 1, "libyaml refused an event: no memory")
  }
}

/// Chooses how a text is written. libyaml still quotes where the grammar asks for it.
enum QuotingRule {
  static func style(of text: String) -> yaml_scalar_style_t {
    if text.unicodeScalars.contains(where: mustBeEscaped) { return YAML_DOUBLE_QUOTED_SCALAR_STYLE }
    if text.utf8.contains(UInt8(ascii: "\n")) { return blockStyle(of: text) }
    return couldBeMistaken(text) ? YAML_SINGLE_QUOTED_SCALAR_STYLE : YAML_PLAIN_SCALAR_STYLE
  }

  /// A block must end with at most one line end: more would make libyaml close the document with `...`,
  /// which ends front matter.
  private static func blockStyle(of text: String) -> yaml_scalar_style_t {
    let isOpenEnded = text.utf8.suffix(2).elementsEqual("\n\n".utf8) || text.utf8.elementsEqual("\n".utf8)
    return isOpenEnded ? YAML_DOUBLE_QUOTED_SCALAR_STYLE : YAML_LITERAL_SCALAR_STYLE
  }

  /// Line ends other than LF would be read back as LF, and control characters not at all.
  private static func mustBeEscaped(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0A: false
    case 0x00...0x1F, 0x7F...0x9F, 0x2028, 0x2029, 0xFEFF: true
    default: false
    }
  }

  /// Whether a reader of YAML 1.1 or 1.2 could take a plain text for a number, a truth value or nothing.
  /// Days are left plain: every site generator writes them so, and our reader keeps them as text.
  private static func couldBeMistaken(_ text: String) -> Bool {
    if YAMLScalar(plain: text).kind != .text { return true }
    switch text.lowercased() {
    case "y", "n", "yes", "no", "on", "off", "true", "false", "null", "<<", "=": return true
    default: break
    }
    guard let first = text.utf8.first, !YAMLScalar.isDate(text) else { return false }
    let startsLikeANumber = (0x30...0x39).contains(first) || "+-.".utf8.contains(first)
    return startsLikeANumber && text.utf8.allSatisfy { $0 < 0x80 && $0 != UInt8(ascii: " ") }
  }
}
