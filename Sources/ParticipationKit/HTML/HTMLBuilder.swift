/// Builds a node piece by piece, in the order in which it is read: for long texts, as Markdown is.
///
/// Everything goes through the one escaping writer, as with ``HTMLNode/element(_:_:_:)``; the caller ends what it
/// starts.
public struct HTMLBuilder: Sendable {
  private var out = HTMLBytes()

  /// Makes a builder.
  /// - Parameter capacity: About how many bytes will be written.
  public init(capacity: Int = 0) { out.bytes.reserveCapacity(capacity) }

  /// How many bytes have been written: a place to which ``node(from:)`` goes back.
  public var count: Int { out.bytes.count }

  /// Starts an element; a void one is complete then.
  public mutating func start(_ tag: HTMLTag, _ attributes: [HTMLAttribute] = []) { out.start(tag, attributes) }

  /// Ends an element.
  public mutating func end(_ tag: HTMLTag) { out.end(tag) }

  /// Appends text given as valid UTF-8, escaped.
  public mutating func text(_ utf8: [UInt8]) {
    unsafe utf8.withUnsafeBufferPointer { unsafe HTMLWriter.escape($0, into: &out.bytes) }
  }

  /// Appends a node.
  public mutating func append(_ node: HTMLNode) { out.append(node) }

  /// What was written from a place on, as a node. The place is an earlier ``count``, between elements of the same
  /// parent.
  public func node(from start: Int = 0) -> HTMLNode {
    start == 0 ? HTMLNode(.written(out.bytes)) : HTMLNode(.written(Array(out.bytes[start...])))
  }
}
