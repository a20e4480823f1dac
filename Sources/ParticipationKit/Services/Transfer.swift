internal import Glibc

/// Where an import reads from: a file, piece by piece, so that memory stays flat.
public struct ImportSource {
  /// The file's name, for messages.
  public let name: String
  private let next: () throws -> [UInt8]?

  /// Makes a source from a closure that gives the next piece, nil at the end.
  public init(name: String, next: @escaping () throws -> [UInt8]?) {
    self.name = name
    self.next = next
  }

  /// Each piece in order.
  /// - Throws: The host's read error, or what the closure throws.
  public func forEachPiece(_ body: ([UInt8]) throws -> Void) throws {
    while let piece = try next() { try body(piece) }
  }

  /// Each line without its end, with its number from 1. A last line without end counts too.
  /// - Parameters:
  ///   - maxBytes: A longer line throws ``ImportError``.
  ///   - body: Gets the number and the bytes of each line.
  /// - Throws: ``ImportError``, the host's read error, or what the closure throws.
  public func forEachLine(maxBytes: Int = 1 << 20, _ body: (Int, ArraySlice<UInt8>) throws -> Void) throws {
    var rest: [UInt8] = []
    var number = 0
    while let piece = try next() {
      rest.append(contentsOf: piece)
      var start = 0
      while let end = ImportSource.lineEnd(rest, from: start) {
        number += 1
        let last = end > start && rest[end - 1] == 0x0D ? end - 1 : end
        if last - start > maxBytes { throw ImportSource.overlong(number, maxBytes) }
        try body(number, rest[start..<last])
        start = end + 1
      }
      rest.removeFirst(start)
      // One byte more may be the first half of a line's end.
      if rest.count > maxBytes + 1 { throw ImportSource.overlong(number + 1, maxBytes) }
    }
    if rest.count > maxBytes { throw ImportSource.overlong(number + 1, maxBytes) }
    if !rest.isEmpty { try body(number + 1, rest[...]) }
  }

  /// The next line feed, found by the C library: an import of hundreds of megabytes looks at every byte.
  private static func lineEnd(_ bytes: [UInt8], from start: Int) -> Int? {
    unsafe bytes.withUnsafeBytes { buffer in
      guard start < buffer.count, let base = buffer.baseAddress,
        let found = unsafe memchr(base + start, 0x0A, buffer.count - start)
      else { return nil }
      return unsafe UnsafeRawPointer(found) - base
    }
  }

  private static func overlong(_ line: Int, _ maxBytes: Int) -> ImportError {
    ImportError(
      line: line, fr: "ligne de plus de \(maxBytes) octets ; attendu : un enregistrement par ligne",
      en: "line of more than \(maxBytes) bytes; expected: one record a line")
  }

  /// The whole file.
  /// - Throws: ``ImportError`` when it is larger than `maxBytes`; the host's read error.
  public func bytes(maxBytes: Int = 8 << 20) throws -> [UInt8] {
    var all: [UInt8] = []
    while let piece = try next() {
      all.append(contentsOf: piece)
      if all.count > maxBytes {
        throw ImportError(
          line: nil, fr: "fichier de plus de \(maxBytes) octets", en: "file of more than \(maxBytes) bytes")
      }
    }
    return all
  }
}

/// An import cannot go on; nothing of it is kept.
public struct ImportError: Error, Sendable {
  /// The line in the file, counted from 1; nil when the file as a whole is meant.
  public let line: Int?
  /// What was found and what was expected, by locale.
  public let messages: [String: String]

  /// Makes the error.
  public init(line: Int?, fr: String, en: String) {
    self.line = line
    messages = ["fr": fr, "en": en]
  }
}

/// An export cannot be made as asked for.
public struct ExportError: Error, Sendable {
  /// What was asked for and what was expected, by locale.
  public let messages: [String: String]

  /// Makes the error; the closure gives its words in a language, French and English.
  public init(_ words: (_ locale: String) -> String) { messages = ["fr": words("fr"), "en": words("en")] }
}

/// What an import did, or would do in a dry run.
public struct ImportReport: Sendable {
  /// How many records are new.
  public var added: Int
  /// How many were there already with the same content.
  public var unchanged: Int
  /// How many were there with other content and were brought up to date.
  public var updated: Int
  /// How many were left out, with the reason: by line, at most 100.
  public var skipped: [(line: Int, fr: String, en: String)]
  /// How many were left out in all.
  public var skippedCount: Int
  /// The subjects whose documents must be written again; `isBroad` instead for more than some hundreds.
  public var changed: [Subject]
  /// Whether so much changed that the whole site is to be written again.
  public var isBroad: Bool

  /// Makes an empty report.
  public init() {
    added = 0
    unchanged = 0
    updated = 0
    skipped = []
    skippedCount = 0
    changed = []
    isBroad = false
  }

  /// Notes a record that is left out.
  public mutating func skip(line: Int, fr: String, en: String) {
    skippedCount += 1
    if skipped.count < 100 { skipped.append((line, fr, en)) }
  }

  /// Notes that a record keeps the words it has here, see ``ImportContext/hasRemovedWords(_:)``.
  public mutating func keepWords(line: Int, of subject: Subject) {
    skip(
      line: line, fr: "\(subject) : texte caviardé ou effacé ici ; il reste tel quel",
      en: "\(subject): words were taken out here; they stay out")
  }
}

/// What an import may use, within its one transaction.
public struct ImportContext {
  /// What effects may use, too: tables, time, randomness, the queue.
  public let action: ActionContext
  /// The options of the command, as `consultation=budget-2026`.
  public let options: [String: String]
  private let includeRecord: ([UInt8]) throws -> Void
  private let parseContent: ([UInt8], String) throws -> ContentFile
  private let comment: (ImportedComment) throws -> Bool
  private let decision: (ImportedDecision) throws -> Void
  private let answer: (ImportedAnswer) throws -> Void
  private let sealRecord: (Subject, [(String, JSONValue)], [CountChange]) throws -> Void
  private let withdrawRecord: (Subject, String) throws -> Void
  private let removed: (Subject) throws -> Bool
  /// A file beside the imported one; the host puts its own in place.
  package var neighbour: (String) throws -> FileReference

  /// Makes a context from the host's closures.
  public init(
    action: ActionContext, options: [String: String], include: @escaping ([UInt8]) throws -> Void,
    content: @escaping ([UInt8], String) throws -> ContentFile,
    comment: @escaping (ImportedComment) throws -> Bool,
    decision: @escaping (ImportedDecision) throws -> Void, answer: @escaping (ImportedAnswer) throws -> Void,
    seal: @escaping (Subject, [(String, JSONValue)], [CountChange]) throws -> Void = { _, _, _ in },
    withdraw: @escaping (Subject, String) throws -> Void = { _, _ in },
    removed: @escaping (Subject) throws -> Bool = { _ in false }
  ) {
    self.action = action
    self.options = options
    includeRecord = include
    parseContent = content
    self.comment = comment
    self.decision = decision
    self.answer = answer
    sealRecord = seal
    withdrawRecord = withdraw
    self.removed = removed
    neighbour = { name in
      throw ImportError(line: nil, fr: "aucun fichier « \(name) » à côté", en: "no file “\(name)” beside it")
    }
  }

  /// Adds a record's bytes to the batch whose root the register's leaf commits to. For records that are not public;
  /// for one that is, or counts somewhere, see ``seal(_:words:counts:)``.
  /// - Throws: The store's error.
  public func include(_ record: [UInt8]) throws { try includeRecord(record) }

  /// Adds a record that came published to the batch, so that its words are proven like those of an approved one.
  /// - Parameters:
  ///   - subject: The record. A later seal of the same record takes the place of an earlier one.
  ///   - words: The author's words, as ``ModeratedKind/words`` gives them; empty for a record that only counts.
  ///   - counts: What the record brings to published counts.
  /// - Throws: The store's error.
  public func seal(_ subject: Subject, words: [(String, JSONValue)], counts: [CountChange] = []) throws {
    try sealRecord(subject, words, counts)
  }

  /// Says in the register that a published record was withdrawn by what is imported.
  /// - Parameters:
  ///   - subject: The record.
  ///   - reason: Why, in one word such as `withdrawn-at-source`.
  /// - Throws: The store's error.
  public func withdraw(_ subject: Subject, reason: String) throws { try withdrawRecord(subject, reason) }

  /// Whether words of a record were taken out here: by a moderator, at its author's wish, or when their time was over.
  /// The file still has them, so an import leaves the words of such a record as they are and says so in its report.
  /// - Throws: The store's error.
  public func hasRemovedWords(_ subject: Subject) throws -> Bool { try removed(subject) }

  /// Reads Markdown with front matter.
  /// - Throws: ``ContentError`` with line and expectation.
  public func contentFile(_ bytes: [UInt8], name: String) throws -> ContentFile { try parseContent(bytes, name) }

  /// Adds a comment that came with a record, in its state; false when it was there already.
  /// - Throws: The store's error.
  @discardableResult
  public func addComment(_ comment: ImportedComment) throws -> Bool { try self.comment(comment) }

  /// Puts a record that came published or withheld among the decisions, where staff can decide it again. It replaces
  /// what the queue says about the record, so call it for new records only.
  /// - Throws: The store's error.
  public func addDecision(_ decision: ImportedDecision) throws { try self.decision(decision) }

  /// Adds the official answer that came with a record.
  /// - Throws: ``ImportError`` when its words could not be shown; the store's error.
  public func addAnswer(_ answer: ImportedAnswer) throws { try self.answer(answer) }
}

/// A decision that was taken before an import, about a record of a moderated kind of the importing module.
public struct ImportedDecision: Sendable {
  /// The moderated kind.
  public let kind: String
  /// The record's key.
  public let key: String
  /// A few words of the record, for the list of decisions.
  public let excerpt: String
  /// Whether it was published.
  public let isApproved: Bool
  /// Why it was not, as one of the charter's reasons; empty for none known.
  public let reason: String
  /// When it was decided, as well as the file says.
  public let decided: Timestamp

  /// Makes a decision.
  public init(
    kind: String, key: String, excerpt: String, isApproved: Bool, reason: String = "", decided: Timestamp
  ) {
    self.kind = kind
    self.key = key
    self.excerpt = excerpt
    self.isApproved = isApproved
    self.reason = reason
    self.decided = decided
  }
}

/// An official answer that comes with an import.
public struct ImportedAnswer: Sendable {
  /// The record that is answered.
  public let subject: Subject
  /// In whose name.
  public let author: String
  /// The answer in Markdown, as an editor may write it.
  public let text: String
  /// When it was given.
  public let published: Timestamp

  /// Makes an answer.
  public init(subject: Subject, author: String, text: String, published: Timestamp) {
    self.subject = subject
    self.author = author
    self.text = text
    self.published = published
  }
}

/// A comment that comes with an import.
public struct ImportedComment: Sendable {
  /// What makes it the same comment when it is imported again.
  public let reference: String
  /// What it is about.
  public let subject: Subject
  /// `comment` or `question`.
  public let kind: String
  /// The name to show; empty for none.
  public let author: String
  /// When it was sent.
  public let sent: Timestamp
  /// The block's id and words; empty for the whole.
  public let block: String
  /// The words of the block; empty for the whole.
  public let quote: String
  /// The text, in Markdown.
  public let text: String
  /// `pending`, `published` or `withheld`.
  public let state: String
  /// The reason when it is withheld; empty otherwise.
  public let reason: String
  /// In whose name it was officially answered; empty for no answer.
  public let answerAuthor: String
  /// The official answer in Markdown; empty for none.
  public let answer: String

  /// Makes a comment.
  public init(
    reference: String, subject: Subject, kind: String, author: String, sent: Timestamp, block: String = "",
    quote: String = "", text: String, state: String, reason: String = "", answerAuthor: String = "",
    answer: String = ""
  ) {
    self.reference = reference
    self.subject = subject
    self.kind = kind
    self.author = author
    self.sent = sent
    self.block = block
    self.quote = quote
    self.text = text
    self.state = state
    self.reason = reason
    self.answerAuthor = answerAuthor
    self.answer = answer
  }
}

/// A kind of file that can be imported: `parvis import <kind> FILE`.
public struct Importer: Sendable {
  /// The kind: lower-case letters, digits and `-`; unique among all modules.
  public let kind: String
  /// What it reads, by locale.
  public let titles: [String: String]
  /// The options it takes, with what they mean in English.
  public let options: [(name: String, help: String)]
  /// Reads the file. The same file a second time changes nothing.
  public let read: @Sendable (ImportContext, ImportSource) throws -> ImportReport

  /// Makes an importer.
  public init(
    _ kind: String, titles: [String: String], options: [(name: String, help: String)] = [],
    read: @escaping @Sendable (ImportContext, ImportSource) throws -> ImportReport
  ) {
    self.kind = kind
    self.titles = titles
    self.options = options
    self.read = read
  }
}

/// A kind of file that can be exported: `parvis export <kind>`.
public struct Exporter: Sendable {
  /// The kind: lower-case letters, digits and `-`; unique among all modules.
  public let kind: String
  /// What it writes, by locale.
  public let titles: [String: String]
  /// The options it takes, with what they mean in English.
  public let options: [(name: String, help: String)]
  /// Writes the file piece by piece to the closure; throws ``ExportError`` for what cannot be exported.
  public let write: @Sendable (RenderContext, [String: String], ([UInt8]) throws -> Void) throws -> Void

  /// Makes an exporter.
  public init(
    _ kind: String, titles: [String: String], options: [(name: String, help: String)] = [],
    write: @escaping @Sendable (RenderContext, [String: String], ([UInt8]) throws -> Void) throws -> Void
  ) {
    self.kind = kind
    self.titles = titles
    self.options = options
    self.write = write
  }
}
