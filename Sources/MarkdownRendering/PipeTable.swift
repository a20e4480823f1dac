import CCMark

/// A table written with pipes, found in a paragraph of libcmark's tree.
///
/// ```
/// | Article | Montant |
/// |---------|--------:|
/// | Salles  | 12 000  |
/// ```
/// Mark-up in cells is what libcmark made of it; a pipe in code, behind a backslash or inside emphasis parts nothing.
struct PipeTable {
  /// A part of a cell.
  enum Piece {
    case text(UnsafeBufferPointer<UInt8>)
    case node(SyntaxNode)
  }

  /// How the cells of a column stand.
  enum Alignment {
    case none, start, center, end
  }

  typealias Cell = [Piece]

  /// What stands in the paragraph before the table.
  let introduction: [Piece]
  /// How many lines those are.
  let introductionLines: Int
  /// How many lines the table has in the source.
  let tableLines: Int
  let alignments: [Alignment]
  let headings: [Cell]
  /// The rows; a row may have fewer cells than there are columns, never more.
  let rows: [[Cell]]

  /// The table of a paragraph; nil when it holds none.
  init?(_ paragraph: SyntaxNode) {
    guard Self.mayHoldTable(paragraph) else { return nil }
    let lines = Self.lines(of: paragraph)
    for index in 1..<max(lines.count, 1) {
      guard let alignments = Self.alignments(lines[index]) else { continue }
      let headings = Self.cells(lines[index - 1])
      guard headings.count == alignments.count else { continue }
      introductionLines = index - 1
      introduction = Array(lines[..<introductionLines].joined(separator: [.text(Self.lineFeed)]))
      tableLines = lines.count - introductionLines
      self.alignments = alignments
      self.headings = headings
      rows = lines[(index + 1)...].map { Self.fitted(Self.cells($0), to: alignments.count) }
      return
    }
    return nil
  }

  /// Whether a line of the paragraph starts as the line under the headings does. Most paragraphs end here.
  private static func mayHoldTable(_ paragraph: SyntaxNode) -> Bool {
    var isLineStart = false
    var child = paragraph.firstChild
    while let node = child {
      let kind = node.kind
      if isLineStart, kind == CMARK_NODE_TEXT, alignments([.text(node.literal)]) != nil { return true }
      isLineStart = kind == CMARK_NODE_SOFTBREAK || kind == CMARK_NODE_LINEBREAK
      child = node.next
    }
    return false
  }

  private static func lines(of paragraph: SyntaxNode) -> [[Piece]] {
    var lines: [[Piece]] = [[]]
    var child = paragraph.firstChild
    while let node = child {
      switch node.kind {
      case CMARK_NODE_SOFTBREAK, CMARK_NODE_LINEBREAK: lines.append([])
      case CMARK_NODE_TEXT: lines[lines.count - 1].append(.text(node.literal))
      default: lines[lines.count - 1].append(.node(node))
      }
      child = node.next
    }
    return lines
  }

  // MARK: Cells

  private static let pipe = UInt8(ascii: "|")
  private static var lineFeed: UnsafeBufferPointer<UInt8> { bytes(of: "\n") }
  private static var separator: UnsafeBufferPointer<UInt8> { bytes(of: " | ") }

  /// A static string's bytes live as long as the program.
  private static func bytes(of text: StaticString) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
  }

  private static func cells(_ line: [Piece]) -> [Cell] {
    var cells: [Cell] = [[]]
    for piece in line {
      guard case .text(let bytes) = piece else {
        cells[cells.count - 1].append(piece)
        continue
      }
      var start = 0
      for index in bytes.indices where bytes[index] == pipe {
        cells[cells.count - 1].append(.text(UnsafeBufferPointer(rebasing: bytes[start..<index])))
        cells.append([])
        start = index + 1
      }
      cells[cells.count - 1].append(.text(UnsafeBufferPointer(rebasing: bytes[start...])))
    }
    cells = cells.map(trimmed)
    if cells.count > 1, cells[0].isEmpty { cells.removeFirst() }
    if cells.count > 1, cells[cells.count - 1].isEmpty { cells.removeLast() }
    return cells
  }

  /// Cells beyond the last column are kept in it, so that no word is lost.
  private static func fitted(_ cells: [Cell], to columns: Int) -> [Cell] {
    guard cells.count > columns else { return cells }
    let rest = cells[(columns - 1)...].joined(separator: [.text(separator)])
    return cells[..<(columns - 1)] + [Array(rest)]
  }

  private static func trimmed(_ cell: Cell) -> Cell {
    var cell = cell
    while case .text(let bytes)? = cell.first {
      let rest = bytes.drop(while: isSpace)
      if !rest.isEmpty {
        cell[0] = .text(UnsafeBufferPointer(rebasing: rest))
        break
      }
      cell.removeFirst()
    }
    while case .text(let bytes)? = cell.last {
      let end = bytes.lastIndex { !isSpace($0) }
      if let end {
        cell[cell.count - 1] = .text(UnsafeBufferPointer(rebasing: bytes[...end]))
        break
      }
      cell.removeLast()
    }
    return cell
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  // MARK: The line under the headings

  /// What a line such as `|:---|:--:|---:|` says; nil when it is another line.
  private static func alignments(_ line: [Piece]) -> [Alignment]? {
    guard line.count == 1, case .text(let bytes) = line[0], bytes.contains(pipe),
      bytes.allSatisfy({ $0 == pipe || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ":") || isSpace($0) })
    else { return nil }
    var alignments: [Alignment] = []
    for cell in cells(line) {
      guard cell.count == 1, case .text(let mark) = cell[0], let alignment = alignment(mark) else { return nil }
      alignments.append(alignment)
    }
    return alignments
  }

  private static func alignment(_ mark: UnsafeBufferPointer<UInt8>) -> Alignment? {
    let colon = UInt8(ascii: ":")
    let atStart = mark.first == colon
    let atEnd = mark.count > 1 && mark.last == colon
    let dashes = mark.dropFirst(atStart ? 1 : 0).dropLast(atEnd ? 1 : 0)
    guard !dashes.isEmpty, dashes.allSatisfy({ $0 == UInt8(ascii: "-") }) else { return nil }
    if atStart { return atEnd ? .center : .start }
    return atEnd ? .end : Alignment.none
  }
}
