import Foundation

/// A page of pictures: the heads of a model over one text, and what it expects next. Unlike
/// ``ExplorerPage`` it carries no model, so it can be made of one of any size.
public struct AttentionPage: Sendable {
  /// The page, without a reference to anything outside.
  public let html: String

  /// Draws some heads of a map.
  ///
  /// - Parameters:
  ///   - heads: which heads, each by layer and head.
  ///   - next: the likeliest next tokens and their probabilities.
  ///   - title: what the model is called.
  public init(
    _ map: AttentionMap, heads: [(layer: Int, head: Int)],
    next: [(token: String, probability: Double)], title: String
  ) {
    let pictures = heads.map {
      "<figure>\(attentionSVG(map, layer: $0.layer, head: $0.head))</figure>"
    }
    let rows = next.map { token, probability in
      "<tr><td>\(escapedForXML(visible(token)))</td>"
        + "<td>\(String(format: "%.1f%%", probability * 100))</td></tr>"
    }
    let text = map.tokens.map { "<code>\(escapedForXML(visible($0)))</code>" }
    html = """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>Attention of \(escapedForXML(title))</title>
      <style>
      :root { color-scheme: light dark; }
      body { font: 16px/1.5 system-ui, sans-serif; margin: 24px auto; max-width: 1360px; padding: 0 20px; }
      code { border: 1px solid #8886; border-radius: 6px; padding: 1px 6px; white-space: pre; }
      figure { display: inline-block; margin: 8px; max-width: 100%; overflow-x: auto; }
      svg { border: 1px solid #8886; border-radius: 8px; }
      td { padding: 1px 12px 1px 0; } td + td { text-align: right; }
      </style>
      </head>
      <body>
      <h1>Attention of \(escapedForXML(title))</h1>
      <p>\(text.joined(separator: " "))</p>
      <h2>What comes next</h2>
      <table>\(rows.joined(separator: "\n"))</table>
      <h2>Heads</h2>
      <p>Rows ask (queries), columns answer (keys); each row sums to 1.</p>
      \(pictures.joined(separator: "\n"))
      </body>
      </html>

      """
  }
}
