internal import ParticipationKit

/// The sitemap (sitemaps.org 0.9): an index, and shards of 50 documents so that one act rewrites little.
struct Sitemap {
  static let shardSize = 50
  static let indexPath = "sitemap.xml"

  static func path(_ shard: Int) -> String { "sitemap-\(shard).xml" }

  /// One document's part of a shard.
  struct Entry {
    let number: Int
    let path: String
    let updated: Timestamp
  }

  let address: String
  let languages: [String]

  /// A shard: one `url` a page.
  func shard(_ entries: [Entry]) -> [UInt8] {
    var out = Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".utf8)
    out.add("<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n")
    for entry in entries {
      for language in languages {
        out.add("<url><loc>")
        Shell.escape(address, to: &out)
        if language != languages.first { out.add(language + "/") }
        Shell.escape(entry.path, to: &out)
        out.add(".html</loc>")
        // An instant of 0 stands for a page that has no date of its own.
        if entry.updated.milliseconds > 0 {
          out.add("<lastmod>")
          out.add(entry.updated.rfc3339)
          out.add("</lastmod>")
        }
        out.add("</url>\n")
      }
    }
    out.add("</urlset>\n")
    return out
  }

  /// The index of the shards.
  func index(_ shards: [Int]) -> [UInt8] {
    var out = Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".utf8)
    out.add("<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n")
    for shard in shards {
      out.add("<sitemap><loc>")
      Shell.escape(address, to: &out)
      out.add("\(Sitemap.path(shard))</loc></sitemap>\n")
    }
    out.add("</sitemapindex>\n")
    return out
  }
}
