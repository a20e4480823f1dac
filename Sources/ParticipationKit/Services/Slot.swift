/// A named place of the host's pages to which modules contribute.
public struct Slot: Sendable, Hashable {
  /// The name.
  public let name: String
  /// The notices on the front page.
  public static let home = Slot(name: "home")
  /// The tiles on the front page of the desk; seen by staff only.
  public static let desk = Slot(name: "desk")
}

/// What a module puts into a slot.
public struct SlotContent: Sendable {
  /// The subjects whose change makes the contribution change.
  public let dependsOn: [Subject]
  /// When time alone changes it next.
  public let changesAt: Timestamp?
  /// The contribution in the language of the view.
  public let node: @Sendable (View) throws -> HTMLNode

  /// Makes content.
  public init(
    dependsOn: [Subject], changesAt: Timestamp? = nil, node: @escaping @Sendable (View) throws -> HTMLNode
  ) {
    self.dependsOn = dependsOn
    self.changesAt = changesAt
    self.node = node
  }
}

/// One contribution to a slot.
public struct SlotContribution: Sendable {
  /// The slot.
  public let slot: Slot
  /// The place among the contributions: smaller stands before.
  public let order: Int
  /// Whether staff see it whose role holds in some categories only: it then shows what ``RenderContext/reach`` covers.
  public let isDivided: Bool
  /// The content; nil for nothing now.
  public let load: @Sendable (RenderContext) throws -> SlotContent?

  /// Makes a contribution.
  public init(
    _ slot: Slot, order: Int, isDivided: Bool = false, load: @escaping @Sendable (RenderContext) throws -> SlotContent?
  ) {
    self.slot = slot
    self.order = order
    self.isDivided = isDivided
    self.load = load
  }
}
