import MarkdownRendering
import ParticipationKit

/// The one Markdown renderer, as modules, comments and pages use it.
struct MarkdownPort {
  private static let renderer = MarkdownRenderer()

  @Sendable static func render(_ text: String, _ policy: MarkdownPolicy) throws -> MarkdownText {
    try renderer.render(text, policy: policy)
  }
}
