/// The part of a module in which a member of staff works, as the commune gave it to their role: everything, or some of
/// the categories of a ``ModeratedKind``.
///
/// The host refuses what lies outside; a module filters its lists and choices by it, so that nobody is shown what they
/// may not open.
public struct Reach: Sendable, Hashable {
  /// The categories; nil for all.
  public let categories: Set<String>?

  /// Everything, as the public and staff without limits have it.
  public static let everything = Reach(categories: nil)

  /// Makes a reach of some categories, or of everything.
  public init(categories: Set<String>?) { self.categories = categories }

  /// Whether a category belongs to it.
  public func covers(_ category: String) -> Bool { categories?.contains(category) ?? true }
}
